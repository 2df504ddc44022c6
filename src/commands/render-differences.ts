// Differences between source and target as text for a terminal.

import { printable } from "../base/printable.js";
import type { VerifiedReport } from "../move/report.js";
import type { Colors } from "./terminal.js";

const MOST_LINES = 40;

/** Empty where there are none. */
export function renderDifferences(verified: VerifiedReport | null, color: Colors): string {
  if (verified === null || verified.differences === 0) {
    return "";
  }
  const values = verified.examples.map((one) =>
    one.kind === "value"
      ? `  ${printable(one.table)} ${printable(one.key)} ${printable(one.column)}: ${shown(one.source)} in the source, ${shown(one.target)} in the target`
      : `  ${printable(one.table)} ${printable(one.key)}: ${ROWS[one.kind]}`,
  );
  const objects = verified.structure.map(
    (one) => `  ${printable(one.object)}: expected ${printable(one.expected)}, found ${printable(one.found)}`,
  );
  const lines = [...values, ...objects];
  const hidden = verified.differences - Math.min(lines.length, MOST_LINES);
  return [
    color.red("differences"),
    ...lines.slice(0, MOST_LINES),
    ...(hidden > 0 ? [color.dim(`  and ${hidden.toLocaleString("en")} more`)] : []),
  ].join("\n");
}

const ROWS = {
  missing: "the row is not in the target",
  extra: "the row is in the target alone",
  doubled: "the row is in the target more often than in the source",
};

function shown(value: string | null): string {
  return value === null ? "NULL" : printable(value);
}
