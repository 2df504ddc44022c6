// The shop's command as a person runs it: what it does, what it says, and how it ends.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../dist/db/index.js";
import { whenOver } from "../../test/support/lifetime.js";
import { tempDir } from "../../test/support/server.js";
import { makeCategory, makeProduct } from "./shelf.js";
import { clientOf, emptyShop, type Opened, onBothEngines, openShop } from "./support.js";

const COMMAND = resolve(import.meta.dirname, "../dist/command.js");
const PASSWORD = "long enough, this";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** With nothing in the environment that names a database but `url`. */
function run(program: string, args: readonly string[], url: string | null, input = ""): Promise<Ended> {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...(url === null ? {} : { DATABASE_URL: url }) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  whenOver(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    // On a terminal it answers what it is asked, which is when the echo is off.
    if (/(password|once more): $/.test(text)) child.stdin.write(`${PASSWORD}\r`);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // the command may end without reading its input
  if (input !== TYPED) child.stdin.end(input);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
}

const TYPED = "typed when asked";

const command = (args: readonly string[], url: string | null, input = "") =>
  run(process.execPath, [COMMAND, ...args], url, input);

onBothEngines("the shop's command", (engine) => {
  let shop: Opened;

  beforeAll(async () => {
    shop = await openShop(engine);
  });

  const admins = (db: Database = shop.db) =>
    db.query<{ email: string; role: string }>("select email, name, role, password from admins order by id");

  it("adds an admin who can log in, with the password from standard input", async () => {
    const added = await command(["add-admin", "Ada@Example.org", "Ada Lovelace"], shop.url, `${PASSWORD}\n`);
    expect(added).toEqual({ code: 0, stdout: "added admin ada@example.org\n", stderr: "" });
    const root = await command(
      ["add-admin", "--role", "super_admin", "root@example.org", "Root"],
      shop.url,
      PASSWORD,
    );
    expect(root).toEqual({ code: 0, stdout: "added super_admin root@example.org\n", stderr: "" });
    expect(await admins()).toMatchObject([
      { email: "ada@example.org", name: "Ada Lovelace", role: "admin" },
      { email: "root@example.org", name: "Root", role: "super_admin" },
    ]);
    expect(JSON.stringify(await admins())).not.toContain(PASSWORD);
    const login = { email: "ada@example.org", password: PASSWORD };
    expect((await clientOf(shop.app).post("/admin/login", login)).status).toBe(200);
    const again = await command(["add-admin", "ADA@example.org", "Ada"], shop.url, PASSWORD);
    expect(again).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: another admin has this e-mail address\n",
    });
    expect(await admins()).toHaveLength(2);
  });

  it("says what is wrong with what it is given, and changes nothing", async () => {
    const before = await admins();
    const said = async (args: readonly string[], input = PASSWORD) => {
      const { code, stdout, stderr } = await command(args, shop.url, input);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^error: .*\nhint: {2}.*\n$/);
      return stderr.split("\n")[0];
    };
    const eve = ["add-admin", "eve@example.org", "Eve"];
    expect(await said([])).toBe("error: no command is named");
    expect(await said(["add-amin"])).toBe('error: there is no command "add-amin"');
    expect(await said(["add-admin"])).toBe("error: add-admin needs an e-mail address and a name");
    expect(await said(["add-admin", "eve@example.org"])).toBe("error: add-admin needs a name");
    expect(await said(["add-admin", "eve", "Eve"])).toBe('error: "eve" is no e-mail address');
    expect(await said(["add-admin", "eve@example.org", " "])).toBe('error: " " is no name');
    expect(await said([...eve, "--role", "owner"])).toBe('error: there is no role "owner"');
    expect(await said([...eve, "--password", "x"])).toBe("error: Unknown option '--password'");
    expect(await said([...eve, "secret"])).toMatch(/nothing more$/);
    expect(await said(eve, "")).toBe("error: standard input holds no password");
    expect(await said(eve, "short")).toBe("error: the password is too short or too long");
    expect(await said(eve, `${PASSWORD}\n${PASSWORD}\n`)).toBe(
      "error: standard input holds more than one line",
    );
    expect(await said(["reindex", "all"])).toBe("error: reindex takes no arguments");
    expect(await admins()).toEqual(before);
  });

  it("fills the search text where it is missing or outdated, in batches", async () => {
    const category = await makeCategory(shop.db);
    for (let number = 1; number <= 501; number++) {
      await makeProduct(shop.db, category, { name: `Stück ${number}`, tags: ["Süß"], sku: `S${number}` });
    }
    const texts = () =>
      shop.db.query<{ search_text: string }>("select search_text from products order by id");
    const first = await command(["reindex"], shop.url);
    expect(first).toEqual({
      code: 0,
      stdout: "501 products looked at, 501 search texts written\n",
      stderr: "",
    });
    expect((await texts())[500]).toEqual({ search_text: "stuck 501 s501 suss" });
    await shop.db.execute("update products set search_text = ? where sku = ?", ["old", "S7"]);
    await shop.db.execute("update products set name = ? where sku = ?", ["Neu", "S501"]);
    const second = await command(["reindex"], shop.url);
    expect(second.stdout).toBe("501 products looked at, 2 search texts written\n");
    expect((await texts())[6]).toEqual({ search_text: "stuck 7 s7 suss" });
    expect((await texts())[500]).toEqual({ search_text: "neu s501 suss" });
  });

  const hasScript = ["/usr/bin/script", "/bin/script"].some(existsSync);
  if (!hasScript) console.error("skipped: typing on a terminal: there is no program `script` (util-linux)");

  it.skipIf(!hasScript)("asks twice on a terminal, where the password does not show", async () => {
    const line = `'${process.execPath}' '${COMMAND}' add-admin typed@example.org Typed`;
    const ended = await run("script", ["-qec", line, "/dev/null"], shop.url, TYPED);
    expect(ended.stdout.replaceAll("\r", "")).toBe(
      "password: \nonce more: \nadded admin typed@example.org\n",
    );
    expect(ended.code).toBe(0);
    const login = { email: "typed@example.org", password: PASSWORD };
    expect((await clientOf(shop.app).post("/admin/login", login)).status).toBe(200);
  });
});

describe("the shop's command", () => {
  it("lists its commands", async () => {
    const { code, stdout, stderr } = await command(["--help"], null);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/add-admin EMAIL NAME.*\n[\s\S]*reindex\n/);
  });

  it("says which database is missing, and makes none", async () => {
    expect(await command(["reindex"], null)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: no database is named\nhint: {2}set DATABASE_URL/),
    });
    const path = join(tempDir(), "nowhere.db");
    const { code, stdout, stderr } = await command(["reindex"], `sqlite:${path}`);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: .*\nhint: {2}.*nowhere\.db.*\n$/);
    expect(existsSync(path)).toBe(false);
  });

  it("says where the tables are not made yet", async () => {
    const path = join(tempDir(), "empty.db");
    await (await openDatabase({ url: `sqlite:${path}`, env: {}, log: null })).close();
    const { code, stderr } = await command(["reindex"], `sqlite:${path}`);
    expect([code, stderr]).toEqual([
      1,
      "error: no such table: products\nhint:  outgrow schema up makes the shop's tables\n",
    ]);
  });

  it("keeps the password of the database to itself", async () => {
    const url = new URL(await emptyShop("postgres"));
    url.password = "hunter2secret";
    url.username = "nobody_there";
    const { code, stdout, stderr } = await command(["reindex"], url.href);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain("hunter2secret");
  });
});
