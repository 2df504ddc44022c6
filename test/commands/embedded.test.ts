// `outgrow migrate --embedded` and `outgrow embedded`: a server of the project, kept until it is stopped.
import { chmodSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeSqlite, outgrow, tempDir } from "../support/server.js";

const LIMIT_MS = 120_000;

const project = join(tempDir(), "project");
mkdirSync(project);
chmodSync(project, 0o755); // a server that root starts runs as another user and has to pass through
const run = (args: string[]) => outgrow(args, { cwd: project, timeoutMs: LIMIT_MS });

afterAll(async () => {
  await run(["embedded", "stop"]);
});

describe("migrate --embedded", () => {
  it("starts a server in .outgrow, moves into it, and leaves it running", { timeout: LIMIT_MS }, async () => {
    const source = makeSqlite(
      "create table t (id integer primary key, a text); insert into t values (1, 'x')",
    );
    const ended = await run(["migrate", source, "--embedded", "--json"]);
    expect(ended.code).toBe(0);
    expect(ended.json()).toMatchObject({ result: "moved" });
    expect(ended.stderr).toMatch(/runs at postgres:\/\/postgres:\*\*\*@127\.0\.0\.1:\d+\/postgres\n/);
    expect(ended.stderr).toContain("outgrow embedded stop");
    expect(readFileSync(join(project, ".outgrow", ".gitignore"), "utf8")).toBe("*\n");
    expect(statSync(join(project, ".outgrow")).mode & 0o066).toBe(0);
    const status = await run(["embedded", "status", "--json"]);
    expect([status.code, (status.json() as { running: boolean }).running]).toEqual([0, true]);
  });

  it("is taken over by the next command, whose URL reaches the data", async () => {
    const source = makeSqlite("create table u (id integer primary key)");
    const again = await run(["migrate", source, "--embedded", "--schema", "second", "--json"]);
    expect(again.code).toBe(0);
    const url = (await run(["embedded", "url"])).stdout.trim();
    const verified = await run(["verify", source, url, "--schema", "second"]);
    expect(verified.code).toBe(0);
  });

  it("refuses a target beside it", async () => {
    const ended = await run(["migrate", "a.db", "postgres://x/y", "--embedded"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("leave one of them out");
  });
});

describe("embedded", () => {
  it("stops and starts again with the data that was there", { timeout: LIMIT_MS }, async () => {
    expect((await run(["embedded", "stop"])).stdout).toMatch(/^stopped/);
    expect((await run(["embedded", "stop"])).stdout).toBe("no server runs here\n");
    const down = await run(["embedded", "status"]);
    expect([down.code, down.stdout]).toEqual([
      5,
      "no server runs here; start one with outgrow embedded start\n",
    ]);
    const without = await run(["embedded", "url", "--json"]);
    expect([without.code, without.json()]).toMatchObject([5, { error: { code: "wrong-state" } }]);
    const started = await run(["embedded", "start"]);
    expect([started.code, started.stderr]).toEqual([0, ""]);
    expect(started.stdout).toContain("postgres:***@");
    const url = (await run(["embedded", "url"])).stdout.trim();
    const doctor = await run(["doctor", url, "--schema", "second"]);
    expect(doctor.stdout).toContain("rights: postgres may create tables in schema second\n");
  });
});
