// Small charts of what is in a column, as SVG that takes its colours from the page.

import { type Html, html } from "../../base/html.js";
import type { Evidence } from "../../move/assess.js";
import { shapeWords } from "../shape-words.js";

const WIDTH = 160;

const CLASSES = [
  ["nulls", "NULL"],
  ["integers", "integer"],
  ["reals", "real"],
  ["texts", "text"],
  ["blobs", "blob"],
] as const;

/** A bar of the storage classes, each as wide as its share of the rows. */
export function classBar(evidence: Evidence): Html {
  const total = CLASSES.reduce((sum, [key]) => sum + evidence[key], 0);
  if (total === 0) {
    return html`<span class="soft">no rows</span>`;
  }
  let at = 0;
  const parts = CLASSES.map(([key, name], i) => {
    const width = (evidence[key] / total) * WIDTH;
    const part =
      width === 0
        ? html``
        : html`<rect class="k${i}" x="${at.toFixed(2)}" y="0" width="${Math.max(width, 0.75).toFixed(2)}" height="10"><title>${name}: ${evidence[key]}</title></rect>`;
    at += width;
    return part;
  });
  const words = CLASSES.flatMap(([key, name]) =>
    evidence[key] === 0 ? [] : [`${evidence[key]} ${name}`],
  ).join(", ");
  return html`<svg width="${WIDTH}" height="10" viewBox="0 0 ${WIDTH} 10" role="img" aria-label="${words}">${parts}</svg>`;
}

export function classLegend(): Html {
  const items = CLASSES.map(
    ([, name], i) =>
      html`<span><svg width="10" height="10" aria-hidden="true"><rect class="k${i}" width="10" height="10"></rect></svg>${name}</span>`,
  );
  return html`<p class="legend">${items}</p>`;
}

const MOST_SHAPES = 4;

/** The commonest shapes of the texts, as bars with an example each. */
export function shapeBars(evidence: Evidence): Html | null {
  const shapes = Object.entries(evidence.shapes).sort(([, a], [, b]) => b - a);
  const telling = shapes.filter(([shape]) => shape !== "other");
  if (telling.length === 0) {
    return null;
  }
  const total = shapes.reduce((sum, [, count]) => sum + count, 0);
  const shown = shapes.slice(0, MOST_SHAPES);
  const height = shown.length * 14;
  const bars = shown.map(([shape, count], i) => {
    const width = Math.max((count / total) * 40, 0.75);
    return html`<rect class="k3" x="0" y="${i * 14 + 3}" width="${width.toFixed(2)}" height="8"></rect><text x="46" y="${i * 14 + 11}">${shapeWords(shape)} (${count})</text>`;
  });
  return html`<svg width="260" height="${height}" viewBox="0 0 260 ${height}" role="img" aria-label="${shown.map(([shape, count]) => `${shapeWords(shape)}: ${count}`).join(", ")}">${bars}</svg>`;
}

/** Ranges and lengths in words. */
export function extremes({ min, max, maxChars, maxBlobBytes }: Evidence): string {
  return [
    min === null || max === null ? "" : min === max ? `${min}` : `${min} to ${max}`,
    maxChars === 0 ? "" : `up to ${maxChars} characters`,
    maxBlobBytes === 0 ? "" : `up to ${maxBlobBytes} bytes`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
