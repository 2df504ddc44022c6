// What admins do, under /api/admin. Nobody passes the hook but an admin who is logged in.

import type { FastifyPluginAsync } from "fastify";
import { adminOf } from "../sessions.js";
import type { Shop } from "../shop.js";
import { adminAccountRoutes } from "./admins.js";
import { adminCategoryRoutes } from "./categories.js";
import { adminLoginRoutes } from "./login.js";
import { adminOrderRoutes } from "./orders.js";
import { adminProductRoutes } from "./products.js";
import { adminReviewRoutes } from "./reviews.js";
import { salesRoutes } from "./sales.js";

export const adminRoutes =
  (shop: Shop): FastifyPluginAsync =>
  async (app) => {
    await app.register(adminLoginRoutes(shop));
    await app.register(async (guarded) => {
      guarded.addHook("onRequest", async (request) => {
        adminOf(request); // before the input is looked at
      });
      await guarded.register(adminAccountRoutes(shop));
      await guarded.register(adminProductRoutes(shop));
      await guarded.register(adminCategoryRoutes(shop));
      await guarded.register(adminOrderRoutes(shop));
      await guarded.register(adminReviewRoutes(shop));
      await guarded.register(salesRoutes(shop));
    });
  };
