import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { readDamage } from "#outgrow/source/damage.js";
import { openSource } from "#outgrow/source/open-source.js";
import { planRanges, tableSize } from "#outgrow/source/plan-ranges.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { profileRange } from "#outgrow/source/read-profile.js";
import { makeSqlite } from "../support/files.js";

function readEverything(file: string): void {
  const source = openSource(file, { busyTimeoutMs: 0 });
  try {
    const catalog = readCatalog(source);
    for (const table of catalog.tables) {
      readDamage(source, table);
      const { largestRowBytes } = tableSize(source.db, table);
      const needs = table.columns.map(() => ({ shapes: true, range: true, json: true, length: true }));
      for (const range of planRanges(source.db, table, 50)) {
        profileRange(source, table, needs, range, largestRowBytes);
      }
    }
  } finally {
    source.close();
  }
}

describe("a file with bytes changed at random", () => {
  it("is read or refused with an OutgrowError, and never written", () => {
    const sound = readFileSync(
      makeSqlite(`pragma page_size = 512;
        create table t (id integer primary key autoincrement, a text collate nocase check (a <> ''), b as (lower(a)));
        create index i on t (a) where id > 3; create table w (k text primary key, v) without rowid;
        create virtual table f using fts5 (title); create view v as select * from t;
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 200) insert into t (a) select 'row ' || i from n;
        insert into w select a, id from t; insert into f select a from t`),
    );
    const changes = fc.array(
      fc.tuple(fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: sound.length - 1 })), fc.nat({ max: 255 })),
      { minLength: 1, maxLength: 20 },
    );
    const file = makeSqlite("");
    fc.assert(
      fc.property(changes, (pairs) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of pairs) {
          bytes[at] = value;
        }
        writeFileSync(file, bytes);
        try {
          readEverything(file);
        } catch (error) {
          expect(error).toBeInstanceOf(OutgrowError);
        }
        expect(readFileSync(file).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
