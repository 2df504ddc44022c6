// Runs a whole transaction again where it was the victim of others, after a pause that grows and is never the same.

import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError, mayRunAgain } from "./errors.js";

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;
/** After so long no further attempt begins, however many are left. */
const LONGEST_RETRY_MS = 15_000;

/**
 * `attempt` says by `canRepeat` of its own error whether the same again may succeed. The last error is thrown as it is.
 * `onEnd` hears how often it ran.
 */
export async function runAgain<T>(
  attempts: number,
  attempt: () => Promise<T>,
  canRepeat: (error: unknown) => boolean,
  onEnd: (attempts: number, error: unknown) => void = () => {},
): Promise<T> {
  const began = performance.now();
  for (let count = 1; ; count++) {
    try {
      const result = await attempt();
      onEnd(count, null);
      return result;
    } catch (error) {
      if (count >= attempts || performance.now() - began > LONGEST_RETRY_MS || !canRepeat(error)) {
        onEnd(count, error);
        throw error;
      }
      await sleep(pauseMs(count));
    }
  }
}

/** "Full jitter": between nothing and the whole, so that those who met do not meet again. */
function pauseMs(count: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** count);
}

/** One statement is a whole transaction; for locks and connections it has waited already. */
export function mayRunStatementAgain(error: unknown): boolean {
  return (
    mayRunAgain(error) && error instanceof DatabaseError && /^(serialization|deadlock)$/.test(error.code)
  );
}
