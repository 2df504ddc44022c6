// The shop as an HTTP server: what every request passes, and the routes of every part.

import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { accountRoutes } from "./accounts.js";
import { addressRoutes } from "./addresses.js";
import { adminRoutes } from "./admin/routes.js";
import { cartRoutes } from "./cart.js";
import { catalogueRoutes } from "./catalogue.js";
import { checkoutRoutes } from "./checkout.js";
import { orderRoutes } from "./orders.js";
import { pageRoutes } from "./pages.js";
import { answerProblem, notFound } from "./problem.js";
import { reviewRoutes } from "./reviews.js";
import { findSession, refuseForgery, SESSION_COOKIE } from "./sessions.js";
import type { Shop } from "./shop.js";
import { countViews } from "./views.js";
import { wishlistRoutes } from "./wishlist.js";

/** A slug has 255 characters, each of up to twelve in a URL (find-my-way's own limit is 100). */
const LONGEST_PARAM = 255 * 12;

const ALWAYS = { "x-content-type-options": "nosniff", "referrer-policy": "same-origin" };

/** The caller closes the server, and then the database. */
export async function buildServer(
  shop: Shop,
  options: Pick<FastifyServerOptions, "logger" | "trustProxy"> = {},
): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: 256 * 1024,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    // What is refused before there is a route, such as a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => answerProblem(error, request, reply.headers(ALWAYS)),
    ...options,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => answerProblem(notFound("page"), request, reply));
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(swagger, {
    openapi: { info: { title: "Shop", version: "0.1.0" } },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.decorateRequest("session", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(ALWAYS);
    request.session = await findSession(shop, request.cookies[SESSION_COOKIE]);
    refuseForgery(request);
  });
  const views = countViews(shop.db, shop.settings.viewsEveryMs, (error) =>
    app.log.error({ err: error }, "views"),
  );
  app.addHook("onClose", () => views.close());
  await app.register(
    async (api) => {
      await api.register(accountRoutes(shop));
      await api.register(addressRoutes(shop));
      await api.register(catalogueRoutes(shop, views));
      await api.register(cartRoutes(shop));
      await api.register(wishlistRoutes(shop));
      await api.register(checkoutRoutes(shop));
      await api.register(orderRoutes(shop));
      await api.register(reviewRoutes(shop));
      await api.register(adminRoutes(shop), { prefix: "/admin" });
    },
    { prefix: "/api" },
  );
  await app.register(pageRoutes);
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  return app;
}
