// Shows two values that differ so that a reader sees where: short, printable, and never alike.

import { printable } from "../base/printable.js";
import { isSecretColumn } from "../base/secret-columns.js";

const SHOWN = 60;
/** Of a long common beginning, so much stays in sight. */
const CONTEXT = 20;

export interface ShownPair {
  source: string | null;
  target: string | null;
}

/** Both values as at most 60 printable characters around the first place where they differ; null is NULL. */
export function showPair(column: string, source: string | null, target: string | null): ShownPair {
  if (isSecretColumn(column)) {
    return { source: source === null ? null : "…", target: target === null ? null : "…" };
  }
  if (source === null || target === null) {
    return { source: source && cut(source, 0), target: target && cut(target, 0) };
  }
  const from =
    Math.max(source.length, target.length) <= SHOWN ? 0 : Math.max(0, same(source, target) - CONTEXT);
  const shown = { source: cut(source, from), target: cut(target, from) };
  // U+00E1 and a + U+0301 look the same: spelt out, they do not.
  return shown.source.normalize("NFKC") === shown.target.normalize("NFKC")
    ? { source: spellOut(shown.source), target: spellOut(shown.target) }
    : shown;
}

/** How long the common beginning is, in UTF-16 units: a value may have megabytes, so it is not split into characters. */
function same(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) {
    at += 1;
  }
  return at;
}

/** At most 60 characters from `from` on, with ellipses where something is left out. */
function cut(text: string, from: number): string {
  const start = /[\udc00-\udfff]/.test(text.charAt(from)) ? from - 1 : from;
  const head = start > 0 ? "…" : "";
  const points = [...text.slice(start, start + 2 * SHOWN)];
  const room = SHOWN - head.length;
  const isWhole = points.length <= room && text.length <= start + 2 * SHOWN;
  return printable(head + (isWhole ? points.join("") : `${points.slice(0, room - 1).join("")}…`));
}

function spellOut(text: string): string {
  return text.replace(/[^\x20-\x7e…]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** A field of a key or of a row without a key. */
export function showField(column: string, value: string | null): string {
  return value === null ? "NULL" : isSecretColumn(column) ? "…" : cut(value, 0);
}
