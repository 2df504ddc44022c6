// Whatever SQLite calls JSON, PostgreSQL takes; whatever jsonb would change is a misfit.
import fc from "fast-check";
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { codecFor } from "#outgrow/codec/index.js";
import { testDatabase } from "../support/server.js";
import { cross, SESSION, Source, Target } from "./crossing.js";

let client: pg.Client;
let target: Target;

beforeAll(async () => {
  client = await (await testDatabase("json")).client();
  await client.query(SESSION);
  target = new Target(client);
});

const PIECES = [
  ..."{}[],:\"\\ue0123456789.-+Ee/ \t\n\x01\x1f\x7f'",
  "\\u0000",
  "\\ud800",
  "\\udc00",
  "\\u00e9",
  "\\n",
  "null",
  "true",
  "NaN",
  "Infinity",
  "//",
  "/**/",
  "\u2028",
  "\ufeff",
  "1e999",
  "1e131071",
  "1e131072",
  "1e-16383",
  "1e-16384",
  "-0",
  '"a":',
  '"a":1,',
  "0x1",
];

/** JSON with some pieces put in, taken out or put twice. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.array(fc.tuple(fc.nat(60), fc.nat(2), fc.constantFrom(...PIECES)), { maxLength: 3 }),
  )
  .map(([text, edits]) => {
    for (const [place, length, piece] of edits) {
      const at = Math.min(place, text.length);
      text = text.slice(0, at) + piece + text.slice(at + length);
    }
    return text.toWellFormed();
  });

it.each(["json", "jsonb"])("crosses by %s what is no misfit, however odd it is written", async (id) => {
  const codec = codecFor(id);
  const source = new Source();
  let crossed = 0;
  await target.create(id);
  const column = fc.array(nearlyJson, { minLength: 50, maxLength: 200, size: "max" });
  await fc.assert(
    fc.asyncProperty(column, async (texts) => {
      source.fill(texts);
      const misfits = source.evaluate(codec.misfit('"v"'));
      const fits = texts.filter((_, i) => misfits[i] === 0n);
      source.fill(fits);
      expect(await cross(codec, source, target)).toEqual([]);
      crossed += fits.length;
    }),
    { numRuns: Number(process.env.OUTGROW_CODEC_RUNS ?? 30) },
  );
  expect(crossed).toBeGreaterThan(500);
});

it("finds every duplicate that PostgreSQL finds", async () => {
  const key = fc.constantFrom("a", "b", "\\u0061", "", "\\\\", "\\u005c", '\\"', "\\/", "/", "\\t");
  const object = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("1", '"x"', '"a\\":"', "[]"),
      tie("object"),
      tie("array"),
    ),
    object: fc
      .array(fc.tuple(key, tie("value")), { maxLength: 4 })
      .map((members) => `{${members.map(([k, v]) => `"${k}" : ${v}`).join(",")}}`),
    array: fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
  })).object;
  // `is json with unique keys` came with version 16 only.
  await client.query(`
    create function pg_temp.has_unique_keys(j json) returns boolean language plpgsql as $$
    begin
      return case json_typeof(j)
        when 'object' then (select count(*) = count(distinct key) and coalesce(bool_and(pg_temp.has_unique_keys(value)), true) from json_each(j))
        when 'array' then (select coalesce(bool_and(pg_temp.has_unique_keys(value)), true) from json_array_elements(j))
        else true end;
    end $$`);
  const source = new Source();
  await fc.assert(
    fc.asyncProperty(fc.array(object, { minLength: 20, maxLength: 60, size: "max" }), async (texts) => {
      source.fill(texts);
      const misfits = source.evaluate(codecFor("jsonb").misfit('"v"'));
      const { rows } = await client.query(
        "select pg_temp.has_unique_keys(x::json) as kept from unnest($1::text[]) as x",
        [texts],
      );
      expect(misfits.map((misfit) => misfit === 0n)).toEqual(rows.map(({ kept }) => kept));
    }),
    { numRuns: 20 },
  );
});
