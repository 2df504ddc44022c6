// The tables of the report: columns before and after with the evidence, and the SQL of both engines side by side.

import { type Html, html } from "../../base/html.js";
import type { AssessedColumn, AssessedTable } from "../../move/assess.js";
import type { Conversion } from "../../plan/plan.js";
import type { DdlStatement } from "../../target/schema-ddl.js";
import { count, counted, size } from "../terminal.js";
import { classBar, classLegend, extremes, shapeBars } from "./charts.js";

export interface ReportedTable extends AssessedTable {
  /** The CREATE TABLE as it is stored. */
  sql: string;
}

export function tablesSection(tables: readonly ReportedTable[], statements: readonly DdlStatement[]): Html {
  const contents = tables.map(
    (table, i) =>
      html`<li data-name="${table.name}"><a href="#table-${i}">${table.name}</a> <span class="soft">${count(table.rows)}</span></li>`,
  );
  return html`<p hidden><label>Show tables with <input type="search" placeholder="a part of the name" autocomplete="off"></label></p>
<ul class="contents">${contents}</ul>
${classLegend()}
${tables.map((table, i) =>
  tableBox(
    table,
    i,
    statements.filter(({ of, kind }) => of === table.name && kind !== "view" && kind !== "trigger"),
    tables.length <= 4,
  ),
)}`;
}

function tableBox(
  table: ReportedTable,
  place: number,
  statements: readonly DdlStatement[],
  open: boolean,
): Html {
  const facts = [
    counted(table.rows, "row"),
    size(table.bytes),
    counted(table.columns.length, "column"),
    table.primaryKey.length === 0 ? "no primary key" : `primary key ${table.primaryKey.join(", ")}`,
    table.target === null
      ? "not moved"
      : table.target.endsWith(`.${table.name}`)
        ? ""
        : `becomes ${table.target}`,
  ].filter((fact) => fact !== "");
  return html`<details id="table-${place}" data-name="${table.name}"${open ? html` open` : html``}>
<summary><h3>${table.name}</h3> <span class="soft">${facts.join(" · ")}</span></summary>
<div class="scroll" tabindex="0" role="region" aria-label="columns of ${table.name}"><table><thead><tr><th>column</th><th>SQLite</th><th>PostgreSQL</th><th>values</th><th>why</th></tr></thead>
<tbody>${table.columns.map(columnRow)}</tbody></table></div>
${sides(table.sql, statements.map(({ sql }) => `${sql};`).join("\n\n"))}
</details>`;
}

function columnRow(column: AssessedColumn): Html {
  const { name, target, declared, type, notNull, why, evidence } = column;
  const shapes = shapeBars(evidence);
  const range = extremes(evidence);
  return html`<tr><td class="name"><code>${name}</code>${target === null || target === name ? html`` : html`<br><span class="soft">as ${target}</span>`}</td>
<td><code>${declared === "" ? "(none)" : declared}</code>${notNull ? html`<br><span class="soft">not null</span>` : html``}</td>
<td><code>${type ?? "not carried"}</code></td>
<td>${classBar(evidence)}${range === "" ? html`` : html`<span class="soft">${range}</span>`}${shapes ?? html``}</td>
<td class="why">${why}</td></tr>`;
}

export function sides(source: string, target: string): Html {
  return html`<div class="sides"><div><span class="soft">SQLite</span><pre>${source}</pre></div><div><span class="soft">PostgreSQL</span><pre>${target}</pre></div></div>`;
}

const KINDS = [
  ["view", "Views"],
  ["trigger", "Triggers"],
  ["check", "CHECKs"],
  ["generated column", "Generated columns"],
  ["index", "Indexes"],
  ["unique key", "Unique keys"],
  ["default", "Defaults"],
] as const;

export function schemaSection(conversions: readonly Conversion[]): Html {
  if (conversions.length === 0) {
    return html`<p>The schema has nothing but tables and foreign keys.</p>`;
  }
  return html`${KINDS.map(([kind, title]) => {
    const some = conversions.filter((one) => one.kind === kind);
    const told = some.filter(({ target }) => target === null);
    return some.length === 0
      ? html``
      : html`<details><summary><h3>${title}</h3> <span class="soft">${some.length - told.length} of ${some.length} converted</span></summary>${[...told, ...some.filter(({ target }) => target !== null)].map(conversionBox)}</details>`;
  })}`;
}

function conversionBox({ table, name, source, target, reason }: Conversion): Html {
  return html`<div class="${target === null ? "finding warning" : "finding"}"><p><strong>${table === null ? name : `${table}: ${name}`}</strong>${reason === null ? html`` : html` <span class="soft">not converted: ${reason}</span>`}</p>${sides(source, target ?? "—")}</div>`;
}
