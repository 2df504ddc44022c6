// Gives up an unfinished move: the target becomes what it was before.

import { OutgrowError } from "../base/errors.js";
import { revivePlan } from "../plan/plan-json.js";
import { hasBookkeeping } from "../target/bookkeeping.js";
import { withClient } from "../target/connect.js";
import { lockTarget } from "../target/lock-target.js";
import { findMove } from "../target/moves.js";
import type { TargetSettings } from "../target/settings.js";
import { undoMove } from "../target/undo-move.js";

/** Gives the source of the move that was undone. Throws `wrong-state` where none is unfinished in that schema. */
export async function abortMove(target: TargetSettings, schema: string): Promise<{ source: string }> {
  return withClient(target, async (client) => {
    await lockTarget(client, schema);
    const move = (await hasBookkeeping(client)) ? await findMove(client, { schema }) : null;
    if (move === null || (move.state !== "loading" && move.state !== "loaded")) {
      throw new OutgrowError("wrong-state", `no move into schema "${schema}" is unfinished`, {
        hint: "a finished move is not undone; drop its tables by hand, or use --drop-existing",
      });
    }
    await undoMove(client, move.id, revivePlan(move.plan));
    return { source: move.source };
  });
}
