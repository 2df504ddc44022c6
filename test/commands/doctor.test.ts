// `outgrow doctor`: what it finds here, and the exit code of what is missing.
import { describe, expect, it } from "vitest";
import { administer, databaseUrl, makeSqlite, outgrow, testDatabase } from "../support/server.js";

interface Diagnosis {
  ok: boolean;
  checks: { name: string; state: "ok" | "missing" | "absent"; found: string; hint: string | null }[];
}

async function doctor(args: string[], env: Record<string, string> = {}) {
  const ended = await outgrow(["doctor", ...args, "--json"], { env });
  const { ok, checks } = ended.json() as Diagnosis;
  return { code: ended.code, ok, checks, of: (name: string) => checks.find((one) => one.name === name) };
}

describe("doctor", () => {
  it("finds Node, SQLite, cores, memory and room, and names no target", async () => {
    const { code, ok, checks, of } = await doctor([]);
    expect([code, ok]).toEqual([0, true]);
    expect(of("Node")).toMatchObject({ state: "ok", found: process.versions.node });
    expect(checks.find((one) => one.name.startsWith("better-sqlite3"))?.found).toMatch(
      /^SQLite 3\.\d+\.\d+, prints doubles in full$/,
    );
    expect(of("cores")?.found).toMatch(/^\d+$/);
    expect(of("memory")?.found).toMatch(/GB|MB/);
    expect(of("temporary folder")?.found).toContain("free");
    expect(of("target")).toMatchObject({ state: "absent", found: "none named" });
  });

  it("looks at the file and at the rights in the target", async () => {
    const database = await testDatabase("doctor");
    const source = makeSqlite("create table a (x); create table b (x)");
    const { code, of } = await doctor([source, database.url]);
    expect(code).toBe(0);
    expect(of("source")?.found).toContain("2 tables");
    expect(of("target")?.found).toMatch(/^PostgreSQL \d+.*without TLS$/);
    expect(of("rights")?.found).toBe("postgres may create tables in schema public");
    expect(JSON.stringify(of("target"))).not.toContain(new URL(database.url).password);
  });

  it("takes a URL alone for the target, and the environment's where none is typed", async () => {
    const database = await testDatabase("doctor");
    expect((await doctor([database.url])).of("target")?.state).toBe("ok");
    const { of } = await doctor([], { DATABASE_URL: database.url });
    expect(of("target")?.found).toContain("(from DATABASE_URL)");
  });

  it("ends with 6 where the file is missing, and still looks at the rest", async () => {
    const database = await testDatabase("doctor");
    const { code, ok, of } = await doctor(["/nowhere/at/all.db", database.url]);
    expect([code, ok]).toEqual([6, false]);
    expect(of("source")?.state).toBe("missing");
    expect(of("target")?.state).toBe("ok");
  });

  it("ends with 7 where nothing answers, and with 5 where rights are missing, with what to type", async () => {
    const down = await doctor(["postgres://me:topsecret@127.0.0.1:1/db"]);
    expect([down.code, down.of("target")?.state]).toEqual([7, "missing"]);
    expect(JSON.stringify(down.checks)).not.toContain("topsecret");

    const database = await testDatabase("doctor");
    const role = `guest_${process.pid}`;
    await administer(`create role ${role} login password 'guest'`);
    try {
      const url = databaseUrl(database.name, { name: role, password: "guest" });
      const { code, of } = await doctor([url]);
      expect(code).toBe(5);
      expect(of("target")?.hint).toContain("grant");
    } finally {
      await administer(`drop role ${role}`);
    }
  });

  it("prints a line each, and a verdict", async () => {
    const { code, stdout } = await outgrow(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {6}Node: /);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("everything that is needed is here");
  });
});
