// Ctrl-C and SIGTERM: the first finishes what is under way and saves, the second stops at once.

import { OutgrowError } from "../base/errors.js";

type Stopping = "SIGINT" | "SIGTERM";

/** Work that was stopped before it had a result to report; ends with the code that shells expect of the signal. */
class Stopped extends OutgrowError {
  readonly #signal: Stopping;

  constructor(signal: Stopping, cause: unknown) {
    super("interrupted", `stopped by ${signal} before there was a result`, {
      hint: "run the same command again",
      cause,
    });
    this.#signal = signal;
  }

  override get exitCode(): number {
    return this.#signal === "SIGTERM" ? 143 : 130;
  }
}

/**
 * Runs `work` with a signal that the first SIGINT or SIGTERM aborts; tells which it was. Where `work` then throws
 * because of it, that comes out as `interrupted`.
 */
export async function withSignals<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onFirst: () => void,
): Promise<{ result: T; stoppedBy: Stopping | null }> {
  const controller = new AbortController();
  let stoppedBy: Stopping | null = null;
  const onSignal = (name: Stopping) => {
    if (stoppedBy !== null) {
      process.exit(name === "SIGINT" ? 130 : 143);
    }
    stoppedBy = name;
    onFirst();
    controller.abort();
  };
  const onInterrupt = () => onSignal("SIGINT");
  const onTerminate = () => onSignal("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  try {
    return { result: await work(controller.signal), stoppedBy };
  } catch (error) {
    if (stoppedBy !== null && isBecauseOf(error, controller.signal)) {
      throw new Stopped(stoppedBy, error);
    }
    throw error;
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  }
}

function isBecauseOf(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof OutgrowError && error.code === "interrupted");
}
