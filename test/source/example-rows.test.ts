import { describe, expect, it } from "vitest";
import { exampleRows } from "#outgrow/source/example-rows.js";
import { openSource } from "#outgrow/source/open-source.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { makeSqlite } from "../support/files.js";

function examples(sql: string, predicate: string, columns: string[], limit = 10) {
  const source = openSource(makeSqlite(sql));
  try {
    const [table] = readCatalog(source).tables;
    return table === undefined ? [] : exampleRows(source.db, table, predicate, columns, limit);
  } finally {
    source.close();
  }
}

describe("exampleRows", () => {
  it("shows the primary key and values of each storage class", () => {
    const rows = examples(
      `create table t (id integer primary key, v);
       insert into t values (9223372036854775807, 'a'), (2, null), (3, 1.5), (4, x'0aff'), (5, ''), (-9223372036854775808, 7)`,
      "1",
      ["v"],
    );
    expect(rows).toEqual([
      { key: "id=-9223372036854775808", values: ["7"] },
      { key: "id=2", values: ["NULL"] },
      { key: "id=3", values: ["1.5"] },
      { key: "id=4", values: ["x'0aff'"] },
      { key: "id=5", values: ["''"] },
      { key: "id=9223372036854775807", values: ["'a'"] },
    ]);
  });

  it("uses all columns of a key, or the rowid, or the place", () => {
    const sql = "create table t (a text, b int, v, primary key (a, b)); insert into t values ('x', 1, 2)";
    expect(examples(sql, "v = 2", ["v"])).toEqual([{ key: "a='x' b=1", values: ["2"] }]);
    expect(examples("create table t (v); insert into t values (2)", "1", ["v"])).toEqual([
      { key: "rowid=1", values: ["2"] },
    ]);
    const hidden = "create table t (rowid, oid, _rowid_); insert into t values (2, 3, 4)";
    expect(examples(hidden, "1", ["oid"])).toEqual([{ key: "row 1", values: ["3"] }]);
  });

  it("makes values safe for a terminal, and shows what follows a U+0000", () => {
    const sql =
      "create table t (v); insert into t values ('a' || char(0) || char(27) || '[31m' || char(0x202e) || 'b'), (cast(x'61ff' as text))";
    expect(examples(sql, "1", ["v"]).map((row) => row.values[0])).toEqual([
      "'a\\u{0}\\u{1b}[31m\\u{202e}b'",
      "'a\ufffd'",
    ]);
  });

  it("cuts long values, without reading them whole", () => {
    const sql =
      "create table t (a, b); insert into t values (printf('%.*c', 100000, '😀'), zeroblob(100000))";
    const [row] = examples(sql, "1", ["a", "b"]);
    expect(row?.values.map((value) => [...value].length)).toEqual([60, 52]);
    expect(row?.values.every((value) => value.includes("…"))).toBe(true);
  });

  it("never shows what looks like a secret, be it the key", () => {
    const sql =
      "create table t (session_token text primary key, passwordHash, v); insert into t values ('s3cret', 's3cret', 1)";
    expect(examples(sql, "1", ["passwordHash", "v"])).toEqual([
      { key: "session_token=…", values: ["…", "1"] },
    ]);
  });

  it("gives at most as many as asked for", () => {
    const sql = "create table t (v); insert into t values (1), (2), (3)";
    expect(examples(sql, "v > 1", ["v"], 1)).toEqual([{ key: "rowid=2", values: ["2"] }]);
    expect(examples(sql, "v > 3", ["v"], 1)).toEqual([]);
  });
});
