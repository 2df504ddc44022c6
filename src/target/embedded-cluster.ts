// The data directory of an embedded server: where it lies, its password, and initdb.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { OutgrowError } from "../base/errors.js";
import { isCode } from "./embedded-binaries.js";
import { canReach, type ServerUser } from "./embedded-user.js";

/** A cluster on disk: `dataDir` is PGDATA, which is elsewhere than asked for when the server's user cannot enter that. */
export interface Cluster {
  dataDir: string;
  password: string;
}

const clusterFile = z.object({ dataDir: z.string(), password: z.string() });

/** The cluster that an earlier start made for `dataDir`, from the 0600 file beside it; null when there is none. */
export async function readCluster(dataDir: string): Promise<Cluster | null> {
  const path = clusterPath(dataDir);
  try {
    return clusterFile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw new OutgrowError("precondition", `${path} cannot be read, and it has the password of the server`, {
      hint: `restore it, or remove it and ${dataDir} to begin with an empty server`,
      cause,
    });
  }
}

/** Chooses where the cluster lies and writes that and a new password beside `dataDir`, before anything else exists. */
export async function newCluster(
  dataDir: string,
  durable: boolean,
  user: ServerUser | null,
): Promise<Cluster> {
  const asked = resolve(dataDir);
  if (!(await isFree(asked))) {
    throw new OutgrowError("precondition", `${asked} exists, and no password for it is known`, {
      hint: "name another folder for the embedded server, or remove that one",
    });
  }
  // 0711 lets the server's user pass through, and others see no more than that something is there.
  await mkdir(dirname(asked), { recursive: true, mode: user ? 0o711 : 0o700 });
  const password = randomBytes(24).toString("hex");
  const cluster = { dataDir: await reachableDir(asked, durable, user), password };
  await writeFile(clusterPath(dataDir), `${JSON.stringify(cluster, null, 2)}\n`, { mode: 0o600 });
  return cluster;
}

// A server started by root runs as a user that cannot enter root's home nor any 0700 folder of root's. Its data
// then lies in the system's place for such, or in the temporary folder when it is thrown away anyway.
async function reachableDir(asked: string, durable: boolean, user: ServerUser | null): Promise<string> {
  if (!user || (await canReach(dirname(asked), user))) return asked;
  const parent = durable && (await exists("/var/lib")) ? "/var/lib" : tmpdir();
  const home = join(parent, "outgrow");
  await mkdir(home, { recursive: true });
  const found = await lstat(home); // not stat: in a temporary folder, anyone could have put a link there
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new OutgrowError("precondition", `${home} is not a folder that root alone can write to`, {
      hint: `remove it, or give the embedded server a folder that the user ${user.name} can enter`,
    });
  }
  await chmod(home, 0o755);
  return join(home, `${basename(asked)}-${createHash("sha256").update(asked).digest("hex").slice(0, 12)}`);
}

function clusterPath(dataDir: string): string {
  return `${resolve(dataDir)}.server.json`;
}

/**
 * Makes the cluster with initdb unless it is there already. A folder gets its final name only when initdb is done,
 * so an initdb that was killed is begun again and never mistaken for a database.
 */
export async function initCluster(
  cluster: Cluster,
  options: { binDir: string; version: string; durable: boolean; user: ServerUser | null },
): Promise<void> {
  const { binDir, version, user } = options;
  const major = version.split(".")[0] ?? version;
  const found = await clusterMajor(cluster.dataDir);
  if (found === major) return;
  if (found) {
    throw new OutgrowError(
      "precondition",
      `${cluster.dataDir} is of PostgreSQL ${found}, the binaries are ${version}`,
      {
        hint: `use the binaries of PostgreSQL ${found}, or name another folder for the embedded server`,
      },
    );
  }
  const unfinished = `${cluster.dataDir}.unfinished`;
  const passwordFile = `${cluster.dataDir}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, cluster.password, { mode: 0o600, flag: "wx" });
    for (const path of user ? [unfinished, passwordFile] : [])
      await chown(path, user?.uid ?? -1, user?.gid ?? -1);
    // PostgreSQL 17 brought a C.UTF-8 of its own: sorted by code point on every platform, yet é has an upper case.
    const locale = Number(major) >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
    await run(join(binDir, "initdb"), user, unfinished, [
      `--pgdata=${unfinished}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      ...locale,
      "--no-instructions",
      ...(options.durable ? [] : ["--no-sync"]),
    ]);
    await rename(unfinished, cluster.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function clusterMajor(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDir, "PG_VERSION"), "utf8")).trim();
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw cause;
  }
}

async function run(program: string, user: ServerUser | null, cwd: string, args: string[]): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    env: serverEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = await new Promise<number | NodeJS.Signals | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => done(code ?? signal));
  });
  if (ended === 0) return;
  const complaints = output.split("\n").filter((line) => /error|fatal|could not|cannot/i.test(line));
  const said = complaints.join("; ") || output.trim();
  throw new OutgrowError("failed", `${basename(program)} ended with ${ended}: ${said}`, {
    hint: /could not look up effective user/.test(said)
      ? "PostgreSQL runs only as a user that /etc/passwd lists: run outgrow as one, or give a postgres:// target"
      : `the command was ${program} ${args.join(" ")}${user ? ` as user ${user.name}` : ""}`,
  });
}

/** What a server process gets to know of our environment: enough to run, no PG* that would steer it, no secret. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "TZ", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot"];
  const env: NodeJS.ProcessEnv = { LC_ALL: "C" }; // English messages, whatever the machine speaks
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

async function isFree(path: string): Promise<boolean> {
  return !(await exists(path)) || (await readdir(path)).length === 0;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return false;
    throw cause;
  }
}
