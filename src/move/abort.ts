// Gives up a move that is not finished, or ended with differences: the target becomes what it was before.

import { OutgrowError } from "../base/errors.js";
import { revivePlan } from "../plan/plan-json.js";
import { hasBookkeeping } from "../target/bookkeeping.js";
import { withClient } from "../target/connect.js";
import { lockTarget } from "../target/lock-target.js";
import { canBeUndone, findMove } from "../target/moves.js";
import type { TargetSettings } from "../target/settings.js";
import { undoMove } from "../target/undo-move.js";

export interface Aborted {
  source: string;
  /** What is not as it was before the move, one sentence each. */
  notes: string[];
}

/** Undoes the latest move into the schema. Throws `wrong-state` where that is moved or aborted, or there is none. */
export async function abortMove(target: TargetSettings, schema: string): Promise<Aborted> {
  return withClient(target, async (client) => {
    await lockTarget(client, schema);
    const move = (await hasBookkeeping(client)) ? await findMove(client, { schema }) : null;
    if (move === null || !canBeUndone(move)) {
      throw new OutgrowError("wrong-state", `no move into schema "${schema}" is unfinished`, {
        hint: "a finished move is not undone; drop its tables by hand, or use --drop-existing",
      });
    }
    return { source: move.source, notes: await undoMove(client, move.id, revivePlan(move.plan)) };
  });
}
