// Watches over connections that are lent to a caller's code: reports those held too long, and those whose handle was
// dropped without an end, with the place that took them.

import type { Engine } from "./contract.js";
import type { Hooks, LogLine } from "./events.js";

export interface HoldSettings {
  engine: Engine;
  heldTooLongMs: number;
  log: (line: LogLine) => void;
  hooks: Hooks;
  what: "transaction" | "stream";
  onEnd: () => void;
}

export type Taken = { stack?: string };

/** Where the caller of `above` stands, which has to be running. */
export function takenBy(above: (...args: never[]) => unknown): Taken {
  const taken = {};
  Error.captureStackTrace(taken, above);
  return taken;
}

export class Hold {
  readonly #settings: HoldSettings;
  readonly #since = performance.now();
  /** Its stack is made into text only when it is asked for. */
  readonly #taken: Taken;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(settings: HoldSettings, taken: Taken) {
    this.#settings = settings;
    this.#taken = taken;
    if (settings.heldTooLongMs > 0) {
      this.#timer = setTimeout(() => this.report("held-too-long"), settings.heldTooLongMs);
      this.#timer.unref();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#settings.onEnd();
  }

  report(kind: "held-too-long" | "leaked"): void {
    const heldMs = Math.round(performance.now() - this.#since);
    // The first line is a name and a message, of which there is none.
    const stack = (this.#taken.stack ?? "").split("\n").slice(1).join("\n");
    const { engine, log, hooks, what } = this.#settings;
    const message =
      kind === "leaked"
        ? "a transaction was dropped without commit or rollback; it was rolled back"
        : `a ${what} is open for ${heldMs} ms`;
    log({ level: "warn", message, stack });
    hooks.onHeld?.({ engine, kind, heldMs, stack });
  }
}
