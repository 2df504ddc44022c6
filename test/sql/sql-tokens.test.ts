import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "#outgrow/sql/sql-tokens.js";

const brief = (sql: string) => tokenize(sql).map((token) => `${token.kind}:${token.text}`);

describe("tokenize", () => {
  it("leaves out white space and both kinds of comments", () => {
    expect(brief("select--check\n a/* b, 'c */ ,\t1 /* open")).toEqual([
      "word:select",
      "word:a",
      "mark:,",
      "number:1",
    ]);
  });

  it("reads all four ways to quote, with doubled quotes", () => {
    const tokens = tokenize(`"a""b" \`c\`\`d\` [e"f] 'g''h' ""`);
    expect(tokens.map((token) => [token.kind, token.value])).toEqual([
      ["name", 'a"b'],
      ["name", "c`d"],
      ["name", 'e"f'],
      ["string", "g'h"],
      ["name", ""],
    ]);
  });

  it("reads blobs, and refuses an odd number of digits", () => {
    expect(tokenize("x'0aFF' X''").map((token) => [token.kind, token.value])).toEqual([
      ["blob", "0aFF"],
      ["blob", ""],
    ]);
    expect(brief("x'0a1'")).toEqual(["invalid:x'0a1'"]);
  });

  it("reads numbers as SQLite does", () => {
    expect(brief("1 1.5 .5 5. 1e5 1.5E-7 0x1F 1_000 9223372036854775808")).toEqual(
      ["1", "1.5", ".5", "5.", "1e5", "1.5E-7", "0x1F", "1_000", "9223372036854775808"].map(
        (n) => `number:${n}`,
      ),
    );
    expect(brief("12abc 1e 0xg")).toEqual(["invalid:12abc", "invalid:1e", "invalid:0xg"]);
  });

  it("takes letters beyond ASCII as part of a word", () => {
    expect(brief("größe 表_1 a$b 😀")).toEqual(["word:größe", "word:表_1", "word:a$b", "word:😀"]);
  });

  it("reads parameters and the longest operator", () => {
    expect(brief("? ?12 :a @b $c::d(e)")).toEqual(
      ["?", "?12", ":a", "@b", "$c::d(e)"].map((text) => `parameter:${text}`),
    );
    expect(brief("a->>b->c||d<<e>=f<>g!=h==i.j;")).toEqual([
      ..."a ->> b -> c || d << e >= f <> g != h == i . j ;"
        .split(" ")
        .map((text) => `${/^\w/.test(text) ? "word" : "mark"}:${text}`),
    ]);
  });

  it("never throws, and loses only white space and comments", () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      "`",
      "[",
      "]",
      "--",
      "\n",
      "/*",
      "*/",
      "x'",
      "1",
      "e",
      ".",
      "a",
      " ",
      "é",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }), (pieces) => {
        const sql = pieces.join("");
        let at = 0;
        for (const token of tokenize(sql)) {
          expect(token.start).toBeGreaterThanOrEqual(at);
          expect(sql.startsWith(token.text, token.start)).toBe(true);
          expect(token.text.length).toBeGreaterThan(0);
          at = token.start + token.text.length;
        }
      }),
    );
  });

  it("agrees with SQLite on which texts hold an unrecognized token", () => {
    const db = new Database(":memory:");
    const piece = fc.constantFrom(
      "'a'",
      '"a"',
      "[a]",
      "x'00'",
      "x'0'",
      "1",
      "1e",
      "1.5",
      "1.5x",
      "0x1",
      "0xz",
      "a",
      "a1",
      "\\",
      "^",
      "'",
      ";",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        const sql = `select (${pieces.join(" ")}`;
        const hasInvalid = tokenize(sql).some((token) => token.kind === "invalid");
        let message = "";
        try {
          db.prepare(sql);
        } catch (error) {
          message = String(error);
        }
        // SQLite stops at the first mistake, so it need not reach the token; but what it names must be invalid.
        if (message.includes("unrecognized token")) {
          expect(hasInvalid, `${sql}: ${message}`).toBe(true);
        }
        if (!hasInvalid) {
          expect(message).not.toContain("unrecognized token");
        }
      }),
    );
    db.close();
  });
});
