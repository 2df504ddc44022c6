// The search for the machine's own PostgreSQL.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { embeddedBinDir } from "#outgrow/target/embedded-binaries.js";
import { findSystemPostgres } from "#outgrow/target/system-postgres.js";
import { tempDir } from "../support/files.js";
import { clientToolsDir } from "../support/server.js";

describe("findSystemPostgres", () => {
  it.runIf(clientToolsDir())("finds a folder with all tools, and its version", () => {
    const binDir = clientToolsDir() ?? "";
    expect(findSystemPostgres({ binDir })).toEqual({
      binDir,
      version: expect.stringMatching(/^\d+(\.\d+)?/),
    });
    expect(findSystemPostgres({ path: `/nowhere:${binDir}` })).toMatchObject({ binDir });
  });

  it("takes no folder that lacks the client tools", () => {
    expect(findSystemPostgres({ binDir: embeddedBinDir() })).toBeNull();
  });

  it("takes no folder whose programs do not run", () => {
    const binDir = tempDir();
    for (const tool of ["initdb", "postgres", "pg_ctl", "psql", "pg_dump"]) {
      writeFileSync(join(binDir, tool), "#!/bin/sh\nexit 127\n");
      chmodSync(join(binDir, tool), 0o755);
    }
    expect(findSystemPostgres({ binDir })).toBeNull();
  });
});
