// Makes all workers see one state of the source, without writing to it.

import { setTimeout as sleep } from "node:timers/promises";
import { OutgrowError } from "../base/errors.js";
import type { Source } from "../source/open-source.js";
import type { WorkerPool } from "./worker-pool.js";

const TRIES = 100;

/**
 * Each worker opens a read transaction between two looks at PRAGMA data_version on a connection that is idle:
 * equal means that nobody committed in between, so all see the same state; else all begin again ("PRAGMA
 * data_version"; DESIGN: the snapshot). Throws source-locked where a writer never rests.
 */
export async function takeSnapshot(watcher: Source, pool: WorkerPool): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = dataVersion(watcher);
    await pool.onEach("snapshot", {});
    if (dataVersion(watcher) === before) {
      return;
    }
    await sleep(Math.random() * 50);
  }
  throw new OutgrowError(
    "source-locked",
    `${watcher.path} is written without pause, so no common snapshot could be taken`,
    {
      hint: "stop the application for the move, or move a copy made by `sqlite3 FILE 'vacuum into …'`",
    },
  );
}

function dataVersion(source: Source): number {
  return source.db.pragma("data_version", { simple: true }) as number;
}
