// Files against the table of what ran: what is still to run, and what does not fit. No I/O.

import type { LedgerEntry, State } from "./ledger.js";
import { LEDGER } from "./ledger.js";
import type { Migration, Problem } from "./migration-files.js";

export type FileState = State | "pending" | "out-of-order" | "changed" | "missing";

export interface Standing {
  number: number;
  name: string;
  state: FileState;
  /** Null where the file is missing. */
  migration: Migration | null;
  /** Null where it did not run. */
  entry: LedgerEntry | null;
}

export interface History {
  /** By number. */
  standings: Standing[];
  problems: Problem[];
}

export function compareHistory(
  migrations: readonly Migration[],
  entries: readonly LedgerEntry[],
  allowOutOfOrder = false,
): History {
  const highest = Math.max(0, ...entries.map(({ number }) => number));
  const numbers = [...new Set([...migrations, ...entries].map(({ number }) => number))].sort((a, b) => a - b);
  const standings = numbers.map((number): Standing => {
    const migration = migrations.find((one) => one.number === number) ?? null;
    const entry = entries.find((one) => one.number === number) ?? null;
    const state = stateOf(migration, entry, allowOutOfOrder ? 0 : highest);
    return { number, name: migration?.name ?? entry?.name ?? "", state, migration, entry };
  });
  return { standings, problems: standings.flatMap((standing) => problemOf(standing, highest) ?? []) };
}

/** Files without a transaction that ended in the middle. */
export function isBroken(state: FileState): boolean {
  return ["failed", "running", "revert-failed", "reverting"].includes(state);
}

function stateOf(migration: Migration | null, entry: LedgerEntry | null, highest: number): FileState {
  if (entry === null) {
    return migration !== null && migration.number < highest ? "out-of-order" : "pending";
  }
  if (migration === null) {
    return "missing";
  }
  // One that failed may have been corrected since.
  if (isBroken(entry.state)) {
    return entry.state;
  }
  return migration.checksum === entry.checksum && migration.name === entry.name ? entry.state : "changed";
}

function problemOf(standing: Standing, highest: number): Problem | null {
  const { state, migration, entry, number, name } = standing;
  const file = migration?.file ?? null;
  switch (state) {
    case "changed": {
      const isRenamed = migration?.checksum === entry?.checksum;
      return {
        code: "changed",
        file,
        message: isRenamed
          ? `"${file}" has the number of "${entry?.name}", which was applied ${when(entry)} under that name`
          : `"${file}" is not what was applied ${when(entry)}: its checksum is another`,
        hint: `${isRenamed ? "give it its name back" : "put it back as it was, and write the change as a new file"}; where it means the same as before: outgrow schema baseline --to ${number} --accept-changed`,
      };
    }
    case "missing":
      return {
        code: "missing",
        file,
        message: `the file ${number} "${name}" was applied ${when(entry)}, and is not in the folder`,
        hint: `put it back from version control; or, where it shall be forgotten: delete from ${LEDGER} where number = ${number}`,
      };
    case "out-of-order":
      return {
        code: "out-of-order",
        file,
        message: `"${file}" did not run, and ${highest}, which comes after it, did`,
        hint: `give it a number above ${highest}, or run it all the same with --out-of-order`,
      };
    case "failed":
    case "running":
    case "revert-failed":
    case "reverting":
      return broken(standing);
    default:
      return null;
  }
}

function broken({ state, migration, entry, number }: Standing): Problem {
  const isDown = state === "reverting" || state === "revert-failed";
  const file = (isDown ? migration?.down?.file : migration?.file) ?? null;
  const done = entry?.statementsDone ?? 0;
  const ended = state === "failed" || state === "revert-failed" ? "failed" : "was interrupted";
  return {
    code: ended === "failed" ? "failed" : "interrupted",
    file,
    message: `"${file ?? number}" ${ended} ${when(entry)} after ${done} ${done === 1 ? "statement" : "statements"}, which stand, since it runs without a transaction`,
    hint: afterFailure(isDown ? "down" : "up", done),
  };
}

/** How to go on after a file without a transaction stopped in the middle. */
export function afterFailure(direction: "up" | "down", done: number): string {
  const end = direction === "up" ? "takes the file as applied" : "takes it as undone";
  return (
    `see what it left, then: outgrow schema ${direction} --after-failure retry (runs it from its first statement), ` +
    `resume (goes on with statement ${done + 1}) or done (${end})`
  );
}

function when(entry: LedgerEntry | null): string {
  return `on ${entry?.appliedAt.slice(0, 10)}`;
}
