// Registration, e-mail verification, login, passwords, the own profile.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { mergeCarts } from "./cart.js";
import { queueMail } from "./outbox.js";
import { Problem } from "./problem.js";
import { hashPassword, isPassword, newToken, tokenHash } from "./secrets.js";
import { customerOf, endSession, ensureSession, SESSION_COOKIE, startSession } from "./sessions.js";
import type { Shop } from "./shop.js";
import { email, nothing, optionalText, password, requiredText, tries } from "./words.js";

const VERIFY_MS = 48 * 3600 * 1000;
const RESET_MS = 3600 * 1000;

const token = z.string().min(20).max(100);
const names = { firstName: requiredText(100), lastName: requiredText(100), phone: optionalText(20) };

const profile = z.object({
  id: z.number(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  phone: z.string().nullable(),
  emailVerified: z.boolean(),
  createdAt: z.date().nullable(),
});

interface UserRow {
  id: number;
  email: string;
  password: string;
  first_name: string;
  last_name: string;
  phone: string | null;
  email_verified: boolean;
  is_active: boolean;
  created_at: Date | null;
}

const shown = (row: UserRow): z.infer<typeof profile> => ({
  id: row.id,
  email: row.email,
  firstName: row.first_name,
  lastName: row.last_name,
  phone: row.phone,
  emailVerified: row.email_verified,
  createdAt: row.created_at,
});

const COLUMNS = "id, email, password, first_name, last_name, phone, email_verified, is_active, created_at";

/** Old accounts may differ in case alone; then the one whose case is that of the question, or else the oldest. */
async function findUser(queries: Queries, address: string): Promise<UserRow | null> {
  const rows = await queries.query<UserRow>(
    `select ${COLUMNS} from users where lower(email) = ? order by id`,
    [address.toLowerCase()],
  );
  return rows.find((row) => row.email === address) ?? rows[0] ?? null;
}

export const accountRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db, now, settings } = shop;
    const limited = tries(settings);

    app.get(
      "/session",
      { schema: { response: { 200: z.object({ csrfToken: z.string(), user: profile.nullable() }) } } },
      async (request, reply) => {
        const session = await ensureSession(shop, request, reply);
        return {
          csrfToken: session.csrfToken,
          user: session.userId === null ? null : shown(await userOf(db, session.userId)),
        };
      },
    );

    app.post(
      "/register",
      {
        config: limited,
        schema: { body: z.strictObject({ email, password, ...names }), response: { 202: nothing } },
      },
      async ({ body }, reply) => {
        const hashed = await hashPassword(body.password);
        await db.transaction(async (tx) => {
          if ((await findUser(tx, body.email)) !== null) {
            await queueMail(tx, body.email, "account-exists", { login: `${settings.publicUrl}/login` });
            return;
          }
          const { id } = await tx.execute(
            `insert into users (email, password, first_name, last_name, phone) values (?, ?, ?, ?, ?)
             on conflict (email) do nothing`,
            [body.email.toLowerCase(), hashed, body.firstName, body.lastName, body.phone ?? null],
          );
          if (id !== null) {
            await sendToken(tx, Number(id), body.email, "verification"); // else another request was first
          }
        });
        return reply.code(202).send({}); // the same where the address is taken: its owner gets a mail
      },
    );

    app.post(
      "/verify-email",
      { config: limited, schema: { body: z.strictObject({ token }), response: { 204: z.null() } } },
      async ({ body }, reply) => {
        await db.transaction(async (tx) => {
          const userId = await useToken(tx, body.token, "verification");
          await tx.execute("update users set email_verified = ? where id = ?", [true, userId]);
        });
        return reply.code(204).send(null);
      },
    );

    app.post(
      "/login",
      {
        config: limited,
        schema: {
          body: z.strictObject({ email, password: z.string().max(200) }),
          response: { 200: z.object({ csrfToken: z.string(), user: profile }) },
        },
      },
      async (request, reply) => {
        const user = await findUser(db, request.body.email);
        const isRight = await isPassword(user?.password ?? null, request.body.password);
        if (user === null || !isRight || !user.is_active) {
          throw new Problem(401, "wrong-login", "e-mail or password is wrong");
        }
        const session = await startSession(shop, request, reply, { userId: user.id }, async (tx) => {
          if (request.session?.userId === null && request.session.adminId === null) {
            await mergeCarts(tx, request.session.cartKey, user.id);
          }
        });
        return { csrfToken: session.csrfToken, user: shown(user) };
      },
    );

    app.post("/logout", { schema: { response: { 204: z.null() } } }, async (request, reply) => {
      await endSession(db, request);
      return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
    });

    app.post(
      "/password/forgot",
      { config: limited, schema: { body: z.strictObject({ email }), response: { 202: nothing } } },
      async ({ body }, reply) => {
        await db.transaction(async (tx) => {
          const user = await findUser(tx, body.email);
          if (user?.is_active === true) {
            await sendToken(tx, user.id, user.email, "reset");
          }
        });
        return reply.code(202).send({});
      },
    );

    app.post(
      "/password/reset",
      { config: limited, schema: { body: z.strictObject({ token, password }), response: { 204: z.null() } } },
      async ({ body }, reply) => {
        const hashed = await hashPassword(body.password);
        await db.transaction(async (tx) => {
          const userId = await useToken(tx, body.token, "reset");
          // Whoever reads the mails of this address set it.
          await tx.execute("update users set password = ?, email_verified = ? where id = ?", [
            hashed,
            true,
            userId,
          ]);
          await afterPassword(tx, userId);
        });
        return reply.code(204).send(null);
      },
    );

    app.get("/me", { schema: { response: { 200: profile } } }, async (request) =>
      shown(await userOf(db, customerOf(request))),
    );

    app.patch(
      "/me",
      {
        schema: {
          body: z.strictObject({
            firstName: names.firstName.optional(),
            lastName: names.lastName.optional(),
            phone: names.phone,
          }),
          response: { 200: profile },
        },
      },
      async (request) => {
        const userId = customerOf(request);
        const { firstName, lastName, phone } = request.body;
        return db.transaction(async (tx) => {
          const user = await userOf(tx, userId);
          await tx.execute("update users set first_name = ?, last_name = ?, phone = ? where id = ?", [
            firstName ?? user.first_name,
            lastName ?? user.last_name,
            phone === undefined ? user.phone : phone,
            userId,
          ]);
          return shown(await userOf(tx, userId));
        });
      },
    );

    app.post(
      "/me/password",
      {
        config: limited,
        schema: {
          body: z.strictObject({ current: z.string().max(200), password }),
          response: { 200: z.object({ csrfToken: z.string() }) },
        },
      },
      async (request, reply) => {
        const userId = customerOf(request);
        const user = await userOf(db, userId);
        if (!(await isPassword(user.password, request.body.current))) {
          throw new Problem(403, "wrong-password", "the current password is wrong");
        }
        const hashed = await hashPassword(request.body.password);
        const session = await startSession(shop, request, reply, { userId }, async (tx) => {
          await tx.execute("update users set password = ? where id = ?", [hashed, userId]);
          await afterPassword(tx, userId);
        });
        return { csrfToken: session.csrfToken };
      },
    );

    app.post(
      "/me/deactivate",
      {
        config: limited,
        schema: { body: z.strictObject({ password: z.string().max(200) }), response: { 204: z.null() } },
      },
      async (request, reply) => {
        const userId = customerOf(request);
        const user = await userOf(db, userId);
        if (!(await isPassword(user.password, request.body.password))) {
          throw new Problem(403, "wrong-password", "the password is wrong");
        }
        await db.transaction(async (tx) => {
          await tx.execute("update users set is_active = ? where id = ?", [false, userId]);
          await tx.execute("delete from sessions where user_id = ?", [userId]);
        });
        return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
      },
    );

    async function sendToken(
      tx: Queries,
      userId: number,
      recipient: string,
      type: "verification" | "reset",
    ): Promise<void> {
      const made = newToken();
      await tx.execute("insert into email_tokens (user_id, token, type, expires_at) values (?, ?, ?, ?)", [
        userId,
        tokenHash(made),
        type,
        new Date(now().getTime() + (type === "reset" ? RESET_MS : VERIFY_MS)),
      ]);
      const page = type === "reset" ? "reset-password" : "verify-email";
      await queueMail(tx, recipient, page, {
        link: `${settings.publicUrl}/${page}?token=${made}`,
        token: made,
      });
    }

    /** The user of a token that was not used and is not over; it is used by this. */
    async function useToken(tx: Queries, given: string, type: "verification" | "reset"): Promise<number> {
      const hash = tokenHash(given);
      const { changes } = await tx.execute(
        "update email_tokens set used_at = ? where token = ? and type = ? and used_at is null and expires_at > ?",
        [now(), hash, type, now()],
      );
      const row = await tx.get<{ user_id: number }>("select user_id from email_tokens where token = ?", [
        hash,
      ]);
      if (changes !== 1 || row === null) {
        throw new Problem(400, "bad-token", "the link was used already or is too old; ask for another");
      }
      return row.user_id;
    }

    /** Whoever knew the old password is logged out, and told. */
    async function afterPassword(tx: Queries, userId: number): Promise<void> {
      await tx.execute("delete from sessions where user_id = ?", [userId]);
      await tx.execute(
        "update email_tokens set used_at = ? where user_id = ? and type = ? and used_at is null",
        [now(), userId, "reset"],
      );
      await queueMail(tx, (await userOf(tx, userId)).email, "password-changed", {});
    }
  };

async function userOf(queries: Queries, id: number): Promise<UserRow> {
  const user = await queries.get<UserRow>(`select ${COLUMNS} from users where id = ?`, [id]);
  if (user === null) {
    throw new Problem(401, "login-needed", "the account is gone");
  }
  return user;
}
