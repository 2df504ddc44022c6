// Plans primary keys, unique constraints and indexes, and the last touches that need final types.

import { quoteName } from "../base/quote.js";
import type { Affinity, SourceIndex } from "../source/catalog.js";
import { parseExpression } from "../sql/parse.js";
import { lowerAscii } from "../sql/sql-tokens.js";
import { translate } from "../sql/translate/expression.js";
import { type HelperSet, withSchema } from "../sql/translate/helpers.js";
import { columnNamed, type TableMeaning, Untranslatable } from "../sql/translate/meaning.js";
import { rowScope } from "../sql/translate/scope.js";
import { someExpr } from "../sql/walk.js";
import { tableMeaning } from "./column-meaning.js";
import { note } from "./concern.js";
import { translateDefault } from "./defaults.js";
import { keepForeignKeys, planForeignKeys, raiseSetAsideParents } from "./foreign-keys.js";
import { obstacleTo, raiseDuplicates, whyNotIndex } from "./index-obstacles.js";
import type { TableDraft } from "./make-table.js";
import type { NameBook } from "./names.js";
import type { PlannedColumn, PlannedIndex, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";
import { planChecks } from "./schema/checks.js";
import { planComments } from "./schema/comments.js";
import { type Converting, convert, declaredTable } from "./schema/conversions.js";
import { deferKeys } from "./schema/deferred-keys.js";
import { planGenerated } from "./schema/generated.js";
import { type IndexKeys, indexKeys } from "./schema/index-keys.js";
import { fittingKeys } from "./schema/long-keys.js";
import { planCollations } from "./schema/nocase.js";
import { planRTree } from "./schema/r-trees.js";
import { storedValue } from "./store-value.js";
import { targetNames } from "./target-names.js";

export function planKeys(
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  names: PlanOptions["names"],
  relations: NameBook,
  converting: Converting,
): PlannedTable[] {
  const { ledger } = converting;
  planCollations(drafts, facts, ledger);
  const created = drafts.filter((candidate) => candidate.existing === null);
  for (const draft of created) {
    setCollations(draft);
    nameSequence(draft, relations);
    converting.meanings.set(lowerAscii(draft.table.name), tableMeaning(converting.schema, draft));
  }
  for (const draft of created) {
    const meaning = tableMeaning(converting.schema, draft);
    const declared = declaredTable(draft.table);
    if (declared !== null && !("problem" in declared)) {
      planComments(draft, declared);
      planGenerated(draft, declared, meaning, converting);
    }
    setDefaults(draft, meaning, converting);
    planPrimaryKey(draft, facts, relations, ledger);
    planIndexes(draft, facts, names, relations, meaning, converting);
    planRTree(draft, relations, converting);
    converting.meanings.set(lowerAscii(draft.table.name), tableMeaning(converting.schema, draft));
  }
  for (const draft of drafts) {
    if (draft.existing === null) {
      planForeignKeys(draft, drafts, facts, ledger);
    } else {
      keepForeignKeys(draft, drafts, facts, ledger);
    }
  }
  for (const draft of created) {
    planDeclared(draft, facts, converting);
  }
  for (const draft of drafts) {
    raiseSetAsideParents(draft, drafts, ledger);
  }
  return drafts.map((draft) => draft.planned);
}

/** What only the text of the CREATE TABLE tells. */
function planDeclared(draft: TableDraft, facts: PlanFacts, converting: Converting): void {
  const declared = declaredTable(draft.table);
  if (declared === null) {
    return;
  }
  if ("problem" in declared) {
    converting.ledger.raise(
      note(
        "warning",
        "schema-not-parsed",
        { table: draft.table.name },
        `what its CREATE TABLE says beyond columns and keys is not converted: ${declared.problem}`,
      ),
    );
    return;
  }
  const meaning = tableMeaning(converting.schema, draft);
  planChecks(draft, declared, meaning, facts, converting);
  deferKeys(draft, declared);
}

/** BINARY compares bytes, as the collation "C" does; a locale's collation would order and compare otherwise. */
function setCollations({ planned }: TableDraft): void {
  for (const column of planned.columns) {
    column.collation = /^text$|citext$/.test(column.type) ? "C" : null;
  }
}

/** PostgreSQL would choose a name by itself, and a table that is made later could want the same. */
function nameSequence({ planned }: TableDraft, relations: NameBook): void {
  if (planned.nextId !== null) {
    planned.nextId.sequence = relations.take(`${planned.target}_${planned.nextId.column}_seq`, "seq");
  }
}

function setDefaults({ table, planned }: TableDraft, meaning: TableMeaning, converting: Converting): void {
  for (const column of planned.columns) {
    const source = table.columns.find((candidate) => candidate.name === column.source);
    const { defaultSql } = source ?? {};
    if (source === undefined || !defaultSql || source.generated !== null || column.identity) {
      continue;
    }
    const subject = {
      kind: "default" as const,
      table: table.name,
      column: column.source,
      name: column.source,
      source: `DEFAULT ${defaultSql}`,
    };
    const made = convert(converting, subject, (helpers) => ({
      target: defaultOf(defaultSql, column, source.affinity, meaning, helpers),
      made: column.target,
    }));
    column.defaultSql = made === null || made.target === "null" ? null : made.target;
  }
}

/** Literals and the clock by the rules of defaults.ts, which know what affinity makes of them; else as an expression. */
function defaultOf(
  sql: string,
  column: PlannedColumn,
  affinity: Affinity,
  meaning: TableMeaning,
  helpers: HelperSet,
): string {
  const type = /citext$/.test(column.type) ? "text" : column.type;
  const known = translateDefault(sql, { ...column, type }, affinity);
  if (known !== undefined) {
    return known ?? "null";
  }
  const own = columnNamed(meaning, column.source);
  if (own === undefined) {
    throw new Untranslatable("its column does not move");
  }
  const expr = parseExpression(sql);
  if (!someExpr(expr, (part) => part.kind === "call" || part.kind === "binary")) {
    throw new Untranslatable(`it has no translation for ${column.type}`);
  }
  return `(${storedValue(translate(expr, rowScope({ ...meaning, columns: [] }, helpers)), own)})`;
}

function planPrimaryKey(draft: TableDraft, facts: PlanFacts, relations: NameBook, ledger: Ledger): void {
  const { table, planned, profile } = draft;
  if (table.primaryKey.length === 0) {
    return;
  }
  const columns = targetNames(planned, table.primaryKey);
  const index = table.indexes.find((candidate) => candidate.origin === "pk");
  const obstacle = obstacleTo(draft, facts, columns, index, true);
  if (obstacle !== null) {
    ledger.raise(
      note("warning", "unique-not-carried", { table: table.name, object: "primary key" }, obstacle),
    );
    return;
  }
  if (index !== undefined && raiseDuplicates(draft, index, facts, ledger) === "leave-out") {
    return;
  }
  const withNulls = table.primaryKey.filter(
    (name) => (profile.columns[table.columns.findIndex((column) => column.name === name)]?.nulls ?? 0) > 0,
  );
  if (withNulls.length > 0) {
    planned.uniques.push({ name: relations.take(`${planned.target}_key`, "key"), columns });
    ledger.raise(
      note(
        "warning",
        "primary-key-null",
        {
          table: table.name,
          column: withNulls[0] ?? "",
          // A row may hold NULL in several columns of the key: the move counts them.
          count: 0,
          where: withNulls.map((name) => `typeof(${quoteName(name)}) = 'null'`).join(" or "),
        },
        "the primary key holds NULL, as SQLite allows for other than INTEGER PRIMARY KEY; it becomes UNIQUE",
      ),
    );
    return;
  }
  const isFolded = (name: string | null) =>
    planned.columns.some((column) => column.source === name && /citext$/.test(column.type));
  if (index?.columns.some(({ name, collation }) => collation !== "BINARY" && !isFolded(name))) {
    ledger.raise(
      note(
        "warning",
        "collation-not-carried",
        { table: table.name, object: "primary key" },
        `the primary key compares by ${index.columns.map((column) => column.collation).join(", ")}; in PostgreSQL it compares bytes`,
      ),
    );
  }
  planned.primaryKey = { name: relations.take(`${planned.target}_pkey`, "pkey"), columns };
  for (const column of planned.columns) {
    column.notNull ||= columns.includes(column.target);
  }
}

function planIndexes(
  draft: TableDraft,
  facts: PlanFacts,
  spelling: PlanOptions["names"],
  relations: NameBook,
  meaning: TableMeaning,
  converting: Converting,
): void {
  const { table, planned } = draft;
  for (const index of table.indexes.filter((candidate) => candidate.origin !== "pk")) {
    const subject = {
      kind: index.unique ? ("unique key" as const) : ("index" as const),
      table: table.name,
      name: index.name,
      source: index.sql ?? `UNIQUE (${index.columns.map(({ name }) => name ?? "").join(", ")})`,
    };
    const isPlain = index.columns.every(({ name }) => name !== null);
    const made = convert(converting, subject, (helpers) => {
      const declared = indexKeys(index, meaning, helpers);
      const keys = fittingKeys(draft, facts, index, declared, converting.ledger);
      // What was made to fit is no longer measured by its entries.
      const obstacle =
        whyNotIndex(draft, index) ??
        obstacleTo(draft, facts, keys.columns, keys === declared ? index : undefined, index.unique);
      if (obstacle !== null) {
        throw new Untranslatable(obstacle);
      }
      if (
        index.unique &&
        isPlain &&
        raiseDuplicates(draft, index, facts, converting.ledger) === "leave-out"
      ) {
        throw new Untranslatable("it is left out by a decision, for rows contradict it");
      }
      const isConstraint = index.origin === "u" && keys.keys === null && keys.where === null;
      const name = isConstraint
        ? constraintName(planned, keys.columns, relations)
        : indexName(draft, index, spelling, relations, converting);
      return {
        target: keys.keys?.join(", ") ?? keys.columns.map(quoteName).join(", "),
        made: name,
        keys,
        isConstraint,
      };
    });
    if (made?.isConstraint) {
      const { columns } = made.keys;
      if (!planned.uniques.some((unique) => unique.columns.join("\0") === columns.join("\0"))) {
        planned.uniques.push({ name: made.made, columns });
      }
    } else if (made) {
      planned.indexes.push(plannedIndex(index, made.made, made.keys, converting.schema));
    }
  }
}

function plannedIndex(
  index: SourceIndex,
  name: string,
  { keys, columns, where, method }: IndexKeys & Pick<PlannedIndex, "method">,
  schema: string,
): PlannedIndex {
  return {
    name,
    columns,
    unique: index.unique,
    // A hash has no order.
    descending: index.columns.map((column) => column.descending && method === undefined),
    source: index.name,
    ...(method === undefined ? {} : { method }),
    ...(keys === null ? {} : { keys: keys.map((key) => withSchema(key, schema)) }),
    ...(where === null ? {} : { where: { ...where, target: withSchema(where.target, schema) } }),
  };
}

function constraintName(planned: PlannedTable, columns: readonly string[], relations: NameBook): string {
  return relations.take(`${planned.target}_${columns.join("_")}_key`, "key");
}

function indexName(
  { table, planned }: TableDraft,
  index: SourceIndex,
  spelling: PlanOptions["names"],
  relations: NameBook,
  { ledger }: Converting,
): string {
  if (index.origin === "u") {
    return relations.take(`${planned.target}_key`, "key");
  }
  const spelled = spelling === "fold" ? index.name.toLowerCase() : index.name;
  const name = relations.take(spelled, "index");
  if (name !== spelled) {
    ledger.raise(
      note(
        "note",
        "name-changed",
        { table: table.name, object: index.name },
        `the index becomes "${name}": in PostgreSQL a schema's tables and indexes share their names`,
      ),
    );
  }
  return name;
}
