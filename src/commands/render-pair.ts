// A comparison of a file with a database as text for a terminal.

import Table from "cli-table3";
import { printable } from "../base/printable.js";
import type { PairReport } from "../move/verify-pair.js";
import { renderDifferences } from "./render-differences.js";
import { type Colors, colorsFor, count, counted } from "./terminal.js";

const MOST_TABLES = 40;

export function renderPair(report: PairReport, stream: NodeJS.WriteStream): string {
  const color = colorsFor(stream);
  const parts = [
    renderMove(report, color),
    renderTables(report, color),
    report.verified.notes.map((note) => `${color.dim("note")} ${printable(note)}`).join("\n"),
    renderDifferences(report.verified, color),
    renderVerdict(report, color),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderMove({ move }: PairReport, color: Colors): string {
  if (move === null) {
    return "";
  }
  const line = `by the plan of the move that began ${move.startedAt} (${move.state})`;
  return move.sourceChanged
    ? `${line}\n${color.yellow("warning")} the source changed since; what it has now is compared`
    : line;
}

function renderTables(report: PairReport, color: Colors): string {
  const table = new Table({
    head: ["table", "rows", "values", "substituted", "differences"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  // Tables with a difference first: in a long list they must not be among those left out.
  const sorted = [...report.tables].sort((a, b) => Math.sign(b.differences) - Math.sign(a.differences));
  for (const one of sorted.slice(0, MOST_TABLES)) {
    table.push([
      printable(one.target),
      count(one.rows),
      count(one.values),
      one.substituted === 0 ? "" : count(one.substituted),
      one.differences === 0 ? "" : color.red(count(one.differences)),
    ]);
  }
  const more = sorted.length - MOST_TABLES;
  return `${table.toString()}${more > 0 ? `\n${color.dim(`and ${counted(more, "more table")}`)}` : ""}`;
}

function renderVerdict({ result, verified, seconds }: PairReport, color: Colors): string {
  const compared = `${counted(verified.rows, "row")}, ${counted(verified.values, "value")} compared`;
  const time = color.dim(`${(seconds.total ?? 0).toFixed(1)} s`);
  return result === "equal"
    ? `${color.green("equal")} ${compared}, no difference\n${time}`
    : `${color.red("differs")} ${compared}, ${counted(verified.differences, "difference")}\n${time}`;
}
