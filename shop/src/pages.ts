// The storefront's three files. They are small and never change while the shop is open, so they stay in memory.

import { readFileSync } from "node:fs";
import type { FastifyPluginAsync } from "fastify";

const FILES = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/shop.js", "shop.js", "text/javascript; charset=utf-8"],
  ["/shop.css", "shop.css", "text/css; charset=utf-8"],
] as const;

/** Scripts and styles from here alone: a name with markup in it stays a name (CSP Level 3). */
const POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export const pageRoutes: FastifyPluginAsync = async (app) => {
  for (const [url, file, type] of FILES) {
    const content = readFileSync(new URL(`../pages/${file}`, import.meta.url));
    app.get(url, { schema: { hide: true } }, (_request, reply) =>
      reply
        .type(type)
        .header("content-security-policy", POLICY)
        .header("cache-control", "no-cache")
        .send(content),
    );
  }
};
