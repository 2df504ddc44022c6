// JSON values for the oracle: two texts mean the same where their trees do, numbers compared as decimals.
import { readDecimal } from "./decimals.js";

/** Key order, white space, escapes and the spelling of numbers do not count; of equal keys the last one does. */
export function sameJson(a: string, b: string): boolean {
  const [left, right] = [canonical(a), canonical(b)];
  return left !== null && left === right;
}

function canonical(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null; // no JSON, which is an answer
  }
  return new Reader(text).value();
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;

/** Walks a text that JSON.parse has accepted; JSON.parse itself would lose digits of numbers. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): string {
    const next = this.#peek();
    if (next === "{") return this.#object();
    if (next === "[") return this.#array();
    if (next === '"') return JSON.stringify(this.#string());
    for (const word of ["true", "false", "null"]) {
      if (this.#text.startsWith(word, this.#at)) return this.#take(word);
    }
    const number = readDecimal(this.#match(NUMBER));
    return `${number?.units}e${-(number?.scale ?? 0)}`;
  }

  #object(): string {
    const members = new Map<string, string>();
    this.#take("{");
    while (this.#peek() !== "}") {
      if (this.#peek() === ",") this.#take(",");
      this.#peek();
      const key = this.#string();
      this.#peek();
      this.#take(":");
      members.set(key, this.value());
    }
    this.#take("}");
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
  }

  #array(): string {
    const items: string[] = [];
    this.#take("[");
    while (this.#peek() !== "]") {
      if (this.#peek() === ",") this.#take(",");
      items.push(this.value());
    }
    this.#take("]");
    return `[${items.join(",")}]`;
  }

  #string(): string {
    return JSON.parse(this.#match(STRING)) as string;
  }

  #peek(): string {
    while (/[ \t\n\r]/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #take(expected: string): string {
    this.#at += expected.length;
    return expected;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}
