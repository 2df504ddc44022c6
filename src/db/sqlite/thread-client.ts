// The main thread's side of one SQLite thread.

import { Worker } from "node:worker_threads";
import { DatabaseError } from "../errors.js";
import { cancelledError } from "../fair-pool.js";
import { fromThread } from "./errors.js";
import {
  Gate,
  type RawColumn,
  type RawRow,
  type Reply,
  type Request,
  type ThreadResult,
  type ThreadSettings,
} from "./messages.js";

export interface Limits {
  /** 0 for none. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** Called with each batch of rows; `columns` come with the first. */
export type OnRows = (columns: RawColumn[] | null, rows: RawRow[]) => void;

export const NO_LIMITS: Limits = { timeoutMs: 0, signal: undefined };

/** After a statement was stopped, how long the thread may take to answer that it has already committed. */
const COMMITTING_MS = 30_000;

interface Pending {
  onRows: OnRows | undefined;
  settle(result: ThreadResult | null, error: unknown): void;
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #gate: Gate;
  readonly #path: string;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #isAbandoned = false;
  #closing: Promise<void> | null = null;
  #failure: DatabaseError | null = null;
  #whenIdle: (() => void)[] = [];

  constructor(settings: Omit<ThreadSettings, "gate">) {
    const gate = new SharedArrayBuffer(8);
    this.#gate = new Gate(gate);
    this.#path = settings.path;
    this.#worker = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: { ...settings, gate },
      // The program's own options may be none for a file: --input-type ends a thread at its start.
      execArgv: [],
    });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#hear(reply));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#fail(new Error(`the thread ended with ${code}`)));
  }

  get isAlive(): boolean {
    return this.#failure === null;
  }

  /** It is not to be lent again. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** Resolves when nothing runs in the thread, also what nobody waits for any longer. */
  idle(): Promise<void> {
    return this.#pending.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /**
   * Throws DatabaseError. At a timeout or an abort it rejects at once and nothing is committed, while the statement may go on in the thread:
   * see idle().
   */
  ask(request: Request, limits: Limits = NO_LIMITS, onRows?: OnRows): Promise<ThreadResult> {
    if (this.#failure !== null) {
      return Promise.reject(this.#failure);
    }
    const { signal } = limits;
    if (signal?.aborted) {
      return Promise.reject(cancelledError("sqlite", signal));
    }
    this.#last = (this.#last % 0x3fff_ffff) + 1;
    const id = this.#last;
    return new Promise<ThreadResult>((resolve, reject) => {
      const stop = (error: DatabaseError) => {
        if (this.#gate.stop(id)) {
          end();
          reject(error);
        } else {
          // It is being committed, which no one can stop: what comes of it is the answer.
          timer = setTimeout(() => reject(error), COMMITTING_MS);
        }
      };
      const onAbort = () => stop(cancelledError("sqlite", signal));
      let timer =
        limits.timeoutMs > 0
          ? setTimeout(() => stop(timeoutError(limits.timeoutMs)), limits.timeoutMs)
          : undefined;
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      signal?.addEventListener("abort", onAbort);
      this.#pending.set(id, {
        onRows,
        settle(result, error) {
          end();
          if (result === null) {
            reject(error);
          } else {
            resolve(result);
          }
        },
      });
      this.#worker.ref();
      this.#worker.postMessage({ id, request });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.isAlive) {
      try {
        await this.ask({ kind: "close" });
      } catch {
        // The thread has ended by itself, and the connection with it.
      }
      this.#failure ??= new DatabaseError("closed", "sqlite", "the database was closed");
    }
    await this.#worker.terminate();
  }

  #hear(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) {
      return;
    }
    if ("rows" in reply) {
      try {
        pending.onRows?.(reply.columns, reply.rows);
      } catch (error) {
        // A value that its type does not explain; the rest of the rows is of no use.
        pending.onRows = undefined;
        pending.settle(null, error);
      }
      return;
    }
    this.#pending.delete(reply.id);
    if ("error" in reply) {
      pending.settle(null, fromThread(reply.error, this.#path));
    } else {
      pending.settle(reply.result, null);
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#pending.size === 0) {
      this.#worker.unref();
      for (const resolve of this.#whenIdle.splice(0)) {
        resolve();
      }
    }
  }

  #fail(cause: unknown): void {
    if (this.#failure?.code === "closed") {
      return;
    }
    this.#failure ??= new DatabaseError(
      "connection",
      "sqlite",
      "a thread that reads and writes the database ended",
      {
        cause,
      },
    );
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { settle } of pending) {
      settle(null, this.#failure);
    }
    this.#rest();
  }
}

function timeoutError(timeoutMs: number): DatabaseError {
  return new DatabaseError(
    "timeout",
    "sqlite",
    `the statement took longer than ${timeoutMs} ms and was stopped`,
    {
      hint: "an index may help; timeoutMs allows more time",
    },
  );
}
