// Where the demo plays: a temporary folder, a server, and what is to be taken away afterwards.

import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";
import { hasBookkeeping } from "../target/bookkeeping.js";
import { withClient } from "../target/connect.js";
import { startEmbedded } from "../target/embedded.js";
import { parseTarget, type TargetSettings } from "../target/settings.js";
import type { DemoFlags } from "./demo.js";
import { stopWords } from "./embedded-server.js";

export interface Stage {
  folder: string;
  target: TargetSettings;
  schema: string;
  /** Takes everything away, or tells how to reach and to stop what is kept. */
  close(keep: boolean): Promise<void>;
}

const GUEST_SCHEMA = "outgrow_demo";

/** With `--target` a schema of its own on that server, else an embedded server. Throws `precondition`. */
export async function openStage(flags: DemoFlags, say: (text: string) => void): Promise<Stage> {
  // The real path: on macOS the temporary folder is a link, and PostgreSQL reports where it really is.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "outgrow-demo-"));
  try {
    return flags.target === null
      ? await openEmbedded(folder, flags.keep, say)
      : await openGuest(folder, parseTarget(flags.target, process.env), say);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function openEmbedded(folder: string, keep: boolean, say: (text: string) => void): Promise<Stage> {
  if (process.getuid?.() === 0) {
    chmodSync(folder, 0o711); // the server then runs as another user, which has to pass through
  }
  const dataDir = join(folder, "postgres");
  say("starting a PostgreSQL from npm …");
  const server = await startEmbedded({ dataDir, durable: false, detached: keep });
  say(`PostgreSQL ${server.version} runs on port ${server.port}, for this demo alone`);
  return {
    folder,
    // The environment speaks of other servers; nothing of it belongs to this one.
    target: parseTarget(server.url, {}),
    schema: "public",
    async close(keepIt) {
      if (keepIt) {
        say(
          `\nleft running: ${server.displayUrl}\n${stopWords(dataDir)}    and then:                  rm -r ${folder}`,
        );
        return;
      }
      await server.stop();
      for (const path of [folder, server.dataDir]) {
        rmSync(path, { recursive: true, force: true });
      }
    },
  };
}

async function openGuest(
  folder: string,
  target: TargetSettings,
  say: (text: string) => void,
): Promise<Stage> {
  const hadBookkeeping = await withClient(target, async (client) => {
    const { rows } = await client.query("select from pg_namespace where nspname = $1", [GUEST_SCHEMA]);
    if (rows.length > 0) {
      throw new OutgrowError("precondition", `the target has a schema "${GUEST_SCHEMA}" already`, {
        hint: `drop it (drop schema ${GUEST_SCHEMA} cascade), or name another database`,
      });
    }
    return hasBookkeeping(client);
  });
  return {
    folder,
    target,
    schema: GUEST_SCHEMA,
    async close(keep) {
      if (keep) {
        say(`\nkept: schema ${GUEST_SCHEMA} of ${target.displayUrl}, and ${folder}`);
        return;
      }
      await withClient(target, async (client) => {
        await client.query(`drop schema if exists ${quoteName(GUEST_SCHEMA)} cascade`);
        for (const sql of hadBookkeeping ? FORGET : ["drop schema if exists outgrow cascade"]) {
          await client.query(sql);
        }
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const FORGET = [
  ...["progress", "quarantine", "originals", "pending_ddl"].map(
    (table) =>
      `delete from outgrow.${table} where move in (select id from outgrow.moves where target_schema = '${GUEST_SCHEMA}')`,
  ),
  `delete from outgrow.moves where target_schema = '${GUEST_SCHEMA}'`,
];
