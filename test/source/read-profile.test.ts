import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeProfiles } from "#outgrow/source/merge-profiles.js";
import { openSource, type Source } from "#outgrow/source/open-source.js";
import { planRanges, tableSize } from "#outgrow/source/plan-ranges.js";
import type { ColumnNeeds } from "#outgrow/source/profile.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { profileRange } from "#outgrow/source/read-profile.js";
import { isIndexOfOthers } from "#outgrow/source/virtual-tables.js";
import { describeFixtures, fixtureNames, makeSqlite } from "../support/files.js";
import { naiveProfile } from "./naive-profile.js";
import { overwritePage } from "./overwrite-page.js";

const EVERYTHING: ColumnNeeds = {
  range: true,
  length: true,
  shapes: true,
  decimal: { precision: 10, scale: 2 },
  json: true,
  fractions: true,
  remainder: 10,
  within: { low: -5n, high: 100n },
};

/** Profiles every table of a file both ways; `rows` sets how many rows a range has. */
function compare(source: Source, needs: ColumnNeeds, rows: number, largestRow?: number): void {
  const beliefs = new Map();
  for (const table of readCatalog(source).tables.filter((each) => !isIndexOfOthers(each))) {
    const wanted = table.columns.map(() => needs);
    const size = largestRow ?? tableSize(source.db, table).largestRowBytes;
    const parts = planRanges(source.db, table, rows).map((range) =>
      profileRange(source, table, wanted, range, size, beliefs),
    );
    const total = parts.reduce(mergeProfiles);
    const naive = naiveProfile(source.db, source.encoding, table, wanted).map((column, i) => ({
      ...column,
      // Plain is what was looked at and found to be so; of texts SQLite's order is not JavaScript's.
      plain: column.plain && total[i]?.plain === true,
      outside: column.texts + column.blobs > 0 ? (total[i]?.outside ?? null) : column.outside,
    }));
    expect(total, table.name).toEqual(naive);
  }
}

function withSource<T>(file: string, use: (source: Source) => T): T {
  const source = openSource(file);
  try {
    return use(source);
  } finally {
    source.close();
  }
}

const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "",
    "\0",
    "a\0b",
    "\0b",
    "\x1e",
    "a\x1eb",
    "\n",
    "é",
    "😀\ufffd",
    "{}",
    "[1]",
    '{"a":1',
    "12",
    "1.50",
    "true",
    "0",
  ),
  fc.constantFrom(
    "2024-01-31 10:00:00",
    "2024-02-30",
    "2024-01-31T10:00:00Z",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  ),
);
const anyValue = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(0n, 10n, -(2n ** 63n), 2n ** 63n - 1n),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer().map((cents) => cents / 100),
      fc.constantFrom(-0, Infinity, -Infinity, 2 ** 63, 1e15, 0.5),
    ),
  },
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
);

const TYPES = [
  "integer",
  "real",
  "text",
  "blob",
  "",
  "numeric",
  "decimal(10,2)",
  "datetime",
  "boolean",
  "any",
];

function fill(db: Database.Database, values: unknown[], tail: string): void {
  db.exec(
    `create table t (${TYPES.map((type, i) => `c${i} ${type}`).join(", ")}, k integer primary key) ${tail}`,
  );
  const insert = db.prepare(`insert into t values (${TYPES.map(() => "?").join(", ")}, ?)`);
  for (const [i, value] of values.entries()) {
    insert.run(...TYPES.map((_, j) => (j % 3 === i % 3 ? value : null)), i * 7 - 20);
  }
}

describe("profileRange", () => {
  it.each(["UTF-8", "UTF-16le", "UTF-16be"])(
    "agrees with a count of each value in JavaScript, in %s",
    (encoding) => {
      fc.assert(
        fc.property(
          fc.array(anyValue, { minLength: 1, maxLength: 60 }),
          fc.integer({ min: 1, max: 40 }),
          fc.constantFrom("", "without rowid"),
          (values, rows, tail) => {
            const db = new Database(":memory:");
            db.pragma(`encoding = "${encoding}"`);
            fill(db, values, tail);
            const file = makeSqlite("");
            db.prepare("vacuum into ?").run(`${file}2`);
            db.close();
            withSource(`${file}2`, (source) => {
              compare(source, EVERYTHING, rows);
              compare(source, {}, rows);
              compare(source, { decimal: { precision: 10, scale: 2 } }, rows);
              compare(source, { decimal: { precision: 5, scale: 0 } }, rows);
              compare(source, { shapes: true }, rows);
              compare(source, EVERYTHING, rows, 1e8);
            });
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  it("finds the columns whose texts need no quotes, in the first rows and in later ones", () => {
    const file = makeSqlite((db) => {
      db.exec("create table t (k integer primary key, a text, b text, c text, d text, e datetime, f text)");
      const insert = db.prepare("insert into t values (?, ?, ?, ?, ?, ?, ?)");
      db.exec("begin");
      for (let k = 0; k < 8_400; k++) {
        const late = k > 8_300;
        insert.run(k, "x", null, late ? "" : "y", late ? "a\nb" : "z", "2024-01-31 10:00:00", late ? 1 : "1");
      }
      db.exec("commit");
    });
    withSource(file, (source) => {
      for (const needs of [{}, { shapes: true }]) {
        compare(source, needs, 5000);
        const [table] = readCatalog(source).tables;
        const [range] = planRanges(source.db, table as never, 50_000);
        const profiles = profileRange(source, table as never, Array(7).fill(needs), range as never, 100);
        expect(profiles.map(({ plain }) => plain)).toEqual([false, true, true, false, false, true, true]);
      }
    });
  });

  it("is not misled by columns named true and false", () => {
    const file = makeSqlite(`create table t ("true" text, "FALSE" decimal(5,2), b text);
      insert into t values ('x', 1.25, 'y'), (null, 2, null), ('', 'z', '')`);
    withSource(file, (source) => {
      compare(source, {}, 10);
      compare(source, { decimal: { precision: 5, scale: 2 } }, 10);
    });
  });

  it("counts texts that are not valid UTF-8, also where two halves meet", () => {
    const file = makeSqlite((db) => {
      db.exec("create table t (a text, b text, c)");
      const insert = db.prepare("insert into t values (cast(? as text), cast(? as text), ?)");
      insert.run(Buffer.from("c3", "hex"), Buffer.from("a9", "hex"), Buffer.from("ff", "hex"));
      insert.run(Buffer.from("a"), Buffer.from("eda0800000", "hex"), 1);
      insert.run(null, Buffer.from("é"), "x");
    });
    withSource(file, (source) => {
      compare(source, {}, 10);
      compare(source, { shapes: true, length: true }, 10);
      const [table] = readCatalog(source).tables;
      const [range] = planRanges(source.db, table as never, 10);
      const profiles = profileRange(source, table as never, [], range as never, 100);
      expect(profiles.map((p) => [p.invalidTexts, p.nulTexts])).toEqual([
        [1, 0],
        [2, 1],
        [0, 0],
      ]);
    });
  });

  it("counts unpaired surrogates of a UTF-16 file", () => {
    const file = makeSqlite((db) => {
      db.pragma("encoding = 'UTF-16le'");
      db.exec("create table t (a text)");
      const insert = db.prepare("insert into t values (cast(? as text))");
      for (const text of ["\ud800", "\ud800a", "\udc00\ud800", "😀", "\uffff", "a\0", "\ud83d\ud83d\ude00"]) {
        insert.run(Buffer.from(text, "utf16le"));
      }
    });
    withSource(file, (source) => {
      compare(source, { length: false }, 10);
      const [table] = readCatalog(source).tables;
      const [profile] = profileRange(source, table as never, [], { after: null, upTo: null }, 100);
      expect([profile?.invalidTexts, profile?.nulTexts]).toEqual([5, 1]);
    });
  });

  it("finds a NULL that a NOT NULL column holds since before it was declared so", () => {
    const file = makeSqlite((db) => {
      db.exec("create table t (a text, b integer); insert into t values (null, null), ('x', 1)");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec(
        "update sqlite_schema set sql = 'CREATE TABLE t (a text not null, b integer not null)' where name = 't'",
      );
    });
    withSource(file, (source) => {
      const [table] = readCatalog(source).tables;
      expect(table?.columns[0]?.notNull).toBe(true);
      compare(source, EVERYTHING, 10);
      compare(source, {}, 1);
    });
  });

  it("finds another storage class in a late chunk, and profiles tables of 2,000 columns", () => {
    const file = makeSqlite((db) => {
      db.exec(`create table late (a integer, b text, c datetime, d decimal(10,2));
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
        insert into late select i, 'text ' || i, '2024-01-01 00:00:00', i / 4.0 from n;
        update late set a = 'late', b = x'00', c = 5, d = 'none' where rowid = 19000`);
      db.exec(`create table wide (${Array.from({ length: 2000 }, (_, i) => `c${i} text`).join(", ")})`);
      db.exec("insert into wide (c0, c1999) values ('first', 'last')");
    });
    withSource(file, (source) => {
      compare(source, {}, 50_000);
      compare(source, EVERYTHING, 15_000);
    });
  });

  it("trusts neither a STRICT table's types, which may be so by its schema alone, nor a virtual table's", () => {
    const file = makeSqlite((db) => {
      db.exec(`
      create table later (t text, i int, b blob);
      insert into later values ('x', 1, x'00'), (x'6162', 'y', 'z'), (x'00', 1.5, 2);
      create table s (i int, r real, t text, b blob, a any) strict;
      insert into s values (1, 2, 'x', x'00', 1.5), (null, null, null, null, 'y');
      create virtual table f using fts5 (title, body);
      insert into f values ('a', 1), (null, x'00');
      create virtual table r using rtree (id, low, high);
      insert into r values (1, 0.5, 2)`);
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set sql = sql || ' strict' where name = 'later'");
    });
    withSource(file, (source) => {
      compare(source, EVERYTHING, 10);
    });
  });

  it("says which table cannot be read", () => {
    const file = makeSqlite((db) => {
      db.exec("create table t (a text, b as (a)); insert into t (a) values ('{')");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set sql = 'CREATE TABLE t (a text, b as (json_extract(a, ''$.x'')))'");
    });
    withSource(file, (source) => {
      const [table] = readCatalog(source).tables;
      // As if the column could be computed when the catalog was read.
      const columns = table?.columns.map((column) => ({ ...column, name: "b" }));
      const whole = { ...table, columns } as never;
      expect(() => profileRange(source, whole, [], { after: null, upTo: null }, 200)).toThrow(
        /^table "t" in ".*" cannot be read: malformed JSON$/,
      );
    });
  });

  it("says which table is damaged", () => {
    const file = makeSqlite((db) => {
      db.exec(`create table t (a); with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
        insert into t select printf('%0100d', i) from n`);
      db.exec("create table sound (a); insert into sound values (1)");
    });
    overwritePage(file, "select pageno from dbstat where name = 't' and pagetype = 'leaf' limit 1 offset 3");
    withSource(file, (source) => {
      const [table] = readCatalog(source).tables;
      expect(() => profileRange(source, table as never, [], { after: null, upTo: null }, 200)).toThrow(
        /^table "t" in ".*" is damaged: /,
      );
    });
  });
});

describe("planRanges", () => {
  it("gives ranges that hold each row once, also at the ends of 64 bits", () => {
    const dense = fc
      .tuple(fc.constantFrom(-(2n ** 63n), -3n, 1n, 2n ** 63n - 30n), fc.integer({ min: 1, max: 30 }))
      .map(([first, count]) => Array.from({ length: count }, (_, i) => first + BigInt(i)));
    const sparse = fc.uniqueArray(
      fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: -5n, max: 5n }),
        fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(sparse, dense),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (keys, rows, told) => {
          const db = new Database(":memory:");
          db.exec("create table t (id integer primary key)");
          for (const key of keys) {
            db.prepare("insert into t values (?)").run(key);
          }
          const table = {
            name: "t",
            kind: "table",
            rowidName: "rowid",
            rowidAlias: "id",
            withoutRowid: false,
          };
          const ranges = planRanges(db, table as never, rows, told ? keys.length : null);
          const found = ranges.map((range) =>
            keys.filter(
              (key) =>
                (range.after === null || key > range.after) && (range.upTo === null || key <= range.upTo),
            ),
          );
          expect(found.flat().length).toBe(keys.length);
          expect(found.slice(0, -1).every((part) => part.length === rows)).toBe(true);
          expect(ranges.at(0)?.after).toBeNull();
          expect(ranges.at(-1)?.upTo).toBeNull();
          expect(ranges.length).toBe(Math.max(1, Math.ceil(keys.length / rows)));
          db.close();
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe("tableSize", () => {
  it("tells the bytes of all rows and of the largest, with overflow pages, also WITHOUT ROWID", () => {
    const file = makeSqlite(`
      create table t (a); insert into t values (zeroblob(100000)), (1);
      create table w (k text primary key, v) without rowid; insert into w values ('a', zeroblob(50000)), ('b', 1);
      create table e (a); create virtual table f using fts5 (a)`);
    withSource(file, (source) => {
      const sizes = readCatalog(source).tables.map((table) => tableSize(source.db, table));
      expect(sizes[0]?.largestRowBytes).toBeGreaterThan(100_000);
      expect(sizes[0]?.payloadBytes).toBeGreaterThan(100_000);
      expect(sizes[1]?.largestRowBytes).toBeGreaterThan(50_000);
      expect(sizes.slice(2)).toEqual([
        { payloadBytes: 0, largestRowBytes: 0 },
        { payloadBytes: 0, largestRowBytes: 0 },
      ]);
    });
  });
});

describeFixtures("real files", (copy) => {
  it.each(fixtureNames().filter((name) => !name.includes("CORRUPT")))(
    "are profiled as JavaScript counts them: %s",
    (name) => {
      withSource(copy(name), (source) => {
        compare(source, EVERYTHING, 1000);
      });
    },
  );
});
