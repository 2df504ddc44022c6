// Answers to findings: read from `--decide` and the plan file, and applied to concerns.

import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";
import type { Concern, ConcernChoice, Effect } from "./concern.js";
import type { Finding } from "./finding.js";

export interface Decision {
  /** As typed, for messages. */
  text: string;
  /** Null in `recommended`, which answers everything that is open. */
  code: string | null;
  table: string | null;
  column: string | null;
  choice: string;
  /** From a plan file, where it may stand although the column's type has been set otherwise since. */
  isKept: boolean;
}

const NAME = `"(?:[^"]|"")+"|[^".=:]+`;
const DECISION = new RegExp(`^([a-z0-9-]+)(?::(${NAME})(?:\\.(${NAME}))?)?=([a-z0-9-]+)$`, "s");

/** Reads `CODE[:table[.column]]=CHOICE` or `recommended`; names may be quoted as in SQL. Throws `usage`. */
export function parseDecision(text: string, isKept = false): Decision {
  if (text === "recommended") {
    return { text, code: null, table: null, column: null, choice: "recommended", isKept };
  }
  const match = DECISION.exec(text);
  if (match === null) {
    throw new OutgrowError("usage", `--decide ${text} is not of the form CODE[:table[.column]]=CHOICE`, {
      hint: "for example --decide foreign-key-orphans:orders.user_id=not-valid, or --decide recommended",
    });
  }
  const [, code = "", table, column, choice = ""] = match;
  return { text, code, table: unquote(table), column: unquote(column), choice, isKept };
}

function unquote(name: string | undefined): string | null {
  if (name === undefined) {
    return null;
  }
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** A concern with its choice taken, and what the plan has to do for it. */
export interface Settled {
  finding: Finding;
  effect: Effect;
}

/** Takes the most particular decision about a concern; without one, the automatic choice or none. */
export function settle(concern: Concern, decisions: readonly Decision[]): Settled {
  const fitting = decisions
    .filter((decision) => concern.choices.length > 0 && answers(decision, concern))
    .sort((a, b) => particularity(b) - particularity(a));
  const chosen = fitting[0] ? choiceFor(concern, fitting[0]) : automaticChoice(concern);
  const { code, severity, table, column, object, count, reason } = concern;
  return {
    finding: {
      ...{ code, severity, table, column, object, count, reason },
      examples: [],
      choices: concern.choices.map(({ name, does, recommended, options }) => ({
        name,
        does,
        recommended,
        options: options ?? ["--decide", `${decisionKey(concern)}=${name}`],
      })),
      ...(concern.steps === undefined || concern.steps.length === 0 ? {} : { steps: concern.steps }),
      decided: chosen?.name ?? null,
    },
    effect: chosen?.effect ?? {},
  };
}

function automaticChoice(concern: Concern): ConcernChoice | undefined {
  return concern.choices.find((choice) => choice.name === concern.automatic);
}

function answers(decision: Decision, concern: Concern): boolean {
  if (decision.code === null) {
    return concern.severity === "blocker";
  }
  return (
    decision.code === concern.code &&
    (decision.table === null || decision.table === concern.table) &&
    (decision.column === null || decision.column === concern.column || decision.column === concern.object)
  );
}

function particularity(decision: Decision): number {
  return (
    (decision.code === null ? 0 : 1) + (decision.table === null ? 0 : 1) + (decision.column === null ? 0 : 1)
  );
}

function choiceFor(concern: Concern, decision: Decision): ConcernChoice | undefined {
  if (decision.choice === "recommended") {
    // Where the recommended way is another option (leaving a table out, for instance), --decide cannot take it.
    return concern.choices.find((choice) => choice.recommended && choice.options === undefined);
  }
  const choice = concern.choices.find((candidate) => candidate.name === decision.choice);
  if (choice === undefined) {
    throw new OutgrowError(
      "usage",
      `--decide ${decision.text}: "${decisionKey(concern)}" has no choice "${decision.choice}"`,
      {
        hint: `choose one of ${concern.choices.map((candidate) => candidate.name).join(", ")}`,
      },
    );
  }
  return choice;
}

/** What stands before `=` in a decision about this concern. */
export function decisionKey(concern: Pick<Concern, "code" | "table" | "column" | "object">): string {
  const place = [concern.table, concern.table === null ? null : (concern.column ?? concern.object)]
    .filter((name) => name !== null)
    .map((name) => (/^[A-Za-z_][\w$]*$/.test(name) ? name : quoteName(name)))
    .join(".");
  return place === "" ? concern.code : `${concern.code}:${place}`;
}

/** Throws `usage` for a decision that answers nothing, so that a slip of the pen is not taken for an answer. */
export function checkDecisions(decisions: readonly Decision[], concerns: readonly Concern[]): void {
  const stray = decisions.find(
    (decision) =>
      decision.code !== null && !decision.isKept && !concerns.some((concern) => answers(decision, concern)),
  );
  if (stray !== undefined) {
    const keys = [...new Set(concerns.filter((concern) => concern.choices.length > 0).map(decisionKey))];
    throw new OutgrowError("usage", `--decide ${stray.text} answers no finding of this move`, {
      hint:
        keys.length === 0 ? "there is nothing to decide" : `the findings are ${keys.slice(0, 8).join(", ")}`,
    });
  }
}
