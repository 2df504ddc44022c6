// The command line as a whole: help, wrong words, errors as text and as JSON, pipes, colours, speed of --help.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { makeSqlite, outgrow, tempDir } from "../support/server.js";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");
const COMMANDS = ["assess", "migrate", "verify", "demo", "doctor", "embedded"];

function errorOf(ended: { json(): unknown }): { code: string; message: string; hint: string | null } {
  return (ended.json() as { error: { code: string; message: string; hint: string | null } }).error;
}

describe("help", () => {
  it("lists every command", async () => {
    const { code, stdout } = await outgrow(["--help"]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `);
  });

  it.each(COMMANDS)("of %s shows examples that begin with its name", async (command) => {
    const { code, stdout } = await outgrow([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\n  outgrow ${command}`));
  });

  it("tells the version", async () => {
    const { code, stdout } = await outgrow(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("is given without words too, with exit code 2", async () => {
    const { code, stderr } = await outgrow([]);
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: outgrow");
  });

  it("loads no database library, so that it answers at once", async () => {
    const spy = join(tempDir(), "spy.cjs");
    writeFileSync(spy, 'process.on("exit", () => console.error(Object.keys(require.cache).join("\\n")));');
    const { stderr } = await outgrow(["--help"], { env: { NODE_OPTIONS: `--require=${spy}` } });
    expect(stderr).toContain("/commander/");
    for (const heavy of ["/pg/", "/better-sqlite3/", "/zod/", "/yaml/", "/cli-progress/", "/cli-table3/"]) {
      expect(stderr).not.toContain(heavy);
    }
  });
});

describe("wrong words", () => {
  it("end with 2 and name the near command", async () => {
    const { code, stderr } = await outgrow(["migrat"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown command 'migrat'\n\(Did you mean migrate\?\)/);
  });

  it("end with 2 and name the near option", async () => {
    const { code, stderr } = await outgrow(["migrate", "a.db", "--dry-rum"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown option '--dry-rum'\n\(Did you mean --dry-run\?\)/);
  });

  it("answer in JSON where JSON is asked for", async () => {
    const ended = await outgrow(["migrate", "a.db", "--dry-rum", "--json"]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toEqual({
      code: "usage",
      message: "unknown option '--dry-rum'",
      hint: "Did you mean --dry-run?",
    });
  });

  it.each([
    [["migrate", "a.db", "--jobs", "0"], /give a whole number from 1 to 64/],
    [["migrate", "a.db", "--sample", "110%"], /give a share such as 5%/],
    [["migrate", "a.db", "--integers", "int3"], /Allowed choices are int8, int4/],
    [["migrate"], /missing required argument 'source'/],
    [["migrate", "a", "b", "c"], /too many arguments/],
  ])("%j are refused in words", async (args, words) => {
    const ended = await outgrow([...args, "--json"]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).code).toBe("usage");
    expect(errorOf(ended).message).toMatch(words);
  });

  it("of --decide, --type, --rename and --plan are refused before anything is opened", async () => {
    const cases: [string[], RegExp][] = [
      [["--decide", "text-nul"], /not of the form CODE/],
      [["--type", "orders=text"], /names no column/],
      [["--rename", "orders"], /not of the form table/],
      [["--plan", "/nowhere/plan.yaml"], /plan.yaml cannot be read/],
    ];
    for (const [args, words] of cases) {
      const ended = await outgrow([
        "migrate",
        "/nowhere.db",
        "postgres://x@127.0.0.1:1/x",
        ...args,
        "--json",
      ]);
      expect(ended.code).toBe(2);
      expect(errorOf(ended).message).toMatch(words);
    }
  });
});

describe("errors", () => {
  it("of the source end with 6, as text with a hint", async () => {
    const { code, stdout, stderr } = await outgrow(["assess", "/nowhere/at/all.db"]);
    expect(code).toBe(6);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .*all\.db.*\nhint: {2}/);
  });

  it("of the target end with 7 and name no password", async () => {
    const source = makeSqlite("create table t (a)");
    const ended = await outgrow(["verify", source, "postgres://me:topsecret@127.0.0.1:1/db", "--json"]);
    expect(ended.code).toBe(7);
    expect(errorOf(ended).code).toBe("target-unreachable");
    expect(ended.stdout + ended.stderr).not.toContain("topsecret");
  });

  it("say what to do where no target is named", async () => {
    const source = makeSqlite("create table t (a)");
    const ended = await outgrow(["migrate", source, "--json"]);
    expect(ended.code).toBe(2);
    expect(errorOf(ended).hint).toContain("--embedded");
  });
});

describe("output", () => {
  const source = () =>
    makeSqlite((db) => {
      db.exec("create table many (id integer primary key, name text)");
      for (let i = 0; i < 200; i++)
        db.exec(`create table "table ${i}" (id integer primary key, a text, b text)`);
    });

  it("may be cut off by the reader of the pipe", async () => {
    const child = spawn(process.execPath, [CLI, "assess", source(), "--json", "--quiet"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("has no colours off a terminal, and none on one where NO_COLOR is set", async () => {
    const ESC = String.fromCharCode(27);
    const file = makeSqlite("create table t (a)");
    expect((await outgrow(["assess", file])).stdout).not.toContain(ESC);
    // script(1) gives the command a terminal.
    const onTerminal = async (env: Record<string, string>) => {
      const command = `"${process.execPath}" "${CLI}" assess "${file}"`;
      const args = ["--quiet", "--return", "--command", command, "/dev/null"];
      const run = await promisify(execFile)("script", args, {
        env: { PATH: process.env.PATH ?? "", TERM: "xterm", ...env },
      });
      return run.stdout;
    };
    if (process.platform === "linux") {
      expect(await onTerminal({})).toContain(`${ESC}[32mready`);
      expect(await onTerminal({ NO_COLOR: "1" })).not.toContain(`${ESC}[3`);
    }
  });
});
