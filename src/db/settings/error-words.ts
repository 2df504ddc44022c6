// The sentences that several errors of the target share.

import type { ErrorCode } from "../../base/errors.js";
import type { ConnectionSettings } from "./connection-settings.js";

/** In `connect` nothing was begun yet; in `work` a lost connection leaves a state that can be resumed. */
export type Phase = "connect" | "work";

/** An error before it becomes an OutgrowError. */
export interface Known {
  code: ErrorCode;
  message: string;
  hint?: string;
}

export function diskFull(where: string, said: string): Known {
  return {
    code: "disk-full",
    message: `${where} has no disk space left: ${said}`,
    hint: "make room on the server, then run the same command again; it goes on where it stopped",
  };
}

export function lost(where: string, said: string): Known {
  return {
    code: "target-lost",
    message: `the connection to ${where} was lost: ${said}`,
    hint: "run the same command again; it goes on where it stopped",
  };
}

export function unreachable(where: string, said: string): Known {
  return {
    code: "target-unreachable",
    message: `${where} cannot be reached: ${said}`,
    hint: "check that the server is up and that host and port are right",
  };
}

/** `PostgreSQL at db.example:5432`. */
export function place(settings: ConnectionSettings): string {
  return `PostgreSQL at ${settings.host.startsWith("/") ? settings.host : `${settings.host}:${settings.port}`}`;
}

/** The first letter small, as our sentences are, unless the word is an abbreviation; no full stop. */
export function lowerFirst(text: string): string {
  const sentence = text.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}
