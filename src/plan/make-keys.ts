// Plans primary keys, unique constraints and indexes, and the last touches that need final types.

import { quoteName } from "../base/quote.js";
import { note } from "./concern.js";
import { translateDefault } from "./defaults.js";
import { keepForeignKeys, planForeignKeys, raiseSetAsideParents } from "./foreign-keys.js";
import { obstacleTo, raiseDuplicates, whyNotPlain } from "./index-obstacles.js";
import type { TableDraft } from "./make-table.js";
import type { NameBook } from "./names.js";
import type { PlannedIndex, PlannedKey, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";
import { targetNames } from "./target-names.js";

export function planKeys(
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  names: PlanOptions["names"],
  relations: NameBook,
  ledger: Ledger,
): PlannedTable[] {
  for (const draft of drafts.filter((candidate) => candidate.existing === null)) {
    setCollations(draft);
    nameSequence(draft, relations);
    setDefaults(draft, ledger);
    planPrimaryKey(draft, facts, relations, ledger);
    planIndexes(draft, facts, names, relations, ledger);
  }
  for (const draft of drafts) {
    if (draft.existing === null) {
      planForeignKeys(draft, drafts, facts, ledger);
    } else {
      keepForeignKeys(draft);
    }
  }
  for (const draft of drafts) {
    raiseSetAsideParents(draft, drafts, ledger);
  }
  return drafts.map((draft) => draft.planned);
}

/** BINARY compares bytes, as the collation "C" does; a locale's collation would order and compare otherwise. */
function setCollations({ planned }: TableDraft): void {
  for (const column of planned.columns) {
    column.collation = column.type === "text" ? "C" : null;
  }
}

/** PostgreSQL would choose a name by itself, and a table that is made later could want the same. */
function nameSequence({ planned }: TableDraft, relations: NameBook): void {
  if (planned.nextId !== null) {
    planned.nextId.sequence = relations.take(`${planned.target}_${planned.nextId.column}_seq`, "seq");
  }
}

function setDefaults({ table, planned }: TableDraft, ledger: Ledger): void {
  for (const column of planned.columns) {
    const source = table.columns.find((candidate) => candidate.name === column.source);
    if (source === undefined || source.defaultSql === null || source.generated !== null) {
      continue;
    }
    const sql = column.identity ? undefined : translateDefault(source.defaultSql, column, source.affinity);
    column.defaultSql = sql ?? null;
    if (sql === undefined && !column.identity) {
      ledger.raise(
        note(
          "warning",
          "default-not-carried",
          { table: table.name, column: column.source },
          `the default ${source.defaultSql} has no translation for ${column.type}`,
        ),
      );
    }
  }
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
          where: withNulls.map((name) => `typeof(${quoteName(name)}) = 'null'`).join(" or "),
        },
        "the primary key holds NULL, as SQLite allows for other than INTEGER PRIMARY KEY; it becomes UNIQUE",
      ),
    );
    return;
  }
  if (index?.columns.some((column) => column.collation !== "BINARY")) {
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
  ledger: Ledger,
): void {
  const { table, planned } = draft;
  for (const index of table.indexes.filter((candidate) => candidate.origin !== "pk")) {
    const reason = whyNotPlain(table, index);
    if (reason !== null) {
      ledger.raise(
        index.unique
          ? note(
              "warning",
              "unique-not-carried",
              { table: table.name, object: index.name },
              `${reason}; what it keeps unique can be there twice in PostgreSQL`,
            )
          : note("warning", "index-not-carried", { table: table.name, object: index.name }, reason),
      );
      continue;
    }
    const names = index.columns.map((column) => column.name).filter((name) => name !== null);
    const key: PlannedKey = { name: "", columns: targetNames(planned, names) };
    if (planned.columns.some((column) => key.columns.includes(column.target) && column.type === "json")) {
      ledger.raise(
        note(
          "warning",
          "index-not-carried",
          { table: table.name, object: index.name },
          "it is on a json column, which has no order in PostgreSQL",
        ),
      );
      continue;
    }
    const obstacle = obstacleTo(draft, facts, key.columns, index, index.unique);
    if (obstacle !== null) {
      const code = index.unique ? "unique-not-carried" : "index-not-carried";
      ledger.raise(note("warning", code, { table: table.name, object: index.name }, obstacle));
      continue;
    }
    if (index.unique && raiseDuplicates(draft, index, facts, ledger) === "leave-out") {
      continue;
    }
    const same = planned.uniques.find((unique) => unique.columns.join("\0") === key.columns.join("\0"));
    if (index.origin === "u") {
      if (same === undefined) {
        planned.uniques.push({
          ...key,
          name: relations.take(`${planned.target}_${key.columns.join("_")}_key`, "key"),
        });
      }
      continue;
    }
    const wanted: Omit<PlannedIndex, "name"> = {
      columns: key.columns,
      unique: index.unique,
      descending: index.columns.map((column) => column.descending),
      source: index.name,
    };
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
    planned.indexes.push({ ...wanted, name });
  }
}
