// Comparisons: SQLite converts the sides by their affinities, puts storage classes in an order, and compares texts by a
// collation ("Datatypes In SQLite" sections 4 and 7).

import { quoteLiteral } from "../../base/quote.js";
import type { HelperSet } from "./helpers.js";
import { Untranslatable, type ValueClass } from "./meaning.js";
import { asText, asValue, isNumeric, operand, type Typed, typed, volatilityOf, words } from "./typed.js";

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=" | "is" | "is not";

export interface ComparisonContext {
  helpers: HelperSet;
  /** Whether false and NULL are one, as in WHERE and ON: what is compared can then use an index. */
  isFilter: boolean;
}

/** PostgreSQL's boolean. Without a context, texts that are not literals are not compared with numbers. */
export function compare(op: Comparison, left: Typed, right: Typed, context?: ComparisonContext): Typed {
  const [a, b] = applyAffinities(op, ...jsonAsText(left, right), context);
  if (a.type === READ_AS_NUMBER || b.type === READ_AS_NUMBER) {
    return withTextAsNumber(op, a, b, context?.isFilter === true);
  }
  const known = truth(op, a, b);
  if (known !== null) {
    return known;
  }
  if (a.class === "null" || b.class === "null") {
    return againstNull(op, a, b);
  }
  const [rankA, rankB] = [rank(a), rank(b)];
  if (rankA === null || rankB === null) {
    throw new Untranslatable(`${words(rankA === null ? a : b)} is compared`);
  }
  if (rankA !== rankB) {
    return byRank(op, a, b, rankA - rankB);
  }
  if (a.class === "text") {
    return condition(op, ...collated(op, a, b), [a, b]);
  }
  return condition(op, operand(asValue(a)), operand(asValue(b)), [a, b]);
}

/** Columns of one codec are compared as they are where only equality is asked: the codecs change no two values into one. */
function truth(op: Comparison, a: Typed, b: Typed): Typed | null {
  if (isEquality(op) && a.column && b.column && a.column.meaning.codec !== null) {
    const [x, y] = [a.column.meaning, b.column.meaning];
    const isBinary =
      x.collation === "BINARY" &&
      y.collation === "BINARY" &&
      !a.collation?.explicit &&
      !b.collation?.explicit;
    if (x.codec === y.codec && x.type === y.type && isBinary && !/^jsonb?$/.test(x.type)) {
      return condition(op, a.column.sql, b.column.sql, [a, b]);
    }
  }
  if (
    isEquality(op) &&
    a.class === "condition" &&
    b.literal !== null &&
    /^[01]$/.test(b.literal) &&
    b.class === "integer"
  ) {
    const isOne = b.literal === "1";
    const { volatility } = a;
    if (op === "is" || op === "is not") {
      return typed(`${operand(a)} ${op} ${isOne}`, "condition", "boolean", { atom: false, volatility });
    }
    return isOne === (op === "=")
      ? a
      : typed(`not ${operand(a)}`, "condition", "boolean", { atom: false, volatility });
  }
  if (isEquality(op) && b.class === "condition" && a.class === "integer" && a.literal !== null) {
    return truth(op, b, a);
  }
  return isEquality(op) && a.class === "condition" && b.class === "condition"
    ? condition(op, operand(a), operand(b), [a, b])
    : null;
}

const isEquality = (op: Comparison) => /^(?:=|<>|is|is not)$/.test(op);

function condition(op: Comparison, a: string, b: string, of: readonly Typed[]): Typed {
  const sign = op === "is" ? "is not distinct from" : op === "is not" ? "is distinct from" : op;
  return typed(`${a} ${sign} ${b}`, "condition", "boolean", { atom: false, volatility: volatilityOf(of) });
}

/**
 * Section 4.2: a side with INTEGER, REAL or NUMERIC affinity makes a number of the other side where that has TEXT, BLOB
 * or none; else TEXT makes a text of the other where that has none. Only of literals is the outcome known here.
 */
function applyAffinities(
  op: Comparison,
  left: Typed,
  right: Typed,
  context: ComparisonContext | undefined,
): [Typed, Typed] {
  const isNumber = (value: Typed) =>
    value.affinity !== null && /^(?:INTEGER|REAL|NUMERIC)$/.test(value.affinity);
  // Texts of a column with such an affinity do not read as numbers: equal to another text they are as texts.
  const areTexts = [left, right].every(({ class: one, literal }) => one === "text" && literal === null);
  if (areTexts && isNumber(left) !== isNumber(right)) {
    if (!isEquality(op)) {
      throw new Untranslatable(
        `${words(isNumber(left) ? right : left)} is compared with what may be a number`,
      );
    }
    return [left, right];
  }
  if (isNumber(left) && !isNumber(right)) {
    return [left, toNumber(right, context)];
  }
  if (isNumber(right) && !isNumber(left)) {
    return [toNumber(left, context), right];
  }
  if (left.affinity === "TEXT" && right.affinity === null) {
    return [left, toText(right)];
  }
  if (right.affinity === "TEXT" && left.affinity === null) {
    return [toText(left), right];
  }
  return [left, right];
}

/** SQLite's number where a text as a whole reads as one; "Datatypes In SQLite" section 3.3. */
function toNumber(value: Typed, context: ComparisonContext | undefined): Typed {
  if (value.class !== "text") {
    return value;
  }
  if (value.literal === null && context !== undefined) {
    const sql = `${context.helpers.add("sqlite_number")}(${asText(value).sql})`;
    return typed(sql, "number", READ_AS_NUMBER, { atom: true, volatility: value.volatility });
  }
  if (value.literal === null) {
    throw new Untranslatable(`${words(value)} is compared with a number`);
  }
  const text = value.literal.trim();
  if (/^[+-]?\d{1,18}$/.test(text)) {
    const digits = BigInt(text).toString();
    return typed(digits, "integer", "bigint", { literal: digits, atom: !digits.startsWith("-") });
  }
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    return typed(`${quoteLiteral(text)}::double precision`, "real", "double precision", {
      literal: text,
      atom: false,
    });
  }
  return value;
}

/** What JSON holds is known when it is read; beside a text that is no number's, only another text can be its equal. */
function jsonAsText(left: Typed, right: Typed): [Typed, Typed] {
  const isWord = ({ class: one, literal }: Typed) =>
    one === "text" && literal !== null && !/^\s*[-+.\d[{]|^$/.test(literal);
  const asWord = (value: Typed): Typed => ({ ...value, class: "text", json: null });
  if (left.json !== null && isWord(right)) {
    return [asWord(left), right];
  }
  return right.json !== null && isWord(left) ? [left, asWord(right)] : [left, right];
}

/** Marks a number that was read from a text at run time: NULL where the text is none. */
const READ_AS_NUMBER = "numeric of text";

/** A text that reads as no number is no number's equal, and above them all. */
function withTextAsNumber(op: Comparison, a: Typed, b: Typed, isFilter: boolean): Typed {
  if (op !== "=") {
    throw new Untranslatable("a text is compared with a number, by more than equality");
  }
  const equal = `${operand(asValue(a))} = ${operand(asValue(b))}`;
  const volatility = volatilityOf([a, b]);
  if (isFilter) {
    return typed(equal, "condition", "boolean", { atom: false, volatility });
  }
  const other = a.type === READ_AS_NUMBER ? b : a;
  const text = a.type === READ_AS_NUMBER ? a : b;
  // The helper's argument is the text itself.
  const source = text.sql.replace(/^[^(]*/, "");
  return typed(
    `(case when ${operand(asValue(other))} is not null and ${source} is not null then coalesce(${equal}, false) end)`,
    "condition",
    "boolean",
    { atom: true, volatility },
  );
}

function toText(value: Typed): Typed {
  return isNumeric(value) ? asText(value) : value;
}

/** The order of storage classes: NULL, numbers, texts, blobs (section 4.1). */
function rank(value: Typed): number | null {
  const ranks: Record<ValueClass, number | null> = {
    null: 0,
    integer: 1,
    real: 1,
    number: 1,
    condition: 1,
    text: 2,
    blob: 3,
    any: null,
  };
  return value.column !== null && value.class === "any" ? null : ranks[value.class];
}

function againstNull(op: Comparison, a: Typed, b: Typed): Typed {
  const other = a.class === "null" ? b : a;
  const sql = other.column?.sql ?? operand(other);
  if (op === "is" || op === "is not") {
    return typed(`${sql} ${op} null`, "condition", "boolean", { atom: false, volatility: other.volatility });
  }
  return typed("null::boolean", "condition", "boolean", { atom: false });
}

/** Values of two classes: the outcome is known but for NULL. */
function byRank(op: Comparison, a: Typed, b: Typed, order: number): Typed {
  const outcome =
    op === "=" || op === "is"
      ? false
      : op === "<>" || op === "is not"
        ? true
        : op.startsWith("<")
          ? order < 0
          : order > 0;
  if (op === "is" || op === "is not") {
    return typed(
      `(${operand(a)} is ${outcome ? "not " : ""}null ${outcome ? "or" : "and"} ${operand(b)} is ${outcome ? "not " : ""}null)`,
      "condition",
      "boolean",
      { atom: true, volatility: volatilityOf([a, b]) },
    );
  }
  return typed(
    `(case when ${operand(a)} is not null and ${operand(b)} is not null then ${outcome} end)`,
    "condition",
    "boolean",
    { atom: true, volatility: volatilityOf([a, b]) },
  );
}

/** Section 7.1: an explicit COLLATE decides, the left one first; else the left column's, else the right's. */
export function collationOf(left: Typed, right: Typed): string {
  const explicit = [left.collation, right.collation].find((one) => one?.explicit);
  return explicit?.name ?? left.collation?.name ?? right.collation?.name ?? "BINARY";
}

function collated(op: Comparison, a: Typed, b: Typed): [string, string] {
  const name = collationOf(a, b);
  if (name === "BINARY" && isEquality(op) && a.type !== "citext" && b.type !== "citext") {
    return [operand(a), operand(b)];
  }
  const takesCitext = (value: Typed) => value.type === "citext" || value.literal !== null;
  if (name === "NOCASE" && takesCitext(a) && takesCitext(b)) {
    return [operand(a), operand(b)];
  }
  // citext = text is the comparison of two texts (PostgreSQL, citext, "String Comparison Behavior").
  return [underCollation(asText(a), name), underCollation(asText(b), name)];
}

/** A text in the form whose bytes order and equal as the collation does. */
export function underCollation(value: Typed, name: string): string {
  const text = name === "NOCASE" && value.type === "citext" ? value : asText(value);
  switch (name) {
    case "BINARY":
      return bytewise(text);
    case "NOCASE":
      // A citext folds by itself, the other side with it; and an index over it serves.
      return value.type === "citext"
        ? value.sql
        : text.literal === null
          ? `lower(${bytewise(text)})`
          : quoteLiteral(text.literal.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
    case "RTRIM":
      return `rtrim(${bytewise(text)}, ' ')`;
    default:
      throw new Untranslatable(`it compares by the collation ${name}, which is the application's own`);
  }
}

function bytewise(text: Typed): string {
  return text.column !== null && text.type === "text" && text.column.meaning.type === "text"
    ? operand(text)
    : text.literal !== null
      ? text.sql
      : `${operand(text)} collate "C"`;
}
