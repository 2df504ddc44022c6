// A private copy of a file in WAL mode and its log, for a folder in which SQLite may not make the `-shm` file.

import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import { fingerprint } from "./fingerprint.js";

export interface TempCopy {
  file: string;
  /** May be called twice; also runs when the thread ends. */
  remove(): void;
}

const TRIES = 3;

/**
 * Copies `file` and its `-wal` into a new folder that only this user may enter. Throws `disk-full`, or
 * `source-locked` where the file changed under each of three tries.
 */
export function copyToTemp(file: string): TempCopy {
  // mkdtemp makes the folder with mode 0700.
  const folder = mkdtempSync(path.join(tmpdir(), "outgrow-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    process.off("exit", remove);
  };
  process.on("exit", remove);
  try {
    return { file: copyUnchanged(file, path.join(folder, "source.db")), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function copyUnchanged(file: string, copy: string): string {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = fingerprint(file);
    for (const suffix of ["", "-wal"]) {
      rmSync(`${copy}${suffix}`, { force: true });
      if (existsSync(`${file}${suffix}`)) {
        copyInto(`${file}${suffix}`, `${copy}${suffix}`);
      }
    }
    if (fingerprint(file) === before) {
      return copy;
    }
  }
  throw new OutgrowError("source-locked", `"${printable(file)}" is being written while outgrow copies it`, {
    hint: "stop the program that writes it, or let outgrow write to its folder, so that it needs no copy",
  });
}

function copyInto(from: string, to: string): void {
  try {
    copyFileSync(from, to);
    chmodSync(to, 0o600);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOSPC") {
      throw new OutgrowError("disk-full", `no room for a copy of "${printable(from)}" in ${tmpdir()}`, {
        hint: "set TMPDIR to a folder on a disk with room, or let outgrow write to the folder of the source",
        cause,
      });
    }
    throw cause;
  }
}
