// Translates SELECT: the columns it gives, what it reads, and the order that SQLite would give ("SELECT").

import { quoteName } from "../../base/quote.js";
import type { CommonTable, Expr, From, ResultColumn, Select, SelectCore } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { columnsOf } from "../walk.js";
import { hasAggregate, isAggregate } from "./aggregates.js";
import { translate, translateCondition, translateFilter } from "./expression.js";
import {
  type ColumnMeaning,
  type Meanings,
  type TableMeaning,
  tableNamed,
  Untranslatable,
  type ValueClass,
} from "./meaning.js";
import { orderBy, sortKey } from "./order.js";
import type { Scope, Source, TranslatedSelect } from "./scope.js";
import { asClass, asValue, commonClass, type Typed } from "./typed.js";

/** A scope without tables: where a view's SELECT begins, or (with sources) what surrounds a statement. */
export function selectScope(
  meanings: Meanings,
  helpers: Scope["helpers"],
  sources: readonly Source[] = [],
): Scope {
  return {
    sources,
    aliases: new Map(),
    merged: new Set(),
    outer: null,
    meanings,
    helpers,
    select: translateSelect,
  };
}

/** `outer` gives the meanings, and the columns around a subquery. Throws Untranslatable. */
export function translateSelect(select: Select, outer: Scope): TranslatedSelect {
  const { sql: withSql, meanings } = withTables(select.with, outer);
  const scope = { ...outer, meanings };
  const cores = select.parts.map((part) => ({ op: part.op, core: part.core }));
  const [only] = cores;
  if (cores.length === 1 && only !== undefined) {
    const core = translateCore(only.core, scope, select.orderBy);
    const limit = limitSql(select, scope);
    return {
      sql: `${withSql}${core.sql}${core.order}${limit.sql}`,
      columns: core.columns,
      many: core.many && !limit.atMostOne,
    };
  }
  const parts = cores.map(({ op, core }) => ({ op, ...translateCore(core, scope, []) }));
  const columns = unite(parts.map((part) => part.columns));
  const sql = parts
    .map(
      (part) => `${part.op === null ? "" : ` ${part.op} `}${part.rewrite(columns.map(({ value }) => value))}`,
    )
    .join("");
  const order = select.orderBy.length === 0 ? "" : ` order by ${compoundOrder(select, columns)}`;
  const limit = limitSql(select, scope);
  return { sql: `${withSql}${sql}${order}${limit.sql}`, columns, many: !limit.atMostOne };
}

interface Core {
  sql: string;
  /** ` order by …` or ''. */
  order: string;
  columns: TranslatedSelect["columns"];
  many: boolean;
  /** The same SELECT with each column as a value of the class that a compound needs. */
  rewrite(as: readonly Typed[]): string;
}

function translateCore(core: SelectCore, outer: Scope, order: Select["orderBy"]): Core {
  if (core.kind === "values") {
    return translateValues(core.rows, outer);
  }
  const from = core.from === null ? null : translateFrom(core.from, outer);
  const inner: Scope = {
    sources: from?.sources ?? [],
    aliases: new Map(),
    merged: from?.merged ?? new Set(),
    outer,
    meanings: outer.meanings,
    helpers: outer.helpers,
    select: translateSelect,
  };
  const results = core.columns.flatMap((column) => expand(column, inner));
  const aliases = new Map(
    results.flatMap(({ alias, expr }) =>
      alias === null || expr === null ? [] : [[lowerAscii(alias), expr] as const],
    ),
  );
  const scope = { ...inner, aliases };
  const groups = core.groupBy.map((expr) => groupKey(expr, results, scope));
  const isGrouped =
    core.groupBy.length > 0 || results.some(({ expr }) => expr !== null && hasAggregate(expr));
  const columns = results.map(({ name, expr, value }) => ({
    name,
    value: value ?? resultValue(expr as Expr, isGrouped, core, inner, groups),
  }));
  if (core.windows.length > 0) {
    throw new Untranslatable("it uses a named window");
  }
  const where = core.where === null ? "" : ` where ${translateFilter(core.where, scope).sql}`;
  const groupBy = groups.length === 0 ? "" : ` group by ${groups.map((group) => group.sql).join(", ")}`;
  const having = core.having === null ? "" : ` having ${translateCondition(core.having, scope).sql}`;
  const rest = `${from === null ? "" : ` from ${from.sql}`}${where}${groupBy}${having}`;
  const write = (values: readonly Typed[]) =>
    `select ${core.distinct ? "distinct " : ""}${columns
      .map(
        ({ name }, i) =>
          `${shown(values[i] ?? (columns[i] as { value: Typed }).value)} as ${quoteName(name)}`,
      )
      .join(", ")}${rest}`;
  const values = columns.map(({ value }) => value);
  const sortBy =
    order.length === 0
      ? ""
      : ` order by ${orderBy(order, (term) => {
          const place = placeOf(term.expr, results);
          const value = place === null ? translate(term.expr, scope) : (values[place] as Typed);
          return value;
        })}`;
  return {
    sql: write(values),
    order: sortBy,
    columns,
    many: !(isGrouped && core.groupBy.length === 0),
    rewrite: (as) => write(values.map((value, i) => castTo(value, as[i] ?? value))),
  };
}

/** A column as it stands, else SQLite's value. */
function shown(value: Typed): string {
  return (
    value.column?.sql ?? (value.class === "null" && value.sql === "null" ? "null::text" : asValue(value).sql)
  );
}

function castTo(value: Typed, as: Typed): Typed {
  const isSameColumn =
    value.column !== null &&
    as.column !== null &&
    value.column.meaning.type === as.column.meaning.type &&
    value.column.meaning.codec === as.column.meaning.codec;
  return isSameColumn ? value : { ...asClass(asValue(value), as.class), column: null };
}

/** Columns that all parts give alike stay as they are; others become values of one class. */
function unite(parts: readonly TranslatedSelect["columns"][]): TranslatedSelect["columns"] {
  const [first = []] = parts;
  return first.map(({ name }, i) => {
    const values = parts.map((columns) => {
      const value = columns[i]?.value;
      if (value === undefined) {
        throw new Untranslatable("its parts have different numbers of columns");
      }
      return value;
    });
    const [one] = values as [Typed];
    const isAlike = values.every(
      (value) =>
        value.column !== null &&
        one.column !== null &&
        value.column.meaning.codec === one.column.meaning.codec &&
        value.column.meaning.type === one.column.meaning.type,
    );
    if (isAlike) {
      return { name, value: one };
    }
    const shared = commonClass(values.map(asValue));
    const value = asClass(asValue(values.find((candidate) => candidate.class !== "null") ?? one), shared);
    return { name, value: { ...value, column: null, literal: null } };
  });
}

function compoundOrder(select: Select, columns: TranslatedSelect["columns"]): string {
  return orderBy(select.orderBy, (term) => {
    const names = columns.map(({ name }) => lowerAscii(name));
    const place =
      term.expr.kind === "number"
        ? Number(term.expr.text) - 1
        : term.expr.kind === "column"
          ? names.indexOf(lowerAscii(term.expr.name))
          : -1;
    const column = columns[place];
    if (column === undefined) {
      throw new Untranslatable("it sorts a compound by an expression");
    }
    if (
      column.value.class === "text" &&
      column.value.column !== null &&
      column.value.column.meaning.type !== "text"
    ) {
      throw new Untranslatable("it sorts a compound by a column that holds its values otherwise");
    }
    // PostgreSQL sorts a compound by its columns alone.
    return {
      ...column.value,
      sql: quoteName(column.name),
      class: "integer",
      column: null,
      atom: true,
      type: "bigint",
    };
  });
}

function translateValues(rows: Expr[][], outer: Scope): Core {
  const scope = { ...outer, sources: [], outer, aliases: new Map<string, Expr>() };
  const values = rows.map((row) => row.map((expr) => translate(expr, scope)));
  const width = values[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, i) => {
    const column = values.map((row) => row[i] as Typed);
    const shared = commonClass(column);
    const one = asClass(column.find((value) => value.class !== "null") ?? (column[0] as Typed), shared);
    return { name: `column${i + 1}`, value: { ...one, literal: null, column: null } };
  });
  const write = (as: readonly Typed[]) =>
    `values ${values.map((row) => `(${row.map((value, i) => asClass(asValue(value), (as[i] ?? value).class).sql).join(", ")})`).join(", ")}`;
  return {
    sql: write(columns.map(({ value }) => value)),
    order: "",
    columns,
    many: rows.length > 1,
    rewrite: write,
  };
}

interface Result {
  name: string;
  alias: string | null;
  /** Null for a column of `*`, which has its value. */
  expr: Expr | null;
  value: Typed | null;
}

function expand(column: ResultColumn, scope: Scope): Result[] {
  if (column.kind === "expr") {
    const name = column.alias ?? (column.expr.kind === "column" ? nameOf(column.expr, scope) : column.source);
    return [{ name, alias: column.alias, expr: column.expr, value: null }];
  }
  const seen = new Set<string>();
  return scope.sources
    .filter((source) => column.kind === "star" || lowerAscii(source.name) === lowerAscii(column.table))
    .flatMap((source) =>
      source.table.columns.flatMap((meaning) => {
        const name = lowerAscii(meaning.source);
        const isMerged = scope.merged.has(name) && column.kind === "star";
        if (isMerged && seen.has(name)) {
          return [];
        }
        seen.add(name);
        const ref: Expr = {
          kind: "column",
          schema: null,
          table: isMerged ? null : source.name,
          name: meaning.source,
          quoted: null,
        };
        return [{ name: meaning.source, alias: null, expr: ref, value: null }];
      }),
    );
}

/** A column's own name, however it is spelt where it is read. */
function nameOf(ref: Extract<Expr, { kind: "column" }>, scope: Scope): string {
  const value = translate(ref, scope);
  return value.column?.meaning.source ?? ref.name;
}

const placeOf = (expr: Expr, results: readonly Result[]): number | null => {
  if (expr.kind === "number" && /^\d+$/.test(expr.text)) {
    return Number(expr.text) - 1;
  }
  if (expr.kind === "column" && expr.table === null) {
    const place = results.findIndex(
      ({ alias }) => alias !== null && lowerAscii(alias) === lowerAscii(expr.name),
    );
    return place < 0 ? null : place;
  }
  return null;
};

function groupKey(expr: Expr, results: readonly Result[], scope: Scope): Typed {
  const place = expr.kind === "number" ? placeOf(expr, results) : null;
  const of = place === null ? expr : (results[place]?.expr ?? expr);
  const value = translate(of, scope);
  if (value.class === "any") {
    throw new Untranslatable("it groups by values of any storage class");
  }
  const isAsItIs = value.column !== null && !/^jsonb?$/.test(value.column.meaning.type);
  return { ...value, sql: isAsItIs ? (value.column?.sql ?? value.sql) : sortKey(value) };
}

/**
 * Among groups, SQLite lets a column stand bare and takes its value from some row of the group ("SELECT" section 2.4). Where the
 * group does not determine it PostgreSQL refuses, and it is taken from some row there as well.
 */
function resultValue(
  expr: Expr,
  isGrouped: boolean,
  core: Extract<SelectCore, { kind: "query" }>,
  scope: Scope,
  groups: readonly Typed[],
): Typed {
  const value = translate(expr, scope);
  if (!isGrouped || hasAggregate(expr) || columnsOf(expr).length === 0) {
    if (isGrouped && hasAggregate(expr) && bareColumns(expr, core, scope, groups)) {
      throw new Untranslatable("it mixes an aggregate and a column that is not grouped by");
    }
    return value;
  }
  const isKey = groups.some((group) => group.sql === (value.column?.sql ?? value.sql));
  if (isKey || determined(value, scope, groups)) {
    return value;
  }
  if (value.column === null) {
    throw new Untranslatable("it reads an expression that is not grouped by");
  }
  const sql = `(array_agg(${value.column.sql}${rowOfExtreme(core, scope)}))[1]`;
  const meaning: ColumnMeaning = value.column.meaning;
  return { ...value, sql: meaning.value(sql), column: { sql, meaning }, atom: true };
}

/** With one min() or max(), the row is the one that has it ("SELECT" section 2.4). */
function rowOfExtreme(core: Extract<SelectCore, { kind: "query" }>, scope: Scope): string {
  const extremes = core.columns.flatMap((column) =>
    column.kind === "expr" &&
    column.expr.kind === "call" &&
    isAggregate(column.expr) &&
    /^(?:min|max)$/.test(column.expr.name)
      ? [column.expr]
      : [],
  );
  const [one, ...others] = extremes;
  if (one === undefined) {
    return "";
  }
  const [arg] = one.args;
  if (others.length > 0 || arg === undefined) {
    throw new Untranslatable("it reads a column that is not grouped by, beside several of min() and max()");
  }
  return ` order by ${sortKey(translate(arg, scope))} ${one.name === "max" ? "desc " : ""}nulls last`;
}

function bareColumns(expr: Expr, _core: SelectCore, scope: Scope, groups: readonly Typed[]): boolean {
  return columnsOf(expr, isAggregate).some((ref) => {
    const value = translate(ref, scope);
    return !groups.some((group) => group.sql === value.column?.sql) && !determined(value, scope, groups);
  });
}

/** PostgreSQL itself sees that a table's primary key among the groups determines its columns. */
function determined(value: Typed, scope: Scope, groups: readonly Typed[]): boolean {
  return scope.sources.some((source) => {
    const isOfSource =
      source.table.columns.some((meaning) => meaning === value.column?.meaning) &&
      value.column?.sql.startsWith(source.prefix);
    const { primaryKey } = source.table;
    return (
      isOfSource &&
      primaryKey.length > 0 &&
      primaryKey.every((name) => {
        const meaning = source.table.columns.find((one) => lowerAscii(one.source) === lowerAscii(name));
        return (
          meaning !== undefined &&
          groups.some((group) => group.sql === `${source.prefix}${quoteName(meaning.target)}`)
        );
      })
    );
  });
}

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
      const select = translateSelect(from.select, outer);
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
  const scope: Scope = { ...outer, sources, aliases: new Map(), merged, outer, select: translateSelect };
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

function withTables(tables: Select["with"], outer: Scope): { sql: string; meanings: Meanings } {
  if (tables === null) {
    return { sql: "", meanings: outer.meanings };
  }
  const meanings = new Map(outer.meanings);
  const parts = tables.tables.map((table) => {
    const name = quoteName(table.name);
    const select = commonTable(table, { ...outer, meanings });
    const columns = table.columns === null ? "" : ` (${table.columns.map(quoteName).join(", ")})`;
    meanings.set(
      lowerAscii(table.name),
      derived(table.name, name, select.columns, table.columns ?? undefined),
    );
    const hint =
      table.materialized === null ? "" : table.materialized ? "materialized " : "not materialized ";
    return `${name}${columns} as ${hint}(${select.sql})`;
  });
  // SQLite lets a table refer to itself without the word.
  return { sql: `with recursive ${parts.join(", ")} `, meanings };
}

/** A table that reads itself gets its columns from its first part, which cannot. */
function commonTable(table: CommonTable, scope: Scope): TranslatedSelect {
  const [first, ...rest] = table.select.parts;
  if (first === undefined || rest.length === 0 || (first.core.kind === "values" && rest.length === 0)) {
    return translateSelect(table.select, scope);
  }
  const meanings = new Map(scope.meanings);
  meanings.delete(lowerAscii(table.name));
  const start = translateSelect(
    { ...table.select, parts: [first], orderBy: [], limit: null, offset: null },
    { ...scope, meanings },
  );
  const own = derived(
    table.name,
    quoteName(table.name),
    start.columns.map(({ name, value }) => ({ name, value: { ...asValue(value), literal: null } })),
    table.columns ?? undefined,
  );
  meanings.set(lowerAscii(table.name), own);
  return translateSelect(table.select, { ...scope, meanings });
}

function limitSql(select: Select, scope: Scope): { sql: string; atMostOne: boolean } {
  const literal = (expr: Expr | null): string | null => {
    if (expr === null) {
      return null;
    }
    const value = translate(expr, { ...scope, sources: [], aliases: new Map() });
    if (value.literal === null || value.class !== "integer") {
      throw new Untranslatable("its LIMIT is no number");
    }
    return value.literal;
  };
  const [limit, offset] = [literal(select.limit), literal(select.offset)];
  const isBounded = limit !== null && !limit.startsWith("-");
  const skips = offset !== null && Number(offset) > 0;
  return {
    sql: `${isBounded ? ` limit ${limit}` : ""}${skips ? ` offset ${offset}` : ""}`,
    atMostOne: isBounded && Number(limit) <= 1,
  };
}
