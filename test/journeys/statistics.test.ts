// The planner's statistics after a move: there for every column, and complete where autovacuum works or is off.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddedServer } from "#outgrow/target/embedded.js";
import { makeSqlite, outgrow } from "../support/server.js";
import { ownServer } from "../target/own-server.js";
import { reportOf } from "./whole-move.js";

/** More rows than are analyzed at once, of more values than a small sample keeps. */
const SCHEMA = `
  create table large (id integer primary key, word text, kind text);
  with recursive i (i) as (select 1 union all select i + 1 from i where i < 12000)
    insert into large select i, 'word ' || i, 'kind ' || (i % 60) from i;
  create table small (id integer primary key, kind text);
  insert into small select id, kind from large where id <= 600`;

/** `large.kind` → how many of its 60 common values the statistics hold. */
const COMMON_VALUES = `
  select tablename || '.' || attname as "column",
         coalesce(cardinality(most_common_vals::text::text[]), 0)::int as common
    from pg_catalog.pg_stats where schemaname = 'public' order by 1`;

describe.each<[string, { autovacuum?: string; autovacuum_naptime?: string }]>([
  ["with autovacuum, which completes them", { autovacuum_naptime: "1" }],
  ["without autovacuum", { autovacuum: "off" }],
])("a server %s", (_what, settings) => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await ownServer({ ...settings } as Record<string, string>);
  });
  afterAll(() => server.stop());

  it("has all statistics of what was moved", async () => {
    const path = makeSqlite(SCHEMA, "statistics.db");
    expect(reportOf(await outgrow(["migrate", path, server.url, "--json"])).result).toBe("moved");
    const client = new pg.Client(server.url);
    await client.connect();
    try {
      const now = async () =>
        new Map((await client.query(COMMON_VALUES)).rows.map(({ column, common }) => [column, common]));
      const atOnce = await now();
      expect([...atOnce.keys()]).toEqual(["large.id", "large.kind", "large.word", "small.id", "small.kind"]);
      expect(atOnce.get("small.kind")).toBe(60);
      if (settings.autovacuum === "off") expect(atOnce.get("large.kind")).toBe(60);
      await expect.poll(async () => (await now()).get("large.kind"), { timeout: 30_000 }).toBe(60);
    } finally {
      await client.end();
    }
  });
});
