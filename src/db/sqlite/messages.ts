// What the main thread and a thread with a SQLite connection say to each other.

import type { Stored } from "../values/read-value.js";

export interface ThreadSettings {
  /** A path, or `:memory:`. */
  path: string;
  readOnly: boolean;
  /** Whether the file may be made. */
  create: boolean;
  busyTimeoutMs: number;
  synchronous: "full" | "normal";
  /** See Gate. */
  gate: SharedArrayBuffer;
}

/** A statement that inserts, and the table whose key is asked for. */
export interface Work {
  sql: string;
  values: readonly unknown[];
  keyOf: readonly string[] | null;
  /** Where no transaction is open, a statement that writes gets one, which the gate may forbid to commit. */
  isWrite: boolean;
}

export type Request =
  | { kind: "run"; work: Work }
  | { kind: "open"; cursor: number; work: Work }
  | { kind: "next"; cursor: number; rowCount: number }
  | { kind: "close-cursor"; cursor: number }
  /** `begin`, `savepoint` and the like. */
  | { kind: "control"; sql: string }
  | { kind: "rollback" }
  | { kind: "query-only"; on: boolean }
  | { kind: "close" };

export interface RawColumn {
  name: string;
  declared: string | null;
  /** `table.column`; null for an expression. */
  origin: string | null;
}

export type RawRow = (Stored | null)[];

/** Several with rows may come for one request, the last of them with `result`. */
export type Reply =
  | { id: number; columns: RawColumn[] | null; rows: RawRow[] }
  | { id: number; result: ThreadResult }
  | { id: number; error: ThreadError };

export interface ThreadResult {
  changes: number;
  key: number | bigint | null;
  /** The statement writes, and this connection does not. Nothing was run. */
  mustWrite: boolean;
}

export interface ThreadError {
  /** SQLite's, such as SQLITE_BUSY; empty for anything else. */
  code: string;
  message: string;
  stack: string;
}

/**
 * How a statement is stopped between the threads, without a moment at which it is both committed and reported as stopped: the thread
 * may commit request `id` only if it changes cell 0 from `id` to `-id`; whoever stops it changes it from `id` to 0.
 */
export class Gate {
  readonly #cells: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.#cells = new Int32Array(shared);
  }

  /** In the thread, when the request begins. False where it was stopped before. */
  enter(id: number): boolean {
    Atomics.store(this.#cells, 0, id);
    return Atomics.load(this.#cells, 1) !== id;
  }

  /** In the thread. */
  isStopped(id: number): boolean {
    return Atomics.load(this.#cells, 1) === id;
  }

  /** In the thread: whether it may commit. After that it can no longer be stopped. */
  pass(id: number): boolean {
    return !this.isStopped(id) && Atomics.compareExchange(this.#cells, 0, id, -id) === id;
  }

  /** In the main thread: whether the request is stopped for certain. */
  stop(id: number): boolean {
    Atomics.store(this.#cells, 1, id);
    return Atomics.compareExchange(this.#cells, 0, id, 0) !== -id;
  }
}
