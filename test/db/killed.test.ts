// A process that is killed in a transaction leaves nothing of it, and everything that was acknowledged before.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { onBothEngines, openEmpty } from "./both-engines.js";

const ROOT = resolve(import.meta.dirname, "../..");

/** Commits one transaction after another, says each, and dies by its own hand within the last. */
const PROGRAM = `
  import { openDatabase } from "outgrow/db";
  const db = await openDatabase({ url: process.env.APP_URL, log: null });
  for (let n = 1; ; n++) {
    await db.transaction(async (tx) => {
      await tx.execute("insert into log (n, part) values (?, 1)", [n]);
      if (n === 6) process.kill(process.pid, "SIGKILL");
      await tx.execute("insert into log (n, part) values (?, 2)", [n]);
    });
    process.stdout.write(n + "\\n");
  }`;

onBothEngines("a killed process", (engine) => {
  it("leaves whole transactions only", async () => {
    const { db, url } = await openEmpty(engine);
    await db.execute("create table log (n integer, part integer)");
    const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
      cwd: ROOT, // where the package finds itself by its name
      env: { ...process.env, APP_URL: url },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (text: Buffer) => {
      said += text;
    });
    const signal = await new Promise((done) => child.once("close", (_code, by) => done(by)));
    expect(signal).toBe("SIGKILL");
    const acknowledged = said.trim().split("\n").map(Number);
    expect(acknowledged).toEqual([1, 2, 3, 4, 5]);
    expect(await db.query("select n, count(*) as parts from log group by n order by n")).toEqual(
      acknowledged.map((n) => ({ n, parts: 2 })),
    );
    await db.execute("insert into log values (7, 1)");
  });
});
