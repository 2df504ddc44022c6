// Starts one PostgreSQL server for the whole test run and stops it afterwards.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type EmbeddedServer, startEmbedded } from "#outgrow/target/embedded.js";
import { findSystemPostgres } from "#outgrow/target/system-postgres.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of this run; `binDir` is null for the embedded one, which has no client tools. */
    postgres: { url: string; version: string; binDir: string | null; dataDir: string };
    /** The folder of the run's temporary folders, removed at its end; undefined under a configuration without this setup. */
    tempRoot: string | undefined;
  }
}

/**
 * OUTGROW_TEST_PG chooses the server: `system` (a full installation), `embedded` (the npm package), or a folder
 * with `initdb` and `postgres`. Without it: the system's where there is one, else the embedded one.
 * OUTGROW_TEST_KEEP=1 leaves the server and its data in place after the run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const binDir = chosenBinDir(process.env.OUTGROW_TEST_PG ?? "");
  const keep = process.env.OUTGROW_TEST_KEEP === "1";
  const home = mkdtempSync(join(realpathSync(tmpdir()), "outgrow-test-"));
  chmodSync(home, 0o711); // as root, the server's own user has to pass through
  const server = await startEmbedded({
    dataDir: join(home, "data"),
    durable: false,
    detached: keep,
    settings: { max_connections: "200" },
    ...(binDir ? { binDir } : {}),
  }).catch((error: unknown) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  const { url, version, dataDir } = server;
  console.log(
    `PostgreSQL ${version} ${binDir ?? "(embedded)"} on port ${server.port}, Node ${process.version}`,
  );
  project.provide("postgres", { url, version, binDir, dataDir });
  project.provide("tempRoot", home);
  return () => (keep ? leave(server) : end(server, home));
}

function chosenBinDir(choice: string): string | null {
  if (choice === "embedded") return null;
  if (choice !== "" && choice !== "system") return choice;
  const found = findSystemPostgres({ path: process.env.PATH ?? "" });
  if (found || choice === "") return found?.binDir ?? null;
  throw new Error("OUTGROW_TEST_PG=system, but no folder has initdb, postgres, pg_ctl, psql and pg_dump");
}

async function leave(server: EmbeddedServer): Promise<void> {
  console.log(`left running: ${server.url}; to stop it: kill -INT ${server.pid}`);
}

async function end(server: EmbeddedServer, home: string): Promise<void> {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
