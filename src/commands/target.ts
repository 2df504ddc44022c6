// Where the target of a command comes from: the argument, else the environment.

import { OutgrowError } from "../base/errors.js";
import { parseTarget, type TargetSettings, targetFromEnvironment } from "../target/settings.js";

/** Throws `usage` where neither names a target. */
export function targetOf(argument: string | undefined): TargetSettings {
  const settings =
    argument === undefined ? targetFromEnvironment(process.env) : parseTarget(argument, process.env);
  if (settings === null) {
    throw new OutgrowError("usage", "no target given", {
      hint: "add postgres://user@host/database, set OUTGROW_TARGET, or let --embedded start a server",
    });
  }
  return settings;
}
