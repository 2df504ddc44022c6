// FROM: tables, subqueries and joins, and the columns that each gives to those who read it ("SELECT" section 2.1).

import { quoteName } from "../../base/quote.js";
import type { From } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { translateFilter } from "./expression.js";
import {
  type ColumnMeaning,
  type TableMeaning,
  tableNamed,
  Untranslatable,
  type ValueClass,
} from "./meaning.js";
import { type Scope, type Source, subselect, type TranslatedSelect } from "./scope.js";
import { asValue, type Typed } from "./typed.js";

interface FromSql {
  sql: string;
  sources: Source[];
  merged: Set<string>;
}

export function translateFrom(from: From, outer: Scope): FromSql {
  switch (from.kind) {
    case "table": {
      if (from.args !== null) {
        throw new Untranslatable(`it reads the table function ${from.name}()`);
      }
      const table = tableNamed(outer.meanings, from.name);
      if (table === undefined) {
        throw new Untranslatable(`it reads "${from.name}", which is not among what moves`);
      }
      const name = from.alias ?? from.name;
      const alias = from.alias ?? table.source;
      return {
        sql: `${table.path} as ${quoteName(alias)}`,
        sources: [{ name, table, prefix: `${quoteName(alias)}.` }],
        merged: new Set(),
      };
    }
    case "select": {
      const select = subselect(from.select, outer);
      const alias = from.alias ?? `subquery_${outer.helpers.count()}`;
      return {
        sql: `(${select.sql}) as ${quoteName(alias)}`,
        sources: [
          {
            name: alias,
            table: derived(alias, quoteName(alias), select.columns),
            prefix: `${quoteName(alias)}.`,
          },
        ],
        merged: new Set(),
      };
    }
    case "group": {
      const inside = translateFrom(from.from, outer);
      if (from.alias !== null) {
        throw new Untranslatable("it gives a name to a join in parentheses");
      }
      return { ...inside, sql: `(${inside.sql})` };
    }
    case "join":
      return join(from, outer);
  }
}

function join(from: Extract<From, { kind: "join" }>, outer: Scope): FromSql {
  const left = translateFrom(from.left, outer);
  const right = translateFrom(from.right, outer);
  const shared = from.natural ? sharedColumns(left, right) : (from.using ?? []);
  const merged = new Set([...left.merged, ...right.merged, ...shared.map(lowerAscii)]);
  const sources = [...left.sources, ...right.sources];
  const hasCondition = from.on !== null || shared.length > 0;
  // A comma and a join without ON are CROSS JOINs, which bind like the others; a comma would not in PostgreSQL.
  const words =
    from.type === "left" || from.type === "right" || from.type === "full"
      ? `${from.type} join`
      : hasCondition
        ? "join"
        : "cross join";
  if (shared.length > 0) {
    const names = shared.map((name) => usingName(name, left, right));
    return { sql: `${left.sql} ${words} ${right.sql} using (${names.join(", ")})`, sources, merged };
  }
  if (from.on === null) {
    return {
      sql: `${left.sql} ${words} ${right.sql}${words === "cross join" ? "" : " on true"}`,
      sources,
      merged,
    };
  }
  const scope: Scope = { ...outer, sources, aliases: new Map(), merged, outer, select: outer.select };
  return {
    sql: `${left.sql} ${words} ${right.sql} on ${translateFilter(from.on, scope).sql}`,
    sources,
    merged,
  };
}

function sharedColumns(left: FromSql, right: FromSql): string[] {
  const names = (from: FromSql) =>
    from.sources.flatMap((source) => source.table.columns.map((column) => column.source));
  const there = new Set(names(right).map(lowerAscii));
  return names(left).filter((name) => there.has(lowerAscii(name)));
}

function usingName(name: string, left: FromSql, right: FromSql): string {
  const find = (from: FromSql) =>
    from.sources
      .flatMap((source) => source.table.columns)
      .find((column) => lowerAscii(column.source) === lowerAscii(name));
  const [a, b] = [find(left), find(right)];
  const isAlike =
    a !== undefined &&
    b !== undefined &&
    a.target === b.target &&
    a.class === b.class &&
    a.collation === b.collation;
  if (!isAlike || (a.codec !== b.codec && a.class !== "integer")) {
    throw new Untranslatable(`it joins by "${name}", which holds its values otherwise in the two tables`);
  }
  return quoteName(a.target);
}

/** The table that a subquery, a CTE or a view is to those who read it. */
export function derived(
  source: string,
  path: string,
  columns: TranslatedSelect["columns"],
  names?: readonly string[],
): TableMeaning {
  return {
    source,
    path,
    rowid: null,
    primaryKey: [],
    hasOtherKeys: false,
    columns: columns.map(({ name, value }, i) => columnOf(names?.[i] ?? name, value)),
  };
}

function columnOf(name: string, value: Typed): ColumnMeaning {
  const column = value.column?.meaning;
  if (column !== undefined) {
    return { ...column, source: name, target: name };
  }
  const own = asValue(value);
  const valueClass: ValueClass = own.class;
  return {
    source: name,
    target: name,
    type: own.type === "unknown" ? "text" : own.type,
    class: valueClass,
    affinity: own.affinity ?? "BLOB",
    collation: own.collation?.name ?? "BINARY",
    codec: null,
    value: (sql) => sql,
  };
}
