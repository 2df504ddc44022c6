// The lock beside a SQLite file: one holder at a time, also where the file comes and goes, and none after a kill.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { isLockFileHeld, takeLockFile } from "#outgrow/db/schema/lock-file.js";
import { tempDir } from "../../support/server.js";

const MODULE = resolve(import.meta.dirname, "../../../dist/db/schema/lock-file.js");
const path = () => join(tempDir(), "shop.db-outgrow-lock");

/** Takes and gives back the lock `times`, and counts in a file that only the holder may touch. */
const WORKER = `
  import { readFileSync, writeFileSync } from "node:fs";
  const { takeLockFile } = await import(process.argv[1]);
  const [, , lock, counter, times] = process.argv;
  for (let i = 0; i < Number(times); i++) {
    let held = null;
    while (held === null) held = await takeLockFile(lock, 0);
    const before = Number(readFileSync(counter, "utf8"));
    await new Promise(setImmediate);
    writeFileSync(counter, String(before + 1));
    held.release();
  }`;

it("is one holder's, and leaves nothing behind", async () => {
  const lock = path();
  expect(isLockFileHeld(lock)).toBe(false);
  expect(existsSync(lock)).toBe(false);
  const held = await takeLockFile(lock, 0);
  expect(isLockFileHeld(lock)).toBe(true);
  expect(await takeLockFile(lock, 150)).toBeNull();
  held?.release();
  held?.release();
  expect(readdirSync(dirname(lock))).toEqual([]);
  const next = await takeLockFile(lock, 0);
  expect(next).not.toBeNull();
  next?.release();
});

it("keeps processes apart while the file comes and goes", async () => {
  const lock = path();
  const counter = join(dirname(lock), "counter");
  writeFileSync(counter, "0");
  const codes = await Promise.all(
    [1, 2, 3].map(async () => {
      const args = ["--input-type=module", "-e", WORKER, MODULE, lock, counter, "100"];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
      return (await once(child, "exit"))[0];
    }),
  );
  expect(codes).toEqual([0, 0, 0]);
  expect(readFileSync(counter, "utf8")).toBe("300");
});

it("tells why a file cannot be made, and does not wait for that to change", async () => {
  const started = performance.now();
  await expect(takeLockFile(join(dirname(path()), "no", "lock"), 60_000)).rejects.toThrow(
    "directory does not exist",
  );
  expect(performance.now() - started).toBeLessThan(10_000);
});

it("is free when its holder was killed", async () => {
  const lock = path();
  const holds = `const { takeLockFile } = await import(process.argv[1]); await takeLockFile(process.argv[2], 0); console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", holds, MODULE, lock]);
  await once(child.stdout, "data");
  expect(isLockFileHeld(lock)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  const held = await takeLockFile(lock, 0);
  expect(held).not.toBeNull();
  held?.release();
  expect(readdirSync(dirname(lock))).toEqual([]);
});
