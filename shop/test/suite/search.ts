// Search, suggestions, and what was searched for. The rules of comparing are those of shop/src/search-text.ts.

import { beforeAll, describe, expect, it } from "vitest";
import { cut } from "./bad-input.js";
import type { Client } from "./client.js";
import { type Given, logIn, type MadeProduct, makeCustomer, makeGuest, makeProduct } from "./given.js";
import type { List, Page, Product, Term } from "./shapes.js";

const NAMES = [
  "Crème brûlée",
  "Straße der Ölsardinen",
  "ÉCLAIR au café",
  "100% Wolle_x \\ weich",
  "Ångström-Maß",
  "ﬁnest ２０２０ Ĳssel",
  "İstanbul ΑΣ ας",
  "クリーム 奶油",
  'O\'Brien "quoted"',
];

/** What is asked, and the name that it finds; null for none. */
const ASKED: readonly (readonly [string, string | null])[] = [
  ["creme", "Crème brûlée"],
  ["CRÈME", "Crème brûlée"],
  ["cre\u0300me", "Crème brûlée"],
  ["brulee creme", "Crème brûlée"],
  ["rul rem", "Crème brûlée"],
  ["creme brulee eclair", null],
  ["strasse", "Straße der Ölsardinen"],
  ["STRASSE", "Straße der Ölsardinen"],
  ["straße", "Straße der Ölsardinen"],
  ["STRAẞE", "Straße der Ölsardinen"],
  ["olsardinen", "Straße der Ölsardinen"],
  ["oelsardinen", null],
  ["eclair", "ÉCLAIR au café"],
  ["Éclair, CAFÉ!", "ÉCLAIR au café"],
  ["100%", "100% Wolle_x \\ weich"],
  ["wolle_x", "100% Wolle_x \\ weich"],
  ["wolle x", "100% Wolle_x \\ weich"],
  ["wo_le", "100% Wolle_x \\ weich"], // signs part words: what has "wo" and "le"
  ["w%lle x", "100% Wolle_x \\ weich"],
  ["w_x", "100% Wolle_x \\ weich"],
  ["wx", null],
  ["wolle weich", "100% Wolle_x \\ weich"],
  ["wolleweich", null],
  ["angstrom mass", "Ångström-Maß"],
  ["finest 2020", "ﬁnest ２０２０ Ĳssel"],
  ["ijssel", "ﬁnest ２０２０ Ĳssel"],
  ["istanbul", "İstanbul ΑΣ ας"],
  ["クリーム", "クリーム 奶油"],
  ["奶油", "クリーム 奶油"],
  ["o'brien", 'O\'Brien "quoted"'],
  ['"quoted"', 'O\'Brien "quoted"'],
  ["x' or '1'='1", null],
  ["'; drop table products; --", null],
];

export function searchChecks(given: Given): void {
  let client: Client;
  beforeAll(async () => {
    const shop = given();
    client = await makeGuest(shop.client());
    for (const name of NAMES) await makeProduct(shop, { name: `sought ${name}` });
  });
  const search = async (text: string, by = client) =>
    (await by.get<Page<Product>>(`/api/products?perPage=100&sort=name&q=${encodeURIComponent(text)}`)).body;
  const short = ({ name }: { name: string }) => name.slice(`${given().prefix} sought `.length);

  describe("a search", () => {
    it.each(ASKED)("for %j finds %j", async (asked, name) => {
      const found = await search(`${given().prefix} sought ${asked}`);
      expect(found.items.map(short)).toEqual(name === null ? [] : [name]);
      expect(found.total).toBe(found.items.length);
    });

    it.each(["%", "_", "\\", "%%", "\\%", "*", "?", "🎁", "…", "''", "--"])(
      "for %j, which has no word, finds nothing",
      async (asked) => {
        expect(await search(asked)).toMatchObject({ items: [], total: 0 });
        const suggestions = await client.get<List<Product>>(
          `/api/suggestions?q=${encodeURIComponent(asked)}`,
        );
        expect(suggestions.body.items).toEqual([]);
      },
    );

    it("takes 200 characters, and looks at eight words", async () => {
      const { prefix } = given();
      const eight = `${prefix} sought creme brulee creme brulee creme brulee`;
      expect((await search(`${eight} nowhere`)).items.map(short)).toEqual(["Crème brûlée"]);
      expect((await search("x".repeat(200))).total).toBe(0);
    });

    it("finds by number and by tag too", async () => {
      const shop = given();
      const made = await makeProduct(shop, { name: "tagged", tags: ["Überraschung", "rot"], sku: "ZX-81/ä" });
      for (const asked of ["uberraschung", "ROT", "tagged"]) {
        expect((await search(`${shop.prefix} ${asked}`)).items.map(({ id }) => id)).toContain(made.id);
      }
    });
  });

  describe("suggestions", () => {
    let made: MadeProduct[];
    const suggest = async (text: string) =>
      (await client.get<List<Product>>(`/api/suggestions?q=${encodeURIComponent(text)}`)).body.items;

    beforeAll(async () => {
      made = [];
      for (let at = 0; at < 10; at++) {
        made.push(await makeProduct(given(), { name: `Überlauf ${at}`, sales_count: at % 5 }));
      }
      made.push(await makeProduct(given(), { name: "nothing", sales_count: 99, tags: ["uberlauf"] }));
    });

    it("are eight at most, the most sold first", async () => {
      const ids = made.slice(0, 10).map(({ id }) => id);
      const wanted = [4, 9, 3, 8, 2, 7, 1, 6].map((at) => ids[at]);
      const items = await suggest(`${given().prefix} uberlauf`);
      expect(items.map(({ id }) => id)).toEqual([made[10]?.id, ...wanted].slice(0, 8));
    });

    it("begin with what was typed before they only hold it", async () => {
      const first = await suggest(`${given().prefix} überl`);
      expect(first[0]?.id).toBe(made[10]?.id);
      const word = `w${given().prefix}`;
      const holds = await makeProduct(given(), { wholeName: `holds ${word}`, sales_count: 50 });
      const begins = await makeProduct(given(), { wholeName: `${word} begins`, sales_count: 0 });
      expect((await suggest(word)).map(({ id }) => id)).toEqual([begins.id, holds.id]);
    });

    it.each(
      ["", "q=", "q=%20", `q=${"x".repeat(101)}`, "q=a&q=b", "q=a%00b"].map((query) => [cut(query), query]),
    )("refuse %s", async (_, query) => {
      expect((await client.get(`/api/suggestions?${query}`)).status).toBe(400);
    });
  });

  describe("the history of searches", () => {
    const history = async (of: Client) => (await of.get<List<Term>>("/api/search/history")).body.items;

    it("is a guest's own, by the last time, and can be emptied", async () => {
      const [guest, other] = [await makeGuest(given().client()), await makeGuest(given().client())];
      expect(await history(guest)).toEqual([]);
      for (const term of ["one", "Two ", "one", "drei%"]) await search(term, guest);
      await guest.get("/api/products?q=one&page=2"); // to turn a page is no new search
      expect(await history(guest)).toEqual([
        { term: "drei%", searches: 1 },
        { term: "one", searches: 2 },
        { term: "Two", searches: 1 },
      ]);
      expect(await history(other)).toEqual([]);
      expect((await other.delete("/api/search/history")).status).toBe(204);
      expect(await history(guest)).toHaveLength(3);
      expect((await guest.delete("/api/search/history")).status).toBe(204);
      expect(await history(guest)).toEqual([]);
    });

    it("goes along at login, and stays with the customer", async () => {
      const guest = await makeGuest(given().client());
      await search("before login", guest);
      const customer = await makeCustomer(given(), guest);
      await search("after login", guest);
      const terms = ["after login", "before login"];
      expect((await history(guest)).map(({ term }) => term)).toEqual(terms);
      await guest.post("/api/logout");
      expect(await history(guest)).toEqual([]);
      const again = given().client();
      await logIn(again, customer.email);
      expect((await history(again)).map(({ term }) => term)).toEqual(terms);
    });

    it("is not kept of who has no session, and makes none", async () => {
      const nobody = given().client();
      await search("nobody", nobody);
      expect(nobody.cookie).toBeNull();
      expect(await history(nobody)).toEqual([]);
      expect((await nobody.delete("/api/search/history")).status).toBe(204);
    });

    it("holds 20 terms", async () => {
      const guest = await makeGuest(given().client());
      for (let at = 0; at < 22; at++) await search(`term ${at}`, guest);
      const shown = await history(guest);
      expect(shown).toHaveLength(20);
      expect(shown[0]?.term).toBe("term 21");
    });
  });

  it("popular terms are those of several people that found something", async () => {
    const shop = given();
    const popular = async () => (await shop.client().get<List<Term>>("/api/search/popular")).body.items;
    const [most] = await shop
      .quietClient()
      .get<List<Term>>("/api/search/popular")
      .then(({ body }) => body.items);
    const count = (most?.searches ?? 0) + 1; // so that it comes first, whatever was searched for before
    const searched = async (term: string, owner: string, results: number) =>
      shop.db.execute(
        "insert into search_history (session_id, search_term, results_count) values (?, ?, ?)",
        [`${shop.prefix}-${owner}`, `${shop.prefix} ${term}`, results],
      );
    for (let at = 0; at < count; at++) {
      for (const owner of ["a", "b"]) {
        await searched("of two", owner, 1);
        await searched("of one", "a", 1);
        await searched("of none", owner, 0);
      }
    }
    const shown = await popular();
    expect(shown[0]).toEqual({ term: `${shop.prefix} of two`, searches: count * 2 });
    expect(shown.some(({ term }) => term.endsWith("of one") || term.endsWith("of none"))).toBe(false);
    expect(shown.length).toBeLessThanOrEqual(10);
  });
}
