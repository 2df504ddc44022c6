// Runs the README: every `outgrow` line of its sh blocks, in order, in one folder; and checks every option it names.
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeShop } from "#outgrow/sample/make-shop.js";
import { outgrow, type TestDatabase, tempDir, testDatabase } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const LINES = [...README.matchAll(/^```sh\n(.*?)^```/gms)].flatMap((block) =>
  (block[1] ?? "").trim().split("\n"),
);
const LIMIT_MS = 120_000;

const folder = join(tempDir(), "project");
mkdirSync(folder);
chmodSync(folder, 0o755); // a server that root starts runs as another user and has to pass through
const databases = new Map<string, TestDatabase>();

beforeAll(async () => {
  for (const name of ["store", "app", "legacy"]) databases.set(name, await testDatabase(`readme_${name}`));
  makeShop(join(folder, "store.db"), { orders: 100 });
  write(
    "app.db",
    "create table items (id integer primary key, name text); insert into items values (1, 'a'), (2, 'b')",
  );
  const app = await databases.get("app")?.client();
  await app?.query(
    "create table items (id bigint primary key, name varchar(40)); insert into items values (7, 'seed')",
  );
  write(
    "legacy.db",
    `create table customers (id integer primary key, name text);
     create table orders (id integer primary key, customer_id integer references customers (id));
     insert into customers values (1, 'Ann');
     insert into orders values (1, 1), (2, 99);`,
  );
});

afterAll(async () => {
  await outgrow(["embedded", "stop"], { cwd: folder });
});

function write(name: string, sql: string): void {
  const db = new Database(join(folder, name));
  db.pragma("foreign_keys = off");
  db.exec(sql);
  db.close();
}

/** `outgrow a b  # 3: words` → arguments and the exit code it tells. */
function parse(line: string): { args: string[]; code: number } {
  const [command = "", comment = ""] = line.split(/\s+#\s+/);
  const args = command.split(/\s+/).slice(1);
  return { args, code: Number(/^(\d+):/.exec(comment)?.[1] ?? 0) };
}

describe("the README", () => {
  it.each(LINES.filter((line) => line.startsWith("outgrow ")))(
    "is right about: %s",
    { timeout: LIMIT_MS },
    async (line) => {
      const { args, code } = parse(line);
      const real = args.map((arg) => {
        const name = /^postgres:\/\/me@localhost\/(\w+)$/.exec(arg)?.[1];
        return name === undefined ? arg : (databases.get(name)?.url ?? arg);
      });
      const ended = await outgrow(real, { cwd: folder, timeoutMs: LIMIT_MS });
      expect([ended.code, ended.stderr.replace(/^(PostgreSQL| {4}).*\n/gm, "")]).toEqual([code, ""]);
    },
  );

  it("runs npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? "");
    expect(named).toContain("demo");
    for (const script of [...named, "test"]) expect(Object.keys(scripts)).toContain(script);
  });

  it("names only options that a command has", async () => {
    const commands = ["assess", "ddl", "migrate", "verify", "demo", "doctor", "embedded"];
    const helps = await Promise.all(commands.map((command) => outgrow([command, "--help"])));
    const known = new Set(helps.flatMap(({ stdout }) => stdout.match(/--[a-z-]+/g) ?? []));
    const named = [...README.matchAll(/(?<=`|outgrow [^`\n]*)--[a-z-]+/g)].map((match) => match[0]);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
    expect(named).toContain("--existing-rows");
  });

  it("links to files that are there, and says which Node is needed", () => {
    for (const [, link = ""] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect([link, existsSync(join(ROOT, link))]).toEqual([link, true]);
    }
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    expect(engines.node).toBe(">=20.19");
    expect(README).toContain("Node 20.19 or later");
  });

  it("tells the exit codes that errors have", async () => {
    const { EXIT_CODES } = await import("#outgrow/base/errors.js");
    const told = [...README.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap((row) =>
      (row[1] ?? "").split(", ").map(Number),
    );
    expect([...new Set(Object.values(EXIT_CODES))].filter((code) => !told.includes(code))).toEqual([]);
  });
});
