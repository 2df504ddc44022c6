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

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * The canonical text of a JSON value, null where `text` is none. As jsonb does (PostgreSQL 8.14): keys sorted,
 * the last of duplicate keys wins, white space and the spelling of numbers and strings do not count.
 * Nesting is kept on a stack of its own, so deep values cannot exhaust the program's.
 */
export function canonicalJson(text: string): string | null {
  const stack: Frame[] = [];
  let expected: Expected = "value";
  let at = after(SPACE, text, 0);
  for (;;) {
    const frame = stack.at(-1);
    const sign = text[at];
    let value: string | null;
    let end = at + 1;
    if (sign === '"') {
      end = stringEnd(text, at);
      value = end < 0 ? null : canonicalString(text.slice(at + 1, end - 1));
      if (value !== null && frame !== undefined && (expected === "key" || expected === "member")) {
        frame.key = value;
        expected = "colon";
        at = after(SPACE, text, end);
        continue;
      }
    } else if (sign === ":" && expected === "colon") {
      expected = "value";
      at = after(SPACE, text, end);
      continue;
    } else if (sign === "," && expected === "comma" && frame !== undefined) {
      expected = frame.members === null ? "value" : "key";
      at = after(SPACE, text, end);
      continue;
    } else if ((sign === "{" || sign === "[") && (expected === "value" || expected === "item")) {
      stack.push({ members: sign === "{" ? new Map() : null, items: [], key: "" });
      expected = sign === "{" ? "member" : "item";
      at = after(SPACE, text, end);
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
      end = Math.max(after(NUMBER, text, at), after(WORD, text, at));
      const token = text.slice(at, end);
      value = token === "" ? null : canonicalNumber(token);
    }
    if (value === null || (expected !== "value" && expected !== "item")) {
      return null;
    }
    at = after(SPACE, text, end);
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

/** Where the match of a sticky pattern at `at` ends; `at` where it does not match. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
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

/** `inner` is the token without its quotes; the result has them, escaped as JSON.stringify does. */
function canonicalString(inner: string): string | null {
  if (!inner.includes("\\")) {
    return JSON.stringify(inner);
  }
  if (/\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4}))/.test(inner.replaceAll("\\\\", ""))) {
    return null;
  }
  const escaped = inner.replace(
    /[\u0000-\u001f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return JSON.stringify(JSON.parse(`"${escaped}"`));
}

/** Digits without zeros at either end, and a power of ten: 1.00, 1 and 10e-1 are all `1e0`; every zero is `0`. */
export function canonicalNumber(token: string): string {
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
  return `${sign}${significant}e${exponent}`;
}
