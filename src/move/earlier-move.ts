// What an earlier run recorded of the same move, and whether this run goes on with it, begins anew or refuses.

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { askedFor, askedOtherwise } from "../plan/asked.js";
import type { Plan } from "../plan/plan.js";
import type { PlanOptions } from "../plan/plan-input.js";
import { askedOfStored, revivePlan } from "../plan/plan-json.js";
import type { Source } from "../source/open-source.js";
import { hasBookkeeping } from "../target/bookkeeping.js";
import { canBeUndone, findMove, isUnfinished, type Move } from "../target/moves.js";
import { undoMove } from "../target/undo-move.js";
import { presentInTarget } from "./pairing.js";

/**
 * The unfinished or finished move of this very file that is to be gone on with; null to begin one. A finished one counts
 * only where the same was asked for and its tables are there. Throws `wrong-state` and `source-changed` for an unfinished
 * one that this run cannot go on with. `print` is the source's fingerprint; `warnings` is added to.
 */
export async function earlierMove(
  client: Client,
  source: Source,
  print: string,
  options: PlanOptions & { restart: boolean; dryRun: boolean },
  warnings: string[],
): Promise<Move | null> {
  if (!(await hasBookkeeping(client))) {
    return null;
  }
  const earlier = await findMove(client, { schema: options.schema });
  if (earlier === null || earlier.state === "aborted") {
    return null;
  }
  if (options.restart) {
    // Another file's move that came to its end is nothing that this one begins anew.
    const isGivenUp = isUnfinished(earlier) || (canBeUndone(earlier) && earlier.source === source.path);
    if (isGivenUp && !options.dryRun) {
      const notes = await undoMove(client, earlier.id, revivePlan(earlier.plan));
      warnings.push(...notes.map((note) => `after the earlier move was given up, ${note}`));
    }
    return null;
  }
  if (earlier.source !== source.path) {
    if (isUnfinished(earlier)) {
      throw new OutgrowError(
        "wrong-state",
        `a move of ${earlier.source} into schema "${options.schema}" is not finished`,
        {
          hint: "finish that one first, or give it up with --restart",
        },
      );
    }
    return null;
  }
  if (earlier.fingerprint !== print) {
    if (isUnfinished(earlier)) {
      throw new OutgrowError("source-changed", `${source.path} changed since its move began`, {
        hint: "run the same command with --restart to begin anew",
      });
    }
    return null;
  }
  const asked = askedOfStored(earlier.plan);
  const otherwise = asked === null ? [] : askedOtherwise(asked, askedFor(options));
  if (isUnfinished(earlier) && otherwise.length > 0) {
    throw new OutgrowError(
      "wrong-state",
      `the move of ${source.path} that is not finished was begun with another ${otherwise.join(", ")}`,
      {
        hint: "go on with the same options as before, or begin anew with these: add --restart",
      },
    );
  }
  if (isUnfinished(earlier)) {
    return earlier;
  }
  const isAnother = options.dropExisting || otherwise.length > 0;
  return isAnother || (await lacksTables(client, revivePlan(earlier.plan))) ? null : earlier;
}

/** Whether tables of a finished move are gone since: its record says nothing of what is there now. */
async function lacksTables(client: Client, plan: Plan): Promise<boolean> {
  const present = await presentInTarget(client, plan);
  return present.plan.tables.length < plan.tables.length;
}
