// The server process itself: a free port, the start, the wait until it answers, the stop.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, open, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { OutgrowError } from "../base/errors.js";
import { isCode } from "./embedded-binaries.js";
import { type Cluster, serverEnvironment } from "./embedded-cluster.js";
import type { ServerUser } from "./embedded-user.js";

/** A server that answers: `pid` is the postmaster's. */
export interface RunningServer {
  port: number;
  pid: number;
}

const START_LIMIT_MS = 60_000;
const RECOVERY_LIMIT_MS = 600_000;

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, "close");
  return port;
}

/**
 * Starts the server and waits until it answers. Two refusals are worth another try and are returned: the port was
 * taken, and processes of a server that crashed are still ending. Throws `failed` with the log's last complaint.
 */
export async function launch(
  cluster: Cluster,
  options: { binDir: string; port: number; settings: Record<string, string>; user: ServerUser | null },
): Promise<RunningServer | "port-taken" | "still-ending"> {
  const { binDir, port, settings, user } = options;
  const logPath = join(cluster.dataDir, "server.log");
  const log = await open(logPath, "a", 0o600);
  try {
    if (user) await chown(logPath, user.uid, user.gid);
    const begin = (await log.stat()).size;
    const all = {
      ...settings,
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
    };
    const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(join(binDir, "postgres"), ["-D", cluster.dataDir, ...args], {
      cwd: cluster.dataDir,
      env: serverEnvironment(),
      // A session of its own: Ctrl-C in a terminal must stop outgrow first, not its database.
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    child.unref();
    await once(child, "spawn");
    if (await answers(cluster, port, child)) return { port, pid: child.pid ?? 0 };
    const said = (await readFile(logPath, "utf8")).slice(begin);
    if (/Address already in use/.test(said)) return "port-taken";
    if (/pre-existing shared memory block .* is still in use/.test(said)) return "still-ending";
    throw new OutgrowError(
      "failed",
      `PostgreSQL did not start in ${cluster.dataDir}: ${lastComplaint(said)}`,
      {
        hint: `see ${logPath}`,
      },
    );
  } finally {
    await log.close();
  }
}

function lastComplaint(log: string): string {
  const lines = log.split("\n").filter((line) => /FATAL|PANIC|ERROR/.test(line));
  return lines.at(-1)?.replace(/^.*?(?=FATAL|PANIC|ERROR)/, "") ?? "its log says nothing";
}

// True when the server of this cluster answers on the port, false when the process ended before it did.
async function answers(cluster: Cluster, port: number, child: ChildProcess): Promise<boolean> {
  const began = Date.now();
  // Whoever holds a taken port may accept connections and say nothing: then the end of our process is the answer.
  const end = new Promise<"nothing">((done) => child.once("exit", () => done("nothing")));
  while (child.exitCode === null && child.signalCode === null) {
    const state = await Promise.race([probe(cluster, port), end]);
    if (state === "ours") return true;
    if (Date.now() - began > (state === "starting" ? RECOVERY_LIMIT_MS : START_LIMIT_MS)) {
      child.kill("SIGQUIT");
      await end;
      return false;
    }
    await sleep(20);
  }
  return false;
}

/** What answers on a port: this cluster's server, the same while it recovers, another server, or nothing. */
export async function probe(
  cluster: Cluster,
  port: number,
): Promise<"ours" | "starting" | "other" | "nothing"> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "postgres",
    password: cluster.password,
    database: "postgres",
    ssl: false,
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => {}); // a connection lost after its answer changes nothing: the answer stands
  try {
    await client.connect();
    const { rows } = await client.query<{ dir: string }>("select current_setting('data_directory') as dir");
    return rows[0]?.dir === cluster.dataDir ? "ours" : "other";
  } catch (cause) {
    if (isCode(cause, "57P03")) return "starting";
    return cause instanceof pg.DatabaseError ? "other" : "nothing";
  } finally {
    await client.end().catch(() => {}); // never connected, or closed by the server already
  }
}

/** The server that runs on this data directory by its own word (`postmaster.pid`), if that process is alive. */
export async function readPostmaster(dataDir: string): Promise<RunningServer | null> {
  let lines: string[];
  try {
    lines = (await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw cause;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 && isAlive(pid) ? { pid, port } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    if (isCode(cause, "ESRCH")) return false;
    if (isCode(cause, "EPERM")) return true;
    throw cause;
  }
}

/** Ends the server of this data directory: fast shutdown, then an immediate one. Returns when it has ended. */
export async function shutDown(dataDir: string, pid: number): Promise<void> {
  // See PostgreSQL's manual, "Shutting Down the Server": SIGINT is fast, SIGQUIT immediate (recovery at next start).
  for (const [signal, limitMs] of [
    ["SIGINT", 60_000],
    ["SIGQUIT", 10_000],
    ["SIGKILL", 10_000],
  ] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await ended(dataDir, pid, limitMs)) return;
  }
  throw new OutgrowError("failed", `the server in ${dataDir} (pid ${pid}) does not end`, {
    hint: `kill -9 ${pid}`,
  });
}

// The server's file goes last of all: where nobody reaps the process, a dead one still looks alive.
async function ended(dataDir: string, pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 20) {
    if (!isAlive(pid) || (await readPostmaster(dataDir))?.pid !== pid) return true;
    await sleep(20);
  }
  return false;
}

/**
 * Lets the server end when this process ends, however that happens. Even a kill -9 closes the pipe that a small
 * shell reads from; the shell then asks the server for a fast shutdown. Returns what calls the guard off.
 */
export function endWithUs(pid: number, user: ServerUser | null): () => void {
  if (process.platform === "win32") {
    const end = () => process.kill(pid);
    process.once("exit", end);
    return () => process.off("exit", end);
  }
  const guard = spawn("/bin/sh", ["-c", 'read -r word; [ "$word" = leave ] || kill -INT "$0"', String(pid)], {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  guard.unref();
  const { stdin } = guard;
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  stdin.on("error", () => {}); // the guard was ended by someone: there is nothing left to tell it
  return () => stdin.end("leave\n");
}
