// Shows two values that differ so that a reader sees where: short, printable, and never alike.

import { printable, shorten } from "../base/printable.js";

const SHOWN = 60;
/** Of a long common beginning, so much stays in sight. */
const CONTEXT = 20;

/** Columns of these names hold what nobody should find in a report. */
const SECRET = /pass|secret|token|hash|salt|api_?key/i;

export interface ShownPair {
  source: string | null;
  target: string | null;
}

/** Both values as at most 60 printable characters around the first place where they differ; null is NULL. */
export function showPair(column: string, source: string | null, target: string | null): ShownPair {
  if (SECRET.test(column)) {
    return { source: source === null ? null : "…", target: target === null ? null : "…" };
  }
  if (source === null || target === null) {
    return {
      source: source === null ? null : shorten(source),
      target: target === null ? null : shorten(target),
    };
  }
  const a = [...source];
  const b = [...target];
  let same = 0;
  while (same < a.length && a[same] === b[same]) {
    same += 1;
  }
  const from = Math.max(a.length, b.length) <= SHOWN ? 0 : Math.max(0, same - CONTEXT);
  const shown = { source: cut(a, from), target: cut(b, from) };
  // U+00E1 and a + U+0301 look the same: spelt out, they do not.
  return shown.source.normalize("NFKC") === shown.target.normalize("NFKC")
    ? { source: spellOut(shown.source), target: spellOut(shown.target) }
    : shown;
}

function cut(points: string[], from: number): string {
  const head = from > 0 ? "…" : "";
  const end = from + SHOWN - head.length;
  return printable(
    points.length <= end
      ? head + points.slice(from).join("")
      : `${head}${points.slice(from, end - 1).join("")}…`,
  );
}

function spellOut(text: string): string {
  return text.replace(/[^\x20-\x7e…]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** A field of a key or of a row without a key. */
export function showField(column: string, value: string | null): string {
  return value === null ? "NULL" : SECRET.test(column) ? "…" : shorten(value);
}
