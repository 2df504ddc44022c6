// INSERT, UPDATE and DELETE of a trigger's body as PostgreSQL's, values stored as the columns of the target hold them.

import { quoteName } from "../../base/quote.js";
import type { Assignment, Delete, Expr, Insert, Select, Update, Upsert } from "../../sql/ast.js";
import { ofColumn, translate, translateFilter } from "../../sql/translate/expression.js";
import { derived, translateFrom } from "../../sql/translate/from.js";
import {
  type ColumnMeaning,
  columnNamed,
  type TableMeaning,
  tableNamed,
  Untranslatable,
} from "../../sql/translate/meaning.js";
import type { Scope } from "../../sql/translate/scope.js";
import { translateSelect } from "../../sql/translate/select.js";
import type { Typed } from "../../sql/translate/typed.js";
import { storedValue } from "../store-value.js";

/** Columns that take no value: PostgreSQL computes them. By table meaning. */
export type Computed = (table: TableMeaning, column: ColumnMeaning) => boolean;

export function insertSql(insert: Insert, scope: Scope, isComputed: Computed): string {
  const table = written(insert.table, scope);
  refuseWith(insert);
  const columns = (
    insert.columns ?? table.columns.filter((one) => !isComputed(table, one)).map(({ source }) => source)
  ).map((name) => ownColumn(table, name));
  const conflict = conflictSql(insert, table, columns, scope);
  const alias = insert.alias === null ? "" : ` as ${quoteName(insert.alias)}`;
  if (insert.select === null) {
    return `insert into ${table.path}${alias} default values${conflict}`;
  }
  const rows = literalRows(insert.select);
  if (rows !== null) {
    return insertRows(table, columns, rows, scope, alias, conflict);
  }
  const select = translateSelect(insert.select, scope);
  if (select.columns.length !== columns.length) {
    throw new Untranslatable(`it inserts ${select.columns.length} values into ${columns.length} columns`);
  }
  const from = derived(
    "new_rows",
    "new_rows",
    select.columns.map(({ value }, i) => ({ name: `c${i + 1}`, value })),
  );
  const values = from.columns.map((meaning, i) =>
    stored(ofColumn(meaning, "new_rows."), columns[i] as ColumnMeaning, scope),
  );
  const names = from.columns.map(({ target }) => quoteName(target)).join(", ");
  return `insert into ${table.path}${alias} (${list(columns)}) select ${values.join(", ")} from (${select.sql}) as new_rows (${names})${conflict}`;
}

function insertRows(
  table: TableMeaning,
  columns: ColumnMeaning[],
  rows: Expr[][],
  scope: Scope,
  alias: string,
  conflict: string,
): string {
  // An INTEGER PRIMARY KEY that is given NULL takes the next id.
  const kept = columns
    .map((column, i) => ({ column, i }))
    .filter(({ column, i }) => !(column === table.rowid && rows.every((row) => row[i]?.kind === "null")));
  const values = rows.map((row) => {
    if (row.length !== columns.length) {
      throw new Untranslatable(`it inserts ${row.length} values into ${columns.length} columns`);
    }
    return `(${kept.map(({ column, i }) => stored(translate(row[i] as Expr, scope), column, scope)).join(", ")})`;
  });
  return `insert into ${table.path}${alias} (${list(kept.map(({ column }) => column))}) values ${values.join(", ")}${conflict}`;
}

/** The rows of VALUES, or the one of a SELECT without FROM. */
function literalRows(select: Select): Expr[][] | null {
  const [part] = select.parts;
  if (select.parts.length !== 1 || part === undefined || select.with !== null || select.limit !== null) {
    return null;
  }
  return part.core.kind === "values" ? part.core.rows : null;
}

function conflictSql(insert: Insert, table: TableMeaning, columns: ColumnMeaning[], scope: Scope): string {
  if (insert.or === "ignore" && insert.upserts.length === 0) {
    return " on conflict do nothing";
  }
  if (insert.or === "replace" && insert.upserts.length === 0) {
    return replaceSql(table, columns);
  }
  if (insert.or !== null && insert.or !== "abort") {
    throw new Untranslatable(`it says OR ${insert.or.toUpperCase()}`);
  }
  const [upsert, ...others] = insert.upserts;
  if (upsert === undefined) {
    return "";
  }
  if (others.length > 0) {
    throw new Untranslatable("it has several ON CONFLICT clauses");
  }
  return upsertSql(upsert, insert, table, scope);
}

/** The row with the same primary key is replaced; other unique keys and what refers to the row would have to be looked at. */
function replaceSql(table: TableMeaning, columns: ColumnMeaning[]): string {
  const key = table.primaryKey.map((name) => ownColumn(table, name));
  const others = table.columns.filter((column) => !key.includes(column));
  if (key.length === 0 || !key.every((column) => columns.includes(column)) || table.hasOtherKeys) {
    throw new Untranslatable("it says OR REPLACE, and the row may conflict by more than one key");
  }
  const set = others.map((column) =>
    columns.includes(column)
      ? `${quoteName(column.target)} = excluded.${quoteName(column.target)}`
      : `${quoteName(column.target)} = default`,
  );
  return ` on conflict (${list(key)}) do ${set.length === 0 ? "nothing" : `update set ${set.join(", ")}`}`;
}

function upsertSql(upsert: Upsert, insert: Insert, table: TableMeaning, scope: Scope): string {
  const target =
    upsert.target === null
      ? ""
      : ` (${upsert.target.columns
          .map(({ expr }) => {
            if (expr.kind !== "column") {
              throw new Untranslatable("its ON CONFLICT names an expression");
            }
            return quoteName(ownColumn(table, expr.name).target);
          })
          .join(", ")})`;
  if (upsert.target?.where) {
    throw new Untranslatable("its ON CONFLICT names a partial index");
  }
  if (upsert.set === null) {
    return ` on conflict${target} do nothing`;
  }
  if (target === "") {
    throw new Untranslatable("its ON CONFLICT names no key");
  }
  const name = insert.alias ?? table.source;
  const prefix = insert.alias === null ? `${table.path}.` : `${quoteName(insert.alias)}.`;
  const inner: Scope = {
    ...scope,
    sources: [
      { name, table, prefix },
      { name: "excluded", table, prefix: "excluded.", named: true },
    ],
    outer: scope,
  };
  const where = upsert.where === null ? "" : ` where ${translateFilter(upsert.where, inner).sql}`;
  return ` on conflict${target} do update set ${assignments(upsert.set, table, inner)}${where}`;
}

export function updateSql(update: Update, scope: Scope): string {
  const table = written(update.table, scope);
  refuseWith(update);
  if (update.or !== null && update.or !== "abort") {
    throw new Untranslatable(`it says UPDATE OR ${update.or.toUpperCase()}`);
  }
  const alias = update.alias ?? table.source;
  const from = update.from === null ? null : translateFrom(update.from, scope);
  const inner: Scope = {
    ...scope,
    sources: [
      { name: update.alias ?? update.table, table, prefix: `${quoteName(alias)}.` },
      ...(from?.sources ?? []),
    ],
    merged: from?.merged ?? new Set(),
    outer: scope,
  };
  const where = update.where === null ? "" : ` where ${translateFilter(update.where, inner).sql}`;
  return `update ${table.path} as ${quoteName(alias)} set ${assignments(update.set, table, inner)}${from === null ? "" : ` from ${from.sql}`}${where}`;
}

export function deleteSql(statement: Delete, scope: Scope): string {
  const table = written(statement.table, scope);
  refuseWith(statement);
  const alias = statement.alias ?? table.source;
  const inner: Scope = {
    ...scope,
    sources: [{ name: statement.alias ?? statement.table, table, prefix: `${quoteName(alias)}.` }],
    outer: scope,
  };
  const where = statement.where === null ? "" : ` where ${translateFilter(statement.where, inner).sql}`;
  return `delete from ${table.path} as ${quoteName(alias)}${where}`;
}

function assignments(set: readonly Assignment[], table: TableMeaning, scope: Scope): string {
  return set
    .map(({ columns, value }) => {
      const [name, ...others] = columns;
      if (name === undefined || others.length > 0) {
        throw new Untranslatable("it sets several columns by one value");
      }
      const column = ownColumn(table, name);
      return `${quoteName(column.target)} = ${stored(translate(value, scope), column, scope)}`;
    })
    .join(", ");
}

function stored(value: Typed, column: ColumnMeaning, scope: Scope): string {
  const sql = storedValue(value, column);
  return column.rounds === undefined ? sql : `${scope.helpers.add(`sqlite_rtree_${column.rounds}`)}(${sql})`;
}

function written(name: string, scope: Scope): TableMeaning {
  const table = tableNamed(scope.meanings, name);
  if (table === undefined) {
    throw new Untranslatable(`it writes "${name}", which is not among what moves`);
  }
  return table;
}

function ownColumn(table: TableMeaning, name: string): ColumnMeaning {
  const column = columnNamed(table, name);
  if (column === undefined) {
    throw new Untranslatable(`it writes the column "${name}" of "${table.source}", which is not there`);
  }
  return column;
}

function refuseWith(statement: Pick<Update, "with"> & { limit?: Expr | null; orderBy?: unknown[] }): void {
  if (statement.with !== null) {
    throw new Untranslatable("it has a WITH before what it writes");
  }
  if ((statement.limit ?? null) !== null || (statement.orderBy ?? []).length > 0) {
    throw new Untranslatable("it writes rows up to a LIMIT");
  }
}

const list = (columns: readonly ColumnMeaning[]) => columns.map(({ target }) => quoteName(target)).join(", ");
