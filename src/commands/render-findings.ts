// Findings as text for a terminal: what is wrong, where, for example which rows, and what to type.

import { printable } from "../base/printable.js";
import type { Choice, Finding } from "../plan/finding.js";
import { type Colors, shellWords } from "./terminal.js";

const ORDER = { blocker: 0, warning: 1, note: 2 };

/** Up to so many places of one warning are told with their example rows; more are told in one line. */
const TOLD_APART = 3;

/** Blockers first. Warnings and notes that say the same of many places are told once. */
export function renderFindings(findings: readonly Finding[], color: Colors): string {
  const groups = new Map<unknown, Finding[]>();
  for (const finding of findings) {
    const { severity, code, reason, decided } = finding;
    const alike = severity === "blocker" ? finding : `${severity} ${code} ${decided} ${reason}`;
    groups.set(alike, [...(groups.get(alike) ?? []), finding]);
  }
  return [...groups.values()]
    .sort((a, b) => ORDER[a[0]?.severity ?? "note"] - ORDER[b[0]?.severity ?? "note"])
    .flatMap((group) => (group.length > TOLD_APART ? [group] : group.map((finding) => [finding])))
    .map((group) => renderGroup(group, color))
    .join("\n");
}

/** Findings that differ in their place alone. */
function renderGroup(group: readonly Finding[], color: Colors): string {
  const [finding] = group;
  if (finding === undefined) {
    return "";
  }
  const paint = { blocker: color.red, warning: color.yellow, note: color.dim }[finding.severity];
  const head = `${paint(finding.severity)} ${color.bold(finding.code)}`;
  return [
    `${head} ${group.map(placeOf).join(", ")}: ${printable(finding.reason)}`,
    ...(group.length === 1 ? exampleLine(finding, color) : []),
    ...choiceLines(finding, group.length > 1, color),
    ...stepLines(finding),
  ].join("\n");
}

function exampleLine({ examples }: Finding, color: Colors): string[] {
  const shown = examples.map((one) => (one.value === "" ? one.key : `${one.key}: ${one.value}`));
  return shown.length === 0 ? [] : [color.dim(`    for example ${shown.join("; ")}`)];
}

/** What was decided and how to decide otherwise, or what there is to choose from. */
function choiceLines(finding: Finding, forAll: boolean, color: Colors): string[] {
  const toType = (choice: Choice) =>
    printable(
      shellWords(
        forAll && choice.options[0] === "--decide"
          ? ["--decide", `${finding.code}=${choice.name}`]
          : choice.options,
      ),
    );
  const taken = finding.choices.find((choice) => choice.name === finding.decided);
  if (taken !== undefined) {
    const others = finding.choices.filter((choice) => choice !== taken);
    return [
      `    decided: ${taken.name} (${taken.does})`,
      ...others.map((choice) => color.dim(`    or ${toType(choice)} (${choice.does})`)),
    ];
  }
  if (finding.severity !== "blocker") {
    return [];
  }
  return finding.choices.map((choice) => {
    const mark = choice.recommended ? color.green(" (recommended)") : "";
    return `    ${toType(choice)}${mark}\n        ${choice.does}`;
  });
}

function stepLines({ steps = [] }: Finding): string[] {
  return steps.flatMap(({ does, type }, i) => [
    `    ${i + 1}. ${printable(does)}`,
    ...(type === undefined ? [] : [`       ${printable(type)}`]),
  ]);
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
