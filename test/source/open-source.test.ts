import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { guardRuntime } from "#outgrow/base/sqlite-library.js";
import { fingerprint } from "#outgrow/source/fingerprint.js";
import { openSource } from "#outgrow/source/open-source.js";
import { makeSqlite, tempDir } from "../support/files.js";

const ONE_TABLE = "create table t (a); insert into t values (1), ('zwei'), (x'03')";

function walFile(): string {
  return makeSqlite((db) => {
    db.pragma("journal_mode = wal");
    db.exec(ONE_TABLE);
  });
}

function write(name: string, content: string | Buffer): string {
  const file = path.join(tempDir(), name);
  writeFileSync(file, content);
  return file;
}

/** The error that opening throws, as code, message and hint in one text. */
function refusal(location: string): string {
  try {
    openSource(location, { busyTimeoutMs: 50 }).close();
  } catch (error) {
    if (!(error instanceof OutgrowError)) {
      throw error;
    }
    return `${error.code} | ${error.message} | ${error.hint ?? ""}`;
  }
  return "opened";
}

function countRows(location: string): unknown {
  const source = openSource(location);
  try {
    return source.db.prepare("select count(*) from t").pluck().get();
  } finally {
    source.close();
  }
}

/** Runs SQL on a file in another process, which then holds what it has until it is killed. */
async function holding(file: string, sql: string): Promise<ChildProcess> {
  const script = `
    const db = require("better-sqlite3")(process.argv[1]);
    db.exec(process.argv[2]);
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script, file, sql], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("openSource", () => {
  it("opens a path and every spelling of a sqlite: URL", () => {
    const file = makeSqlite(ONE_TABLE, "with blank %.db");
    const url = file.split("/").map(encodeURIComponent).join("/");
    const relative = path.relative(process.cwd(), file);
    for (const location of [
      file,
      relative,
      `sqlite:${url}`,
      `sqlite://${url}`,
      `sqlite:${relative.replace("%", "%25")}`,
      `file:${url}?mode=ro`,
    ]) {
      expect(countRows(location), location).toBe(3);
    }
  });

  it("opens names that end in a blank, through links, and in a folder named like the file", () => {
    const folder = tempDir();
    mkdirSync(path.join(folder, "shop.db"));
    const blank = path.join(folder, "shop.db", "shop.db ");
    renameSync(walFile(), blank);
    symlinkSync(blank, path.join(folder, "link.db"));
    expect(countRows(blank)).toBe(3);
    expect(countRows(path.join(folder, "link.db"))).toBe(3);
  });

  it("sets up a connection that cannot write and does not trust the schema", () => {
    const source = openSource(makeSqlite(ONE_TABLE));
    const settings = ["trusted_schema", "query_only", "foreign_keys", "cell_size_check", "mmap_size"];
    expect(settings.map((name) => source.db.pragma(name, { simple: true }))).toEqual([0, 1, 0, 1, 0]);
    expect(() => source.db.exec("insert into t values (2)")).toThrow(/readonly/);
    source.close();
  });

  it("closes twice without harm", () => {
    const source = openSource(walFile());
    source.close();
    source.close();
  });

  it.each(["delete", "wal"])("leaves the folder and the file as they were in %s mode", (mode) => {
    const file = makeSqlite((db) => {
      db.pragma(`journal_mode = ${mode}`);
      db.exec(ONE_TABLE);
    });
    const before = {
      names: readdirSync(path.dirname(file)),
      bytes: readFileSync(file),
      mtime: statSync(file).mtimeMs,
    };
    expect(countRows(file)).toBe(3);
    const after = {
      names: readdirSync(path.dirname(file)),
      bytes: readFileSync(file),
      mtime: statSync(file).mtimeMs,
    };
    expect(after).toEqual(before);
  });

  it("leaves the log of an application alone that writes while outgrow reads", () => {
    const file = walFile();
    const source = openSource(file);
    const application = new Database(file);
    application.exec("insert into t values (4)");
    const bytes = readFileSync(file);
    source.close();
    expect(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0).toBe(true);
    expect(readFileSync(file)).toEqual(bytes);
    expect(application.prepare("select count(*) from t").pluck().get()).toBe(4);
    application.close();
  });

  it("reads what stands only in the log of a program that was killed, and does not write it back", async () => {
    const file = walFile();
    const child = await holding(file, "insert into t values (4)");
    await end(child);
    const bytes = readFileSync(file);
    expect(countRows(file)).toBe(4);
    expect(readFileSync(file)).toEqual(bytes);
  });
});

describe("openSource, where SQLite may not write beside the file,", () => {
  /** Runs this very check as a user without rights to the folder, because root has them all. */
  it.each([true, false])("reads a copy of a file in WAL mode (with a log: %s)", async (withLog) => {
    const file = walFile();
    const folder = path.dirname(file);
    if (withLog) {
      const child = await holding(file, "insert into t values (4)");
      copyFileSync(`${file}-wal`, path.join(folder, "kept-wal"));
      await end(child);
      renameSync(path.join(folder, "kept-wal"), `${file}-wal`);
    }
    for (const suffix of ["-shm", ...(withLog ? [] : ["-wal"])]) {
      if (existsSync(`${file}${suffix}`)) {
        renameSync(`${file}${suffix}`, path.join(tempDir(), "away"));
      }
    }
    for (const name of readdirSync(folder)) {
      chmodSync(path.join(folder, name), 0o444);
    }
    chmodSync(folder, 0o555);
    const temp = tempDir();
    chmodSync(temp, 0o777);
    const script = `
      import { openSource } from ${JSON.stringify(path.resolve("dist/source/open-source.js"))};
      const source = openSource(process.argv[1]);
      const rows = source.db.prepare("select count(*) from t").pluck().get();
      const copied = source.openedPath !== source.path;
      source.close();
      console.log(JSON.stringify({ rows, copied }));`;
    const isRoot = process.getuid?.() === 0;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script, file], {
      encoding: "utf8",
      env: { ...process.env, TMPDIR: temp },
      ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
    });
    chmodSync(folder, 0o755);
    expect(child.stderr).toBe("");
    expect(JSON.parse(child.stdout)).toEqual({ rows: withLog ? 4 : 3, copied: true });
    expect(readdirSync(temp)).toEqual([]);
  });

  it("says so where the file itself may not be read", () => {
    const file = makeSqlite(ONE_TABLE);
    chmodSync(file, 0o000);
    if (process.getuid?.() !== 0) {
      expect(refusal(file)).toMatch(/^source-unreadable/);
      return;
    }
    const script = `
      import { openSource } from ${JSON.stringify(path.resolve("dist/source/open-source.js"))};
      try { openSource(process.argv[1]); } catch (error) { console.log(error.code + " " + error.message); }`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script, file], {
      encoding: "utf8",
      uid: 65534,
      gid: 65534,
    });
    expect(child.stdout).toMatch(/^source-unreadable no permission to read/);
  });
});

describe("openSource refuses", () => {
  it("a file that is not there, and names what is near", () => {
    const file = makeSqlite(ONE_TABLE, "store.db");
    const folder = path.dirname(file);
    expect(refusal(path.join(folder, "stroe.db"))).toMatch(
      /^source-missing \| .*stroe\.db" does not exist \| .*store\.db"/,
    );
    expect(refusal(path.join(folder, "Store.sqlite"))).toMatch(/there is ".*store\.db"/);
    expect(refusal(path.join(folder, "none", "store.db"))).toMatch(/^source-missing/);
    expect(refusal(path.join(file, "store.db"))).toMatch(/^source-missing/);
  });

  it("a folder, a pipe, a link to itself, a database in memory", () => {
    const folder = tempDir();
    writeFileSync(path.join(folder, "inside.sqlite3"), "");
    expect(refusal(folder)).toMatch(/^source-not-a-file \| .* is a folder.*inside\.sqlite3/);
    spawnSync("mkfifo", [path.join(folder, "pipe")]);
    expect(refusal(path.join(folder, "pipe"))).toMatch(/^source-not-a-file \| .* is a pipe/);
    symlinkSync("loop", path.join(folder, "loop"));
    expect(refusal(path.join(folder, "loop"))).toMatch(/^source-not-a-file/);
    for (const location of [":memory:", "sqlite::memory:", "sqlite:", "", "a\0b", "sqlite:%zz"]) {
      expect(refusal(location)).toMatch(/^usage/);
    }
  });

  it("an empty file", () => {
    expect(refusal(write("empty.db", ""))).toMatch(/^source-empty \| .* is empty/);
    expect(refusal(write("byte.db", "x"))).toMatch(/^source-empty/);
  });

  it.each([
    ["a gzip archive", gzipSync(Buffer.alloc(4096))],
    ["a zip archive", Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(1000)])],
    ["SQL text", Buffer.from("-- a dump\nPRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n".padEnd(2000))],
    ["a PostgreSQL dump", Buffer.from("PGDMP".padEnd(2000))],
    ["a web page", Buffer.from("<!DOCTYPE html><html>".padEnd(2000))],
    ["a Git LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1\n".padEnd(600))],
    ["a SQLite 2 database", Buffer.from("** This file contains an SQLite 2.1 database **".padEnd(2000))],
  ])("%s, and says that it is one", (kind, content) => {
    expect(refusal(write("other.db", content))).toMatch(
      new RegExp(`^source-not-a-database \\| .* is not a SQLite database but ${kind}.* \\| .+`),
    );
  });

  it("text", () => {
    expect(refusal(write("notes.db", "hello world ".repeat(100)))).toMatch(/^source-not-a-database/);
    expect(refusal(write("bytes.db", "xx"))).toMatch(/^source-not-a-database/);
  });

  it("what looks encrypted", () => {
    const noise = Buffer.alloc(8192);
    for (let i = 0, state = 1; i < noise.length; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      noise[i] = state >>> 16;
    }
    expect(refusal(write("secret.db", noise))).toMatch(
      /^source-encrypted \| .*or is encrypted \(SQLCipher.*sqlcipher_export/,
    );
  });

  it("a file that is cut off, with the sizes", () => {
    const file = makeSqlite((db) => {
      db.exec(
        "create table t (a); with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000) insert into t select 'row ' || i from n",
      );
    });
    truncateSync(file, statSync(file).size - 4096);
    expect(refusal(file)).toMatch(
      /^source-corrupt \| .* is cut off: its header says \d+ pages of 4096 bytes/,
    );
    truncateSync(file, 700);
    expect(refusal(file)).toMatch(/^source-corrupt \| .* is cut off/);
  });

  it("a header of which only the magic words are sound", () => {
    const file = makeSqlite(ONE_TABLE);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 16, 100);
    expect(refusal(write("header.db", bytes))).toMatch(/^source-not-a-database \| .*\.recover/);
  });

  it("a corrupt schema page", () => {
    const file = makeSqlite(ONE_TABLE);
    const bytes = readFileSync(file);
    bytes.fill(0xee, 100, 140);
    expect(refusal(write("corrupt.db", bytes))).toMatch(/^source-corrupt \| .* is corrupt: .*malformed/);
  });

  it("a file that another program keeps locked, after the time to wait", async () => {
    const file = makeSqlite(ONE_TABLE);
    const child = await holding(file, "begin exclusive");
    expect(refusal(file)).toMatch(/^source-locked \| .* is locked by another program/);
    await end(child);
    expect(countRows(file)).toBe(3);
  });

  it("a file with a hot journal, which only a writer can roll back, and leaves it so", async () => {
    const file = makeSqlite("create table t (a); insert into t values (1)");
    const child = await holding(
      file,
      `pragma cache_size = 5; begin;
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000) insert into t select i from n`,
    );
    await end(child);
    const before = readFileSync(file);
    expect(statSync(`${file}-journal`).size).toBeGreaterThan(0);
    expect(refusal(file)).toMatch(
      /^source-hot-journal \| .*-journal" must be rolled back first \| .*sqlite3 /,
    );
    expect(readFileSync(file)).toEqual(before);
    new Database(file).prepare("select count(*) from t").get();
    expect(countRows(file)).toBe(1);
  });
});

describe("guardRuntime", () => {
  it("refuses better-sqlite3 13 on Node below 22.14, which would crash", () => {
    expect(() => guardRuntime("20.20.2", "13.2.0")).toThrow("does not run on Node 20.20.2");
    expect(() => guardRuntime("22.13.1", "13.0.0")).toThrow(OutgrowError);
    guardRuntime("22.14.0", "13.2.0");
    guardRuntime("24.1.0", "13.2.0");
    guardRuntime("20.20.2", "12.11.1");
  });
});

describe("fingerprint", () => {
  it("changes with every commit, in both journal modes", () => {
    for (const file of [makeSqlite(ONE_TABLE), walFile()]) {
      const db = new Database(file);
      const seen = new Set([fingerprint(file)]);
      for (let i = 0; i < 20; i++) {
        // The same number of pages each time; the clock of the file system ticks every few milliseconds.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12);
        db.prepare("update t set a = ? where rowid = 1").run(i);
        seen.add(fingerprint(file));
      }
      expect(seen.size).toBe(21);
      db.close();
    }
  });

  it("is the same through a link", () => {
    const file = walFile();
    const application = new Database(file);
    application.exec("insert into t values (4)");
    const link = path.join(tempDir(), "link.db");
    symlinkSync(file, link);
    expect(fingerprint(link)).toBe(fingerprint(file));
    application.close();
  });

  it("does not change by reading", () => {
    const file = walFile();
    const before = fingerprint(file);
    const source = openSource(file);
    source.db.prepare("select * from t").all();
    expect(fingerprint(file)).toBe(before);
    source.close();
    expect(fingerprint(file)).toBe(before);
  });
});
