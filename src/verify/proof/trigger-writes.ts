// The trial writes of a trigger: rows that are there are written again, changed or taken out, on both sides by the same
// statements but for the names; where a table is empty, a row is made up.

import type Database from "better-sqlite3";
import { quoteName, quotePath } from "../../base/quote.js";
import type { PlannedColumn, PlannedTable } from "../../plan/plan.js";
import type { SourceTable } from "../../source/catalog.js";
import type { CreateTrigger } from "../../sql/ast.js";
import { lowerAscii } from "../../sql/sql-tokens.js";

export interface Write {
  /** For people: `update of "total" in row 3`. */
  words: string;
  /** What has to be there before, which may fire triggers of its own. */
  prepareSource: string[];
  prepareTarget: string[];
  source: string;
  target: string;
}

/** Trial rows of a table, by its key. */
const TRIAL_ROWS = 3;

/** Columns changed one by one, of a trigger that does not name them. */
const TRIAL_COLUMNS = 6;

export function writesFor(
  statement: CreateTrigger,
  source: SourceTable,
  table: PlannedTable,
  copy: Database.Database,
  schema: string,
): Write[] {
  const here = quoteName(table.source);
  const there = quotePath(schema, table.target);
  const made = madeUpRow(source, table, schema, (place) => `'trial ${place}'`);
  const insert = made === null ? null : insertOf(made, here, there);
  const asJson = madeUpRow(source, table, schema, (place) => `'{"trial": ${place}}'`);
  const rows = keysOf(source, table, copy);
  if (statement.event === "insert") {
    const again = rows.map((row): Write => againOf(row, table, here, there));
    const second = asJson === null ? [] : [insertOf(asJson, here, there)];
    return [...(insert === null ? [] : [insert]), ...second, ...again];
  }
  // Without rows, one is made up first.
  const prepared =
    rows.length > 0 || insert === null || made === null
      ? rows.map((row) => ({ row, insert: null }))
      : [{ row: made.key, insert }];
  return prepared.flatMap(({ row, insert: first }) => {
    if (row === null) {
      return [];
    }
    const prepare = {
      prepareSource: first === null ? [] : [first.source],
      prepareTarget: first === null ? [] : [first.target],
    };
    if (statement.event === "delete") {
      return [
        {
          words: `delete of ${row.words}`,
          ...prepare,
          source: `delete from ${here} where ${row.source}`,
          target: `delete from ${there} where ${row.target}`,
        },
      ];
    }
    return [
      ...changes(statement, source, table, row, here, there),
      ...keyChange(statement, source, table, row, here, there),
    ].map((change) => ({ ...change, ...prepare }));
  });
}

interface RowKey {
  words: string;
  source: string;
  target: string;
}

/** Rows by integer and text keys, which both engines read alike. */
function keysOf(source: SourceTable, table: PlannedTable, copy: Database.Database): RowKey[] {
  const key = source.primaryKey.flatMap(
    (name) => table.columns.find((column) => column.source === name) ?? [],
  );
  if (key.length === 0 || key.length !== source.primaryKey.length || !key.every(isPlainKey)) {
    return [];
  }
  const names = key.map((column) => quoteName(column.source)).join(", ");
  const rows = copy
    .prepare(`select ${names} from ${quoteName(source.name)} order by ${names} limit ${TRIAL_ROWS}`)
    .raw()
    .safeIntegers()
    .all() as (bigint | string)[][];
  return rows.map((values) => rowKey(key, values));
}

const isPlainKey = (column: PlannedColumn) => /^(?:int64|int32|int16|text)$/.test(column.codec);

function rowKey(key: readonly PlannedColumn[], values: readonly (bigint | string)[]): RowKey {
  const literal = (value: bigint | string | undefined) =>
    typeof value === "bigint" ? value.toString() : `'${String(value).replaceAll("'", "''")}'`;
  const where = (name: (column: PlannedColumn) => string) =>
    key.map((column, i) => `${quoteName(name(column))} = ${literal(values[i])}`).join(" and ");
  return {
    words: `row ${values.join(", ")}`,
    source: where((column) => column.source),
    target: where((column) => column.target),
  };
}

/** A row is taken out and put in again as it was. */
function againOf(row: RowKey, table: PlannedTable, here: string, there: string): Write {
  const stored = table.columns.filter((column) => !column.computed);
  const sourceNames = stored.map((column) => quoteName(column.source)).join(", ");
  const targetNames = stored.map((column) => quoteName(column.target)).join(", ");
  return {
    words: `insert of ${row.words}, taken out before`,
    prepareSource: [
      "drop table if exists temp.outgrow_trial",
      `create temp table outgrow_trial as select * from ${here} where ${row.source}`,
      `delete from ${here} where ${row.source}`,
    ],
    prepareTarget: [
      "drop table if exists pg_temp.outgrow_trial",
      `create temp table outgrow_trial as select * from ${there} where ${row.target}`,
      `delete from ${there} where ${row.target}`,
    ],
    source: `insert into ${here} (${sourceNames}) select ${sourceNames} from temp.outgrow_trial`,
    target: `insert into ${there} (${targetNames}) select ${targetNames} from pg_temp.outgrow_trial`,
  };
}

function changes(
  statement: CreateTrigger,
  source: SourceTable,
  table: PlannedTable,
  row: RowKey,
  here: string,
  there: string,
): Omit<Write, "prepareSource" | "prepareTarget">[] {
  const named = statement.updateOf?.map(lowerAscii);
  const columns = table.columns
    .filter((column) => !column.computed && !source.primaryKey.includes(column.source))
    .filter((column) => named === undefined || named.includes(lowerAscii(column.source)))
    .slice(0, TRIAL_COLUMNS);
  const key = table.columns.find((column) => column.source === source.rowidAlias);
  return columns.flatMap((column) => {
    const update = (value: { source: string; target: string }, words: string) => ({
      words: `update of "${column.source}" in ${row.words}${words}`,
      source: `update ${here} set ${quoteName(column.source)} = ${value.source} where ${row.source}`,
      target: `update ${there} set ${quoteName(column.target)} = ${value.target} where ${row.target}`,
    });
    const same = { source: quoteName(column.source), target: quoteName(column.target) };
    const other = changed(column, here, there, key);
    return [
      update(same, ", unchanged"),
      ...(other === null ? [] : [update(other, "")]),
      ...(column.notNull ? [] : [update({ source: "null", target: "null" }, " to NULL")]),
    ];
  });
}

/** The row takes another id; a trigger may look whether it did. */
function keyChange(
  statement: CreateTrigger,
  source: SourceTable,
  table: PlannedTable,
  row: RowKey,
  here: string,
  there: string,
): Omit<Write, "prepareSource" | "prepareTarget">[] {
  const key = table.columns.find((column) => column.source === source.rowidAlias);
  if (key === undefined) {
    return [];
  }
  const named = statement.updateOf?.map(lowerAscii);
  const other = table.columns.find(
    (column) =>
      column !== key &&
      !column.computed &&
      (named === undefined || named.includes(lowerAscii(column.source))),
  );
  const sets = (name: (column: PlannedColumn) => string) =>
    [
      `${name(key)} = ${name(key)} + 1000003`,
      ...(other === undefined ? [] : [`${name(other)} = ${name(other)}`]),
    ].join(", ");
  return [
    {
      words: `update of "${key.source}" in ${row.words}`,
      source: `update ${here} set ${sets((column) => quoteName(column.source))} where ${row.source}`,
      target: `update ${there} set ${sets((column) => quoteName(column.target))} where ${row.target}`,
    },
  ];
}

function changed(
  column: PlannedColumn,
  here: string,
  there: string,
  key: PlannedColumn | undefined,
): { source: string; target: string } | null {
  return column.codec === "blob"
    ? ofOtherRow(column, here, there, key)
    : changedPlain(quoteName(column.source), quoteName(column.target), column);
}

/** Bytes mean something to those that read them, so the last row's are taken. */
function ofOtherRow(
  column: PlannedColumn,
  here: string,
  there: string,
  key: PlannedColumn | undefined,
): { source: string; target: string } | null {
  return key === undefined
    ? null
    : {
        source: `(select ${quoteName(column.source)} from ${here} order by ${quoteName(key.source)} desc limit 1)`,
        target: `(select ${quoteName(column.target)} from ${there} order by ${quoteName(key.target)} desc limit 1)`,
      };
}

function changedPlain(
  here: string,
  there: string,
  column: PlannedColumn,
): { source: string; target: string } | null {
  switch (column.codec) {
    case "int64":
    case "int32":
    case "int16":
      return { source: `ifnull(${here}, 0) + 1`, target: `coalesce(${there}, 0) + 1` };
    case "text":
      return { source: `ifnull(${here}, '') || 'x'`, target: `coalesce(${there}, '') || 'x'` };
    case "bool":
      return { source: `not ifnull(${here}, 0)`, target: `not coalesce(${there}, false)` };
    case "double":
      return { source: `ifnull(${here}, 0) + 0.5`, target: `coalesce(${there}, 0) + 0.5` };
    default:
      return null;
  }
}

interface MadeUpRow {
  columns: { column: PlannedColumn; source: string; target: string }[];
  key: RowKey | null;
}

/** A value for every column of a plain kind; null where one that must not be NULL is of another. */
function madeUpRow(
  source: SourceTable,
  table: PlannedTable,
  schema: string,
  text: (place: number) => string,
): MadeUpRow | null {
  const columns: MadeUpRow["columns"] = [];
  for (const [i, column] of table.columns.filter((one) => !one.computed).entries()) {
    const value = referred(column, table, schema) ?? madeUpValue(column, i, text);
    if (value !== null) {
      columns.push({ column, ...value });
    } else if (column.notNull && column.defaultSql === null) {
      return null;
    }
  }
  const key = source.primaryKey.flatMap((name) => columns.find(({ column }) => column.source === name) ?? []);
  const isWhole = key.length > 0 && key.length === source.primaryKey.length;
  return {
    columns,
    key: isWhole
      ? {
          words: "a row made up",
          source: key.map((one) => `${quoteName(one.column.source)} = ${one.source}`).join(" and "),
          target: key.map((one) => `${quoteName(one.column.target)} = ${one.target}`).join(" and "),
        }
      : null,
  };
}

/** Large numbers, so that they meet no row that is there. */
/** What refers to another table is NULL, or a row that is there. */
function referred(
  column: PlannedColumn,
  table: PlannedTable,
  schema: string,
): { source: string; target: string } | null {
  const key = table.foreignKeys.find(({ columns }) => columns.includes(column.target));
  if (key === undefined) {
    return null;
  }
  if (!column.notNull) {
    return { source: "null", target: "null" };
  }
  const parent = quoteName(key.parentColumns[key.columns.indexOf(column.target)] ?? "");
  return {
    source: `(select min(${parent}) from ${quoteName(key.parentTable)})`,
    target: `(select min(${parent}) from ${quotePath(schema, key.parentTable)})`,
  };
}

function madeUpValue(
  column: PlannedColumn,
  place: number,
  text: (place: number) => string,
): { source: string; target: string } | null {
  const both = (sql: string) => ({ source: sql, target: sql });
  switch (column.codec) {
    case "int64":
    case "int32":
    case "int16":
      return both(column.codec === "int16" ? "31007" : `${1_900_000_007 + place}`);
    case "text":
      return both(text(place));
    case "bool":
      return { source: "1", target: "true" };
    case "double":
      return both("0.5");
    case "blob":
      return { source: "x'00'", target: "'\\x00'" };
    case "iso(space,none,none)":
    case "iso(space,none,none,utc)":
      return { source: "'2024-05-06 07:08:09'", target: "'2024-05-06 07:08:09+00'" };
    default:
      return null;
  }
}

function insertOf({ columns }: MadeUpRow, here: string, there: string): Write {
  const list = (name: (column: PlannedColumn) => string) =>
    columns.map(({ column }) => quoteName(name(column))).join(", ");
  return {
    words: "insert of a row made up",
    prepareSource: [],
    prepareTarget: [],
    source: `insert into ${here} (${list((column) => column.source)}) values (${columns.map(({ source }) => source).join(", ")})`,
    target: `insert into ${there} (${list((column) => column.target)}) values (${columns.map(({ target }) => target).join(", ")})`,
  };
}
