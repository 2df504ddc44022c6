// `outgrow schema` as it is typed: output, JSON, exit codes, two processes at once, and a process that is killed.
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { ENGINES, folder, place, put, recorded, tables } from "../db/schema/places.js";
import {
  clientToolsDir,
  databaseUrl,
  makeSqlite,
  outgrow,
  tempDir,
  testDatabase,
} from "../support/server.js";

const FILES = {
  "001_users.sql":
    "create table users (id integer primary key, name text);\ninsert into users values (1, 'a');\n",
  "001_users.down.sql": "drop table users;\n",
  "002_index.sql": "-- outgrow: no-transaction\ncreate index users_name on users (name);\n",
  "002_index.down.sql": "drop index users_name;\n",
};

/** A statement that runs for half a minute and could be stopped at any time. */
const SLOW = {
  postgres: "select pg_sleep(30);",
  sqlite:
    "insert into slow with recursive n (i) as (select 1 union all select i + 1 from n where i < 300000000) select max(i) from n;",
};

describe.each(ENGINES)("on %s", (engine) => {
  it("runs, tells, shows and undoes", async () => {
    const one = await place(engine);
    const dir = folder(FILES);
    const up = await outgrow(["schema", "up", one.url, "--dir", dir]);
    expect(up, up.stderr).toMatchObject({ code: 0, stderr: "" });
    expect(up.stdout).toMatch(
      /^applied 001_users.sql \(2 statements, \d+ ms\)\napplied 002_index.sql \(1 statement, without a transaction, \d+ ms\)\n2 files applied to /,
    );
    const again = await outgrow(["schema", "up", one.url, "--dir", dir]);
    expect(again.stdout).toMatch(/^nothing to run: .* is up to date\n$/);
    put(dir, { "003_t.sql": "create table t (a integer)" });
    const status = await outgrow(["schema", "status", one.url, "--dir", dir]);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/001_users.sql +│ applied +│ 20/);
    expect(status.stdout).toContain("1 file to run: outgrow schema up\n");
    expect((await outgrow(["schema", "status", one.url, "--dir", dir, "--check"])).code).toBe(3);
    const down = await outgrow(["schema", "down", one.url, "--dir", dir, "--to", "0"]);
    expect(down.stdout).toMatch(
      /^undone 002_index.down.sql .*\nundone 001_users.down.sql .*\n2 files undone in /,
    );
    expect(await tables(one)).toEqual([]);
  });

  it("says the same as JSON", async () => {
    const one = await place(engine);
    const dir = folder(FILES);
    const asked = ["--dir", dir, "--json"];
    const file = { number: 1, name: "users", file: "001_users.sql", inTransaction: true, statements: 2 };
    const about = { engine, folder: dir, database: expect.not.stringContaining(":@") };
    const dry = await outgrow(["schema", "up", one.url, ...asked, "--dry-run", "--to", "1"]);
    expect(dry.json()).toEqual({
      ...about,
      dryRun: true,
      stopped: false,
      files: [{ ...file, durationMs: null }],
    });
    const up = await outgrow(["schema", "up", one.url, ...asked, "--to", "1"]);
    expect(up.json()).toEqual({
      ...about,
      dryRun: false,
      stopped: false,
      files: [{ ...file, durationMs: expect.any(Number) }],
    });
    const status = await outgrow(["schema", "status", one.url, ...asked]);
    expect(status.json()).toEqual({
      ok: true,
      ...about,
      schema: engine === "postgres" ? "public" : "main",
      isRunning: false,
      pendingCount: 1,
      problems: [],
      files: [
        {
          number: 1,
          name: "users",
          file: "001_users.sql",
          state: "applied",
          appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          durationMs: expect.any(Number),
          by: expect.stringContaining("@"),
          checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
          inTransaction: true,
          hasDown: true,
        },
        expect.objectContaining({
          number: 2,
          state: "pending",
          appliedAt: null,
          by: null,
          inTransaction: false,
        }),
      ],
    });
    put(dir, { "001_users.sql": "select 1", "003_bad.sql": "insert into nowhere values (1)" });
    const changed = await outgrow(["schema", "status", one.url, ...asked]);
    expect(changed.code).toBe(5);
    expect(changed.json()).toMatchObject({
      ok: false,
      problems: [{ code: "changed", file: "001_users.sql" }],
    });
    const refused = await outgrow(["schema", "up", one.url, ...asked]);
    expect(refused.code).toBe(5);
    expect(refused.json()).toMatchObject({
      files: [],
      error: { code: "wrong-state", hint: expect.any(String) },
    });
    put(dir, FILES);
    const failed = await outgrow(["schema", "up", one.url, ...asked]);
    expect(failed.code).toBe(1);
    expect(failed.json()).toMatchObject({ files: [{ number: 2 }], error: { code: "failed" } });
    const down = await outgrow(["schema", "down", one.url, ...asked, "--steps", "2"]);
    expect(down.json()).toMatchObject({ ...about, files: [{ number: 2 }, { number: 1 }] });
    const baseline = await outgrow(["schema", "baseline", one.url, ...asked, "--to", "1", "--force"]);
    expect(baseline.json()).toEqual({
      ...about,
      dryRun: false,
      adopted: [{ number: 1, name: "users", file: "001_users.sql" }],
      accepted: [],
      tablesFound: 0,
    });
  });

  it("lets two processes at once run each file once", async () => {
    const one = await place(engine);
    const dir = folder({
      ...FILES,
      ...Object.fromEntries([3, 4, 5, 6].map((i) => [`00${i}_t.sql`, `create table t${i} (a integer)`])),
    });
    const ended = await Promise.all(
      [1, 2, 3].map(() => outgrow(["schema", "up", one.url, "--dir", dir, "--json"])),
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const ran = ended.flatMap((end) => (end.json() as { files: { number: number }[] }).files);
    expect(ran.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("waits for another runner no longer than it is told", async () => {
    const one = await place(engine);
    const dir = folder({ "001_slow.sql": `create table slow (a bigint);\n${SLOW[engine]}` });
    const stop = new AbortController();
    const first = outgrow(["schema", "up", one.url, "--dir", dir], {
      signal: stop.signal,
      killWith: "SIGKILL",
    });
    await until(async () => (await status(one.url, dir)).isRunning);
    const second = await outgrow(["schema", "up", one.url, "--dir", dir, "--wait", "0.5"]);
    stop.abort();
    expect(second.code).toBe(5);
    expect(second.stderr).toMatch(/another outgrow works on .* did not end within 0.5 s/);
    expect((await first).signal).toBe("SIGKILL");
  });

  it("keeps nothing of a file in the middle of which it was killed, and runs it the next time", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_users.sql": FILES["001_users.sql"],
      "002_slow.sql": `create table slow (a bigint);\n${SLOW[engine]}`,
    });
    await killed(one.url, dir);
    expect(await recorded(one)).toEqual(["1 users applied"]);
    put(dir, { "002_slow.sql": "create table slow (a bigint)" });
    const again = await outgrow(["schema", "up", one.url, "--dir", dir]);
    expect(again.code, again.stderr).toBe(0);
    expect(await tables(one)).toEqual(["slow", "users"]);
  });

  it("tells how to go on where a file without a transaction was killed", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_slow.sql": `-- outgrow: no-transaction\ncreate table slow (a bigint);\n${SLOW[engine]}\ncreate table after (a integer);`,
    });
    await killed(one.url, dir);
    expect(await recorded(one)).toEqual(["1 slow running 1"]);
    const again = await outgrow(["schema", "up", one.url, "--dir", dir]);
    expect(again.code).toBe(5);
    expect(again.stderr).toMatch(/"001_slow.sql" was interrupted on .* after 1 statement, which stand/);
    expect(again.stderr).toContain("--after-failure retry");
    put(dir, { "001_slow.sql": "create table after (a integer)" });
    const retried = await outgrow(["schema", "up", one.url, "--dir", dir, "--after-failure", "retry"]);
    expect(retried.code, retried.stderr).toBe(0);
    expect(await tables(one)).toEqual(["after", "slow"]);
    expect(await recorded(one)).toEqual(["1 slow applied"]);
  });

  async function killed(url: string, dir: string): Promise<void> {
    const stop = new AbortController();
    const run = outgrow(["schema", "up", url, "--dir", dir], { signal: stop.signal, killWith: "SIGKILL" });
    await until(async () => (await status(url, dir)).isRunning);
    await new Promise((done) => setTimeout(done, 700)); // into the slow statement
    stop.abort();
    expect((await run).signal).toBe("SIGKILL");
    await until(async () => !(await status(url, dir)).isRunning);
  }

  it.skipIf(engine === "postgres" && clientToolsDir() === null)(
    "changes nothing in a dry run, nor by status (skipped where there is no pg_dump)",
    async () => {
      const one = await place(engine);
      const dir = folder(FILES);
      const empty = one.dump();
      for (const words of [
        ["up", "--dry-run"],
        ["status"],
        ["down", "--dry-run"],
        ["baseline", "--dry-run", "--force"],
      ]) {
        const ended = await outgrow(["schema", ...words, one.url, "--dir", dir]);
        expect(ended.code, ended.stderr).toBe(0);
        expect(one.dump()).toBe(empty);
      }
      await outgrow(["schema", "up", one.url, "--dir", dir, "--to", "1"]);
      const before = one.dump();
      for (const words of [
        ["up", "--dry-run"],
        ["status"],
        ["down", "--dry-run"],
        ["baseline", "--dry-run"],
      ]) {
        const ended = await outgrow(["schema", ...words, one.url, "--dir", dir]);
        expect(ended.code, ended.stderr).toBe(0);
        expect(one.dump()).toBe(before);
      }
    },
  );

  it("finishes the file that runs when it is told to stop", async () => {
    const one = await place(engine);
    const wait = engine === "postgres" ? "select pg_sleep(3)" : SLOW.sqlite.replace("300000000", "9000000");
    const dir = folder({
      "001_a.sql": `create table slow (a bigint); ${wait};`,
      "002_b.sql": "create table b (a integer)",
    });
    const stop = new AbortController();
    const run = outgrow(["schema", "up", one.url, "--dir", dir], { signal: stop.signal, killWith: "SIGINT" });
    await until(async () => (await status(one.url, dir)).isRunning);
    if (engine === "postgres") {
      await until(async () => (await one.rows(SLEEPERS)).length > 0);
    } else {
      await new Promise((done) => setTimeout(done, 500));
    }
    stop.abort();
    const ended = await run;
    expect([ended.code, ended.stdout], ended.stderr).toEqual([
      130,
      expect.stringMatching(
        /^applied 001_a.sql .*\nstopped after 1 file; the same command goes on with the next\n$/,
      ),
    ]);
    expect(await recorded(one)).toEqual(["1 a applied"]);
  });
});

const SLEEPERS =
  "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";

interface Status {
  isRunning: boolean;
}

async function status(url: string, dir: string): Promise<Status> {
  return (await outgrow(["schema", "status", url, "--dir", dir, "--json"])).json() as Status;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it did not come to that within 30 s");
  }
}

describe("which database", () => {
  it.each<[string, (file: string) => Record<string, string>]>([
    ["DATABASE_URL", (file) => ({ DATABASE_URL: `sqlite:${file}` })],
    ["DATABASE_URL as Prisma writes it", (file) => ({ DATABASE_URL: `file:${file}` })],
  ])("a SQLite file by %s", async (_, env) => {
    const file = join(tempDir(), "made.db");
    const ended = await outgrow(["schema", "up", "--dir", folder(FILES)], { env: env(file) });
    expect(ended.code, ended.stderr).toBe(0);
    expect(new Database(file, { readonly: true }).prepare("select name from users").all()).toEqual([
      { name: "a" },
    ]);
  });

  it("a PostgreSQL by the names of the plan, in the schema that is named", async () => {
    const database = await testDatabase();
    const client = await database.client();
    await client.query('create schema "my shop"');
    const { hostname, port, username, password } = new URL(database.url);
    const env = {
      DB_HOST: hostname,
      DB_PORT: port,
      DB_NAME: database.name,
      DB_USER: username,
      DB_PASSWORD: password,
    };
    const ended = await outgrow(["schema", "up", "--dir", folder(FILES), "--schema", "my shop"], { env });
    expect(ended.code, ended.stderr).toBe(0);
    const { rows } = await client.query(
      "select tablename from pg_tables where schemaname = 'my shop' order by 1",
    );
    expect(rows).toEqual([{ tablename: "outgrow_migrations" }, { tablename: "users" }]);
    const missing = await outgrow(["schema", "up", "--dir", folder(FILES), "--schema", "nope"], { env });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no schema "nope"') });
  });

  it("none", async () => {
    const ended = await outgrow(["schema", "status", "--json"]);
    expect(ended.code).toBe(2);
    expect(ended.json()).toMatchObject({ error: { code: "usage", message: "no database given" } });
  });
});

describe("bad input", () => {
  const dir = () => folder(FILES);
  it.each<[string, () => string[], number, RegExp]>([
    ["another kind of database", () => ["up", "mysql://a:secret@b/c"], 2, /"mysql" is a kind of database/],
    ["a folder for a file", () => ["up", tempDir()], 6, /is a folder, not a SQLite file/],
    ["a file that is no database", () => ["up", writtenText()], 6, /is not a SQLite database/],
    ["a file that is not there, for status", () => ["status", join(tempDir(), "no.db")], 6, /does not exist/],
    [
      "a folder that is not there, for up",
      () => ["up", join(tempDir(), "no", "no.db")],
      6,
      /the folder .* does not/,
    ],
    ["a server that is not there", () => ["up", "postgres://a:secret@127.0.0.1:1/b"], 7, /cannot be reached/],
    [
      "a schema of a SQLite file",
      () => ["up", makeSqlite(""), "--schema", "x"],
      2,
      /--schema is for PostgreSQL/,
    ],
    ["a number that is none", () => ["up", makeSqlite(""), "--to", "first"], 2, /whole number/],
    ["no steps", () => ["down", makeSqlite(""), "--steps", "0"], 2, /whole number/],
    ["a wait that is none", () => ["up", makeSqlite(""), "--wait", "long"], 2, /seconds from 0/],
    ["another way to go on", () => ["up", makeSqlite(""), "--after-failure", "hope"], 2, /Allowed choices/],
    ["an action that is none", () => ["sideways"], 2, /unknown command|error/],
  ])("%s", async (_, words, code, message) => {
    const args = words();
    const ended = await outgrow(["schema", ...args, ...(args[0] === "sideways" ? [] : ["--dir", dir()])]);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain("secret");
    expect(ended.stderr).not.toContain("bug in outgrow");
  });

  it("leaves no file behind where nothing came of it", async () => {
    const file = join(tempDir(), "new.db");
    const ended = await outgrow(["schema", "up", file, "--dir", folder({ "001_a.sql": "commit" })]);
    expect(ended.code).toBe(2);
    expect(existsSync(file)).toBe(false);
    const dry = await outgrow(["schema", "up", file, "--dir", dir(), "--dry-run"]);
    expect(dry.code, dry.stderr).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  it("a user without the right to make tables", async () => {
    const database = await testDatabase();
    const client = await database.client();
    const role = `runner_${database.name}`;
    await client.query(`create role ${role} login password 'pw'; revoke create on schema public from public`);
    const ended = await outgrow([
      "schema",
      "up",
      databaseUrl(database.name, { name: role, password: "pw" }),
      "--dir",
      dir(),
    ]);
    await client.query(`drop role ${role}`);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/lacks a right .* permission denied for schema public/);
  });

  it("a SQLite file that another program holds", async () => {
    const file = makeSqlite("create table x (a)");
    const holder = new Database(file);
    holder.exec("begin immediate");
    const ended = await outgrow(["schema", "up", file, "--dir", dir()]);
    holder.close();
    expect(ended).toMatchObject({ code: 6, stderr: expect.stringContaining("is locked by another program") });
  });

  it.skipIf(process.getuid?.() === 0)(
    "a SQLite file that may not be written (skipped for root)",
    async () => {
      const file = makeSqlite("create table x (a)");
      chmodSync(file, 0o400);
      const ended = await outgrow(["schema", "up", file, "--dir", dir()]);
      expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining("cannot be written") });
    },
  );
});

describe("new and lint", () => {
  it("makes the next files", async () => {
    const cwd = tempDir();
    const made = await outgrow(["schema", "new", "add", "reviews"], { cwd });
    expect(made.stdout).toBe("migrations/001_add_reviews.sql\nmigrations/001_add_reviews.down.sql\n");
    const next = await outgrow(["schema", "new", "votes", "--json", "--engine", "sqlite"], { cwd });
    expect(next.json()).toEqual({
      up: "migrations/sqlite/002_votes.sql",
      down: "migrations/sqlite/002_votes.down.sql",
    });
    expect(readdirSync(join(cwd, "migrations")).sort()).toEqual([
      "001_add_reviews.down.sql",
      "001_add_reviews.sql",
      "sqlite",
    ]);
    const untouched = await outgrow(["schema", "up", "shop.db"], { cwd });
    expect(untouched).toMatchObject({ code: 2, stderr: expect.stringContaining("has no statement") });
  });

  it("tells what is wrong, with the exit code of a decision that is missing", async () => {
    const dir = folder({ "001_a.sql": "create table a (b bigint);\ncommit;", "002_b.sql": "select 1" });
    const ended = await outgrow(["schema", "lint", "--dir", dir, "--engine", "sqlite"]);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/^error "001_a.sql", line 2: COMMIT would end .*\[transaction-word\]/);
    expect(ended.stdout).toContain("2 files for SQLite: 1 error, 2 warnings\n");
    const json = await outgrow(["schema", "lint", "--dir", dir, "--engine", "sqlite", "--json"]);
    expect(json.json()).toMatchObject({ ok: false, engines: ["sqlite"], files: 2, squawk: "not-asked" });
    put(dir, { "001_a.sql": "create table a (b bigint)" });
    expect((await outgrow(["schema", "lint", "--dir", dir, "--engine", "sqlite"])).code).toBe(0);
    expect((await outgrow(["schema", "lint", "--dir", dir, "--engine", "sqlite", "--strict"])).code).toBe(3);
  });

  it("has squawk look at files for PostgreSQL where it is installed", async () => {
    const dir = folder({
      "001_a.sql": "create table a (b int);",
      "001_a.down.sql": "drop table a;",
      "postgres/002_b.sql": "-- outgrow: no-transaction\nalter table a\n  add column c text not null;",
      "postgres/002_b.down.sql": "alter table a drop column c;",
    });
    const root = join(import.meta.dirname, "../..");
    const ended = await outgrow(["schema", "lint", "--dir", dir, "--json"], { cwd: root });
    expect(ended.code, ended.stderr).toBe(0);
    const { squawk, findings } = ended.json() as {
      squawk: string;
      findings: { code: string; message: string }[];
    };
    expect(squawk).toBe("ran");
    expect(findings.map(({ code }) => code)).toContain("squawk:adding-required-field");
    expect(findings.find(({ code }) => code === "squawk:adding-required-field")?.message).toMatch(
      /^"postgres\/002_b.sql", line [23]: /,
    );
    expect(findings.map(({ code }) => code)).not.toContain("squawk:require-lock-timeout");
  });

  it("says where squawk is not installed", async () => {
    const dir = folder({ "001_a.sql": "create table a (b bigint);", "001_a.down.sql": "drop table a;" });
    const ended = await outgrow(["schema", "lint", "--dir", dir], { cwd: dir, env: { PATH: dir } });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("squawk is not installed and was not asked");
    const onPath = join(dir, "squawk");
    writeFileSync(onPath, "#!/bin/sh\necho 'it broke' >&2; exit 2\n", { mode: 0o755 });
    const broken = await outgrow(["schema", "lint", "--dir", dir], {
      cwd: dir,
      env: { PATH: `${dir}:/bin:/usr/bin` },
    });
    expect(broken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("squawk did not answer: it broke"),
    });
  });
});

it("adopts what outgrow migrate has made", async () => {
  const source = makeSqlite("create table shops (id integer primary key, name text check (name <> ''))");
  const database = await testDatabase();
  const out = tempDir();
  const ddl = await outgrow(["ddl", source, "-q", "--format", "outgrow", "--out", out]);
  expect(ddl.code, ddl.stderr).toBe(0);
  expect(ddl.stdout).toContain("outgrow schema baseline");
  const move = await outgrow(["migrate", source, database.url, "-q"]);
  expect(move.code, move.stderr).toBe(0);
  const dir = join(out, "migrations");
  const adopted = await outgrow(["schema", "baseline", database.url, "--dir", dir]);
  expect(adopted, adopted.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 table of theirs found"),
  });
  const fresh = await testDatabase();
  const up = await outgrow(["schema", "up", fresh.url, "--dir", dir]);
  expect(up.code, up.stderr).toBe(0);
});

function writtenText(): string {
  const path = join(tempDir(), "notes.txt");
  writeFileSync(path, "these are notes and no database, however long they may be\n".repeat(40));
  return path;
}
