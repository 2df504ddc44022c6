// What a person may choose for a column: by --decide where nothing loses nothing, and by --type.
import { describe, expect, it } from "vitest";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";

describe("a codec set by hand", () => {
  it("is refused where it is none for the type", async () => {
    const source = makeSqlite(
      "create table t (id integer primary key, r real); insert into t (r) values (0.1)",
    );
    const database = await testDatabase("types");
    const ended = await outgrow(["migrate", source, database.url, "--type", "t.r=real/double"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      'error: column "t"."r" cannot become real by the codec double, which makes double precision',
    );
    expect(ended.stderr).toContain("--type t.r=real");
    const right = await outgrow(["migrate", source, database.url, "--type", "t.r=float8/double", "--json"]);
    expect([right.code, right.stderr]).toEqual([0, ""]);
  });
});
