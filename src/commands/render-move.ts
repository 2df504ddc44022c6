// The report of a move as text for a terminal.

import Table from "cli-table3";
import { printable } from "../base/printable.js";
import type { MoveReport } from "../move/report.js";
import { renderDifferences } from "./render-differences.js";
import { renderFindings } from "./render-findings.js";
import { renderSchema } from "./render-schema.js";
import { type Colors, colorsFor, count, counted } from "./terminal.js";

const MOST_TABLES = 40;

export function renderMove(report: MoveReport, stream: NodeJS.WriteStream): string {
  const color = colorsFor(stream);
  const parts = [
    renderFindings(report.findings, color),
    report.result === "blocked" ? "" : renderTables(report, color),
    report.result === "blocked" ? "" : renderSchema(report, color),
    [
      ...report.warnings.map((warning) => `${color.yellow("warning")} ${printable(warning)}`),
      ...(report.verified?.notes ?? []).map((note) => `${color.dim("note")} ${printable(note)}`),
    ].join("\n"),
    renderDifferences(report.verified, color),
    verdict(report, color),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderTables(report: MoveReport, color: Colors): string {
  const table = new Table({
    head: ["table", "rows", "set aside", "substituted", "compared"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const one of report.tables.slice(0, MOST_TABLES)) {
    table.push([
      printable(one.target),
      count(one.rows),
      one.setAside === 0 ? "" : count(one.setAside),
      one.substituted === 0 ? "" : count(one.substituted),
      report.verified === null ? "" : count(one.verified),
    ]);
  }
  const more = report.tables.length - MOST_TABLES;
  return `${table.toString()}${more > 0 ? `\n${color.dim(`and ${more} more tables`)}` : ""}`;
}

function verdict(report: MoveReport, color: Colors): string {
  const sum = (pick: (one: MoveReport["tables"][number]) => number) =>
    report.tables.reduce((total, table) => total + pick(table), 0);
  const rows = counted(
    sum((one) => one.rows),
    "row",
  );
  const tables = counted(report.tables.length, "table");
  const compared =
    report.verified === null
      ? "nothing was compared"
      : `${counted(report.verified.values, "value")} compared, ${counted(report.verified.differences, "difference")}`;
  switch (report.result) {
    case "moved":
      return [
        `${color.green("moved")} ${rows} in ${tables}; ${compared}${exceptions(
          sum((one) => one.setAside),
          sum((one) => one.substituted),
        )}`,
        color.dim(times(report.seconds)),
      ].join("\n");
    case "differs":
      return `${color.red("differs")} ${rows} in ${tables}; ${compared}`;
    case "planned":
      return `${color.green("planned")} ${tables}; nothing was written`;
    case "blocked":
      return blocked(report, color);
    case "interrupted":
      return `${color.yellow("interrupted")} ${rows} are safe in the target; run the same command again to go on`;
    case "failed":
      return color.red("failed");
  }
}

function exceptions(setAside: number, substituted: number): string {
  return [
    setAside > 0 ? `; ${counted(setAside, "row")} set aside` : "",
    substituted > 0 ? `; ${counted(substituted, "value")} substituted` : "",
  ].join("");
}

function blocked({ findings }: Pick<MoveReport, "findings">, color: Colors): string {
  const open = findings.filter((finding) => finding.severity === "blocker" && finding.decided === null);
  return [
    `${color.red("blocked")} ${counted(open.length, "decision is", "decisions are")} missing; nothing was written`,
    color.dim("answer each with the options above, or all with --decide recommended"),
  ].join("\n");
}

function times(seconds: Readonly<Record<string, number>>): string {
  const parts = Object.entries(seconds)
    .filter(([part]) => part !== "total")
    .map(([part, time]) => `${part} ${time.toFixed(1)}`);
  return `${(seconds.total ?? 0).toFixed(1)} s: ${parts.join(", ")}`;
}
