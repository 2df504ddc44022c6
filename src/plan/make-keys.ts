// Plans primary keys, unique constraints, indexes and foreign keys, and the last touches that need final types.

import { quoteName } from "../base/quote.js";
import type { SourceForeignKey, SourceIndex, SourceTable } from "../source/catalog.js";
import { duplicateGroups } from "../source/duplicate-groups.js";
import { orphanPredicate, type ResolvedForeignKey, resolveForeignKey } from "../source/foreign-keys.js";
import { tableScan } from "../source/table-scan.js";
import { note } from "./concern.js";
import { translateDefault } from "./defaults.js";
import type { TableDraft } from "./make-table.js";
import { NameBook } from "./names.js";
import type { PlannedColumn, PlannedForeignKey, PlannedIndex, PlannedKey, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";

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

/** Rows that refer to a row set aside contradict their foreign key from then on. */
function raiseSetAsideParents(
  { table, planned }: TableDraft,
  drafts: readonly TableDraft[],
  ledger: Ledger,
): void {
  for (const key of planned.foreignKeys.filter(({ validate }) => validate)) {
    const parent = drafts.find((draft) => draft.planned.target === key.parentTable);
    if (parent === undefined || parent.planned.setAside.length === 0) {
      continue;
    }
    key.mayBeViolated = true;
    ledger.raise(
      note(
        "warning",
        "foreign-key-unsure",
        { table: table.name, object: key.name },
        `rows of "${parent.table.name}" are set aside; where rows that move refer to them, the constraint stays NOT VALID and holds for new rows`,
      ),
    );
  }
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

/**
 * PostgreSQL's b-tree takes a third of a page, 2,704 bytes with its own header, for an entry (nbtree README);
 * SQLite has no limit.
 */
const LONGEST_KEY_BYTES = 2680;

/** PostgreSQL's limit of columns in an index (Appendix K). */
const MOST_KEY_COLUMNS = 32;

/** Why PostgreSQL cannot have the index; null where it can. */
function obstacleTo(
  draft: TableDraft,
  facts: PlanFacts,
  columns: readonly string[],
  index: SourceIndex | undefined,
  unique: boolean,
): string | null {
  const blurred = unique ? blurredColumn(draft.planned, columns) : undefined;
  if (blurred !== undefined) {
    return `values of different storage classes become alike in "${blurred.source}", so it cannot be unique`;
  }
  if (columns.length > MOST_KEY_COLUMNS) {
    return `it has ${columns.length} columns; an index of PostgreSQL takes ${MOST_KEY_COLUMNS}`;
  }
  const bytes = facts.limits.get(draft.table.name)?.keyBytes[index?.name ?? ""] ?? 0;
  return bytes > LONGEST_KEY_BYTES
    ? `its longest entry has ${bytes} bytes; an index of PostgreSQL takes about ${LONGEST_KEY_BYTES}`
    : null;
}

/** Rows that a damaged index let in although it was to keep them out: PostgreSQL would not build it over them. */
function raiseDuplicates(
  { table, planned }: TableDraft,
  index: SourceIndex,
  facts: PlanFacts,
  ledger: Ledger,
): "leave-out" | null {
  const damage = facts.catalog.indexDamage.find((one) => one.index === index.name && one.duplicates > 0);
  if (damage === undefined) {
    return null;
  }
  const names = index.columns.map((column) => quoteName(column.name ?? "")).join(", ");
  const where = `(${names}) in (select ${names} from (${duplicateGroups(table, index)}))`;
  const later =
    table.rowidName === null
      ? null
      : `${where} and ${table.rowidName} not in (select min(${table.rowidName}) from ${tableScan(table)} group by ${names})`;
  const effect = ledger.raise({
    code: "unique-violated",
    severity: "blocker",
    table: table.name,
    column: null,
    object: index.name,
    count: damage.duplicates,
    reason: `the index is damaged, and ${damage.duplicates} rows have the values of an earlier one in ${names}`,
    where,
    automatic: null,
    choices: [
      {
        name: "leave-out",
        does: "all rows move; the target has no such unique key",
        recommended: true,
        effect: { constraint: "leave-out" },
      },
      ...(later === null
        ? []
        : [
            {
              name: "set-aside",
              does: "the first row of each moves; the later ones stand whole in outgrow.quarantine",
              recommended: false,
              effect: { setAside: later },
            },
          ]),
    ],
  });
  if (effect.setAside !== undefined) {
    planned.setAside.push({ code: "unique-violated", predicate: effect.setAside });
  }
  return effect.constraint === "leave-out" ? "leave-out" : null;
}

/** A column in which 1 and '1', or 'a' and x'61', become one value; a unique key over it could be violated. */
function blurredColumn(planned: PlannedTable, columns: readonly string[]): PlannedColumn | undefined {
  const isBlurred = (column: PlannedColumn) =>
    column.substitutions.some(
      (one) =>
        one.code === "bytes-and-text" || one.code === "number-or-text" || one.code === "text-not-storable",
    );
  return planned.columns.find((column) => columns.includes(column.target) && isBlurred(column));
}

function whyNotPlain(table: SourceTable, index: SourceIndex): string | null {
  if (index.partial) {
    return "it is a partial index";
  }
  if (index.columns.some((column) => column.name === null)) {
    return "it is on an expression";
  }
  const lost = table.uncomputable.find(({ name }) => index.columns.some((column) => column.name === name));
  if (lost !== undefined) {
    return `it is on "${lost.name}", which SQLite cannot compute`;
  }
  const odd = index.columns.find((column) => column.collation !== "BINARY");
  return odd === undefined ? null : `it compares by ${odd.collation}`;
}

function targetNames(planned: PlannedTable, names: readonly string[]): string[] {
  return names.map((name) => columnOf(planned, name)?.target ?? name);
}

function planForeignKeys(
  draft: TableDraft,
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  ledger: Ledger,
): void {
  const { table, planned } = draft;
  const names = new NameBook();
  for (const key of table.foreignKeys) {
    const resolved = resolveForeignKey(facts.catalog, key);
    const parent =
      "problem" in resolved ? undefined : drafts.find((candidate) => candidate.table === resolved.parent);
    const problem =
      "problem" in resolved
        ? resolved.problem
        : parent === undefined
          ? `"${resolved.parent.name}" is not moved`
          : whyNoKey(draft, key, parent, resolved);
    const label = `${table.name}(${key.columns.join(", ")})`;
    if ("problem" in resolved || parent === undefined || problem !== null) {
      ledger.raise(
        note(
          "warning",
          "foreign-key-not-carried",
          { table: table.name, column: key.columns[0] ?? "", object: label },
          `PostgreSQL cannot have the foreign key: ${problem}`,
        ),
      );
      continue;
    }
    const planKey: PlannedForeignKey = {
      name: names.take(`${planned.target}_${targetNames(planned, key.columns).join("_")}_fkey`, "fkey"),
      columns: targetNames(planned, key.columns),
      parentTable: parent.planned.target,
      parentColumns: targetNames(parent.planned, resolved.parentColumns),
      onUpdate: key.onUpdate,
      onDelete: key.onDelete,
      validate: true,
      definition: null,
    };
    if (raiseOrphans(draft, key, resolved, facts, ledger, planKey) !== "leave-out") {
      planned.foreignKeys.push(planKey);
    }
  }
}

/** PostgreSQL asks for a primary key or a plain unique index on exactly the columns referred to (error 42830). */
function whyNoKey(
  draft: TableDraft,
  key: SourceForeignKey,
  parent: TableDraft,
  resolved: ResolvedForeignKey,
): string | null {
  const columns = targetNames(parent.planned, resolved.parentColumns);
  const wanted = [...columns].sort().join("\0");
  if (parent.existing !== null) {
    return null;
  }
  const keys = [
    ...(parent.planned.primaryKey ? [parent.planned.primaryKey] : []),
    ...parent.planned.uniques,
    ...parent.planned.indexes.filter((index) => index.unique),
  ];
  return keys.some((candidate) => [...candidate.columns].sort().join("\0") === wanted)
    ? whyNotComparable(draft, key, parent, resolved)
    : `"${parent.table.name}" has no unique key on ${resolved.parentColumns.map((name) => `"${name}"`).join(", ")}`;
}

/** PostgreSQL compares equal types, and numbers where the child's becomes the parent's by itself (error 42804). */
function whyNotComparable(
  draft: TableDraft,
  key: SourceForeignKey,
  parent: TableDraft,
  resolved: ResolvedForeignKey,
): string | null {
  for (const [i, name] of key.columns.entries()) {
    const child = columnOf(draft.planned, name);
    const own = columnOf(parent.planned, resolved.parentColumns[i] ?? "");
    if (child !== undefined && own !== undefined && !comparesWith(child.type, own.type)) {
      return `"${name}" is ${child.type}, "${parent.table.name}"."${own.source}" is ${own.type}`;
    }
  }
  return null;
}

function columnOf(planned: PlannedTable, name: string): PlannedColumn | undefined {
  return planned.columns.find((column) => column.source.toLowerCase() === name.toLowerCase());
}

/** Implicit casts go from integers to numeric to double precision, and not back (PostgreSQL, pg_cast). */
function comparesWith(child: string, parent: string): boolean {
  const ranks = [/^(bigint|integer|smallint)$/, /^numeric/, /^double precision$/];
  const [from, to] = [child, parent].map((type) => ranks.findIndex((rank) => rank.test(type)));
  return child === parent || (from !== undefined && to !== undefined && from >= 0 && from <= to);
}

function raiseOrphans(
  draft: TableDraft,
  key: SourceForeignKey,
  resolved: ResolvedForeignKey,
  facts: PlanFacts,
  ledger: Ledger,
  planKey: PlannedForeignKey,
): "leave-out" | null {
  const { table, planned } = draft;
  const count = facts.orphans.get(table.name)?.get(key.id) ?? 0;
  if (count === 0) {
    return null;
  }
  const predicate = orphanPredicate(table, key, resolved);
  const nullable = key.columns.every((name) =>
    planned.columns.some((column) => column.source === name && !column.notNull),
  );
  const isReferred = facts.catalog.tables.some((other) =>
    other.foreignKeys.some((candidate) => candidate.parentTable.toLowerCase() === table.name.toLowerCase()),
  );
  const isByCollation = resolved.parentColumns.some(
    (name) => resolved.parent.columns.find((column) => column.name === name)?.collation !== "BINARY",
  );
  const effect = ledger.raise({
    code: "foreign-key-orphans",
    severity: "blocker",
    table: table.name,
    column: key.columns[0] ?? null,
    object: planKey.name,
    count,
    reason: `${count === 1 ? "1 row refers" : `${count} rows refer`} to rows of "${resolved.parent.name}" that are not there${isByCollation ? " when compared by bytes, as PostgreSQL does; SQLite compares by the parent's collation" : "; SQLite checks foreign keys only where a connection asks for it"}`,
    where: predicate,
    automatic: null,
    choices: [
      {
        name: "not-valid",
        does: "the rows move as they are; the constraint is NOT VALID and holds for new rows",
        recommended: true,
        effect: { constraint: "not-valid" },
      },
      ...(nullable && key.columns.length === 1
        ? [
            {
              name: "null",
              does: "the references become NULL; what they were stands in outgrow.originals",
              recommended: false,
              effect: { substitution: { predicate, replacement: "null" } },
            },
          ]
        : []),
      {
        name: "set-aside",
        does: `the rows are not moved; they stand whole in outgrow.quarantine${isReferred ? " (rows that refer to them stay, their constraint NOT VALID)" : ""}`,
        recommended: false,
        effect: { setAside: predicate },
      },
      {
        name: "leave-out",
        does: "the rows move as they are, without the constraint",
        recommended: false,
        effect: { constraint: "leave-out" },
      },
    ],
  });
  if (effect.substitution !== undefined) {
    const column = planned.columns.find((candidate) => candidate.source === key.columns[0]);
    column?.substitutions.push({ code: "foreign-key-orphans", ...effect.substitution });
  }
  if (effect.setAside !== undefined) {
    planned.setAside.push({ code: "foreign-key-orphans", predicate: effect.setAside });
  }
  planKey.validate = effect.constraint !== "not-valid";
  return effect.constraint === "leave-out" ? "leave-out" : null;
}

/** The foreign keys and CHECKs of a table that was there stand aside during the load and come back as they were. */
function keepForeignKeys(draft: TableDraft): void {
  const { existing, planned } = draft;
  for (const constraint of existing?.constraints ?? []) {
    const { references } = constraint;
    if (constraint.kind === "check" && constraint.isLocal) {
      planned.checks.push({ name: constraint.name, validate: constraint.validated });
    }
    if (constraint.kind !== "foreign key" || references === null || !constraint.isLocal) {
      continue;
    }
    planned.foreignKeys.push({
      name: constraint.name,
      columns: constraint.columns,
      parentTable: references.table,
      parentColumns: references.columns,
      onUpdate: references.onUpdate,
      onDelete: references.onDelete,
      validate: constraint.validated,
      definition: constraint.definition,
    });
  }
}
