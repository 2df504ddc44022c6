// How many connections an application holds, and how long anything may take.

import { DatabaseError } from "../errors.js";
import { type Environment, setting } from "../settings/environment.js";

export interface PoolSettings {
  /** Connections at most; 20, or DB_POOL_MAX. */
  max?: number;
  /** A connection that nobody used for so long is closed; 30,000, or DB_POOL_IDLE_TIMEOUT. */
  idleTimeoutMs?: number;
  /** A connection is replaced after so many uses; 7,500. */
  maxUses?: number;
  /** … and after so long, a tenth more or less so that not all go at once; 1,800,000. 0 for never. */
  lifetimeMs?: number;
  /** How long a statement waits for a lock; 5,000. 0 for ever. */
  lockTimeoutMs?: number;
}

const KEYS = { max: "DB_POOL_MAX", idleTimeoutMs: "DB_POOL_IDLE_TIMEOUT" } as const;

/** What is given wins over the environment, the environment over what is usual. Throws `settings`. */
export function poolSettings(given: PoolSettings, env: Environment): Required<PoolSettings> {
  const max = given.max ?? wholeNumber(env, KEYS.max) ?? 20;
  if (!Number.isInteger(max) || max < 1) {
    throw new DatabaseError("settings", "postgres", `the pool's max is ${max}, and must be 1 or more`);
  }
  return {
    max,
    idleTimeoutMs: given.idleTimeoutMs ?? wholeNumber(env, KEYS.idleTimeoutMs) ?? 30_000,
    maxUses: given.maxUses ?? 7_500,
    lifetimeMs: given.lifetimeMs ?? 1_800_000,
    lockTimeoutMs: given.lockTimeoutMs ?? 5_000,
  };
}

/** The variable as a whole number; null where it is not set. Throws `settings`. */
export function wholeNumber(env: Environment, name: string): number | null {
  const text = setting(env, name);
  if (text === null) {
    return null;
  }
  if (!/^\d{1,9}$/.test(text.trim())) {
    throw new DatabaseError(
      "settings",
      null,
      `${name} is "${text.slice(0, 20)}", and must be a whole number`,
    );
  }
  return Number(text);
}
