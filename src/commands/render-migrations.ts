// What `outgrow schema` prints for people.

import Table from "cli-table3";
import { printable } from "../base/printable.js";
import type { BaselineResult, FileDone, FileStatus, SchemaStatus } from "../db/schema/index.js";
import { type Colors, counted } from "./terminal.js";

/** One line for a file that ran or would run. */
export function renderFile(
  direction: "up" | "down",
  file: FileDone,
  isDryRun: boolean,
  color: Colors,
): string {
  const did = direction === "up" ? "applied" : "undone";
  const word = isDryRun ? color.dim("would run") : color.green(did);
  const facts = [
    file.statements === null ? "not taken apart" : counted(file.statements, "statement"),
    ...(file.inTransaction ? [] : ["without a transaction"]),
    ...(file.durationMs === null ? [] : [`${Math.round(file.durationMs)} ms`]),
  ];
  return `${word} ${printable(file.file)} ${color.dim(`(${facts.join(", ")})`)}\n`;
}

export function renderStatus(shown: string, status: SchemaStatus, color: Colors): string {
  const table = new Table({
    head: ["file", "state", "applied at (UTC)", "by", "ms"],
    style: { head: [], border: [], compact: true },
  });
  for (const file of status.files) {
    table.push(cells(file, color));
  }
  const lines = [
    `${printable(shown)}, schema "${printable(status.schema)}"${status.isRunning ? ": a runner is at work" : ""}`,
    ...(status.files.length === 0 ? ["no files"] : [table.toString()]),
    ...status.problems.flatMap(({ message, hint }) => [
      `${color.red("wrong")} ${printable(message)}`,
      `      ${color.dim(printable(hint))}`,
    ]),
    status.pendingCount === 0
      ? "no file is to run"
      : `${counted(status.pendingCount, "file")} to run: outgrow schema up`,
  ];
  return `${lines.join("\n")}\n`;
}

function cells(
  { file, number, name, state, appliedAt, by, durationMs }: FileStatus,
  color: Colors,
): string[] {
  const paint = STATE_COLORS[state] ?? "red";
  return [
    printable(file ?? `${number} ${name}`),
    color[paint](state),
    appliedAt === null ? "" : printable(appliedAt.replace("T", " ").replace(/\.\d+Z$/, "")),
    printable(by ?? ""),
    durationMs === null || state === "adopted" ? "" : String(durationMs),
  ];
}

const STATE_COLORS: Readonly<Record<string, "green" | "yellow" | "red">> = {
  applied: "green",
  adopted: "green",
  pending: "yellow",
  running: "yellow",
};

export function renderBaseline(
  shown: string,
  { dryRun, adopted, accepted, tablesFound }: BaselineResult,
): string {
  if (adopted.length + accepted.length === 0) {
    return `nothing to record: all files are in the books of ${printable(shown)}\n`;
  }
  const would = dryRun ? "would be " : "";
  const tables = adopted.length === 0 ? "" : `; ${counted(tablesFound, "table")} of theirs found`;
  return [
    ...adopted.map(({ file }) => `${would}recorded as applied: ${printable(file)}`),
    ...accepted.map(({ file }) => `${would}accepted as it is now: ${printable(file)}`),
    `${counted(adopted.length + accepted.length, "file")} ${dryRun ? "would be recorded" : "recorded"} in ${printable(shown)}, none was run${tables}\n`,
  ].join("\n");
}
