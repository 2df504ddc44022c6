// Prints JSON in one canonical way, so that equal JSON values become equal texts. Numbers stay exact decimals:
// JSON.parse would turn them into doubles and lose digits.

interface Frame {
  /** Null for an array. */
  members: Map<string, string> | null;
  items: string[];
  key: string;
}

/** What may come next: `item` is a value or `]`, `member` is a key or `}`, `comma` is a comma or the end. */
type Expected = "value" | "item" | "key" | "member" | "colon" | "comma";

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ["true", "false", "null"];

/**
 * The canonical text of a JSON value, null where `text` is none. As jsonb does (PostgreSQL 8.14): keys sorted,
 * the last of duplicate keys wins, white space and the spelling of numbers and strings do not count.
 * Nesting is kept on a stack of its own, so deep values cannot exhaust the program's.
 */
export function canonicalJson(text: string): string | null {
  const stack: Frame[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  for (;;) {
    const frame = stack.at(-1);
    const sign = text[at];
    let value: string | null;
    let end = at + 1;
    if (sign === '"') {
      end = stringEnd(text, at);
      value = end < 0 ? null : canonicalString(text.slice(at, end));
      if (value !== null && frame !== undefined && (expected === "key" || expected === "member")) {
        frame.key = value;
        expected = "colon";
        at = skipSpace(text, end);
        continue;
      }
    } else if (sign === ":" && expected === "colon") {
      expected = "value";
      at = skipSpace(text, end);
      continue;
    } else if (sign === "," && expected === "comma" && frame !== undefined) {
      expected = frame.members === null ? "value" : "key";
      at = skipSpace(text, end);
      continue;
    } else if ((sign === "{" || sign === "[") && (expected === "value" || expected === "item")) {
      stack.push({ members: sign === "{" ? new Map() : null, items: [], key: "" });
      expected = sign === "{" ? "member" : "item";
      at = skipSpace(text, end);
      continue;
    } else if (sign === "}" && frame?.members && (expected === "member" || expected === "comma")) {
      value = printObject(frame.members);
      stack.pop();
      expected = "value";
    } else if (sign === "]" && frame?.members === null && (expected === "item" || expected === "comma")) {
      value = `[${frame.items.join(",")}]`;
      stack.pop();
      expected = "value";
    } else {
      const token = scalar(text, at);
      end = at + token.length;
      value = token === "" ? null : canonicalNumber(token);
    }
    if (value === null || (expected !== "value" && expected !== "item")) {
      return null;
    }
    at = skipSpace(text, end);
    const parent = stack.at(-1);
    if (parent === undefined) {
      return at === text.length ? value : null;
    }
    if (parent.members === null) {
      parent.items.push(value);
    } else {
      parent.members.set(parent.key, value);
    }
    expected = "comma";
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** The number or word at `at`; empty where there is none. */
function scalar(text: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)?.[0] ?? WORDS.find((word) => text.startsWith(word, at)) ?? "";
}

/** The place behind the closing quote; -1 where there is none. No pattern: strings may have megabytes. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      return at + 1;
    }
    if (code === 92) {
      at += 1;
    }
  }
  return -1;
}

function printObject(members: Map<string, string>): string {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, value]) => `${key}:${value}`).join(",")}}`;
}

/** The token of a string, escaped as JSON.stringify does; null where an escape is none. */
function canonicalString(token: string): string | null {
  if (!/[\\\u0000-\u001f]/.test(token)) {
    return token;
  }
  if (/\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4}))/.test(token.replaceAll("\\\\", ""))) {
    return null;
  }
  const escaped = token.replace(
    /[\u0000-\u001f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return JSON.stringify(JSON.parse(escaped));
}

/**
 * The exact decimal in one spelling: an integer of up to 15 digits as it is, any other number as its digits without
 * zeros at either end and a power of ten. 1.00, 1 and 10e-1 are all `1`, 0.50 is `5e-1`, every zero is `0`.
 */
export function canonicalNumber(token: string): string {
  if (token.length <= 15 && /^-?[1-9]\d*$/.test(token)) {
    return token;
  }
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token);
  if (parts === null) {
    return token;
  }
  const [, sign, whole = "", fraction = "", power = "0"] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits === "") {
    return "0";
  }
  const significant = digits.replace(/0+$/, "");
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return exponent >= 0n && exponent + BigInt(significant.length + (sign ?? "").length) <= 15n
    ? `${sign}${significant}${"0".repeat(Number(exponent))}`
    : `${sign}${significant}e${exponent}`;
}
