// `outgrow demo`: that it ends well, as every user, and leaves nothing behind.
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { canReach, serverUser } from "#outgrow/target/embedded-user.js";
import { outgrow, tempDir, testDatabase } from "../support/server.js";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");
const DEMO_LIMIT_MS = 120_000;
// As root there is an unprivileged user to try as, if it may read this checkout.
const other = serverUser();
const mayTryAnother = other !== null && (await canReach(CLI, other));

describe("demo", () => {
  it("moves a shop into an embedded PostgreSQL, finds a changed value, and leaves nothing", {
    timeout: DEMO_LIMIT_MS,
  }, async () => {
    const temp = tempDir();
    const ended = await outgrow(["demo", "--rows", "3000"], {
      env: { TMPDIR: temp },
      timeoutMs: DEMO_LIMIT_MS,
    });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout).toMatch(/PostgreSQL \d+\.\d+ runs on port \d+, for this demo alone/);
    expect(ended.stdout).toMatch(/moved [\d,]+ rows in 12 tables; [\d,]+ values compared, 0 differences/);
    expect(ended.stdout).toMatch(/orders \d+ total: [\d.]+ in the source, [\d.]+ in the target/);
    expect(ended.stdout).toMatch(/put back: [\d,]+ values compared, no difference/);
    expect(readdirSync(temp)).toEqual([]);
  });

  it.runIf(mayTryAnother)("works as an ordinary user too", { timeout: DEMO_LIMIT_MS }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, "demo", "--rows", "2000"], {
      ...(other === null ? {} : { uid: other.uid, gid: other.gid }),
      cwd: "/",
      env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" },
    });
    expect(stdout).toMatch(/put back: .* no difference/);
  });

  it("plays on a server of yours, in a schema of its own that is gone afterwards", async () => {
    const database = await testDatabase("demo");
    const ended = await outgrow(["demo", "--rows", "1000", "--target", database.url]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const client = await database.client();
    const schemas = "select nspname from pg_namespace where nspname in ('outgrow', 'outgrow_demo')";
    expect((await client.query(schemas)).rows).toEqual([]);
  });

  it("touches no schema that is there already", async () => {
    const database = await testDatabase("demo");
    const client = await database.client();
    await client.query("create schema outgrow_demo; create table outgrow_demo.mine ()");
    const ended = await outgrow(["demo", "--rows", "1000", "--target", database.url]);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain("drop schema outgrow_demo cascade");
    expect(
      (await client.query("select to_regclass('outgrow_demo.mine') as there")).rows[0].there,
    ).not.toBeNull();
  });

  it("keeps server and files with --keep, tells how to reach and to stop them, and that works", {
    timeout: DEMO_LIMIT_MS,
  }, async () => {
    const temp = tempDir();
    const env = { TMPDIR: temp };
    const ended = await outgrow(["demo", "--rows", "1000", "--keep"], { env, timeoutMs: DEMO_LIMIT_MS });
    const [, dir = ""] = /outgrow embedded stop --dir (\S+)/.exec(ended.stdout) ?? [];
    expect(dir.startsWith(temp)).toBe(true);
    try {
      const url = (await outgrow(["embedded", "url", "--dir", dir], { env })).stdout.trim();
      const shop = join(dir, "..", "shop.db");
      const { code } = await outgrow(["verify", shop, url], { env });
      expect(code).toBe(0);
    } finally {
      expect((await outgrow(["embedded", "stop", "--dir", dir], { env })).stdout).toMatch(/^stopped/);
    }
  });

  it("tidies up after Ctrl-C", { timeout: DEMO_LIMIT_MS }, async () => {
    const temp = tempDir();
    let interrupted = false;
    const ended = await outgrow(["demo", "--rows", "400000"], {
      env: { TMPDIR: temp },
      timeoutMs: DEMO_LIMIT_MS,
      onStart: (child) => {
        child.stdout?.on("data", (text: string) => {
          if (!interrupted && /runs on port/.test(text)) {
            interrupted = true;
            child.kill("SIGINT");
          }
        });
      },
    });
    expect(ended.code).toBe(130);
    expect(readdirSync(temp)).toEqual([]);
  });
});
