// The embedded server of a project: where it lives, how it is started, and what a person is told about it.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type EmbeddedServer, startEmbedded } from "../target/embedded.js";
import { DEFAULT_DIR } from "./embedded.js";
import { shellWords } from "./terminal.js";

/** Starts the server, or takes over one that runs; it goes on running when the command ends. Throws what startEmbedded throws. */
export async function startInProject(dir: string): Promise<EmbeddedServer> {
  if (dir === DEFAULT_DIR) {
    makeHidden(dirname(dir));
  }
  return startEmbedded({ dataDir: dir, durable: true, detached: true });
}

function makeHidden(folder: string): void {
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
    if (process.getuid?.() === 0) {
      // The server then runs as another user, which has to pass through: 0711 shows nothing of what is inside.
      chmodSync(folder, 0o711);
    }
  }
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) {
    writeFileSync(ignore, "*\n");
  }
}

/** Where a server runs, without its password, and what to type to use and to stop it. */
export function howToUse(server: Pick<EmbeddedServer, "displayUrl" | "version">, dir: string): string {
  return `PostgreSQL ${server.version} runs at ${server.displayUrl}\n${stopWords(dir)}`;
}

export function stopWords(dir: string): string {
  const option = dir === DEFAULT_DIR ? "" : ` --dir ${shellWords([dir])}`;
  return (
    `    its URL with the password: outgrow embedded url${option}\n` +
    `    to stop it:                outgrow embedded stop${option}\n`
  );
}
