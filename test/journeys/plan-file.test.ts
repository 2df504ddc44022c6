// A plan is written, read, edited and used; what is set by hand names things of the source.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { makeSqlite, outgrow, tempDir, testDatabase } from "../support/server.js";
import { expectError } from "./refusal.js";
import { type MoveDocument, reportOf } from "./whole-move.js";

const ODD = `
  create table t (id integer primary key, made datetime, note text, mixed, total decimal(10,2), flag integer);
  insert into t values
    (1, '2024-01-31 10:00:00', 'a' || char(0) || 'b', x'00', 1.5, 1),
    (2, '2024-02-01 10:00:00', 'plain', 'text', 2, 0);
  create table "constructor" (id integer primary key, "__proto__" text, parent integer references t (id));
  insert into "constructor" values (1, 'x', 1), (2, 'y', 99);`;

async function planned(decide: string[]): Promise<{ path: string; plan: string; url: string }> {
  const path = makeSqlite(ODD, "odd.db");
  const { url } = await testDatabase("plan file");
  const plan = join(tempDir(), "outgrow.plan.yaml");
  const written = await outgrow(["migrate", path, url, "--json", ...decide, "--plan-only", plan]);
  expect(written.code, written.stderr).toBe(0);
  return { path, plan, url };
}

async function expectSame(path: string, url: string, report: MoveDocument): Promise<void> {
  expect(describeVerdict(await compareMove(path, url, { schema: "public", report }))).toBe("");
}

describe("a plan file", () => {
  it.each([
    [["--decide", "recommended"]],
    [["--decide", "text-not-storable=repair", "--decide", "recommended"]],
    [["--decide", "foreign-key-orphans=set-aside", "--decide", "recommended"]],
    [["--decide", "time-without-zone=utc", "--decide", "recommended"]],
  ])("with %s moves the file as it was written to", async (decide) => {
    const { path, plan, url } = await planned(decide);
    const report = reportOf(await outgrow(["migrate", path, url, "--json", "--plan", plan]));
    await expectSame(path, url, report);
    const direct = await testDatabase("directly");
    const other = reportOf(await outgrow(["migrate", path, direct.url, "--json", ...decide]));
    expect(report.tables).toEqual(other.tables);
    expect(report.findings).toEqual(other.findings);
  });

  it("may be edited: a type set otherwise makes the decision about it void", async () => {
    const { path, plan, url } = await planned(["--decide", "recommended"]);
    const text = readFileSync(plan, "utf8");
    writeFileSync(
      plan,
      text.replace(/type: timestamp\n\s+codec: .*\n/, "type: text\n").replace("name: t\n", "name: renamed\n"),
    );
    const report = reportOf(await outgrow(["migrate", path, url, "--json", "--plan", plan]));
    const columns = report.tables[0]?.columns.map(({ type }) => type);
    expect([report.tables[0]?.target, columns?.[1]]).toEqual(["public.renamed", "text"]);
    await expectSame(path, url, report);
  });
});

describe("what is set by hand", () => {
  it.each([
    [["--rename", "nosuch=x"], /^the source has no table "nosuch"/, /^it has t, constructor$/],
    [["--type", "t.Made=text"], /^the source has no column "t"."Made"/, /^it is written "made"$/],
    [["--type", "t.zip=text"], /^the source has no column "t"."zip"/, /^it has id, made/],
  ])("is refused where the source has no such thing: %s", async (options, message, hint) => {
    const { url } = await testDatabase("stray");
    const ended = await outgrow(["migrate", makeSqlite(ODD), url, "--json", ...options]);
    expectError(ended, { exit: 2, code: "usage", message, hint });
  });

  it("is refused where two tables would go into one that is there", async () => {
    const { url, client } = await testDatabase("shared");
    await (await client()).query("create table one (id bigint primary key, a text)");
    const path = makeSqlite(
      "create table a (id integer primary key, a text); create table b (id integer primary key, a text)",
    );
    const ended = await outgrow(["migrate", path, url, "--json", "--rename", "a=one", "--rename", "b=one"]);
    expectError(ended, {
      ...{ exit: 2, code: "usage", message: /^tables "a" and "b" would both go into "one"$/ },
      hint: /^leave one out with --exclude/,
    });
  });

  it("reaches tables with the names of JavaScript's own", async () => {
    const path = makeSqlite(ODD);
    const { url } = await testDatabase("own names");
    const options = ["--rename", "constructor=toString", "--decide", "recommended"];
    const report = reportOf(await outgrow(["migrate", path, url, "--json", ...options]));
    expect(report.tables.map(({ target }) => target)).toEqual(["public.t", "public.toString"]);
    await expectSame(path, url, report);
  });
});

it("moves the tables that --include names although another cannot be read", async () => {
  const path = makeSqlite((db) => {
    db.exec("create table good (a); create table unread (a); insert into good values (1)");
    db.unsafeMode();
    db.pragma("writable_schema = on");
    db.exec(
      "update sqlite_schema set sql = 'CREATE TABLE unread (a default (raise(ignore)))' where name = 'unread'",
    );
  });
  for (const options of [
    ["--include", "good"],
    ["--exclude", "un*"],
  ]) {
    const { url } = await testDatabase("included");
    const report = reportOf(await outgrow(["migrate", path, url, "--json", ...options]));
    expect(report.tables.map(({ source }) => source)).toEqual(["good"]);
  }
});
