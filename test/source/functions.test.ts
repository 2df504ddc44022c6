import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registerFunctions } from "#outgrow/source/functions.js";
import { testDatabase } from "../support/server.js";

const ENCODINGS = ["UTF-8", "UTF-16le", "UTF-16be"] as const;

function open(encoding: (typeof ENCODINGS)[number]): Database.Database {
  const db = new Database(":memory:");
  db.pragma(`encoding = "${encoding}"`);
  db.exec("create table t (v)");
  registerFunctions(db, encoding);
  return db;
}

/** What the SQL gives for a value stored in the table. */
function ask(db: Database.Database, sql: string, value: unknown): unknown {
  db.exec("delete from t");
  db.prepare("insert into t values (?)").run(value);
  return db.prepare(`select ${sql} from t`).pluck().get();
}

/** Stores bytes as text, whatever they are. */
function askOfBytes(db: Database.Database, sql: string, bytes: Buffer): unknown {
  return ask(db, sql.replaceAll("v", "(cast(v as text))"), bytes);
}

describe("outgrow_clean", () => {
  it("accepts exactly well-formed text without U+0000, in all three encodings", () => {
    for (const encoding of ENCODINGS) {
      const db = open(encoding);
      const unit = fc.constantFrom(0, 0x41, 0xe9, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xfffd, 0xffff, 0xfeff);
      fc.assert(
        fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
          const text = String.fromCharCode(...units);
          const bytes = encode(text, encoding);
          // SQLite cannot turn U+FFFE and U+FFFF of a UTF-16 file into UTF-8.
          const isValid = encoding === "UTF-8" || !/[\p{Cs}\ufffe\uffff]/u.test(text);
          const expected = Number(isValid && !text.includes("\0"));
          expect(askOfBytes(db, "outgrow_clean(cast(v as blob))", bytes)).toBe(expected);
        }),
      );
      db.close();
    }
  });

  it.each(["c3", "e28282c3", "eda080", "c080", "f4908080", "ff", "80", "61ff62"])(
    "refuses the bytes %s in UTF-8",
    (hex) => {
      const db = open("UTF-8");
      expect(askOfBytes(db, "outgrow_clean(cast(v as blob))", Buffer.from(hex, "hex"))).toBe(0);
      db.close();
    },
  );

  it("says what to write when it is given a text, instead of guessing", () => {
    const db = open("UTF-8");
    expect(() => ask(db, "outgrow_clean(v)", "a")).toThrow("write outgrow_clean(cast(v as blob))");
    db.close();
  });

  it("gives NULL for NULL", () => {
    const db = open("UTF-8");
    for (const name of ["clean", "repair", "strip_nul", "shape", "utf8_hex", "f64hex"]) {
      expect(ask(db, `outgrow_${name}(v)`, null)).toBeNull();
    }
    db.close();
  });
});

describe("outgrow_strip_nul and outgrow_repair", () => {
  it("give text that outgrow_clean accepts", () => {
    for (const encoding of ENCODINGS) {
      const db = open(encoding);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 12 }), (array) => {
          const bytes = Buffer.from(array.subarray(0, array.length - (array.length % 2)));
          const sql = "outgrow_clean(cast(outgrow_strip_nul(cast(v as blob)) as blob))";
          expect(askOfBytes(db, sql, bytes)).toBe(1);
          expect(askOfBytes(db, "typeof(outgrow_repair(cast(v as blob)))", bytes)).toBe("text");
        }),
      );
      db.close();
    }
  });

  it("keep what is sound", () => {
    for (const encoding of ENCODINGS) {
      const db = open(encoding);
      expect(ask(db, "outgrow_strip_nul(cast(v as blob))", "a\0é\0😀")).toBe("aé😀");
      expect(ask(db, "outgrow_strip_nul(v)", "a\0é\0😀")).toBe("aé😀");
      expect(ask(db, "outgrow_repair(cast(v as blob))", "a😀\ufffd")).toBe("a😀\ufffd");
      db.close();
    }
  });

  it("put U+FFFD for what is not", () => {
    const utf8 = open("UTF-8");
    expect(askOfBytes(utf8, "outgrow_repair(cast(v as blob))", Buffer.from("61ff62e282", "hex"))).toBe(
      "a\ufffdb\ufffd",
    );
    utf8.close();
    const utf16 = open("UTF-16le");
    expect(askOfBytes(utf16, "outgrow_repair(cast(v as blob))", encode("a\ud800b", "UTF-16le"))).toBe(
      "a\ufffdb",
    );
    utf16.close();
  });
});

describe("outgrow_utf8_hex and outgrow_f64hex", () => {
  it("give the UTF-8 bytes of a text whatever the encoding of the file", () => {
    for (const encoding of ENCODINGS) {
      const db = open(encoding);
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(..."\0a\x7f\x80é\u07ff\u0800漢\ud7ff\ue000\ufffd😀\u{10ffff}")),
          (characters) => {
            const text = characters.join("");
            expect(ask(db, "outgrow_utf8_hex(v)", text)).toBe(Buffer.from(text).toString("hex"));
          },
        ),
        { numRuns: 50 },
      );
      db.close();
    }
  });

  it("give a double's bits, big-endian", () => {
    const db = open("UTF-8");
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(value);
        expect(ask(db, "outgrow_f64hex(v)", value)).toBe(bytes.toString("hex"));
      }),
    );
    expect(ask(db, "outgrow_f64hex(v)", "1.5")).toBeNull();
    db.close();
  });
});

function encode(text: string, encoding: (typeof ENCODINGS)[number]): Buffer {
  if (encoding === "UTF-8") {
    return Buffer.from(text);
  }
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "UTF-16le" ? bytes : bytes.swap16();
}

it("outgrow_round rounds as PostgreSQL's numeric does what a number is written as", async () => {
  const client = await (await testDatabase("round")).client();
  const db = open("UTF-8");
  const values = [
    ...[
      162.315,
      222.92499999999998,
      1.005,
      -1.005,
      0.5,
      -0.5,
      0.005,
      1e-7,
      1e21,
      2 ** 53,
      0.1 + 0.2,
      9.995,
      99.995,
    ],
    ...fc.sample(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { numRuns: 500, seed: 1974 }),
    ...fc.sample(fc.integer({ min: -1e9, max: 1e9 }), { numRuns: 500, seed: 1974 }).map((n) => n / 1000),
  ];
  for (const places of [0, 1, 2, 8]) {
    const { rows } = await client.query<{ rounded: number }>(
      "select round(v::numeric, $2)::float8 as rounded from unnest($1::text[]) with ordinality as x (v, nth) order by nth",
      [values.map(String), places],
    );
    const here = values.map((value) => ask(db, `outgrow_round(v, ${places})`, value));
    expect(here.map((value) => Number(value) + 0)).toEqual(rows.map(({ rounded }) => rounded + 0));
  }
  db.close();
});
