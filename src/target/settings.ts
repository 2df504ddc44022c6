// Where the target of a move is: the connection that was typed, or the one that the environment names.

import {
  type ConnectionSettings,
  connectionFromEnvironment,
  parseConnectionUrl,
} from "../db/settings/connection-settings.js";
import { type Environment, setting } from "../db/settings/environment.js";

export type TargetSettings = ConnectionSettings;

/** Reads TARGET. `env` fills what the URL leaves open. Throws `settings`; no message holds a password. */
export function parseTarget(text: string, env: Environment = {}): TargetSettings {
  return parseConnectionUrl(text, env, "argument");
}

/** The target the environment names, or null: OUTGROW_TARGET before everything else. Throws `settings`. */
export function targetFromEnvironment(env: Environment): TargetSettings | null {
  const own = setting(env, "OUTGROW_TARGET");
  return own === null ? connectionFromEnvironment(env) : parseConnectionUrl(own, env, "OUTGROW_TARGET");
}
