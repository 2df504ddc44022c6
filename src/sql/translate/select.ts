// Translates SELECT: the columns it gives, what it reads, and the order that SQLite would give ("SELECT").

import { quoteName } from "../../base/quote.js";
import type { Expr, ResultColumn, Select, SelectCore } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { hasAggregate } from "./aggregates.js";
import { withTables } from "./common-tables.js";
import { translate, translateCondition, translateFilter } from "./expression.js";
import { translateFrom } from "./from.js";
import { groupKey, resultValue } from "./groups.js";
import { type Meanings, Untranslatable } from "./meaning.js";
import { orderBy } from "./order.js";
import { placeOf, type Result } from "./results.js";
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
