// What a person is told of the framework or application that made a file, and of its bookkeeping.

import { note } from "../concern.js";
import type { Step } from "../finding.js";
import type { TableDraft } from "../make-table.js";
import type { Ledger } from "../plan-input.js";
import type { Framework } from "./framework.js";
import type { Frameworks, Recognised } from "./recognise.js";

const INTO_ITS_TABLES: Step = {
  does: "move the rows into its tables; what it put there by itself is replaced, and kept in outgrow.quarantine",
  type: "outgrow migrate SOURCE TARGET --existing-rows replace",
};

export function adviseOn({ found, habits }: Frameworks, drafts: readonly TableDraft[], ledger: Ledger): void {
  const isThere = drafts.some(({ existing }) => existing !== null);
  const makers = new Set(found.map(({ framework }) => framework.madeWith));
  for (const one of found) {
    const { framework } = one;
    // Of an application and what it is made with, the application's way is the one to go.
    const isPart = makers.has(framework.name);
    const steps = isThere || isPart || framework.steps === null ? [] : [...framework.steps, INTO_ITS_TABLES];
    const about = note(
      "note",
      "framework-recognised",
      { object: framework.title },
      reason(one, isThere, isPart, habits),
    );
    ledger.raise({ ...about, steps });
  }
  if (found.length > 0) {
    raiseBookkeeping(
      found.map(({ framework }) => framework),
      drafts,
      ledger,
    );
  }
}

function reason(
  { framework, evidence }: Recognised,
  isThere: boolean,
  isPart: boolean,
  habits: readonly Framework[],
): string {
  const { title, types } = framework;
  const known =
    evidence.length === 0
      ? `${title} made it, as --framework says`
      : `${title} made it: ${evidence.join("; ")}`;
  const weighs =
    types.length > 0 && !habits.includes(framework)
      ? [`there are other frameworks, so its types do not weigh; --framework ${framework.name} makes them`]
      : [];
  return [known, ...weighs, ...way(framework, isThere, isPart)].join("; ");
}

function way({ title, steps }: Framework, isThere: boolean, isPart: boolean): string[] {
  if (isPart) {
    return [];
  }
  if (steps === null) {
    return [`${title} itself has no PostgreSQL: the tables are for other programs to read`];
  }
  return isThere
    ? ["its tables are there, and their types hold"]
    : [`it is moved best when ${title} makes its tables in PostgreSQL, and the rows go into those`];
}

/** Bookkeeping that moves along tells the framework that its migrations ran. */
function raiseBookkeeping(
  frameworks: readonly Framework[],
  drafts: readonly TableDraft[],
  ledger: Ledger,
): void {
  const told = new Set<TableDraft>();
  for (const { bookkeeping, otherwise } of frameworks) {
    const draft = drafts.find(({ table }) => table.name.toLowerCase() === bookkeeping?.toLowerCase());
    if (draft === undefined || draft.existing !== null || otherwise === undefined || told.has(draft)) {
      continue;
    }
    told.add(draft);
    const about = { table: draft.table.name, count: draft.profile.rows };
    ledger.raise({
      ...note("note", "bookkeeping-moved", about, `its rows move along: ${otherwise.believes}`),
      steps: otherwise.steps,
    });
  }
}
