// Targets that cannot take a move: refused before anything is created, or left in a state that can be gone on with.
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { administer, databaseUrl, makeSqlite, outgrow, tempDir, testDatabase } from "../support/server.js";
import { ownServer, writeServerFile } from "../target/own-server.js";
import { expectError, expectRefusal } from "./refusal.js";
import { reportOf } from "./whole-move.js";

const ROLE = `rightless_${process.pid}`;
const PASSWORD = "correct-horse-battery";

describe("a target that cannot take a move is refused", () => {
  let source: string;
  beforeAll(async () => {
    source = makeSqlite(
      "create table t (a integer primary key, b text); insert into t values (1, 'one')",
      "app.db",
    );
    await administer(`create role ${ROLE} login password '${PASSWORD}'`);
  });
  afterAll(() => administer(`drop role ${ROLE}`));

  it("because nothing listens there", async () => {
    const ended = await outgrow(["migrate", source, "postgres://me@127.0.0.1:1/db", "--json"]);
    expectError(ended, {
      ...{
        exit: 7,
        code: "target-unreachable",
        message: /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached: nothing listens there$/,
      },
      hint: /^start the server/,
    });
  });

  it("because there is no such database", async () => {
    expectError(await outgrow(["migrate", source, databaseUrl("no_such_db"), "--json"]), {
      ...{
        exit: 7,
        code: "target-unreachable",
        message: /has no database "no_such_db"$/,
        hint: /^make it: createdb /,
      },
    });
  });

  it("because the password is wrong, without telling it", async () => {
    const { name } = await testDatabase("password");
    const ended = await outgrow([
      "migrate",
      source,
      databaseUrl(name, { name: ROLE, password: "hunter2-wrong" }),
      "--json",
    ]);
    expectError(ended, {
      ...{
        exit: 7,
        code: "target-auth",
        message: /refused the password of user "rightless_\d+"$/,
        hint: /^check it where it comes from/,
      },
    });
    expect(ended.stdout + ended.stderr).not.toContain("hunter2");
  });

  it("because the user may create nothing", async () => {
    const target = await testDatabase("rights");
    const url = databaseUrl(target.name, { name: ROLE, password: PASSWORD });
    await expectRefusal(
      source,
      { ...target, url },
      {
        ...{ exit: 5, code: "missing-right", message: /^user "rightless_\d+" may not create / },
        hint: /^let its owner run: grant .* to "rightless_\d+"$/,
      },
    );
  });

  it("because the server offers no TLS", async () => {
    const target = await testDatabase("tls");
    await expectRefusal(
      source,
      { ...target, url: `${target.url}?sslmode=verify-full` },
      {
        ...{ exit: 7, code: "target-tls", message: /offers no TLS$/, hint: /sslmode=disable/ },
      },
    );
  });

  it("because the database is read-only", async () => {
    const target = await testDatabase("read only");
    await administer(`alter database "${target.name}" set default_transaction_read_only = on`);
    await expectRefusal(source, target, {
      ...{
        exit: 5,
        code: "server-is-replica",
        message: /is read-only for user/,
        hint: /reset default_transaction_read_only/,
      },
    });
  });

  it("because the server is a standby", async () => {
    const primary = await ownServer();
    await primary.stop();
    writeServerFile(primary, "standby.signal", "");
    const standby = await ownServer({}, primary.dataDir);
    try {
      expectError(await outgrow(["migrate", source, standby.url, "--json"]), {
        ...{
          exit: 5,
          code: "server-is-replica",
          message: /^the server is a standby: it takes no writes$/,
          hint: /primary/,
        },
      });
    } finally {
      await standby.stop();
    }
  });

  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  if (!hasOpenssl) console.error("skipped: a certificate that does not verify: openssl is not on the PATH");
  it.skipIf(!hasOpenssl)("because its certificate does not verify", async () => {
    const server = await ownServer();
    await server.stop();
    const made = tempDir();
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const names = ["-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt"];
    execFileSync("openssl", ["req", "-x509", ...key, "-days", "2", ...names], { cwd: made, stdio: "pipe" });
    for (const name of ["server.key", "server.crt"]) {
      writeServerFile(server, name, execFileSync("cat", [join(made, name)], { encoding: "utf8" }));
    }
    const again = await ownServer({ ssl: "on" }, server.dataDir);
    try {
      const ended = await outgrow(["migrate", source, `${again.url}?sslmode=verify-full`, "--json"]);
      expectError(ended, {
        ...{
          exit: 7,
          code: "target-tls",
          message: /is not signed by an authority known here/,
          hint: /sslrootcert=FILE/,
        },
      });
    } finally {
      await again.stop();
    }
  });
});

describe("a target whose disk is full", () => {
  const canMount = process.platform === "linux" && process.getuid?.() === 0;
  if (!canMount) console.error("skipped: a disk that is full: only root on Linux can make a small one");

  it.skipIf(!canMount)(
    "ends the move with exit code 1, and the same command goes on when there is room",
    {
      timeout: 120_000,
    },
    async () => {
      const source = makeSqlite(
        `create table first (a integer primary key); insert into first values (1), (2);
       create table big (id integer primary key, data blob);
       with recursive i (i) as (select 1 union all select i + 1 from i where i < 3000) insert into big select i, randomblob(7000) from i`,
        "big.db",
      );
      const disk = join(tempDir(), "disk");
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=20m,mode=0700", "tmpfs", disk]);
      const space = `small_${process.pid}`;
      const name = `full_${process.pid}`;
      try {
        const owner = statSync(inject("postgres").dataDir);
        chownSync(disk, owner.uid, owner.gid);
        await administer(`create tablespace ${space} location '${disk}'`);
        await administer(
          `create database ${name} template template0 encoding 'UTF8' locale 'C' tablespace ${space}`,
        );
        const url = databaseUrl(name);
        const full = await outgrow(["migrate", source, url, "--json", "--jobs", "2"]);
        expectError(full, {
          ...{
            exit: 1,
            code: "disk-full",
            message: /^PostgreSQL at .* has no disk space left: could not extend file/,
          },
          hint: /^make room on the server, then run the same command again; it goes on where it stopped$/,
        });
        execFileSync("mount", ["-o", "remount,size=200m", disk]);
        const report = reportOf(await outgrow(["migrate", source, url, "--json", "--jobs", "2"]));
        expect(report).toMatchObject({ result: "moved", resumed: true, verified: { differences: 0 } });
        expect(describeVerdict(await compareMove(source, url, { schema: "public", report }))).toBe("");
      } finally {
        await administer(`drop database if exists ${name} with (force)`);
        await administer(`drop tablespace if exists ${space}`);
        execFileSync("umount", [disk]);
      }
    },
  );
});
