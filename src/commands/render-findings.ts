// Findings as text for a terminal: what is wrong, where, for example which rows, and what to type.

import { printable } from "../base/printable.js";
import type { Finding } from "../plan/finding.js";
import { type Colors, shellWords } from "./terminal.js";

const ORDER = { blocker: 0, warning: 1, note: 2 };

/** A dozen tables with the same note say it once. */
const ALIKE = 3;

/** Blockers first. Warnings and notes that say the same of many places are told in one line. */
export function renderFindings(findings: readonly Finding[], color: Colors): string {
  const groups = new Map<unknown, Finding[]>();
  for (const finding of findings) {
    const { severity, code, reason } = finding;
    const alike = severity === "blocker" || finding.decided !== null ? finding : `${severity} ${code} ${reason}`;
    groups.set(alike, [...(groups.get(alike) ?? []), finding]);
  }
  return [...groups.values()]
    .sort((a, b) => ORDER[a[0]?.severity ?? "note"] - ORDER[b[0]?.severity ?? "note"])
    .flatMap((group) =>
      group.length > ALIKE ? [renderAlike(group, color)] : group.map((one) => renderFinding(one, color)),
    )
    .join("\n");
}

function renderFinding(finding: Finding, color: Colors): string {
  const lines = [`${head(finding, color)} ${placeOf(finding)}: ${printable(finding.reason)}`];
  if (finding.examples.length > 0) {
    const examples = finding.examples.map((one) => (one.value === "" ? one.key : `${one.key}: ${one.value}`));
    lines.push(color.dim(`    for example ${examples.join("; ")}`));
  }
  if (finding.decided !== null) {
    const choice = finding.choices.find((one) => one.name === finding.decided);
    lines.push(`    decided: ${finding.decided}${choice ? ` (${choice.does})` : ""}`);
  } else if (finding.severity === "blocker") {
    for (const choice of finding.choices) {
      const mark = choice.recommended ? color.green(" (recommended)") : "";
      lines.push(`    ${printable(shellWords(choice.options))}${mark}\n        ${choice.does}`);
    }
  }
  return lines.join("\n");
}

function renderAlike(group: readonly Finding[], color: Colors): string {
  const [first] = group;
  return first === undefined
    ? ""
    : `${head(first, color)} ${group.map(placeOf).join(", ")}: ${printable(first.reason)}`;
}

function head(finding: Finding, color: Colors): string {
  const paint = { blocker: color.red, warning: color.yellow, note: color.dim }[finding.severity];
  return `${paint(finding.severity)} ${color.bold(finding.code)}`;
}

function placeOf({ table, column, object }: Finding): string {
  const place = [table, column]
    .filter((name) => name !== null)
    .map((name) => printable(name))
    .join(".");
  if (object === null) {
    return place;
  }
  return place === "" ? printable(object) : `${place} (${printable(object)})`;
}
