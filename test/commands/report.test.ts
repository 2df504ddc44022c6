// `outgrow assess --html`: one page that asks for nothing, whatever a file calls its tables, and that can be read on a phone.
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ONE_OF_EVERYTHING } from "../journeys/one-of-everything.js";
import { makeSqlite, outgrow, tempDir } from "../support/server.js";

const EVIL = "<img src=x onerror=alert(1)>";

const HOSTILE = `
  create table "${EVIL}" (id integer primary key, "</script><script>alert(2)</script>" text, "a\u202eb" integer, password text, long text);
  insert into "${EVIL}" values (1, '</details><svg onload=alert(3)>', 'odd \u0007', 'hunter2', '${"x".repeat(10_000)}');
  create table child (id integer primary key, p integer references "${EVIL}" (id), secret_token integer not null);
  pragma foreign_keys = off; insert into child values (1, 77, 'hunter3');
  create view "v<b>" as select * from child where soundex(id) = 1 or "</title>" = 1`.replace(
  ' or "</title>" = 1',
  "",
);

async function reportOf(source: string, ...more: string[]): Promise<string> {
  const path = join(tempDir(), "report.html");
  const ended = await outgrow(["assess", makeSqlite(source), "-q", "--html", path, ...more]);
  expect([0, 3], ended.stderr).toContain(ended.code);
  return path;
}

describe("the file", () => {
  it("is for its owner alone, and holds no secret, no address and no markup of the file's", async () => {
    const path = await reportOf(HOSTILE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain("hunter");
    expect(text).not.toContain(EVIL);
    expect(text).not.toContain("</script><script>alert");
    expect(text).not.toMatch(/(?:src|href)="(?!#)/);
    expect(text).toContain("a\\u{202e}b");
    expect(text.length).toBeLessThan(100_000);
  });

  it("has no example rows with --no-examples, and comes beside --json", async () => {
    const path = join(tempDir(), "report.html");
    const ended = await outgrow([
      "assess",
      makeSqlite(HOSTILE),
      "-q",
      "--html",
      path,
      "--json",
      "--no-examples",
    ]);
    expect(ended.json()).toMatchObject({ verdict: "blocked" });
    expect(readFileSync(path, "utf8")).not.toContain("For example");
  });

  it("is refused where the path is a folder, before the file is read", async () => {
    const folder = tempDir();
    const ended = await outgrow(["assess", makeSqlite("create table t (a)"), "-q", "--html", folder]);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(`${folder} is a folder`);
  });
});

const BROWSER = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

/** Screenshots stay for people to look at. */
const SHOTS = resolve(import.meta.dirname, "../../.outgrow/screenshots");

if (BROWSER === undefined) {
  console.warn("skipped: no Chromium is here (set CHROMIUM), so nobody looks at the report");
}

describe.skipIf(BROWSER === undefined)("in a browser (skipped where no Chromium is)", () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    browser = await chromium.launch({
      executablePath: BROWSER ?? "",
      args: ["--no-sandbox", "--disable-background-networking"],
    });
  }, 60_000);

  afterAll(() => browser?.close());

  /** Opens the page, and gives what went wrong on it: dialogs, errors, requests. */
  async function open(
    path: string,
    width: number,
    colorScheme: "light" | "dark",
  ): Promise<{ page: Page; wrong: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on("dialog", (dialog) => {
      wrong.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(message.text());
    });
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(path).href) wrong.push(`request ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    return { page, wrong };
  }

  it.each([
    ["hostile", HOSTILE],
    ["rich", ONE_OF_EVERYTHING],
  ])(
    "reads well at every width, light and dark: %s",
    async (name, source) => {
      const path = await reportOf(source);
      for (const width of [360, 1280]) {
        for (const scheme of ["light", "dark"] as const) {
          const { page, wrong } = await open(path, width, scheme);
          await page.screenshot({ path: join(SHOTS, `${name}-${width}-${scheme}.png`), fullPage: true });
          const sideways = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          expect(sideways, `${name} at ${width} px scrolls sideways`).toBe(0);
          expect(await page.locator(".verdict").isVisible()).toBe(true);
          expect(wrong).toEqual([]);
          await page.context().close();
        }
      }
    },
    60_000,
  );

  it("shows hostile names as they are, and only their text", async () => {
    const { page, wrong } = await open(await reportOf(HOSTILE), 1280, "light");
    expect(await page.locator("h3", { hasText: EVIL }).count()).toBe(1);
    expect(await page.locator("main img, main script, main svg[onload]").count()).toBe(0);
    expect(wrong).toEqual([]);
  });

  it("finds a table by a part of its name, by keyboard too", async () => {
    const { page } = await open(await reportOf(ONE_OF_EVERYTHING), 1280, "light");
    await page.locator("input[type=search]").fill("ORD");
    const shown = await page
      .locator("details[data-name]:visible")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-name")));
    expect(shown).toEqual(["orders"]);
    await page.locator("input[type=search]").fill("");
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details").first().getAttribute("open")).toBeNull();
  });
});
