// A translated expression: PostgreSQL's SQL with what is known of its value in SQLite, and the coercions between the two
// engines' ideas of a truth, a number and a text.

import { quoteLiteral } from "../../base/quote.js";
import { type Affinity, type ColumnMeaning, Untranslatable, type ValueClass } from "./meaning.js";

export type Volatility = "immutable" | "stable" | "volatile";

export interface Typed {
  /** Gives the value SQLite has, of `class`: a bigint, double precision, numeric, boolean, text or bytea. */
  sql: string;
  /** Whether it can stand beside any operator without parentheses. */
  atom: boolean;
  class: ValueClass;
  /** PostgreSQL's type of `sql`, without its length. */
  type: string;
  /** Null for what has none: literals and operators ("Datatypes In SQLite" section 3.2). */
  affinity: Affinity | null;
  collation: { name: string; explicit: boolean } | null;
  /** The bare column, where the expression is one. */
  column: { sql: string; meaning: ColumnMeaning } | null;
  /** The text of a string or number, where the expression is a literal. */
  literal: string | null;
  /** SQL of the json value of which SQLite gives what it is: a text, a number, 0 or 1, NULL. */
  json: string | null;
  /** A text of digits alone, as strftime('%s') gives: it computes as the integer it reads as. */
  digits: boolean;
  volatility: Volatility;
}

type Extra = Partial<Omit<Typed, "sql" | "class" | "type">>;

export function typed(sql: string, valueClass: ValueClass, type: string, extra: Extra = {}): Typed {
  return {
    sql,
    atom: extra.atom ?? /^(?:[\w.]+|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")*|'(?:[^']|'')*')$/.test(sql),
    class: valueClass,
    type,
    affinity: null,
    collation: null,
    column: null,
    literal: null,
    json: null,
    digits: false,
    volatility: "immutable",
    ...extra,
  };
}

/** A call is an atom: its parentheses are its own. */
export function call(
  name: string,
  args: readonly string[],
  valueClass: ValueClass,
  type: string,
  of: readonly Typed[],
): Typed {
  return typed(`${name}(${args.join(", ")})`, valueClass, type, { atom: true, volatility: volatilityOf(of) });
}

export function volatilityOf(parts: readonly Typed[]): Volatility {
  const all = parts.map((part) => part.volatility);
  return all.includes("volatile") ? "volatile" : all.includes("stable") ? "stable" : "immutable";
}

export function operand(value: Typed): string {
  return value.atom ? value.sql : `(${value.sql})`;
}

export const isNumeric = (value: Typed) => /^(?:integer|real|number|condition)$/.test(value.class);

/** PostgreSQL's boolean: SQLite takes a number other than zero for true ("SQL Language Expressions" section 14). */
export function asCondition(value: Typed): string {
  switch (value.class) {
    case "condition":
      return value.sql;
    case "integer":
    case "real":
    case "number":
      return value.literal === null
        ? `${operand(value)} <> 0`
        : Number(value.literal) === 0
          ? "false"
          : "true";
    case "null":
      return "null::boolean";
    default:
      throw new Untranslatable(`${words(value)} is used as a condition`);
  }
}

/** The 0 or 1 of a condition; other values as they are. */
export function asValue(value: Typed): Typed {
  return value.class === "condition"
    ? {
        ...value,
        sql: `${operand(value)}::integer`,
        atom: false,
        class: "integer",
        type: "integer",
        column: null,
      }
    : value;
}

/** A number in the type that SQLite computes with: bigint or double precision. */
export function asNumber(value: Typed): Typed {
  const number = asValue(value);
  switch (number.class) {
    case "integer":
      return number.type === "bigint" || number.literal !== null
        ? number
        : { ...number, sql: `${operand(number)}::bigint`, atom: false, type: "bigint" };
    case "real":
    case "number":
      return number.type === "double precision"
        ? number
        : { ...number, sql: `${operand(number)}::double precision`, atom: false, type: "double precision" };
    case "null":
      return typed("null::bigint", "null", "bigint", { atom: false });
    case "text":
      if (value.digits) {
        return typed(`${operand(value)}::bigint`, "integer", "bigint", {
          atom: false,
          volatility: value.volatility,
        });
      }
      throw new Untranslatable(`${words(value)} is computed with as a number`);
    default:
      throw new Untranslatable(`${words(value)} is computed with as a number`);
  }
}

/** The text that SQLite makes of a value; a REAL's is printed by rules of its own, so it is refused. */
export function asText(value: Typed): Typed {
  const of = asValue(value);
  switch (of.class) {
    case "text":
      return of.type === "citext" ? { ...of, sql: `${operand(of)}::text`, atom: false, type: "text" } : of;
    case "integer":
      return of.literal === null
        ? { ...of, sql: `${operand(of)}::text`, atom: false, class: "text", type: "text", column: null }
        : typed(quoteLiteral(BigInt(of.literal).toString()), "text", "text", {
            literal: BigInt(of.literal).toString(),
          });
    case "null":
      return typed("null::text", "null", "text", { atom: false });
    default:
      throw new Untranslatable(`${words(value)} is used as text`);
  }
}

/** The one class that values of these classes can share in a column of PostgreSQL, as CASE, coalesce and UNION need it. */
export function commonClass(values: readonly Pick<Typed, "class">[]): ValueClass {
  const classes = new Set(values.map((value) => value.class));
  classes.delete("null");
  if (classes.size <= 1) {
    return [...classes][0] ?? "null";
  }
  const isOneOf = (...allowed: ValueClass[]) => [...classes].every((one) => allowed.includes(one));
  if (isOneOf("integer", "condition")) {
    return "integer";
  }
  if (isOneOf("integer", "condition", "real", "number")) {
    return "number";
  }
  throw new Untranslatable(`its values are of several storage classes (${[...classes].sort().join(", ")})`);
}

/** The value as one of the class that `commonClass` gave. */
export function asClass(value: Typed, wanted: ValueClass): Typed {
  if (value.class === "null" && wanted !== "null") {
    const type = TYPES[wanted] ?? "text";
    return typed(`null::${type}`, "null", type, { atom: false });
  }
  switch (wanted) {
    case "number":
      return { ...asNumber({ ...asValue(value), class: "number" }), class: "number" };
    case "integer":
    case "real":
      return asNumber(value);
    case "text":
      return asText(value);
    default:
      return value;
  }
}

const TYPES: Partial<Record<ValueClass, string>> = {
  integer: "bigint",
  real: "double precision",
  number: "double precision",
  condition: "boolean",
  text: "text",
  blob: "bytea",
};

export function words(value: Typed): string {
  const what: Record<ValueClass, string> = {
    integer: "an integer",
    real: "a real number",
    number: "a number",
    condition: "a truth value",
    text: "a text",
    blob: "a blob",
    null: "NULL",
    any: "a value of any storage class",
  };
  return value.column === null
    ? what[value.class]
    : `${what[value.class]} (column "${value.column.meaning.source}")`;
}
