// Errors as problem details (RFC 9457), and the OpenAPI document. `newClient` looks at the shape of every answer of the suite.

import { describe, expect, it } from "vitest";
import type { Given } from "./given.js";
import { CHANGING } from "./sessions.js";

interface Operation {
  responses: Record<string, unknown>;
  requestBody?: unknown;
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

/** Those that change something are in CHANGING. */
const READING = [
  "/api/session",
  "/api/me",
  "/api/addresses",
  "/api/addresses/{id}",
  "/api/categories",
  "/api/products",
  "/api/products/{slug}",
  "/api/suggestions",
  "/api/search/history",
  "/api/search/popular",
  "/api/cart",
  "/api/wishlist",
  "/api/orders",
  "/api/orders/{number}",
].map((path) => `GET ${path}`);

/** They have nothing that could be wrong. */
const NEVER_REFUSED = new Set(
  ["session", "categories", "search/history", "search/popular", "cart"].map((path) => `GET /api/${path}`),
);

/** Reviews and the admins' part have tests of their own. */
const isElsewhere = (path: string) => /admin|review/.test(path);

export function errorChecks(given: Given): void {
  describe("what is no request of the shop", () => {
    it.each([
      "/none",
      "/api",
      "/api/none",
      "/api/products/a/b",
      "/api//products",
      "/admin.php",
      "/api/cart/items",
    ])("GET %s is not there", async (path) => {
      expect(await given().client().get(path)).toMatchObject({
        status: 404,
        body: { type: "urn:outgrow-shop:not-found", title: "there is no such page" },
      });
    });

    it.each(["/api/products/%", "/api/products/%E0%A4%A", "/%zz"])(
      "GET %s cannot be decoded",
      async (path) => {
        expect(await given().client().get(path)).toMatchObject({
          status: 400,
          body: { type: "urn:outgrow-shop:invalid" },
        });
      },
    );

    it("a body of another type is refused", async () => {
      const answer = await given()
        .client()
        .post("/api/login", "email=a@b.org", { "content-type": "application/x-www-form-urlencoded" });
      expect(answer.status).toBe(415);
    });

    it("a body of more than 256 KiB is refused", async () => {
      const answer = await given()
        .client()
        .post("/api/login", { email: "x".repeat(257 * 1024) });
      expect(answer.status).toBe(413);
    });

    it("PUT is not there", async () => {
      expect((await given().client().ask("PUT", "/api/me", {})).status).toBe(404);
    });
  });

  describe("the OpenAPI document", () => {
    const read = async () => (await given().client().get<OpenApi>("/openapi.json")).body;
    const operations = ({ paths }: OpenApi) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods)
          .filter((method) => method !== "head")
          .map((method) => `${method.toUpperCase()} ${path}`),
      );

    it("lists every route", async () => {
      const document = await read();
      expect(document.openapi).toMatch(/^3\.\d\.\d$/);
      const changing = CHANGING.map(
        ([method, path]) =>
          `${method} ${path.replace(/\/1(?=\/|$)/, "/{id}").replace(/ORD-[^/]+/, "{number}")}`,
      );
      expect(
        operations(document)
          .filter((one) => !isElsewhere(one))
          .sort(),
      ).toEqual([...READING, ...changing].sort());
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(methods)) {
          expect(Object.keys(operation.responses), `${method} ${path}`).not.toEqual([]);
        }
      }
    });

    it("refers to nothing that it does not hold", async () => {
      const document = await read();
      const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
      for (const [, at = ""] of references) {
        const found = at
          .split("/")
          .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], document);
        expect(found, at).toBeDefined();
      }
    });

    // The last check of the suite: what was asked before it is what it looks at.
    it("has no route that the suite did not see answer, and refuse", async () => {
      const document = await read();
      const asked = given().answers.map(({ method, path, status }) => ({ method, path, status }));
      const unseen = operations(document)
        .filter((one) => !isElsewhere(one))
        .flatMap((one) => {
          const [method, path = ""] = one.split(" ");
          const pattern = new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/?]+")}(\\?.*)?$`);
          const here = asked.filter((each) => each.method === method && pattern.test(each.path));
          return [
            ...(here.some(({ status }) => status < 300) ? [] : [`${one} never answered`]),
            ...(NEVER_REFUSED.has(one) || here.some(({ status }) => status >= 400)
              ? []
              : [`${one} never refused`]),
          ];
        });
      expect(unseen).toEqual([]);
    });
  });
}
