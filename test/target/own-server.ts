// A server of a test's own, whose configuration it may change.
import { chownSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmbeddedServer, startEmbedded } from "#outgrow/target/embedded.js";
import { clientToolsDir, tempDir } from "../support/server.js";

/** Of the same version as the run's server, gone with the test file. `again` continues with an existing folder. */
export async function ownServer(
  settings: Record<string, string> = {},
  again?: string,
): Promise<EmbeddedServer> {
  const binDir = clientToolsDir();
  return startEmbedded({
    dataDir: again ?? join(tempDir(), "data"),
    durable: false,
    settings,
    ...(binDir === null ? {} : { binDir }),
  });
}

/** Writes a file into the data directory, owned by the server's user and closed to all others. */
export function writeServerFile(server: EmbeddedServer, name: string, text: string): string {
  const path = join(server.dataDir, name);
  writeFileSync(path, text, { mode: 0o600 });
  const owner = statSync(server.dataDir);
  if (process.getuid?.() === 0) {
    chownSync(path, owner.uid, owner.gid);
  }
  return path;
}
