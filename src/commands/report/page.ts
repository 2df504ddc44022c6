// The assessment as one page that asks for nothing from anywhere: styles, charts and script are in it.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type Html, html, raw } from "../../base/html.js";
import type { Assessed } from "../../move/assess.js";
import { VERSION } from "../../move/version.js";
import { isOpen } from "../../plan/concern.js";
import { schemaDdl } from "../../target/schema-ddl.js";
import { count, counted, size } from "../terminal.js";
import { findingsSection } from "./findings.js";
import { SCRIPT, STYLE } from "./style.js";
import { schemaSection, tablesSection } from "./tables.js";

/** The whole document. `at` stands on it. */
export function reportPage({ assessment, plan, catalog }: Assessed, at: Date): string {
  const { source, tables, findings, estimate } = assessment;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const open = findings.filter(isOpen).length;
  const told = assessment.conversions.filter(({ target }) => target === null).length;
  const reported = tables.map((table) => ({
    ...table,
    sql: catalog.tables.find(({ name }) => name === table.name)?.sql ?? "",
  }));
  const facts: [string, string][] = [
    ["rows", count(rows)],
    ["tables", count(tables.length)],
    ["file", size(source.bytes)],
    ["in PostgreSQL, about", range(estimate.bytes, size)],
    ["a move takes about", range(estimate.seconds, seconds)],
    ["decisions missing", count(open)],
    ["schema objects told, not made", count(told)],
    ["encoding, journal", `${source.encoding}, ${source.journalMode}`],
  ];
  const body = html`<header><h1>${basename(source.path)}</h1>
<p class="soft">${source.path}, assessed for ${assessment.target ?? "an empty PostgreSQL database"}, schema ${assessment.schema}</p>
<p class="verdict ${open > 0 ? "blocked" : "ready"}">${verdict(open, told)}</p>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="soft">${estimate.assumption}</p></header>
<main><h2>Findings</h2>${findingsSection(findings)}
<h2>Tables</h2>${tablesSection(reported, schemaDdl(plan))}
<h2>Everything else in the schema</h2>${schemaSection(assessment.conversions)}</main>
<footer>outgrow ${VERSION}, ${at.toISOString().slice(0, 16).replace("T", " ")} UTC. Nothing was written to the file or to a target.</footer>`;
  return page(basename(source.path), body).text;
}

function verdict(open: number, told: number): string {
  const rest =
    told === 0
      ? ""
      : `; ${counted(told, "object")} of its schema ${told === 1 ? "is" : "are"} told and not made`;
  return open === 0
    ? `Moves without a further decision${rest}.`
    : `${counted(open, "decision is", "decisions are")} missing before it can move${rest}.`;
}

const range = ({ low, high }: { low: number; high: number }, words: (value: number) => string) =>
  words(low) === words(high) ? words(low) : `${words(low)} to ${words(high)}`;

const seconds = (value: number) =>
  value < 90 ? `${Math.max(1, Math.round(value))} s` : `${Math.round(value / 60)} min`;

/** Styles and script are known by their hashes; nothing else on the page may act (CSP level 2). */
function page(title: string, body: Html): Html {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>outgrow: ${title}</title><style>${raw(STYLE)}</style></head>
<body>${body}<script>${raw(SCRIPT)}</script></body></html>
`;
}
