// Translates a column's DEFAULT where it is a literal or the current time; everything else is told, not guessed.

import { quoteLiteral } from "../base/quote.js";
import { codecFor } from "../codec/index.js";
import { shapeOf } from "../codec/shapes.js";
import type { Affinity } from "../source/catalog.js";
import type { PlannedColumn } from "./plan.js";

/** `timestamp(3)` takes what timestamp takes, and rounds it. */
export function withoutPrecision(type: string): string {
  return /^timestamp(?:tz)?\(\d\)$/.test(type) ? type.replace(/\(\d\)$/, "") : type;
}

/** What strftime('%Y-%m-%d…') prints of the current time. */
interface Stamp {
  kind: "stamp";
  separator: string;
  precision: "second" | "milliseconds";
  /** Whether three decimals are printed, be they zeros. */
  decimals: boolean;
  zone: string;
}

type Literal =
  | Stamp
  | { kind: "null" | "minus zero" }
  | { kind: "number" | "text" | "hex"; value: string }
  | { kind: "now" | "today" | "clock" | "epoch" };

/**
 * PostgreSQL's SQL for a SQLite default, null for no default, undefined where it has no translation.
 * A literal is checked against the column's type, since PostgreSQL does so at CREATE TABLE.
 */
export function translateDefault(
  sql: string,
  column: Pick<PlannedColumn, "type" | "codec">,
  affinity: Affinity,
): string | null | undefined {
  const literal = readLiteral(stripParentheses(sql.trim()));
  const type = withoutPrecision(column.type);
  const stored = literal && storedAs(literal, affinity, type);
  return stored === undefined ? undefined : write(stored, { ...column, type });
}

/**
 * What SQLite makes of the literal by the column's affinity, where that shows: a number in a TEXT column becomes the
 * text it prints, and text that reads as a number becomes one elsewhere ("Datatypes In SQLite" section 3).
 * Undefined where only SQLite's own printing of a double would tell.
 */
function storedAs(declared: Literal, affinity: Affinity, type: string): Literal | undefined {
  const isMinusZero = declared.kind === "number" && MINUS_ZERO.test(declared.value) && affinity !== "TEXT";
  if (isMinusZero && affinity === "BLOB") {
    // Only where a column has no affinity does the sign stay; PostgreSQL reads it in a string alone.
    return type === "double precision" ? { kind: "minus zero" } : undefined;
  }
  const literal: Literal = isMinusZero ? { kind: "number", value: "0.0" } : declared;
  const isText = literal.kind === "text";
  if (isText && affinity === "BLOB" && isNumeric(type)) {
    return undefined; // it stays the text it is, and no number is that
  }
  const becomesText = literal.kind === "number" && affinity === "TEXT";
  const showsAsText =
    /^(text|jsonb?)$/.test(type) &&
    (literal.kind === "number" ||
      (isText && affinity !== "TEXT" && affinity !== "BLOB" && NUMBER.test(literal.value)));
  if (!becomesText && !showsAsText) {
    return literal;
  }
  const value = "value" in literal ? literal.value : "";
  return /^-?\d{1,18}$/.test(value) && affinity !== "REAL"
    ? { kind: "text", value: BigInt(value).toString() }
    : undefined;
}

const MINUS_ZERO = /^-(?:0+\.0*|\.0+|0+(?=e))(?:e[+-]?\d+)?$/i;

/** What SQLite takes for a number as a whole ("Datatypes In SQLite" 3.2). */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

function isNumeric(type: string): boolean {
  return /^(bigint|integer|smallint|numeric|double precision)/.test(type);
}

function stripParentheses(sql: string): string {
  return /^\((.*)\)$/s.test(sql) && isBalanced(sql.slice(1, -1))
    ? stripParentheses(sql.slice(1, -1).trim())
    : sql;
}

function isBalanced(sql: string): boolean {
  let depth = 0;
  for (const character of sql.replace(/'[^']*'|"[^"]*"/g, "")) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (depth < 0) {
      return false;
    }
  }
  return depth === 0;
}

const CALLS: readonly [RegExp, "now" | "today" | "clock" | "epoch"][] = [
  [/^current_timestamp$|^datetime\(\s*(?:'now'\s*)?\)$/i, "now"],
  [/^current_date$|^date\(\s*(?:'now'\s*)?\)$|^strftime\(\s*'%Y-%m-%d'\s*,\s*'now'\s*\)$/i, "today"],
  [/^current_time$|^time\(\s*(?:'now'\s*)?\)$/i, "clock"],
  [
    /^unixepoch\(\s*(?:'now'\s*)?\)$|^strftime\(\s*'%s'\s*,\s*'now'\s*\)$|^cast\(\s*strftime\(\s*'%s'\s*,\s*'now'\s*\)\s+as\s+(?:int|integer|bigint)\s*\)$/i,
    "epoch",
  ],
];

function readLiteral(sql: string): Literal | undefined {
  if (/^null$/i.test(sql)) {
    return { kind: "null" };
  }
  if (/^(true|false)$/i.test(sql)) {
    return { kind: "number", value: /^true$/i.test(sql) ? "1" : "0" };
  }
  if (/^[+-]?\s*(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(sql)) {
    return { kind: "number", value: sql.replace(/^\+?\s*|(?<=^-)\s+/g, "") };
  }
  if (/^0x[0-9a-f]{1,16}$/i.test(sql)) {
    return { kind: "number", value: BigInt.asIntN(64, BigInt(sql)).toString() };
  }
  if (/^x'([0-9a-f]{2})*'$/i.test(sql)) {
    return { kind: "hex", value: sql.slice(2, -1) };
  }
  if (/^'(?:[^']|'')*'$/s.test(sql)) {
    return { kind: "text", value: sql.slice(1, -1).replaceAll("''", "'") };
  }
  // SQLite reads a double-quoted word that names no column as a string ("Quirks" section 8).
  if (/^"(?:[^"]|"")*"$/s.test(sql)) {
    return { kind: "text", value: sql.slice(1, -1).replaceAll('""', '"') };
  }
  const stamp = readStamp(sql);
  if (stamp !== undefined) {
    return stamp;
  }
  const call = CALLS.find(([pattern]) => pattern.test(sql));
  return call === undefined ? undefined : { kind: call[1] };
}

function readStamp(sql: string): Stamp | undefined {
  const [, format = "", moment = "'now'"] =
    /^strftime\(\s*'([^']*)'\s*(?:,\s*('now'|current_timestamp)\s*)?\)$/i.exec(sql) ?? [];
  const [, separator, seconds, zone] = /^%Y-%m-%d([ T])%H:%M:%([Sf])(Z?)$/.exec(format) ?? [];
  return separator === undefined || zone === undefined
    ? undefined
    : {
        kind: "stamp",
        separator,
        precision: seconds === "f" && moment.startsWith("'") ? "milliseconds" : "second",
        decimals: seconds === "f",
        zone,
      };
}

function writeStamp({ separator, precision, decimals, zone }: Stamp, type: string): string | undefined {
  const now = `date_trunc('${precision}', statement_timestamp())`;
  const quoted = (text: string) => (text === "" || text === " " ? text : `"${text}"`);
  const format = `YYYY-MM-DD${quoted(separator)}HH24:MI:SS${decimals ? ".MS" : ""}${quoted(zone)}`;
  switch (type) {
    case "timestamptz":
      return now;
    case "timestamp":
      return `(${now} at time zone 'UTC')`;
    case "text":
      return `to_char(${now} at time zone 'UTC', ${quoteLiteral(format)})`;
    default:
      return undefined;
  }
}

/** What SQLite's clock gives: whole seconds, UTC, one instant a statement ("Date And Time Functions"). */
const NOW = "date_trunc('second', statement_timestamp())";

function write(literal: Literal, column: Pick<PlannedColumn, "type" | "codec">): string | null | undefined {
  switch (literal.kind) {
    case "null":
      return null;
    case "minus zero":
      return "'-0'";
    case "stamp":
      return writeStamp(literal, column.type);
    case "now":
    case "today":
    case "clock":
    case "epoch":
      return writeTime(literal.kind, column.type);
    case "hex":
      return column.type === "bytea" ? quoteLiteral(`\\x${literal.value}`) : undefined;
    default:
      return writeValue(literal.value, literal.kind, column);
  }
}

function writeTime(kind: "now" | "today" | "clock" | "epoch", type: string): string | undefined {
  const forms: Record<string, Partial<Record<typeof kind, string>>> = {
    timestamp: {
      now: `(${NOW} at time zone 'UTC')`,
      today: `(date_trunc('day', ${NOW} at time zone 'UTC'))`,
    },
    timestamptz: { now: NOW, epoch: NOW },
    date: { today: `((${NOW} at time zone 'UTC')::date)` },
    time: { clock: `((${NOW} at time zone 'UTC')::time)` },
    text: {
      now: `to_char(${NOW} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`,
      today: `to_char(${NOW} at time zone 'UTC', 'YYYY-MM-DD')`,
      clock: `to_char(${NOW} at time zone 'UTC', 'HH24:MI:SS')`,
      epoch: `(extract(epoch from ${NOW})::bigint::text)`,
    },
    bigint: { epoch: `(extract(epoch from ${NOW})::bigint)` },
  };
  return forms[type]?.[kind];
}

function writeValue(
  value: string,
  kind: "number" | "text",
  column: Pick<PlannedColumn, "type" | "codec">,
): string | undefined {
  const type = column.type.replace(/\(.*$/, "");
  const isNumber = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value);
  switch (type) {
    case "boolean":
      return /^(1|t|true)$/i.test(value) ? "true" : /^(0|f|false)$/i.test(value) ? "false" : undefined;
    case "bigint":
    case "integer":
    case "smallint":
      return /^-?\d+(\.0*)?$/.test(value) ? inRange(value.replace(/\..*$/, ""), type) : undefined;
    case "numeric":
      return isNumber && fitsNumeric(value, column.type) ? value : undefined;
    case "double precision":
      return isNumber && isDouble(value) ? value : undefined;
    case "text":
      return kind === "text" ? quoteLiteral(value) : undefined;
    case "json":
      return isJson(value) ? quoteLiteral(value) : undefined;
    case "bytea":
      return kind === "text" ? quoteLiteral(`\\x${Buffer.from(value, "utf8").toString("hex")}`) : undefined;
    case "uuid":
      return shapeOf(value).startsWith("uuid") ? quoteLiteral(value) : undefined;
    case "timestamp":
    case "timestamptz":
    case "date":
    case "time":
      return TIME_SHAPES[type]?.test(shapeOf(value)) && codecFor(column.codec).type === type
        ? quoteLiteral(value)
        : undefined;
    default:
      return undefined;
  }
}

/** What each type takes without leaving anything out: a timestamp would drop a zone, a date the time. */
const TIME_SHAPES: Record<string, RegExp> = {
  timestamp: /^(?:dt\|.*\|(?:Z| ?[+-]00(?::?00)?)?|date)$/,
  timestamptz: /^(?:dt\||date$)/,
  date: /^date$/,
  time: /^time\|/,
};

const BITS: Record<string, bigint> = { bigint: 63n, integer: 31n, smallint: 15n };

function inRange(digits: string, type: string): string | undefined {
  const limit = 2n ** (BITS[type] ?? 63n);
  const value = BigInt(digits);
  return value >= -limit && value < limit ? digits : undefined;
}

/** An INTEGER must be exact. PostgreSQL refuses numbers beyond a double's range where SQLite makes them infinite or zero. */
function isDouble(value: string): boolean {
  const double = Number(value);
  if (/^-?\d+$/.test(value)) {
    return Number.isFinite(double) && BigInt(double) === BigInt(value);
  }
  return Number.isFinite(double) && (double !== 0 || /^-?[0.]+(e|$)/i.test(value));
}

/** SQLite stores a double, of which 15 digits are sure; PostgreSQL would round to the type's scale, or refuse. */
function fitsNumeric(value: string, type: string): boolean {
  const [, precision = "", scale = ""] = /\((\d+),(\d+)\)/.exec(type) ?? [];
  const [, whole = "", fraction = ""] = /^-?0*(\d*?)(?:\.(\d*?)0*)?$/.exec(value) ?? [];
  const isPlain = !/e/i.test(value) && whole.length + fraction.length <= 15;
  return (
    isPlain &&
    (precision === "" ||
      (fraction.length <= Number(scale) && whole.length <= Number(precision) - Number(scale)))
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
