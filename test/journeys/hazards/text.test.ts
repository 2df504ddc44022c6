import { expect, it } from "vitest";
import { makeSqlite } from "../../support/server.js";
import { TEXT } from "./text.js";
import { assessFile, tryHazards } from "./try-hazard.js";

tryHazards(TEXT);

it("H23 does not take citext by hand either, where values of a unique column would be alike", async () => {
  const file = makeSqlite(
    "create table t (id integer primary key, v text collate nocase unique, w text collate nocase); insert into t values (1, 'É', 'É'), (2, 'é', 'é')",
  );
  const byHand = (column: string) =>
    assessFile(file, { overrides: { tables: {}, columns: { t: { [column]: { type: "citext" } } } } });
  await expect(byHand("v")).rejects.toThrow(/"t"\."v" cannot become citext: 1 row has a unique key/);
  expect((await byHand("w")).verdict).toBe("ready");
});
