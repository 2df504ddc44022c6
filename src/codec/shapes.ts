// What a text looks like: the evidence by which a column of texts becomes times, UUIDs, booleans or decimals.

import { VOCABULARIES } from "./booleans.js";
import { isOddJson } from "./json-losses.js";

export { boolCodecFor } from "./booleans.js";
export { isoCodecFor } from "./dates.js";
export { epochUnitFor } from "./epoch-unit.js";
export { ambiguousTexts } from "./mixed.js";
export { numericTextCodecFor } from "./numeric.js";
export { uuidCodecFor } from "./uuid.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID_HEX = /^[0-9a-f]{32}$/i;
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z| ?[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?)?$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const NUMBER =
  /^\s*(?:[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)|0x[\da-f]+|0o[0-7]+|0b[01]+)\s*$/i;
/** By their first character, so that ordinary words cost nothing. */
const DATE_LIKE_DIGITS = [
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)/,
  /^\d{1,2}([-/.])\d{1,2}\1\d{4}(?!\d)/,
  /^\d{1,2}\/\d{1,2}\/\d{2}(?!\d)/,
  /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?:Z| ?[+-]\d{2}:?\d{2})?$/i,
  /^\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]\d{2,4}\b/i,
];
const DATE_LIKE_WORDS = [
  /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +(?:\d{1,2}[ -])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i,
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2},? \d{4}\b/i,
];
const LONGEST_DATE = 80;

const WORDS = new Map([...VOCABULARIES].flat().map((word) => [word, `bool|${word}`]));

const MAX_INT = 2n ** 63n - 1n;

/**
 * The shape of a text, one of: `dt|SEP|F|ZONE`, `date`, `time|F`, `uuid|lower`, `uuid|upper`, `uuid|digits`, the same
 * with `uuid32`, `int`, `dec|SCALE|DIGITS_BEFORE`, `number`, `bool|WORD`, `empty`, `datelike`, `json-like`,
 * `json-odd`, `padded`, `other`. F is the number of fraction digits, with `z` where the last is 0 and `zz` where all
 * are, or `m` for minutes; `json-like` begins as JSON does, `json-odd` also holds what jsonb would change; `padded`
 * is none of the rest and ends in a blank.
 */
export function shapeOf(text: string): string {
  if (text === "") return "empty";
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  if (isDigit && text.length >= 5) {
    if (text.charCodeAt(4) === 0x2d && DATE_TIME.test(text) && isRealDate(text)) return instant(text);
    if (text.charCodeAt(2) === 0x3a && TIME.test(text)) return `time|${fractionOf(text, 0)}`;
  }
  if (text.length === 36 && text.charCodeAt(8) === 0x2d && UUID.test(text)) return `uuid|${caseOf(text)}`;
  if (text.length === 32 && UUID_HEX.test(text)) return `uuid32|${caseOf(text)}`;
  if ((isDigit || first === 0x2d) && DECIMAL.test(text)) return decimal(text);
  if (text.length <= 5) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  return vague(text, isDigit);
}

function vague(text: string, isDigit: boolean): string {
  const first = text.trimStart().charAt(0);
  if (first === "{" || first === "[" || first === '"' || text === "null") {
    return isOddJson(text) ? "json-odd" : "json-like";
  }
  if (text.charCodeAt(text.length - 1) === 0x20) return "padded";
  if ("0123456789+-.iI".includes(first) && NUMBER.test(text)) return "number";
  if (text.length > LONGEST_DATE) return "other";
  const patterns = isDigit ? DATE_LIKE_DIGITS : "mtwfsjandoMTWFSJANDO".includes(first) ? DATE_LIKE_WORDS : [];
  return patterns.some((pattern) => pattern.test(text)) ? "datelike" : "other";
}

const twoDigits = (text: string, at: number) =>
  (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

/** The days of the month, and no year 0: DATE_TIME has checked the rest. */
function isRealDate(text: string): boolean {
  const day = twoDigits(text, 8);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  if (year === 0) return false;
  if (day <= 28) return true;
  const month = twoDigits(text, 5);
  if (month !== 2) return day <= 30 || month < 8 === (month % 2 === 1);
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const DATE_CHARS = 10;

/** Of a text that DATE_TIME matched. */
function instant(text: string): string {
  if (text.length === DATE_CHARS) return "date";
  const start = DATE_CHARS + 1;
  return `dt|${text.charAt(DATE_CHARS)}|${fractionOf(text, start)}|${text.slice(endOfTime(text, start))}`;
}

/** Where the digits of a time that begins at `start` end. */
function endOfTime(text: string, start: number): number {
  let at = start + 5;
  if (text.charCodeAt(at) === 0x3a) at += 3;
  if (text.charCodeAt(at) !== 0x2e) return at;
  do at++;
  while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39);
  return at;
}

function fractionOf(text: string, start: number): string {
  const end = endOfTime(text, start);
  const digits = end - start - "HH:MM:SS.".length;
  if (digits < 0) return end - start === 5 ? "m" : "0";
  if (text.charCodeAt(end - 1) !== 0x30) return String(digits);
  for (let at = end - digits; at < end; at++) {
    if (text.charCodeAt(at) !== 0x30) return `${digits}z`;
  }
  return `${digits}zz`;
}

function caseOf(hex: string): string {
  const [hasLower, hasUpper] = [/[a-f]/.test(hex), /[A-F]/.test(hex)];
  if (hasLower && hasUpper) return "mixed";
  return hasLower ? "lower" : hasUpper ? "upper" : "digits";
}

/** Of a text that DECIMAL matched. */
function decimal(text: string): string {
  const sign = text.charCodeAt(0) === 0x2d ? 1 : 0;
  if (sign === 1 && /^-[0.]+$/.test(text)) return "number"; // numeric has no -0
  const point = text.indexOf(".");
  const before = (point < 0 ? text.length : point) - sign;
  const scale = point < 0 ? 0 : text.length - point - 1;
  if (scale === 0 && (before < 19 || (before === 19 && BigInt(text.slice(sign)) <= MAX_INT + BigInt(sign)))) {
    return "int";
  }
  // The limits of numeric (PostgreSQL 8.1.2).
  return before <= 131_072 && scale <= 16_383 ? `dec|${scale}|${before}` : "number";
}

/** So many shapes with parameters are told apart in a column; further ones are counted under their family's name. */
const MAX_SHAPES = 64;

/** Shape → count. Beyond 64 shapes a further decimal counts as `number`, a further date or time as `datelike`. */
export function countShapes(texts: Iterable<string>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) addShape(counts, shapeOf(text), 1);
  return Object.fromEntries(counts);
}

/** The sum of two counts of shapes, under the same limit. */
export function mergeShapes(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const counts = new Map(Object.entries(a));
  for (const [shape, count] of Object.entries(b)) addShape(counts, shape, count);
  return Object.fromEntries(counts);
}

function addShape(counts: Map<string, number>, shape: string, count: number): void {
  const known = counts.get(shape);
  const name = known === undefined && counts.size >= MAX_SHAPES ? familyOf(shape) : shape;
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** Shapes without parameters are few, and stay what they are. */
function familyOf(shape: string): string {
  if (shape.startsWith("dec|")) return "number";
  return shape.startsWith("dt|") || shape.startsWith("time|") ? "datelike" : shape;
}
