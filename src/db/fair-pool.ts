// A bounded set of things that are lent to one caller at a time, in the order of asking.

import type { Engine } from "./contract.js";
import { codeOf, DatabaseError, type DatabaseErrorCode } from "./errors.js";
import type { Hooks, PoolState } from "./events.js";

export interface WaitLimits {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

interface Waiter<T> {
  take(item: T): void;
  fail(error: unknown): void;
}

export class FairPool<T> {
  readonly #idle: T[] = [];
  readonly #waiting: Waiter<T>[] = [];
  #open = 0;
  #inUse = 0;
  #closed = false;

  constructor(
    /** Of what: `the writer`, `a reader`. */
    readonly name: string,
    readonly max: number,
    readonly make: () => T,
    /** Whether an item may be lent again. */
    readonly isGood: (item: T) => boolean,
    readonly hooks: Hooks,
    readonly engine: Engine = "sqlite",
  ) {}

  /** Throws `acquire-timeout`, `cancelled`, `closed`. */
  acquire(limits: WaitLimits): Promise<T> {
    const { onAcquire } = this.hooks;
    return onAcquire === undefined
      ? this.#acquire(limits)
      : timed(
          () => this.#acquire(limits),
          (waitMs, error) => onAcquire({ engine: this.engine, waitMs, error }),
        );
  }

  #acquire({ timeoutMs, signal }: WaitLimits): Promise<T> {
    if (this.#closed) {
      return Promise.reject(closedError(this.engine));
    }
    if (this.#waiting.length === 0) {
      const item = this.#next();
      if (item !== null) {
        return Promise.resolve(item);
      }
    }
    return this.#wait(timeoutMs, signal);
  }

  release(item: T): void {
    this.#inUse -= 1;
    if (this.isGood(item)) {
      this.#idle.push(item);
    } else {
      this.#open -= 1;
    }
    this.#serve();
  }

  state(): PoolState {
    const { max } = this;
    return {
      max,
      open: this.#open,
      inUse: this.#inUse,
      idle: this.#idle.length,
      waiting: this.#waiting.length,
    };
  }

  /** Refuses whoever waits and comes later; gives what is idle. What is lent comes back by release. */
  close(): T[] {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) {
      waiter.fail(closedError(this.engine));
    }
    this.#open -= this.#idle.length;
    return this.#idle.splice(0);
  }

  #next(): T | null {
    for (let item = this.#idle.pop(); item !== undefined; item = this.#idle.pop()) {
      if (this.isGood(item)) {
        this.#inUse += 1;
        return item;
      }
      this.#open -= 1;
    }
    if (this.#open >= this.max) {
      return null;
    }
    this.#open += 1;
    this.#inUse += 1;
    return this.make();
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const item = this.#next();
      if (item === null) {
        return;
      }
      this.#waiting.shift()?.take(item);
    }
  }

  #wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        const at = this.#waiting.indexOf(waiter);
        if (at !== -1) {
          this.#waiting.splice(at, 1);
        }
      };
      const waiter: Waiter<T> = {
        take(item) {
          end();
          resolve(item);
        },
        fail(error) {
          end();
          reject(error);
        },
      };
      const onAbort = () => waiter.fail(cancelledError(this.engine, signal));
      const timer = setTimeout(
        () => waiter.fail(acquireTimeout(this.engine, this.name, timeoutMs, this.state())),
        timeoutMs,
      );
      signal?.addEventListener("abort", onAbort);
      this.#waiting.push(waiter);
      if (signal?.aborted) {
        onAbort();
      }
    });
  }
}

/** Tells how long it took, and the code of its error. */
export async function timed<T>(
  work: () => Promise<T>,
  tell: (tookMs: number, error: DatabaseErrorCode | null) => void,
): Promise<T> {
  const began = performance.now();
  try {
    const result = await work();
    tell(performance.now() - began, null);
    return result;
  } catch (error) {
    tell(performance.now() - began, codeOf(error));
    throw error;
  }
}

export function closedError(engine: Engine): DatabaseError {
  return new DatabaseError("closed", engine, "the database was closed");
}

export function cancelledError(engine: Engine, signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("cancelled", engine, "the caller's signal cancelled the call", {
    cause: signal?.reason,
  });
}

export function acquireTimeout(
  engine: Engine,
  what: string,
  timeoutMs: number,
  state: PoolState,
): DatabaseError {
  return new DatabaseError(
    "acquire-timeout",
    engine,
    `${what} was not free within ${timeoutMs} ms: ${state.inUse} of ${state.max} in use, ${state.waiting} waiting`,
    {
      hint: "look for transactions that hold one while they wait for something else; onHeld and the log name them",
    },
  );
}
