// Values of hundreds of megabytes: they cross whole, and the memory they take does not grow with their number.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { reportOf } from "../journeys/whole-move.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";

const BYTES = 100_000_000;

describe("blobs of 100 MB", () => {
  it("cross whole, and twice as many take no more memory", { timeout: 1_200_000 }, async () => {
    const two = await move(2);
    const four = await move(4);
    console.log(`peak memory: ${two} MB for two blobs of 100 MB, ${four} MB for four`);
    expect(four).toBeLessThan(two * 1.3);
  });
});

/** Gives the peak of the process's memory in MB, where /proc tells it. */
async function move(count: number): Promise<number> {
  const source = makeSqlite((db) => {
    db.pragma("journal_mode = off");
    db.exec("create table big (id integer primary key, data blob)");
    const bytes = randomBytes(BYTES);
    for (let i = 0; i < count; i++) {
      bytes[i] = (bytes[i] ?? 0) ^ 1;
      db.prepare("insert into big (data) values (?)").run(bytes);
    }
  }, "big.db");
  const target = await testDatabase("blobs");
  let peak = 0;
  let isOver = false;
  const ended = outgrow(["migrate", source, target.url, "--json"], {
    timeoutMs: 600_000,
    onStart: async ({ pid }) => {
      while (!isOver) {
        peak = Math.max(peak, memoryOf(pid));
        await sleep(200);
      }
    },
  });
  try {
    const report = reportOf(await ended);
    expect(report).toMatchObject({ result: "moved", verified: { rows: count, differences: 0 } });
  } finally {
    isOver = true;
  }
  const client = await target.client();
  const { rows } = await client.query(
    "select id::int, encode(sha256(data), 'hex') as sha from big order by id",
  );
  expect(new Set(rows.map(({ sha }) => sha)).size).toBe(count);
  return peak;
}

function memoryOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch (error) {
    // The process has ended, or this system has no /proc.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}
