// Decides whether a SQLite value and what PostgreSQL prints are the same value, by meaning. Shares nothing with src/.
import { doubleBits, isDecimalOf, readDouble } from "./decimals.js";
import { type Instant, isInstantOf, readInstant, readTime, unitOf } from "./instants.js";
import { sameJson } from "./json-values.js";
import type { SqliteValue } from "./read-sqlite.js";

export interface OracleColumn {
  source: string;
  target: string;
  /** As format_type prints it, without its parameters: `numeric`, `timestamp with time zone`. */
  type: string;
  /** From the report; null where there is none. */
  codec: string | null;
}

/** `field` is PostgreSQL's text output, null for NULL. */
export function isSameValue(value: SqliteValue, field: string | null, column: OracleColumn): boolean {
  if (value.class === "null" || field === null) return value.class === "null" && field === null;
  switch (column.type) {
    case "bigint":
    case "integer":
    case "smallint":
      return field === integerText(value, column);
    case "double precision":
    case "real":
      return isSameDouble(value, field);
    case "numeric":
      return isSameNumeric(value, field);
    case "boolean":
      return isSameBoolean(value, field);
    case "text":
    case "character varying":
    case "citext":
    case "json":
      return isSameText(value, field);
    case "character":
      return value.class === "text" && value.text?.replace(/ +$/, "") === field.replace(/ +$/, "");
    case "jsonb":
      return sameJson(value.class === "text" ? (value.text ?? "") : printed(value), field);
    case "bytea":
      return isSameBytes(value, Buffer.from(field.slice(2), "hex"), column.codec);
    case "uuid":
      return isSameUuid(value, field, column.codec);
    case "date":
      return (
        value.class === "text" &&
        value.text === (column.codec === "date-compact" ? field.replaceAll("-", "") : field)
      );
    case "time without time zone":
      return value.class === "text" && value.text !== null && isTimeOf(value.text, field, column.codec);
    case "timestamp without time zone":
    case "timestamp with time zone":
      return isSameInstant(value, field, column);
    default:
      return value.class === "text" && value.text === field;
  }
}

/** The digits of an integer; of a REAL only where a key's whole numbers became integers, and it is one. */
function integerText(value: SqliteValue, { codec }: OracleColumn): string | null {
  if (value.class === "integer") return String(value.value);
  const isWhole = value.class === "real" && Number.isInteger(value.value) && !Object.is(value.value, -0);
  return isWhole && codec === "numeric-int" ? String(BigInt(value.value)) : null;
}

/** A number as text, for comparison only: an integer's digits, a real's shortest decimal. */
function printed(value: SqliteValue): string {
  if (value.class === "integer") return String(value.value);
  return value.class === "real" ? (Object.is(value.value, -0) ? "-0.0" : String(value.value)) : "";
}

function isSameDouble(value: SqliteValue, field: string): boolean {
  const double = readDouble(field);
  if (value.class === "real") return doubleBits(double) === doubleBits(value.value);
  return (
    value.class === "integer" &&
    Number.isFinite(double) &&
    BigInt(double) === value.value &&
    !Object.is(double, -0)
  );
}

function isSameNumeric(value: SqliteValue, field: string): boolean {
  if (value.class === "integer") return isDecimalOfInteger(field, value.value);
  if (value.class === "real") return isDecimalOf(field, value.value);
  // A numeric keeps the places it was given, so a text is there to the character.
  return value.class === "text" && value.text === field;
}

function isDecimalOfInteger(field: string, integer: bigint): boolean {
  const [, whole, fraction = ""] = /^(-?\d+)(?:\.(\d+))?$/.exec(field) ?? [];
  return (
    whole !== undefined &&
    BigInt(whole) === integer &&
    /^0*$/.test(fraction) &&
    !(integer === 0n && whole === "-0")
  );
}

const TRUE_WORDS = ["1", "t", "true", "y", "yes", "on"];
const FALSE_WORDS = ["0", "f", "false", "n", "no", "off"];

function isSameBoolean(value: SqliteValue, field: string): boolean {
  if (value.class === "integer") return value.value === (field === "t" ? 1n : 0n);
  const words = field === "t" ? TRUE_WORDS : FALSE_WORDS;
  return value.class === "text" && value.text !== null && words.includes(value.text.toLowerCase());
}

/** Numbers stand in text as their decimals, which must read as the same number. */
function isSameText(value: SqliteValue, field: string): boolean {
  if (value.class === "text") return value.text === field;
  if (value.class === "integer") return field === String(value.value);
  return value.class === "real" && doubleBits(readDouble(field)) === doubleBits(value.value);
}

function isSameBytes(value: SqliteValue, bytes: Buffer, codec: string | null): boolean {
  if (value.class === "blob" || value.class === "text") return storedBytes(value, codec).equals(bytes);
  // Digits in the file's encoding: in UTF-16 every other byte is zero.
  return isSameText(value, bytes.toString("latin1").replaceAll("\0", ""));
}

/** A text's bytes as they stand in the file, or as UTF-8 where the codec says so. */
function storedBytes(value: { bytes: Buffer; text?: string | null }, codec: string | null): Buffer {
  return codec === "bytes(utf16)" && typeof value.text === "string" ? Buffer.from(value.text) : value.bytes;
}

function isSameUuid(value: SqliteValue, field: string, codec: string | null): boolean {
  const digits = field.replaceAll("-", "");
  if (value.class === "blob") {
    const hex = value.bytes.toString("hex");
    return codec === "uuid-dotnet" ? swapGuid(hex) === digits : hex === digits;
  }
  if (value.class !== "text") return false;
  switch (codec) {
    case "uuid-upper":
      return value.text === field.toUpperCase();
    case "uuid-hex":
      return value.text === digits;
    case "uuid-hex-upper":
      return value.text === digits.toUpperCase();
    default:
      return value.text === field;
  }
}

function swapGuid(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  return [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => pairs[i] ?? "").join("");
}

/** Whether the codec's fraction word, with the value, tells the text's own spelling again. */
function keepsFraction(style: string | undefined, hasSeconds: boolean, fraction: string | null): boolean {
  if (style === undefined) return true;
  if (style === "minute") return !hasSeconds;
  if (!hasSeconds) return false;
  if (style === "none") return fraction === null;
  if (style === "min") return fraction === null || !fraction.endsWith("0");
  if (style.startsWith("0or"))
    return fraction === null || (fraction.length === Number(style.slice(3)) && !/^0+$/.test(fraction));
  return fraction?.length === Number(style);
}

function isTimeOf(text: string, field: string, codec: string | null): boolean {
  const micros = readTime(text);
  const fraction = /\.(\d+)$/.exec(text)?.[1] ?? null;
  return (
    micros !== null &&
    micros === readTime(field) &&
    keepsFraction(/\((.*)\)/.exec(codec ?? "")?.[1], text.length > 5, fraction)
  );
}

function isSameInstant(value: SqliteValue, field: string, column: OracleColumn): boolean {
  const target = readInstant(field);
  if (target === null) return false;
  const isNaive = column.type === "timestamp without time zone";
  if (value.class === "text") {
    const source = value.text === null ? null : readInstant(value.text);
    return source !== null && isSameMoment(source, target, isNaive) && keepsSpelling(source, column.codec);
  }
  const unit = unitOf(column.codec ?? "");
  return unit !== null && isInstantOf(value, unit, isNaive ? target.local : (target.utc ?? target.local));
}

/** A text without a zone means UTC where the type has one: the plan says so in a finding. */
function isSameMoment(source: Instant, target: Instant, isNaive: boolean): boolean {
  return isNaive
    ? source.local === target.local && (source.utc === null || source.utc === source.local)
    : target.utc === (source.utc ?? source.local);
}

function keepsSpelling(source: Instant, codec: string | null): boolean {
  const [, parameters] = /^iso\((.*)\)$/.exec(codec ?? "") ?? [];
  if (parameters === undefined) return codec === null;
  const [separator, fraction, zone] = parameters.split(",");
  return (
    source.separator === (separator === "T" ? "T" : " ") &&
    source.zone === (zone === "none" ? "" : zone) &&
    keepsFraction(fraction, source.hasSeconds, source.fraction)
  );
}

const TEXTS = new Set(["text", "character varying", "citext", "json"]);

/** Equal for values that might be the same: what rows are sorted into heaps by before they are compared in pairs. */
export function heapOfSource(value: SqliteValue, column: OracleColumn): string {
  if (value.class === "null") return "null";
  if (TEXTS.has(column.type))
    return value.class === "text" ? heapOfText(value.text ?? "") : heapOfText(printed(value));
  switch (column.type) {
    case "bytea":
      return heapOfBytes("bytes" in value ? storedBytes(value, column.codec) : Buffer.from(printed(value)));
    case "double precision":
      return value.class === "integer" || value.class === "real" ? doubleBits(Number(value.value)) : "?";
    case "bigint":
      return integerText(value, column) ?? "?";
    default:
      return "any";
  }
}

export function heapOfTarget(field: string | null, column: OracleColumn): string {
  if (field === null) return "null";
  if (TEXTS.has(column.type)) return heapOfText(field);
  switch (column.type) {
    case "bytea":
      return heapOfBytes(Buffer.from(field.slice(2), "hex"));
    case "double precision":
      return doubleBits(readDouble(field));
    case "bigint":
      return field;
    default:
      return "any";
  }
}

/** All spellings of one double are one heap. */
function heapOfText(text: string): string {
  const double = readDouble(text);
  return Number.isNaN(double) ? `text ${text}` : `number ${doubleBits(double)}`;
}

function heapOfBytes(bytes: Buffer): string {
  const heap = heapOfText(bytes.toString("latin1").replaceAll("\0", ""));
  return heap.startsWith("number") ? heap : `bytes ${bytes.toString("latin1")}`;
}
