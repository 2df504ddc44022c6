// Login of admins, and their own account.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../problem.js";
import { hashPassword, isPassword } from "../secrets.js";
import { adminOf, endSession, SESSION_COOKIE, startSession } from "../sessions.js";
import type { Shop } from "../shop.js";
import { email, password, triedPassword, tries } from "../words.js";
import { adminById, adminProfile, findAdmin, shownAdmin } from "./admins.js";

export const adminLoginRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db, now, settings } = shop;
    const limited = tries(settings);

    app.post(
      "/login",
      {
        config: limited,
        schema: {
          body: z.strictObject({ email, password: triedPassword }),
          response: { 200: z.object({ csrfToken: z.string(), admin: adminProfile }) },
        },
      },
      async (request, reply) => {
        const found = await findAdmin(db, request.body.email);
        const isRight = await isPassword(found?.password ?? null, request.body.password);
        if (found === null || !isRight || found.is_active !== true) {
          throw new Problem(401, "wrong-login", "e-mail or password is wrong");
        }
        const session = await startSession(shop, request, reply, { adminId: found.id }, async (tx) => {
          await tx.execute("update admins set last_login = ? where id = ?", [now(), found.id]);
        });
        return { csrfToken: session.csrfToken, admin: shownAdmin(await adminById(db, found.id)) };
      },
    );

    app.post("/logout", { schema: { response: { 204: z.null() } } }, async (request, reply) => {
      adminOf(request);
      await endSession(db, request);
      return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
    });

    app.get(
      "/me",
      { schema: { response: { 200: z.object({ csrfToken: z.string(), admin: adminProfile }) } } },
      async (request) => ({
        admin: shownAdmin(await adminById(db, adminOf(request))),
        csrfToken: request.session?.csrfToken ?? "",
      }),
    );

    app.post(
      "/me/password",
      {
        config: limited,
        schema: {
          body: z.strictObject({ current: triedPassword, password }),
          response: { 200: z.object({ csrfToken: z.string() }) },
        },
      },
      async (request, reply) => {
        const adminId = adminOf(request);
        const admin = await adminById(db, adminId);
        if (!(await isPassword(admin.password, request.body.current))) {
          throw new Problem(403, "wrong-password", "the current password is wrong");
        }
        const hashed = await hashPassword(request.body.password);
        const session = await startSession(shop, request, reply, { adminId }, async (tx) => {
          await tx.execute("update admins set password = ? where id = ?", [hashed, adminId]);
          await tx.execute("delete from sessions where admin_id = ?", [adminId]);
        });
        return { csrfToken: session.csrfToken };
      },
    );
  };
