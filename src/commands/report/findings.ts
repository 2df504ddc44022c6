// Findings as HTML: by weight, with example rows and what to type.

import { type Html, html } from "../../base/html.js";
import type { Finding } from "../../plan/finding.js";
import { shellWords } from "../terminal.js";

const ORDER = ["blocker", "warning", "note"] as const;
const HEADINGS = {
  blocker: "To decide",
  warning: "What an application may notice",
  note: "For information",
} as const;

export function findingsSection(findings: readonly Finding[]): Html {
  if (findings.length === 0) {
    return html`<p>Nothing was found that has to be decided or known.</p>`;
  }
  return html`${ORDER.map((severity) => {
    const some = findings.filter((finding) => finding.severity === severity);
    return some.length === 0
      ? html``
      : html`<details${severity === "note" ? html`` : html` open`}><summary><h3>${HEADINGS[severity]}</h3> <span class="soft">(${some.length})</span></summary>${some.map(findingBox)}</details>`;
  })}`;
}

function findingBox(finding: Finding): Html {
  const { severity, code, reason, count, examples, choices, decided, steps = [] } = finding;
  const rows = examples.map(
    (one) =>
      html`<li><code>${one.key}</code>${one.value === "" ? html`` : html`: <code>${one.value}</code>`}</li>`,
  );
  return html`<div class="finding ${severity}" id="finding-${code}">
<p><span class="tag">${code}</span> <strong>${placeOf(finding)}</strong>${count > 1 ? html` <span class="soft">(${count})</span>` : html``}</p>
<p>${reason}</p>
${rows.length === 0 ? html`` : html`<p class="soft">For example</p><ul>${rows}</ul>`}
${decided === null ? html`` : html`<p class="soft">Decided: ${decided}</p>`}
${choices.length === 0 ? html`` : html`<ul>${choices.map((choice) => html`<li><code class="type">${shellWords(choice.options)}</code>${choice.recommended ? html` <strong>recommended</strong>` : html``}<br>${choice.does}</li>`)}</ul>`}
${steps.length === 0 ? html`` : html`<ol>${steps.map(({ does, type }) => html`<li>${does}${type === undefined ? html`` : html`<br><code class="type">${type}</code>`}</li>`)}</ol>`}
</div>`;
}

function placeOf({ table, column, object }: Finding): string {
  const place = [table, column].filter((name) => name !== null).join(".");
  return object === null ? place : place === "" ? object : `${place} (${object})`;
}
