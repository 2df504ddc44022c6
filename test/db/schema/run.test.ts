// Files run once, in order, each with its record; what does not fit is refused before anything runs.
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { documentOf } from "#outgrow/base/errors.js";
import { runMigrations, schemaStatus } from "#outgrow/db/schema/index.js";
import { ENGINES, exec, folder, place, put, recorded, refusal, tables } from "./places.js";

const FIRST =
  "create table users (id integer primary key, name text);\ninsert into users values (1, 'a;b');\n";
const SECOND = "create table orders (id integer primary key, user_id integer references users (id));\n";

describe.each(ENGINES)("on %s", (engine) => {
  it("runs each file once and records it", async () => {
    const one = await place(engine);
    const dir = folder({ "001_users.sql": FIRST, "002_orders.sql": SECOND, "README.md": "not SQL" });
    const first = await runMigrations(await one.open(), dir, { by: "me@here" });
    expect(first.files.map(({ file, statements }) => [file, statements])).toEqual([
      ["001_users.sql", 2],
      ["002_orders.sql", 1],
    ]);
    const again = await runMigrations(await one.open(), dir);
    expect(again).toEqual({ dryRun: false, files: [], stopped: false });
    expect(await tables(one)).toEqual(["orders", "users"]);
    expect(await one.rows("select count(*) as n from users")).toEqual([
      { n: engine === "postgres" ? "1" : 1 },
    ]);
    const [row] = await one.rows("select * from outgrow_migrations where number = 1");
    expect(row).toMatchObject({
      name: "users",
      state: "applied",
      checksum: createHash("sha256").update(FIRST).digest("hex"),
      applied_by: "me@here",
      statements_done: null,
    });
    expect(Math.abs(Date.now() - new Date(String(row?.applied_at)).getTime())).toBeLessThan(60_000);
  });

  it("leaves the connection open, and usable", async () => {
    const one = await place(engine);
    const db = await one.open();
    await runMigrations(db, folder({ "001_users.sql": FIRST }));
    if (engine === "postgres") {
      expect((await (db as pg.Client).query("select name from users")).rows).toEqual([{ name: "a;b" }]);
    } else {
      expect((db as Database.Database).prepare("select name from users").get()).toEqual({ name: "a;b" });
    }
  });

  it("stops where it is told to, and goes on from there", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_users.sql": FIRST,
      "002_orders.sql": SECOND,
      "010_t.sql": "create table t (a int)",
    });
    await runMigrations(await one.open(), dir, { to: 1 });
    expect(await tables(one)).toEqual(["users"]);
    expect(await refusal(runMigrations(await one.open(), dir, { to: 5 }))).toMatchObject({
      code: "usage",
      message: expect.stringContaining("has the number 5"),
    });
    await runMigrations(await one.open(), dir);
    expect(await tables(one)).toEqual(["orders", "t", "users"]); // a gap in the numbers is no fault
  });

  it("stops between two files when its signal is aborted", async () => {
    const one = await place(engine);
    const stop = new AbortController();
    const result = await runMigrations(
      await one.open(),
      folder({ "001_users.sql": FIRST, "002_orders.sql": SECOND }),
      { signal: stop.signal, onFile: () => stop.abort() },
    );
    expect(result.stopped).toBe(true);
    expect(await recorded(one)).toEqual(["1 users applied"]);
  });

  it("takes line ends and byte order mark of another machine for the same file", async () => {
    const one = await place(engine);
    const text = "create table t (a text);\ninsert into t values ('x\ny');\n";
    const dir = folder({ "001_t.sql": `\ufeff${text.replaceAll("\n", "\r\n")}` });
    await runMigrations(await one.open(), dir);
    expect(await one.rows("select a from t")).toEqual([{ a: "x\ny" }]);
    put(dir, { "001_t.sql": text });
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ ok: true, pendingCount: 0 });
    put(dir, { "001_t.sql": `${text} ` });
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ ok: false });
  });

  it("sees the first line of a file with Windows line ends", async () => {
    const one = await place(engine);
    const dir = folder({ "001_v.sql": "-- outgrow: no-transaction\r\nvacuum;\r\n" });
    await runMigrations(await one.open(), dir);
    expect(await recorded(one)).toEqual(["1 v applied 1"]);
  });

  it("runs the files of both engines and those of its own folder, in one order", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_users.sql": FIRST,
      "postgres/002_own.sql": "create table of_postgres (a jsonb)",
      "sqlite/002_own.sql": "create table of_sqlite (a any) strict",
      "003_orders.sql": SECOND,
    });
    await runMigrations(await one.open(), dir);
    expect(await tables(one)).toEqual(["orders", "users", `of_${engine}`].sort());
  });

  it("takes names as data", async () => {
    const one = await place(engine);
    const name = "'; drop table users; --\"$1 ü";
    const dir = folder({ "001_users.sql": FIRST, [`002_${name}.sql`]: SECOND });
    await runMigrations(await one.open(), dir);
    expect(await recorded(one)).toEqual(["1 users applied", `2 ${name} applied`]);
  });

  describe("refuses, with nothing changed,", () => {
    it.each<[string, Record<string, string | Buffer>, RegExp]>([
      [
        "two files of one number",
        { "001_a.sql": FIRST, "1_b.sql": SECOND },
        /"001_a.sql" and "1_b.sql" have the same/,
      ],
      ["a name without a number", { "users.sql": FIRST }, /"users.sql" is not named NNN_name.sql/],
      ["a name without an underscore", { "001-users.sql": FIRST }, /is not named/],
      ["capitals in the ending", { "001_users.SQL": FIRST }, /is not named/],
      ["the number 0", { "000_users.sql": FIRST }, /numbers begin at 1/],
      ["a number too long to be one", { "1234567890123456_a.sql": FIRST }, /more than 15 digits/],
      ["a line end in a name", { "001_a\nb.sql": FIRST }, /control characters/],
      ["a down file alone", { "001_users.down.sql": "drop table users" }, /leads back from "001_users.sql"/],
      [
        "a down file of another name",
        { "001_a.sql": FIRST, "001_b.down.sql": "select 1" },
        /leads back from/,
      ],
      ["a file without a statement", { "001_a.sql": "-- to be done;\n;\n" }, /has no statement/],
      ["an empty file", { "001_a.sql": "" }, /has no statement/],
      ["UTF-16", { "001_a.sql": Buffer.from("\ufeffselect 1", "utf16le") }, /UTF-16/],
      ["bytes that are no UTF-8", { "001_a.sql": Buffer.from([0x2d, 0x2d, 0xe9]) }, /not UTF-8/],
      ["a NUL", { "001_a.sql": "select 1\0" }, /NUL/],
      [
        "a directive that is not known",
        { "001_a.sql": "-- outgrow: no-transactions\nselect 1" },
        /only no-transaction/,
      ],
      [
        "BEGIN",
        { "001_a.sql": FIRST, "002_b.sql": "select 1;\nbegin;\nselect 2" },
        /"002_b.sql", line 2: BEGIN would/,
      ],
      ["COMMIT", { "001_a.sql": `${FIRST}commit` }, /line 3: COMMIT would end/],
      ["ROLLBACK", { "001_a.sql": `${FIRST}/* a */ rollback` }, /line 3: ROLLBACK would end/],
      ["VACUUM in a transaction", { "001_a.sql": FIRST, "002_b.sql": "vacuum" }, /line 1: VACUUM cannot run/],
    ])("%s", async (_, files, message) => {
      const one = await place(engine);
      const dir = folder(files);
      const refused = await refusal(runMigrations(await one.open(), dir));
      expect(refused.message).toMatch(message);
      expect(refused.code).toBe("settings");
      expect(refused.hint).toBeTruthy();
      expect(await tables(one)).toEqual([]);
    });

    it("a folder that is not there", async () => {
      const one = await place(engine);
      const refused = await refusal(runMigrations(await one.open(), join(folder({}), "nowhere")));
      expect(refused).toMatchObject({ code: "settings", message: expect.stringContaining("does not exist") });
    });

    it("a changed, a renamed and a missing file", async () => {
      const one = await place(engine);
      const dir = folder({ "001_users.sql": FIRST, "002_orders.sql": SECOND });
      await runMigrations(await one.open(), dir);
      put(dir, { "001_users.sql": `${FIRST}-- more`, "003_t.sql": "create table t (a int)" });
      expect(await refusal(runMigrations(await one.open(), dir))).toMatchObject({
        code: "wrong-state",
        message: expect.stringMatching(/"001_users.sql" is not what was applied on 20/),
        hint: expect.stringContaining("--accept-changed"),
      });
      rmSync(join(dir, "001_users.sql"));
      expect(await refusal(runMigrations(await one.open(), dir))).toMatchObject({
        code: "wrong-state",
        message: expect.stringMatching(/the file 1 "users" was applied .* is not in the folder/),
      });
      put(dir, { "001_people.sql": FIRST });
      expect((await refusal(runMigrations(await one.open(), dir))).message).toMatch(/under that name/);
      expect(await tables(one)).toEqual(["orders", "users"]);
    });

    it("a number below one that ran, unless it is told to take it", async () => {
      const one = await place(engine);
      const dir = folder({ "001_users.sql": FIRST, "003_orders.sql": SECOND });
      await runMigrations(await one.open(), dir);
      put(dir, { "002_late.sql": "create table late (a int)" });
      expect(await refusal(runMigrations(await one.open(), dir))).toMatchObject({
        code: "wrong-state",
        message: '"002_late.sql" did not run, and 3, which comes after it, did',
      });
      await runMigrations(await one.open(), dir, { outOfOrder: true });
      expect(await tables(one)).toEqual(["late", "orders", "users"]);
    });

    it("a table of the runner's name that is another's", async () => {
      const other = await place(engine);
      const dir = folder({ "001_a.sql": "create table outgrow_migrations (id int)" });
      // The file itself cannot make it: the runner's own is there already.
      expect((await refusal(runMigrations(await other.open(), dir))).message).toMatch(/already exists/);
      const third = await place(engine);
      await exec(third, "create table outgrow_migrations (id int)");
      expect(await refusal(runMigrations(await third.open(), dir))).toMatchObject({
        code: "wrong-state",
        message: expect.stringContaining("has no column number, name"),
      });
    });
  });

  it("keeps nothing of a file that fails, and all of those before it", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_users.sql": FIRST,
      "002_bad.sql":
        "create table half (a int);\n\n-- é 😀\ninsert into users\n  values (1, 'again');\nselect 1;\n",
      "003_t.sql": "create table t (a int)",
    });
    let thrown: unknown;
    const refused = await refusal(
      runMigrations(await one.open(), dir).catch((error) => {
        thrown = error;
        throw error;
      }),
    );
    expect(refused.code).toBe("failed");
    expect(refused.message).toMatch(
      /^"002_bad.sql", line 4: .*, in: insert into users values \(1, 'again'\)$/,
    );
    expect(refused.hint).toContain("nothing of the file was kept");
    expect(documentOf(thrown)).toMatchObject({ files: [{ file: "001_users.sql" }] });
    expect(await tables(one)).toEqual(["users"]);
    expect(await recorded(one)).toEqual(["1 users applied"]);
    put(dir, { "002_bad.sql": "create table half (a int)" });
    await runMigrations(await one.open(), dir);
    expect(await recorded(one)).toEqual(["1 users applied", "2 bad applied", "3 t applied"]);
  });

  it("names the line of a name that is not there", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_users.sql": "create table 😀 (a int);\nselect 1;\n\nselect 😀.b,\n nope from 😀;",
    });
    const { message } = await refusal(runMigrations(await one.open(), dir));
    expect(message).toMatch(
      engine === "postgres" ? /"001_users.sql", line [45]: column/ : /line 4: no such column/,
    );
  });

  it("keeps nothing where a deferred key fails at the end", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_a.sql": `create table p (id integer primary key);
        create table c (p integer references p (id) deferrable initially deferred);
        insert into c values (7);`,
    });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused).toMatchObject({
      code: "failed",
      message: expect.stringMatching(/^"001_a.sql".*foreign key/i),
    });
    expect(await tables(one)).toEqual([]);
    expect(await recorded(one)).toEqual([]);
  });

  it("says what to type where the tables are there already", async () => {
    const one = await place(engine);
    await exec(one, FIRST);
    const refused = await refusal(runMigrations(await one.open(), folder({ "001_users.sql": FIRST })));
    expect(refused.hint).toContain("outgrow schema baseline");
  });

  it("lets two runners at once run each file once", async () => {
    const one = await place(engine);
    const dir = folder(
      Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [
          `${String(i + 1).padStart(3, "0")}_t${i}.sql`,
          `create table t${i} (a int); insert into t${i} values (1)`,
        ]),
      ),
    );
    const runs = await Promise.all(
      [0, 1, 2, 3].map(async () => runMigrations(await one.open(), dir, { lockWaitMs: 20_000 })),
    );
    expect(runs.flatMap(({ files }) => files)).toHaveLength(12);
    expect((await tables(one)).length).toBe(12);
  });

  it("tells what would run in a dry run, and changes nothing", async () => {
    const one = await place(engine);
    const dir = folder({ "001_users.sql": FIRST, "002_bad.sql": "select 1" });
    const planned = await runMigrations(await one.open(), dir, { dryRun: true });
    expect(planned).toMatchObject({ dryRun: true, files: [{ number: 1, durationMs: null }, { number: 2 }] });
    const rows = await one.rows(
      engine === "postgres"
        ? "select relname from pg_class where relnamespace = 'public'::regnamespace"
        : "select name from sqlite_schema",
    );
    expect(rows).toEqual([]);
  });

  it("knows a text that only looks like a statement", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_t.sql": `create table t (a text); -- commit;
        insert into t values ('; commit; it''s'); /* ; rollback; */
        insert into t values ('--');
        create table "begin" (a int);`,
    });
    await runMigrations(await one.open(), dir);
    expect(await one.rows("select a from t order by a desc")).toEqual([{ a: "; commit; it's" }, { a: "--" }]);
  });
});
