// `outgrow assess`: what it tells, that it changes nothing, and its exit codes.

import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { Assessment } from "#outgrow/move/assess.js";
import { makeShop } from "#outgrow/sample/make-shop.js";
import { describeFixtures, makeSqlite, outgrow, tempDir, testDatabase } from "../support/server.js";

const ORPHANS = `
  create table parent (id integer primary key, name text);
  create table child (id integer primary key, parent_id integer references parent (id), note text);
  insert into parent values (1, 'one');
  insert into child values (1, 1, 'kept'), (2, 7, 'lost'), (3, 8, 'lost too');`;

async function assess(args: string[]): Promise<{ code: number | null; document: Assessment }> {
  const ended = await outgrow(["assess", ...args, "--json"]);
  return { code: ended.code, document: ended.json() as Assessment };
}

function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

/** Ctrl-C once the process has opened the file: by then it listens for signals. */
async function interruptOnceOpen(child: ChildProcess, file: string): Promise<void> {
  const folder = `/proc/${child.pid}/fd`;
  while (child.exitCode === null && child.signalCode === null) {
    const open = await readdir(folder).catch(() => []); // the process may just have ended
    const links = await Promise.all(open.map((fd) => readlink(join(folder, fd)).catch(() => "")));
    if (links.includes(file)) {
      child.kill("SIGINT");
      return;
    }
    await sleep(5);
  }
}

describe("assess", () => {
  it("says what becomes of the schema, in sum and for one table each by itself", async () => {
    const file = makeSqlite(`
      create table t (id integer primary key, a integer check (a > 0) default (1 + 1));
      create table u (id integer primary key, b text);
      create index lower_b on u (lower(b));
      create view v as select a from t;
      create view gone as select nowhere(a) from t;`);
    const whole = await outgrow(["assess", file]);
    expect(whole.code, whole.stderr).toBe(0);
    expect(whole.stdout).toContain(
      "schema 1 CHECK, 1 default, 1 index, 1 view will be converted, 1 cannot be\n",
    );
    expect(whole.stdout).toContain("gone");
    const one = await outgrow(["assess", file, "--table", "t"]);
    expect(one.stdout).toContain(`check a > 0\n    CHECK (a > 0)\n    "a" > 0\n`);
    expect(one.stdout).not.toContain("lower_b");
    const document = JSON.parse((await outgrow(["assess", file, "--table", "u", "--json"])).stdout);
    expect(document.conversions.map(({ name }: { name: string }) => name)).toEqual(["lower_b"]);
  });

  it("tells tables, columns and evidence of the shop, and calls it ready", async () => {
    const shop = join(tempDir(), "shop.db");
    const counts = makeShop(shop, { orders: 50 });
    const { code, document } = await assess([shop]);
    expect(code).toBe(0);
    expect(document.verdict).toBe("ready");
    expect(Object.fromEntries(document.tables.map((table) => [table.name, table.rows]))).toEqual(counts);
    const orders = document.tables.find((table) => table.name === "orders");
    expect(orders?.primaryKey).toEqual(["id"]);
    const id = orders?.columns.find((column) => column.name === "id");
    expect(id).toMatchObject({ declared: "INTEGER", type: "bigint", codec: "int64" });
    expect(id?.evidence).toMatchObject({ integers: counts.orders, nulls: 0, min: 1 });
    const total = orders?.columns.find((column) => column.name === "total");
    expect(total).toMatchObject({ declared: "DECIMAL(10,2)", type: "numeric(10,2)" });
    const created = orders?.columns.find((column) => column.name === "created_at");
    expect(created?.evidence).toMatchObject({
      texts: counts.orders,
      maxChars: 19,
      shapes: { "dt| |0|": counts.orders },
    });
    expect(document.estimate.seconds.low).toBeLessThanOrEqual(document.estimate.seconds.high);
    expect(document.estimate.assumption).toMatch(/rows .* a second/);
  });

  it("gives the extremes of integers beyond a double, of reals and of infinities", async () => {
    const source = makeSqlite(
      "create table t (big integer, r real, mixed); insert into t values (9223372036854775807, 1.5, 3), (-2, -9e999, 0.5)",
    );
    const { document } = await assess([source]);
    const evidence = Object.fromEntries(
      document.tables[0]?.columns.map((one) => [one.name, one.evidence]) ?? [],
    );
    expect(evidence.big).toMatchObject({ min: -2, max: "9223372036854775807" });
    expect(evidence.r).toMatchObject({ min: "-Infinity", max: 1.5 });
    expect(evidence.mixed).toMatchObject({ integers: 1, reals: 1, min: 0.5, max: 3 });
  });

  it("ends with 3 where a decision is missing, with example rows and what to type", async () => {
    const source = makeSqlite(ORPHANS);
    const { code, document } = await assess([source]);
    expect(code).toBe(3);
    expect(document.verdict).toBe("blocked");
    const finding = document.findings.find((one) => one.severity === "blocker");
    expect(finding).toMatchObject({ code: "foreign-key-orphans", table: "child", count: 2, decided: null });
    expect(finding?.examples[0]).toEqual({ key: "id=2", value: "7" });
    const { stdout } = await outgrow(["assess", source]);
    expect(stdout).toContain("for example id=2: 7");
    expect(stdout).toContain("--decide foreign-key-orphans:child.parent_id=not-valid (recommended)");
    expect(stdout).toContain("blocked 1 decision is missing");
  });

  it("takes decisions, and then is ready", async () => {
    const { code, document } = await assess([makeSqlite(ORPHANS), "--decide", "recommended"]);
    expect(code).toBe(0);
    expect(document.verdict).toBe("ready");
  });

  it("leaves example rows out where they may not be shown", async () => {
    const { document } = await assess([makeSqlite(ORPHANS), "--no-examples"]);
    expect(document.findings.flatMap((finding) => finding.examples)).toEqual([]);
  });

  it("shows one table in detail, by its name in any case", async () => {
    const { code, stdout } = await outgrow(["assess", makeSqlite(ORPHANS), "--table", "PARENT"]);
    expect(code).toBe(3);
    expect(stdout).toContain("parent: 1 row");
    expect(stdout).toContain("longest text 3 characters, 3 bytes");
    expect(stdout).not.toContain("child: ");
    expect(stdout).toContain("blocked decisions are missing in other tables");
    const wrong = await outgrow(["assess", makeSqlite(ORPHANS), "--table", "paren"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("the tables are parent, child");
  });

  it("shows the shapes of texts as examples", async () => {
    const source = makeSqlite(
      "create table t (at text); insert into t values ('2024-05-06T07:08:09.123Z'), ('2024-05-06T07:08:09.120Z')",
    );
    const { stdout } = await outgrow(["assess", source, "--table", "t"]);
    expect(stdout).toContain("2024-01-31T12:00:00.123Z (1), 2024-01-31T12:00:00.120Z (1)");
  });

  it("leaves the file and its folder as they were", async () => {
    const source = makeSqlite((db) => {
      db.pragma("journal_mode = wal");
      db.exec(ORPHANS);
    });
    const before = hashes(dirname(source));
    await assess([source]);
    expect(hashes(dirname(source))).toEqual(before);
  });

  it("plans for the tables that a target has, and creates nothing there", async () => {
    const source = makeSqlite(
      "create table t (id integer primary key, flag integer, extra text); insert into t values (1, 1, 'x')",
    );
    const database = await testDatabase("assess");
    const client = await database.client();
    await client.query("create table t (id bigint primary key, flag boolean)");
    const { code, document } = await assess([source, database.url]);
    expect(code).toBe(3);
    const columns = document.tables[0]?.columns.map(({ name, type }) => [name, type]);
    expect(columns).toEqual([
      ["id", "bigint"],
      ["flag", "boolean"],
      ["extra", null],
    ]);
    expect(document.findings.map((finding) => finding.code)).toContain("target-column-missing");
    const { rows } = await client.query(
      "select count(*)::int as n from pg_namespace where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')",
    );
    expect(rows).toEqual([{ n: 0 }]);
    expect((await client.query("select from t")).rowCount).toBe(0);
  });

  it("asks no server that only the environment names", async () => {
    const ended = await outgrow(["assess", makeSqlite("create table t (a)")], {
      env: { OUTGROW_TARGET: "postgres://me@127.0.0.1:1/db" },
    });
    expect(ended.code).toBe(0);
  });

  it("assesses a file without tables", async () => {
    const source = makeSqlite("create table t (a); drop table t");
    const { code, document } = await assess([source]);
    expect(code).toBe(0);
    expect(document.tables).toEqual([]);
    expect((await outgrow(["assess", source])).code).toBe(0);
  });

  it.runIf(process.platform === "linux")("stops at Ctrl-C with 130", async () => {
    const source = join(tempDir(), "large.db");
    const db = new Database(source);
    db.exec("create table t (a text)");
    db.exec(
      "insert into t with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000000) select 'value ' || i from n",
    );
    db.close();
    const ended = await outgrow(["assess", source, "--json"], {
      onStart: (child) => void interruptOnceOpen(child, source),
    });
    expect(ended.code).toBe(130);
    expect(ended.json()).toMatchObject({ error: { code: "interrupted" } });
  });
});

describeFixtures("assess of real files", (copy) => {
  it("tells damage of a file with 6", async () => {
    const { code, stderr } = await outgrow(["assess", copy("mbtiles_CORRUPT.db")]);
    expect(code).toBe(6);
    expect(stderr).toMatch(/^error: /);
  });

  it("assesses UTF-16, virtual tables, STRICT and WITHOUT ROWID", async () => {
    for (const name of [
      "fspot_0615_utf16.db",
      "datasette_fixtures.db",
      "crsqlite_013_strict.db",
      "northwind_efcore.db",
    ]) {
      const { code, document } = await assess([copy(name), "--decide", "recommended"]);
      expect([name, code]).toEqual([name, 0]);
      expect(document.tables.length).toBeGreaterThan(0);
    }
  });
});
