// Makes all workers see one state of the source, without writing to it.

import { setTimeout as sleep } from "node:timers/promises";
import { OutgrowError } from "../base/errors.js";
import { fingerprint } from "../source/fingerprint.js";
import type { Source } from "../source/open-source.js";
import type { WorkerPool } from "./worker-pool.js";

const TRIES = 100;

export interface Snapshot {
  /** Of the file whose state it is. */
  fingerprint: string;
  /** SQLite's data_version of the watcher's connection. */
  version: number;
  takenAt: Date;
}

/**
 * Each worker opens a read transaction, and the watcher last, between two looks of the watcher at PRAGMA data_version:
 * equal means that nobody committed in between, so all see the same state; else all begin again ("PRAGMA
 * data_version"; DESIGN: the snapshot). The watcher reads the same state as the workers from then on. Throws
 * source-locked where a writer never rests.
 */
export async function takeSnapshot(watcher: Source, pool: WorkerPool): Promise<Snapshot> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    endReading(watcher);
    const print = currentPrint(watcher);
    const version = dataVersion(watcher);
    await pool.onEach("snapshot", {});
    watcher.db.exec("begin");
    watcher.db.prepare("select count(*) from sqlite_schema").get();
    if (dataVersion(watcher) === version && currentPrint(watcher) === print) {
      return { fingerprint: print, version, takenAt: new Date() };
    }
    endReading(watcher);
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

/** Whether another program committed since; the watcher reads the newest state from then on. */
export function wasWritten(watcher: Source, snapshot: Snapshot): boolean {
  endReading(watcher);
  return (
    dataVersion(watcher) !== snapshot.version ||
    (watcher.copiedAs !== null && fingerprint(watcher.path) !== watcher.copiedAs)
  );
}

/** In rollback-journal mode a reader keeps writers from committing; in WAL mode nobody waits ("Write-Ahead Logging"). */
export function keepsWritersOut(watcher: Source): boolean {
  return watcher.copiedAs === null && watcher.db.pragma("journal_mode", { simple: true }) !== "wal";
}

function endReading({ db }: Source): void {
  if (db.inTransaction) {
    db.exec("rollback");
  }
}

function currentPrint(source: Source): string {
  return source.copiedAs ?? fingerprint(source.path);
}

function dataVersion(source: Source): number {
  return source.db.pragma("data_version", { simple: true }) as number;
}
