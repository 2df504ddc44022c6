// Carries out `outgrow embedded start|stop|status|url`.

import { OutgrowError } from "../base/errors.js";
import { toJson } from "../base/json.js";
import { redact } from "../base/redact.js";
import { findEmbedded, stopEmbedded } from "../target/embedded.js";
import type { EmbeddedFlags } from "./embedded.js";
import { howToUse, startInProject, stopWords } from "./embedded-server.js";

/** Gives the exit code; `status` and `url` end with 5 where no server runs. */
export async function runEmbedded(
  action: "start" | "stop" | "status" | "url",
  flags: EmbeddedFlags,
): Promise<number> {
  switch (action) {
    case "start": {
      const server = await startInProject(flags.dir);
      const { displayUrl, version, port, pid, dataDir } = server;
      tell(flags, howToUse(server, flags.dir), {
        running: true,
        url: displayUrl,
        version,
        port,
        pid,
        dataDir,
      });
      return 0;
    }
    case "stop": {
      const stopped = await stopEmbedded(flags.dir);
      tell(flags, stopped ? `stopped; its data stays in ${flags.dir}\n` : "no server runs here\n", {
        stopped,
      });
      return 0;
    }
    case "status":
      return status(flags);
    case "url":
      return printUrl(flags);
  }
}

async function status(flags: EmbeddedFlags): Promise<number> {
  const server = await findEmbedded(flags.dir);
  if (server === null) {
    tell(flags, "no server runs here; start one with outgrow embedded start\n", { running: false });
    return 5;
  }
  const { url, port, pid, dataDir } = server;
  const shown = redact(url);
  tell(flags, `a server runs at ${shown} (process ${pid}, data in ${dataDir})\n${stopWords(flags.dir)}`, {
    running: true,
    url: shown,
    port,
    pid,
    dataDir,
  });
  return 0;
}

/** The one place that prints a password, because it was asked for. */
async function printUrl(flags: EmbeddedFlags): Promise<number> {
  const server = await findEmbedded(flags.dir);
  if (server === null) {
    throw new OutgrowError("wrong-state", `no embedded server runs on ${flags.dir}`, {
      hint: "start it with: outgrow embedded start",
    });
  }
  tell(flags, `${server.url}\n`, { url: server.url });
  return 0;
}

function tell(flags: EmbeddedFlags, text: string, document: unknown): void {
  process.stdout.write(flags.json ? `${toJson(document, 2)}\n` : text);
}
