// SQLite's date and time functions ("Date And Time Functions"): a moment is made of the first arguments, moved by modifiers,
// and printed. A moment is a PostgreSQL timestamp in UTC.

import { quoteLiteral } from "../../base/quote.js";
import type { Call, Expr } from "../ast.js";
import { Untranslatable } from "./meaning.js";
import type { Scope } from "./scope.js";
import { asNumber, asText, asValue, operand, type Typed, typed, type Volatility, words } from "./typed.js";

type Translate = (expr: Expr, scope: Scope) => Typed;

const FORMATS: Record<string, string> = { date: "%Y-%m-%d", time: "%H:%M:%S", datetime: "%Y-%m-%d %H:%M:%S" };

/** Null where the function is none of these. */
export function translateDate(call: Call, scope: Scope, translate: Translate): Typed | null {
  const format = FORMATS[call.name];
  if (format === undefined && !/^(?:strftime|julianday|unixepoch)$/.test(call.name)) {
    return null;
  }
  const args = call.args.map((arg) => translate(arg, scope));
  const pattern = call.name === "strftime" ? args.shift() : undefined;
  const moment = momentOf(args, scope);
  const { sql, volatility } = moment;
  switch (call.name) {
    case "julianday":
      return typed(
        `(floor(extract(epoch from ${sql}) * 1000)::bigint + 210866760000000)::double precision / 86400000`,
        "real",
        "double precision",
        { atom: false, volatility },
      );
    case "unixepoch":
      return typed(`floor(extract(epoch from ${sql}))::bigint`, "integer", "bigint", {
        atom: false,
        volatility,
      });
    case "strftime":
      if (pattern === undefined || pattern.literal === null) {
        throw new Untranslatable("it calls strftime with a format that is not known");
      }
      return print(pattern.literal, moment, scope);
    default:
      return print(format ?? "", moment, scope);
  }
}

interface Moment {
  sql: string;
  volatility: Volatility;
}

function momentOf(args: readonly Typed[], scope: Scope): Moment {
  const [value, ...modifiers] = args;
  const words = modifiers.map((modifier) => {
    if (modifier.literal === null || modifier.class !== "text") {
      throw new Untranslatable("it moves a date by a modifier that is not known");
    }
    return modifier.literal.trim().toLowerCase();
  });
  let moment = value === undefined ? NOW : start(value, words, scope);
  for (const modifier of words) {
    moment = modified(moment, modifier, scope);
  }
  return moment;
}

const NOW: Moment = {
  sql: "(date_trunc('milliseconds', statement_timestamp()) at time zone 'UTC')",
  volatility: "stable",
};

/** Takes the first modifier away where it says how the value is to be read. */
function start(value: Typed, modifiers: string[], scope: Scope): Moment {
  if (value.literal?.toLowerCase() === "now") {
    return NOW;
  }
  const number = asValue(value);
  if (number.class === "integer" || number.class === "real" || number.class === "number") {
    const seconds = `${operand(asNumber(number))}`;
    if (modifiers[0] === "unixepoch") {
      modifiers.shift();
      return {
        sql: `${scope.helpers.add("sqlite_epoch")}(${seconds}::double precision)`,
        volatility: value.volatility,
      };
    }
    throw new Untranslatable("it reads a number as a Julian day");
  }
  const column = value.column;
  const isWhole =
    column?.meaning.codec != null && /^iso\((?:space|T),(?:none|3|0or3|minute),/.test(column.meaning.codec);
  if (column !== null && isWhole && value.class === "text") {
    const sql = column.meaning.type === "timestamptz" ? `(${column.sql} at time zone 'UTC')` : column.sql;
    return { sql, volatility: column.meaning.type === "timestamptz" ? "stable" : "immutable" };
  }
  if (column !== null && column.meaning.type === "date" && value.class === "text") {
    return { sql: `${column.sql}::timestamp`, volatility: "immutable" };
  }
  if (value.class !== "text" && value.class !== "null") {
    throw new Untranslatable(`${words(value)} is read as a date`);
  }
  return { sql: `${scope.helpers.add("sqlite_moment")}(${asText(value).sql})`, volatility: value.volatility };
}

function modified(moment: Moment, modifier: string, scope: Scope): Moment {
  const known =
    /^[+-]?\d+(?:\.\d+)? (?:second|minute|hour|day|month|year)s?$/.test(modifier) ||
    /^start of (?:day|month|year)$/.test(modifier) ||
    /^weekday [0-6]$/.test(modifier);
  if (!known) {
    throw new Untranslatable(`it moves a date by the modifier ${JSON.stringify(modifier)}`);
  }
  return { ...moment, sql: `${scope.helpers.add("sqlite_moved")}(${moment.sql}, ${quoteLiteral(modifier)})` };
}

/** strftime's letters as to_char's patterns; undefined for those that print what no pattern does. */
const LETTERS: Record<string, string> = {
  d: "DD",
  e: "",
  H: "HH24",
  I: "HH12",
  j: "DDD",
  m: "MM",
  M: "MI",
  S: "SS",
  Y: "YYYY",
  F: "YYYY-MM-DD",
  T: "HH24:MI:SS",
  R: "HH24:MI",
  f: "SS.MS",
  p: "AM",
  G: "IYYY",
  V: "IW",
  u: "ID",
};

function print(format: string, { sql, volatility }: Moment, scope: Scope): Typed {
  const parts: string[] = [];
  let pattern = "";
  const flush = () => {
    if (pattern !== "") {
      // to_char may depend on the locale, though not for these patterns; PostgreSQL takes it for stable.
      const name = volatility === "immutable" ? scope.helpers.add("sqlite_print") : "to_char";
      parts.push(`${name}(${sql}, ${quoteLiteral(pattern)})`);
      pattern = "";
    }
  };
  for (const piece of format.match(/%.|[^%]+|%/gs) ?? []) {
    const letter = piece.startsWith("%") ? piece.slice(1) : null;
    if (letter === null) {
      pattern += `"${piece.replace(/[\\"]/g, "\\$&")}"`;
    } else if (letter === "%") {
      pattern += '"%"';
    } else if (letter === "s") {
      flush();
      parts.push(`floor(extract(epoch from ${sql}))::bigint::text`);
    } else if (letter === "w") {
      flush();
      parts.push(`extract(dow from ${sql})::integer::text`);
    } else {
      const known = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
      if (!known) {
        throw new Untranslatable(`it prints a date by ${piece}`);
      }
      pattern += known;
    }
  }
  flush();
  return typed(parts.join(" || ") || "''", "text", "text", {
    atom: parts.length === 1 && (parts[0] ?? "").endsWith(")"),
    digits: /^%[sYmdHMSjwu]$/.test(format),
    volatility,
  });
}
