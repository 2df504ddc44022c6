// Finds in JSON texts what PostgreSQL's jsonb refuses or does not keep.

/** How much of a number jsonb surely holds: numeric ends at 131072 digits before and 16383 after the point. */
const MAX_NUMBER_CHARS = 15_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether a JSON text holds \u0000, an unpaired surrogate as \uXXXX, the same key twice in one object, a negative
 * zero, or a number with an exponent of 1000 and more. Of a text that is not JSON it says nothing of use.
 */
export function isOddJson(text: string): boolean {
  /** One entry for each open bracket: the keys seen in an object, null in an array. */
  const open: (Set<string> | null)[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      let content = text.slice(at + 1, end);
      if (content.includes("\\")) {
        content = unescaped(content);
        if (!content.isWellFormed() || content.includes("\0")) return true;
      }
      const keys = open.at(-1);
      if (keys && isKey(text, end + 1)) {
        if (keys.has(content)) return true;
        keys.add(content);
      }
      at = end + 1;
    } else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      const number = numberAt(text, at);
      if (isOddNumber(number)) return true;
      at += number.length;
    } else {
      if (char === 0x7b) open.push(new Set());
      else if (char === 0x5b) open.push(null);
      else if (char === 0x7d || char === 0x5d) open.pop();
      at++;
    }
  }
  return false;
}

/** The place of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) return at;
    at += char === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(content: string): string {
  return content.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function isKey(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return text[at] === ":";
}

const NUMBER = /[-+\d.eE]+/y;

function numberAt(text: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)?.[0] ?? text.charAt(at);
}

function isOddNumber(number: string): boolean {
  if (number.length > MAX_NUMBER_CHARS) return true;
  if (/[eE][+-]?0*[1-9]\d{3}/.test(number)) return true;
  return number.startsWith("-") && /^-[0.]*(?:[eE]|$)/.test(number);
}
