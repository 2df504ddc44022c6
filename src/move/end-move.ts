// Records how a move ended.

import type { Client } from "pg";
import type { Plan } from "../plan/plan.js";
import { finishMove, type MoveState } from "../target/moves.js";
import { dropReplaced, replacedSchemas } from "../target/replaced-tables.js";
import type { MoveReport } from "./report.js";

/** Tables that the move replaced go with the record of its good end; until then it can be given up. */
export async function endMove(
  client: Client,
  { move, plan, warnings, state }: { move: bigint; plan: Plan; warnings: string[]; state: MoveState },
  result: "moved" | "differs",
  report: MoveReport,
): Promise<void> {
  await client.query("begin");
  try {
    if (result === "moved") {
      const cascade = plan.findings.some(
        ({ code, decided }) => code === "drop-takes-others" && decided !== null,
      );
      warnings.push(...(await dropReplaced(client, plan.schema, cascade)));
    } else {
      for (const aside of await replacedSchemas(client, plan.schema)) {
        warnings.push(`the tables that were replaced stand in schema "${aside}"; --abort brings them back`);
      }
    }
    // A move that came to its good end stays so: what differs since is the application's doing, and --abort is not for it.
    await finishMove(client, move, state === "moved" ? "moved" : result, report);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}
