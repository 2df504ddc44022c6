// Turns what pg, the server and the network say into errors of outgrow, with what to type.

import pg from "pg";
import { OutgrowError } from "../base/errors.js";
import { fromConnection, isConnectionError } from "../db/settings/connection-errors.js";
import type { Phase } from "../db/settings/error-words.js";
import { fromServer } from "../db/settings/server-errors.js";
import type { TargetSettings } from "./settings.js";

/** Whether `error` comes from the server, the driver's connection or the network, and not from a bug. */
export function isTargetError(error: unknown): boolean {
  return error instanceof pg.DatabaseError || isConnectionError(error);
}

/**
 * The error of outgrow for `error`; one that is already of that class comes back as it is, anything unknown becomes
 * `failed` with its own words. The password stands in neither message, hint nor cause.
 */
export function targetError(error: unknown, settings: TargetSettings, phase: Phase = "work"): OutgrowError {
  if (error instanceof OutgrowError) {
    return error;
  }
  const cause = withoutPassword(error, settings);
  const known =
    error instanceof pg.DatabaseError
      ? fromServer(error, settings, phase)
      : fromConnection(error, settings, phase);
  return new OutgrowError(known.code, hide(known.message, settings), {
    cause,
    ...(known.hint === undefined ? {} : { hint: hide(known.hint, settings) }),
  });
}

/** A password that is also a name of the connection stands in texts as that name, so nothing is told by it. */
function hide(text: string, settings: TargetSettings): string {
  const { password, user, database, host } = settings;
  if (password === null || password === "" || [user, database, host].includes(password)) {
    return text;
  }
  return text.replaceAll(password, "***");
}

function withoutPassword(error: unknown, settings: TargetSettings): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const texts = [
    error.message,
    error.stack ?? "",
    ...Object.values(error).filter((v) => typeof v === "string"),
  ];
  if (texts.every((text) => hide(text, settings) === text)) {
    return error;
  }
  const clean = new Error(hide(error.message, settings));
  clean.stack = hide(error.stack ?? "", settings);
  return clean;
}
