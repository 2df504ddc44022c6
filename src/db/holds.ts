// Watches over connections that are lent to a caller's code: reports those held too long, and those whose handle was
// dropped without an end, with the place that took them.

import type { Engine } from "./contract.js";
import type { Hooks, LogLine } from "./events.js";

export interface HoldSettings {
  engine: Engine;
  heldTooLongMs: number;
  log: (line: LogLine) => void;
  hooks: Hooks;
  onEnd: () => void;
}

export class Hold {
  readonly #settings: HoldSettings;
  readonly #since = performance.now();
  readonly #taken: Error;
  readonly #timer: NodeJS.Timeout | undefined;

  /** `above` is the function whose caller took the connection. */
  constructor(settings: HoldSettings, above: (...args: never[]) => unknown) {
    this.#settings = settings;
    this.#taken = new Error("taken here");
    Error.captureStackTrace(this.#taken, above);
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
    // The first line is the text of the error that carried the stack.
    const stack = (this.#taken.stack ?? "").split("\n").slice(1).join("\n");
    const { engine, log, hooks } = this.#settings;
    const message =
      kind === "leaked"
        ? "a transaction was dropped without commit or rollback; it was rolled back"
        : `a transaction is open for ${heldMs} ms`;
    log({ level: "warn", message, stack });
    hooks.onHeld?.({ engine, kind, heldMs, stack });
  }
}
