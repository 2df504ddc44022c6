// The one way in which text gets into HTML: a template whose values are escaped unless they are HTML already.

import { printable } from "./printable.js";

/** HTML that was made by `html` or is our own. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = Html | string | number | bigint | null | readonly Value[];

/** Values are text: control characters and marks of direction are shown, not followed. Null is nothing. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((all, part, i) => `${all}${written(values[i - 1] ?? null)}${part}`));
}

/** Text of ours that is no markup of anyone else: styles and scripts. */
export function raw(text: string): Html {
  return new Html(text);
}

function written(value: Value): string {
  if (value === null) {
    return "";
  }
  if (value instanceof Html) {
    return value.text;
  }
  return Array.isArray(value) ? value.map(written).join("") : escaped(String(value));
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Line ends stay what they are: SQL is shown as it is written. */
export function escaped(text: string): string {
  return text
    .split(/(\r?\n|\t)/)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join("")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
