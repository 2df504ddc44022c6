// Sessions in a cookie: of customers, of admins, and of guests who put something into a cart.

import type { FastifyReply, FastifyRequest } from "fastify";
import type { Queries } from "outgrow/db";
import { Problem } from "./problem.js";
import { isSameToken, newToken, tokenHash } from "./secrets.js";
import type { Shop } from "./shop.js";

export const SESSION_COOKIE = "shop_session";
const SESSION_MS = 30 * 24 * 3600 * 1000;

export interface Session {
  /** SHA-256 of what the cookie holds. */
  id: string;
  userId: number | null;
  adminId: number | null;
  adminRole: "admin" | "super_admin" | null;
  /** Owner of a guest's cart and searches; no secret. */
  cartKey: string;
  csrfToken: string;
}

declare module "fastify" {
  interface FastifyRequest {
    session: Session | null;
  }
}

interface SessionRow {
  id: string;
  user_id: number | null;
  admin_id: number | null;
  role: "admin" | "super_admin" | null;
  cart_key: string;
  csrf_token: string;
}

/** Null for none, one that is over, and one of an account that is no longer active. */
export async function findSession({ db, now }: Shop, cookie: string | undefined): Promise<Session | null> {
  if (cookie === undefined || cookie === "") {
    return null;
  }
  const row = await db.get<SessionRow>(
    `select s.id, s.user_id, s.admin_id, a.role, s.cart_key, s.csrf_token
       from sessions s
       left join users u on u.id = s.user_id
       left join admins a on a.id = s.admin_id
      where s.id = ? and s.expires_at > ?
        and (s.user_id is null or u.is_active) and (s.admin_id is null or a.is_active)`,
    [tokenHash(cookie), now()],
  );
  return row === null
    ? null
    : {
        id: row.id,
        userId: row.user_id,
        adminId: row.admin_id,
        adminRole: row.role,
        cartKey: row.cart_key,
        csrfToken: row.csrf_token,
      };
}

/**
 * A new session in the request and in its cookie; the one that was there ends (session fixation). `work` belongs to it: all is
 * one transaction, which may run more than once, so the request keeps its old session until it is committed.
 */
export async function startSession(
  shop: Shop,
  request: FastifyRequest,
  reply: FastifyReply,
  who: Who,
  work: (tx: Queries) => Promise<void>,
): Promise<Session> {
  const made = newSession(shop, who);
  await shop.db.transaction(async (tx) => {
    await work(tx);
    await deleteSession(tx, request);
    await insertSession(tx, made);
  });
  return give(shop, made, request, reply);
}

export async function endSession(queries: Queries, request: FastifyRequest): Promise<void> {
  await deleteSession(queries, request);
  request.session = null;
}

/** That of the request, or a guest's. */
export async function ensureSession(
  shop: Shop,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  if (request.session !== null) {
    return request.session;
  }
  const made = newSession(shop, {});
  await insertSession(shop.db, made);
  return give(shop, made, request, reply);
}

interface Who {
  userId?: number;
  adminId?: number;
}

interface NewSession {
  session: Session;
  cookie: string;
  expires: Date;
}

function newSession({ now }: Shop, { userId, adminId }: Who): NewSession {
  const cookie = newToken();
  const session: Session = {
    id: tokenHash(cookie),
    userId: userId ?? null,
    adminId: adminId ?? null,
    adminRole: null,
    cartKey: newToken(),
    csrfToken: newToken(),
  };
  return { session, cookie, expires: new Date(now().getTime() + SESSION_MS) };
}

async function insertSession(queries: Queries, { session, expires }: NewSession): Promise<void> {
  await queries.execute(
    "insert into sessions (id, user_id, admin_id, cart_key, csrf_token, expires_at) values (?, ?, ?, ?, ?, ?)",
    [session.id, session.userId, session.adminId, session.cartKey, session.csrfToken, expires],
  );
}

async function deleteSession(queries: Queries, { session }: FastifyRequest): Promise<void> {
  if (session !== null) {
    await queries.execute("delete from sessions where id = ?", [session.id]);
  }
}

function give(
  { settings }: Shop,
  { session, cookie, expires }: NewSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Session {
  reply.setCookie(SESSION_COOKIE, cookie, {
    path: "/",
    httpOnly: true,
    secure: settings.secureCookies,
    sameSite: "lax",
    expires,
  });
  request.session = session;
  return session;
}

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/**
 * A page of another site can make a browser send the cookie, but neither read the token nor set the header
 * (OWASP, Cross-Site Request Forgery Prevention: synchronizer token; and the Origin header where there is one).
 */
export function refuseForgery(request: FastifyRequest): void {
  if (!CHANGES.has(request.method)) {
    return;
  }
  const { origin, host } = request.headers;
  if (origin !== undefined && hostOf(origin) !== host) {
    throw new Problem(403, "forged", "the request comes from another site");
  }
  const token = request.headers["x-csrf-token"];
  if (
    request.session !== null &&
    !(typeof token === "string" && isSameToken(token, request.session.csrfToken))
  ) {
    throw new Problem(403, "forged", "the header x-csrf-token is missing or of another session");
  }
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** The customer's id. */
export function customerOf({ session }: FastifyRequest): number {
  if (session === null || session.userId === null) {
    throw new Problem(401, "login-needed", "you are not logged in");
  }
  return session.userId;
}

export function adminOf({ session }: FastifyRequest, role: "admin" | "super_admin" = "admin"): number {
  if (session === null || session.adminId === null) {
    throw new Problem(401, "login-needed", "you are not logged in as an admin");
  }
  if (role === "super_admin" && session.adminRole !== "super_admin") {
    throw new Problem(403, "not-allowed", "only a super admin may do this");
  }
  return session.adminId;
}

/** Whose cart and searches: a customer's, or those of a guest's session. */
export interface Owner {
  userId: number | null;
  cartKey: string | null;
}

export function ownerOf({ session }: FastifyRequest): Owner | null {
  return session === null
    ? null
    : session.userId === null
      ? { userId: null, cartKey: session.cartKey }
      : { userId: session.userId, cartKey: null };
}

/** SQL and parameter that choose an owner's rows of a table with user_id and session_id. */
export const ownedBy = ({ userId, cartKey }: Owner): { sql: string; param: number | string } =>
  userId === null ? { sql: "session_id = ?", param: cartKey ?? "" } : { sql: "user_id = ?", param: userId };
