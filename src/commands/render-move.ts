// The report of a move as text for a terminal.

import Table from "cli-table3";
import pc from "picocolors";
import { printable } from "../base/printable.js";
import type { Finding } from "../plan/finding.js";
import type { MoveReport } from "../move/report.js";

const MOST_TABLES = 40;

export function renderMove(report: MoveReport, stream: NodeJS.WriteStream): string {
  const color = pc.createColors(stream.isTTY && process.env["NO_COLOR"] === undefined);
  const parts = [
    renderFindings(report.findings, color),
    report.result === "blocked" ? "" : renderTables(report, color),
    ...report.warnings.map((warning) => `${color.yellow("warning")} ${printable(warning)}`),
    renderDifferences(report, color),
    verdict(report, color),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

type Colors = ReturnType<typeof pc.createColors>;

function renderTables(report: MoveReport, color: Colors): string {
  const table = new Table({
    head: ["table", "rows", "set aside", "substituted", "compared"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const one of report.tables.slice(0, MOST_TABLES)) {
    table.push([
      printable(one.target),
      one.rows.toLocaleString("en"),
      one.setAside === 0 ? "" : one.setAside.toLocaleString("en"),
      one.substituted === 0 ? "" : one.substituted.toLocaleString("en"),
      report.verified === null ? "" : one.verified.toLocaleString("en"),
    ]);
  }
  const more = report.tables.length - MOST_TABLES;
  return `${table.toString()}${more > 0 ? `\n${color.dim(`and ${more} more tables`)}` : ""}`;
}

export function renderFindings(findings: readonly Finding[], color: Colors): string {
  const order = { blocker: 0, warning: 1, note: 2 };
  return [...findings]
    .sort((a, b) => order[a.severity] - order[b.severity])
    .map((finding) => renderFinding(finding, color))
    .join("\n");
}

function renderFinding(finding: Finding, color: Colors): string {
  const paint = { blocker: color.red, warning: color.yellow, note: color.dim }[finding.severity];
  const place = [finding.table, finding.column].filter((name) => name !== null).map((name) => printable(name)).join(".");
  const object = finding.object === null ? "" : ` (${printable(finding.object)})`;
  const lines = [`${paint(finding.severity)} ${color.bold(finding.code)} ${place}${object}: ${printable(finding.reason)}`];
  if (finding.examples.length > 0) {
    lines.push(color.dim(`    for example ${finding.examples.map((one) => (one.value === "" ? one.key : `${one.key}: ${one.value}`)).join("; ")}`));
  }
  if (finding.decided !== null) {
    lines.push(`    decided: ${finding.decided}`);
  } else if (finding.severity === "blocker") {
    for (const choice of finding.choices) {
      lines.push(`    ${shellWords(choice.options)}${choice.recommended ? color.green(" (recommended)") : ""}\n        ${choice.does}`);
    }
  }
  return lines.join("\n");
}

function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

function renderDifferences(report: MoveReport, color: Colors): string {
  if (report.verified === null || report.verified.differences === 0) {
    return "";
  }
  const rows = report.verified.examples.map((one) =>
    one.kind === "value"
      ? `  ${printable(one.table)} ${one.key} ${printable(one.column)}: ${one.source ?? "NULL"} became ${one.target ?? "NULL"}`
      : `  ${printable(one.table)} ${one.key}: ${one.kind}`,
  );
  const objects = report.verified.structure.map((one) => `  ${printable(one.object)}: expected ${one.expected}, found ${one.found}`);
  return [color.red("differences"), ...rows, ...objects].join("\n");
}

function verdict(report: MoveReport, color: Colors): string {
  const rows = report.tables.reduce((sum, table) => sum + table.rows, 0).toLocaleString("en");
  const aside = report.tables.reduce((sum, table) => sum + table.setAside, 0);
  const substituted = report.tables.reduce((sum, table) => sum + table.substituted, 0);
  const seconds = (report.seconds["total"] ?? 0).toFixed(1);
  const parts = Object.entries(report.seconds)
    .filter(([part]) => part !== "total")
    .map(([part, time]) => `${part} ${time.toFixed(1)}`)
    .join(", ");
  const compared =
    report.verified === null
      ? "nothing was compared"
      : `${report.verified.values.toLocaleString("en")} values compared, ${report.verified.differences} differences`;
  switch (report.result) {
    case "moved":
      return `${color.green("moved")} ${rows} rows in ${report.tables.length} tables; ${compared}${aside > 0 ? `; ${aside} rows set aside` : ""}${substituted > 0 ? `; ${substituted} values substituted` : ""}\n${color.dim(`${seconds} s: ${parts}`)}`;
    case "differs":
      return `${color.red("differs")} ${rows} rows in ${report.tables.length} tables; ${compared}`;
    case "planned":
      return `${color.green("planned")} ${report.tables.length} tables; nothing was written`;
    case "blocked": {
      const open = report.findings.filter((finding) => finding.severity === "blocker" && finding.decided === null).length;
      return `${color.red("blocked")} ${open} decision${open === 1 ? " is" : "s are"} missing; nothing was written\n${color.dim("answer each with the options above, or all with --decide recommended")}`;
    }
    case "interrupted":
      return `${color.yellow("interrupted")} ${rows} rows are safe in the target; run the same command again to go on`;
    case "failed":
      return color.red("failed");
  }
}
