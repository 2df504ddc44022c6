// An assessment as text for a terminal.

import Table from "cli-table3";
import { printable, shorten } from "../base/printable.js";
import type { AssessedColumn, AssessedTable, Assessment, Evidence } from "../move/assess.js";
import type { Estimate, Range } from "../move/estimate.js";
import { renderFindings } from "./render-findings.js";
import { renderConversions, renderPlannedSchema } from "./render-schema.js";
import { shapeWords } from "./shape-words.js";
import { type Colors, colorsFor, count, counted, size } from "./terminal.js";

export function renderAssessment(
  assessment: Assessment,
  isDetailed: boolean,
  stream: NodeJS.WriteStream,
): string {
  const color = colorsFor(stream);
  const parts = [
    isDetailed ? "" : renderSource(assessment),
    ...assessment.tables.map((table) =>
      isDetailed ? renderDetail(table, color) : renderTable(table, color),
    ),
    isDetailed
      ? renderConversions(assessment.conversions, color)
      : renderPlannedSchema(assessment.conversions, color),
    renderFindings(assessment.findings, color),
    assessment.warnings.map((text) => `${color.yellow("warning")} ${printable(text)}`).join("\n"),
    isDetailed ? "" : renderEstimate(assessment.estimate, color),
    renderVerdict(assessment, color),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderSource({ source, tables, target, schema }: Assessment): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const extras = [
    source.views > 0 ? counted(source.views, "view") : null,
    source.triggers > 0 ? counted(source.triggers, "trigger") : null,
  ].filter((part) => part !== null);
  return [
    `${printable(source.path)}: ${size(source.bytes)}, ${counted(rows, "row")} in ${[counted(tables.length, "table"), ...extras].join(", ")} (${source.encoding}, journal mode ${source.journalMode})`,
    target === null
      ? `planned for an empty database, schema ${printable(schema)}`
      : `planned for ${printable(target)}, schema ${printable(schema)}`,
  ].join("\n");
}

function renderTable(table: AssessedTable, color: Colors): string {
  const rows = new Table({
    head: ["column", "declared", "becomes", "why"],
    style: { head: [], border: [], compact: true },
    chars: NO_LINES,
  });
  for (const column of table.columns) {
    rows.push([
      printable(nameOf(column)),
      printable(column.declared),
      printable(column.type ?? "-"),
      color.dim(shorten(column.why, 90)),
    ]);
  }
  return `${heading(table, color)}\n${rows.toString()}`;
}

function renderDetail(table: AssessedTable, color: Colors): string {
  const columns = table.columns.map((column) =>
    [
      `${color.bold(printable(nameOf(column)))}: ${printable(column.declared || "no type")}${column.notNull ? " NOT NULL" : ""} becomes ${printable(column.type ?? "nothing")}${column.codec === null ? "" : ` by ${column.codec}`}`,
      `    ${printable(column.why)}`,
      ...evidenceLines(column.evidence).map((line) => `    ${color.dim(line)}`),
    ].join("\n"),
  );
  return [heading(table, color), ...columns].join("\n");
}

function nameOf(column: AssessedColumn): string {
  return column.target === null || column.target === column.name
    ? column.name
    : `${column.name} (${column.target})`;
}

function heading(table: AssessedTable, color: Colors): string {
  const keys = [
    table.primaryKey.length === 0 ? "no primary key" : `primary key ${table.primaryKey.join(", ")}`,
    ...table.foreignKeys.map((key) => `${key.columns.join(", ")} refers to ${key.parentTable}`),
    table.uniques > 0 ? counted(table.uniques, "unique constraint") : null,
    table.indexes > 0 ? counted(table.indexes, "index", "indexes") : null,
  ].filter((key) => key !== null);
  const becomes =
    table.target === null
      ? " is not moved"
      : table.target.endsWith(`.${table.name}`)
        ? ""
        : ` becomes ${table.target}`;
  return `${color.bold(printable(table.name))}${printable(becomes)}: ${counted(table.rows, "row")}, ${size(table.bytes)}; ${printable(keys.join("; "))}`;
}

function evidenceLines(evidence: Evidence): string[] {
  const classes = (["integers", "reals", "texts", "blobs", "nulls"] as const)
    .filter((name) => evidence[name] > 0)
    .map((name) => `${count(evidence[name])} ${name}`);
  const shapes = Object.entries(evidence.shapes).sort(([, a], [, b]) => b - a);
  return [
    classes.length === 0 ? "no rows" : classes.join(", "),
    evidence.min === null ? null : `numbers from ${evidence.min} to ${evidence.max}`,
    evidence.texts === 0
      ? null
      : `longest text ${counted(evidence.maxChars, "character")}, ${counted(evidence.maxBytes, "byte")}`,
    evidence.blobs === 0 ? null : `longest blob ${counted(evidence.maxBlobBytes, "byte")}`,
    shapes.length === 0
      ? null
      : `texts look like ${shapes
          .slice(0, 6)
          .map(([shape, times]) => `${shapeWords(shape)} (${count(times)})`)
          .join(", ")}${shapes.length > 6 ? ` and ${shapes.length - 6} more` : ""}`,
  ]
    .filter((line) => line !== null)
    .map(printable);
}

function renderEstimate({ seconds, bytes, assumption }: Estimate, color: Colors): string {
  return [
    `a move takes about ${range(seconds, duration)}, the target becomes about ${range(bytes, size)} large`,
    color.dim(`assuming ${assumption}`),
  ].join("\n");
}

function range({ low, high }: Range, show: (value: number) => string): string {
  const [from, to] = [show(low), show(high)];
  return from === to ? from : `${from} to ${to}`;
}

function duration(seconds: number): string {
  if (seconds < 90) {
    return `${Math.max(1, Math.round(seconds))} s`;
  }
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function renderVerdict({ verdict, findings }: Assessment, color: Colors): string {
  if (verdict === "ready") {
    return `${color.green("ready")} nothing has to be decided; outgrow migrate SOURCE TARGET moves it`;
  }
  const open = findings.filter((finding) => finding.severity === "blocker" && finding.decided === null);
  if (open.length === 0) {
    return `${color.red("blocked")} decisions are missing in other tables`;
  }
  return [
    `${color.red("blocked")} ${counted(open.length, "decision is", "decisions are")} missing`,
    color.dim("give the options above to outgrow migrate, or --decide recommended"),
  ].join("\n");
}

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "  ",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};
