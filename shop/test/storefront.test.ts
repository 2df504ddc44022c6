// The storefront in a browser: browse, search, cart, checkout, order. Screenshots stay in .outgrow/screenshots.
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { productSearchText } from "../dist/search-text.js";
import { makeCategory, makeProduct } from "./shelf.js";
import { type Opened, openShop } from "./support.js";

const BROWSER = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
if (BROWSER === undefined) {
  console.warn("skipped: the storefront in a browser, since no Chromium is installed (set CHROMIUM)");
}

const NAME = "Crème <img src=x onerror=alert(1)> brûlée";
const SHOTS = resolve(import.meta.dirname, "../../.outgrow/screenshots");

describe.skipIf(BROWSER === undefined)("the storefront", () => {
  let shop: Opened;
  let at: string;
  let browser: Browser;

  beforeAll(async () => {
    shop = await openShop("sqlite", { secureCookies: false });
    const category = await makeCategory(shop.db);
    for (let i = 0; i < 14; i++) await makeProduct(shop.db, category);
    const search_text = productSearchText({ name: NAME, sku: null, tags: null, short_description: null });
    await makeProduct(shop.db, category, { name: NAME, price: "12.30", stock: 2, search_text });
    at = await shop.app.listen({ port: 0, host: "127.0.0.1" });
    browser = await chromium.launch({
      executablePath: BROWSER ?? "",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    mkdirSync(SHOTS, { recursive: true });
  });

  afterAll(async () => {
    await browser?.close();
  });

  it.each([
    ["desk", 1280],
    ["phone", 390],
  ])("sells something to a guest at a %s", async (name, width) => {
    await shop.db.execute("update products set stock = 2 where name = ?", [NAME]);
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const wrong: string[] = [];
    page.on("dialog", () => wrong.push("a dialog"));
    page.on("pageerror", (error) => wrong.push(error.message));
    await page.goto(at);
    await page.getByText("page 1 of 2").waitFor();
    await page.getByRole("link", { name: "next" }).click();
    await page.getByText("page 2 of 2").waitFor();
    await page.getByRole("searchbox").fill("creme brulee");
    await page.getByRole("searchbox").press("Enter");
    await page.getByText("1 product", { exact: true }).waitFor();
    await page.screenshot({ path: join(SHOTS, `shop-${name}-search.png`) });
    await page.getByRole("link", { name: NAME }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByRole("link", { name: "Cart (1)" }).click();
    await page.getByRole("button", { name: "+" }).click();
    await page.getByText("Together 24.60").waitFor();
    await page.getByRole("button", { name: "+" }).click();
    await page.getByRole("alert").getByText("there is less of it than that").waitFor();
    await page.screenshot({ path: join(SHOTS, `shop-${name}-cart.png`) });
    await page.getByRole("link", { name: "Check out" }).click();
    const values = ["guest@example.org", "Zoë", "O'Brien", "Main St 1", "Köln", "NRW", "50667", "DE"];
    for (const [i, value] of values.entries()) await page.locator("form.checkout input").nth(i).fill(value);
    // 24.60 and 5.99 and 2.03 of tax.
    await page.getByRole("button", { name: "Pay 32.62" }).click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    expect(await page.getByText(/Your order is ORD-/).textContent()).toMatch(
      /ORD-\d{4}-\w{10}, 32.62\. It is processing\./,
    );
    await page.screenshot({ path: join(SHOTS, `shop-${name}-order.png`) });
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    expect(wrong).toEqual([]);
    await page.close();
  });
});
