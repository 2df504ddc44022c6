// A fixed number of worker threads that take tasks from one queue.

import { Worker } from "node:worker_threads";
import { type ErrorCode, OutgrowError } from "../base/errors.js";
import type { Reply, Request, TaskName, Tasks, ThrownError, WorkerSettings } from "./tasks.js";

export type OnProgress = (rows: number, bytes: number) => void;

interface Job {
  request: Request;
  onProgress: OnProgress | undefined;
  resolve(result: never): void;
  reject(error: Error): void;
}

export class WorkerPool {
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #running = new Map<Worker, Job>();
  #queue: Job[] = [];
  #nextId = 1;
  #closed = false;
  /** What the first worker died of; with it the pool is of no more use. */
  #death: Error | null = null;

  constructor(settings: WorkerSettings, size: number) {
    for (let i = 0; i < size; i += 1) {
      const worker = new Worker(new URL("./worker.js", import.meta.url), {
        workerData: settings,
        resourceLimits: { maxYoungGenerationSizeMb: 16 },
      });
      worker.on("message", (reply: Reply) => this.#onReply(worker, reply));
      worker.on("error", (error) => this.#onDeath(worker, error));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Runs one task on the next free worker. Rejects with OutgrowError where the worker threw one. */
  run<Name extends TaskName>(
    name: Name,
    args: Tasks[Name]["args"],
    onProgress?: OnProgress,
  ): Promise<Tasks[Name]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#death !== null) {
        reject(this.#death);
        return;
      }
      this.#queue.push({ request: { id: this.#nextId, name, args }, onProgress, resolve, reject });
      this.#nextId += 1;
      this.#deal();
    });
  }

  /** Runs one task on every worker at once; all must be idle. */
  async onEach<Name extends TaskName>(name: Name, args: Tasks[Name]["args"]): Promise<void> {
    await Promise.all(this.#workers.map(() => this.run(name, args)));
  }

  /**
   * Runs a task for each item and gives the results in order. When one fails, or `signal` aborts, no further task
   * begins; those under way are waited for, and then the first error is thrown.
   */
  async map<Item, Name extends TaskName>(
    items: readonly Item[],
    name: Name,
    args: (item: Item) => Tasks[Name]["args"],
    options: {
      signal?: AbortSignal | undefined;
      onProgress?: OnProgress;
      onDone?: (item: Item, result: Tasks[Name]["result"]) => void;
    } = {},
  ): Promise<Tasks[Name]["result"][]> {
    const results: Tasks[Name]["result"][] = new Array(items.length);
    const failures: unknown[] = [];
    let next = 0;
    const take = async (): Promise<void> => {
      while (next < items.length && failures.length === 0) {
        options.signal?.throwIfAborted();
        const index = next;
        next += 1;
        const item = items[index] as Item;
        try {
          const result = await this.run(name, args(item), options.onProgress);
          results[index] = result;
          options.onDone?.(item, result);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const takers = await Promise.allSettled(this.#workers.map(take));
    const aborted = takers.find((taker) => taker.status === "rejected");
    if (failures.length > 0 || aborted !== undefined) {
      throw failures[0] ?? (aborted?.status === "rejected" ? aborted.reason : undefined);
    }
    return results;
  }

  /** Ends the workers; may be called twice. Connections they hold are cut, open transactions are undone. */
  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    if (this.#running.size === 0 && this.#death === null) {
      await this.onEach("release", {});
    }
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #deal(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const worker = this.#idle.shift();
      const job = this.#queue.shift();
      if (worker !== undefined && job !== undefined) {
        this.#running.set(worker, job);
        worker.postMessage(job.request);
      }
    }
  }

  #onReply(worker: Worker, reply: Reply): void {
    const job = this.#running.get(worker);
    if (job === undefined) {
      return;
    }
    if (reply.kind === "progress") {
      job.onProgress?.(reply.rows, reply.bytes);
      return;
    }
    this.#running.delete(worker);
    this.#idle.push(worker);
    if (reply.kind === "done") {
      job.resolve(reply.result as never);
    } else {
      job.reject(revive(reply.error));
    }
    this.#deal();
  }

  /** A worker that dies takes its task with it, and the pool: tasks that wait would wait for ever. */
  #onDeath(worker: Worker, error: Error): void {
    this.#death ??= error;
    this.#running.get(worker)?.reject(error);
    this.#running.delete(worker);
    for (const job of this.#queue) {
      job.reject(error);
    }
    this.#queue = [];
  }
}

function revive(error: ThrownError): Error {
  if (error.outgrow !== null) {
    const { code, message, hint } = error.outgrow;
    return new OutgrowError(code as ErrorCode, message, hint === undefined ? {} : { hint });
  }
  const bug = new Error(error.stack.split("\n")[0] ?? "a worker failed");
  bug.stack = error.stack;
  return bug;
}
