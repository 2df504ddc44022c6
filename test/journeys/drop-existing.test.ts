// `--drop-existing`: what is dropped is dropped last, and nothing that depends on it goes without a word.
import type pg from "pg";
import { describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { makeGate } from "./gate.js";
import { reportOf, row } from "./whole-move.js";

const SOURCE = `
  create table t (id integer primary key autoincrement, name text unique); insert into t values (1, 'new');
  create table u (id integer primary key, t integer references t); insert into u values (1, 1)`;

const TARGET = `
  create table t (id serial primary key, name text unique, old text); insert into t (name, old) values ('old', 'kept so far');
  create table u (id int primary key, t int references t); insert into u values (5, 1)`;

const SCHEMAS = "select count(*)::int as n from pg_namespace where nspname like 'outgrow\\_replaced%'";

interface Place {
  file: string;
  database: TestDatabase;
  client: pg.Client;
}

async function place(source = SOURCE, more = ""): Promise<Place> {
  const database = await testDatabase("drop");
  const client = await database.client();
  await client.query(TARGET + more);
  return { file: makeSqlite(source), database, client };
}

function migrate(at: Place, ...more: string[]): Promise<Ended> {
  return outgrow(["migrate", at.file, at.database.url, "--json", "-q", "--drop-existing", ...more]);
}

describe("tables that are dropped for a move", () => {
  it("make place for those of the same names, and are gone at its end", async () => {
    const at = await place();
    expect(reportOf(await migrate(at))).toMatchObject({ result: "moved", warnings: [] });
    expect((await at.client.query("select * from t")).rows).toEqual([{ id: "1", name: "new" }]);
    expect(await row(at.client, SCHEMAS)).toEqual({ n: 0 });
    expect(reportOf(await migrate(at))).toMatchObject({ result: "moved", resumed: false });
  });

  it("are back when the move is given up at any of its steps", { timeout: 180_000 }, async () => {
    let steps = 0;
    for (; ; steps += 2) {
      const at = await place();
      const gate = await makeGate(at.database.url, at.client);
      await gate.close(steps, "work");
      const killer = new AbortController();
      const args = ["migrate", at.file, at.database.url, "--json", "-q", "--drop-existing"];
      const run = outgrow(args, { signal: killer.signal, killWith: "SIGKILL" });
      const isHeld = await gate.caught(run);
      killer.abort();
      await run;
      await gate.open();
      if (!isHeld) break;
      const aborted = await migrate(at, "--abort");
      expect(aborted.code, aborted.stderr).toBe(0);
      expect(await row(at.client, SCHEMAS)).toEqual({ n: 0 });
      expect((await at.client.query("select t.*, u.id as u from t join u on u.t = t.id")).rows).toEqual([
        { id: 1, name: "old", old: "kept so far", u: 5 },
      ]);
      expect((await at.client.query("insert into t (name) values ('next') returning id")).rows).toEqual([
        { id: 2 },
      ]);
    }
    expect(steps).toBeGreaterThan(6);
  });

  it("stay until views and foreign keys that depend on them are decided about", async () => {
    const at = await place(
      "create table t (id integer primary key); insert into t values (1)",
      "; create view seen as select name from t; create schema other; create table other.v (t int references public.t)",
    );
    const blocked = await migrate(at, "--decide", "recommended");
    expect(blocked.code).toBe(3);
    const { findings } = blocked.json() as {
      findings: { code: string; object: string; decided: string | null }[];
    };
    expect(findings.filter((one) => one.code === "drop-takes-others").map((one) => one.object)).toEqual([
      "view public.seen",
      "foreign key u_t_fkey of u",
      "foreign key v_t_fkey of other.v",
    ]);
    expect(reportOf(await migrate(at, "--decide", "drop-takes-others=drop"))).toMatchObject({
      result: "moved",
    });
    expect(
      await row(
        at.client,
        `select to_regclass('seen') as seen, (select count(*)::int from pg_constraint where conname in ('u_t_fkey', 'v_t_fkey')) as keys,
                (select count(*)::int from u) as u`,
      ),
    ).toEqual({ seen: null, keys: 0, u: 1 });
    expect(await row(at.client, SCHEMAS)).toEqual({ n: 0 });
  });

  it("stay aside where something depends on them that no plan knew of", async () => {
    const at = await place(
      SOURCE,
      "; create function count_t() returns bigint begin atomic select count(*) from public.t; end",
    );
    expect(reportOf(await migrate(at))).toMatchObject({
      result: "moved",
      warnings: [
        expect.stringMatching(/^the tables that were replaced stay in schema "outgrow_replaced_1": function/),
      ],
    });
  });
});
