// A shop on an empty database of either engine, people in it, and a client that keeps what a browser would.
import { join, resolve } from "node:path";
import type { FastifyInstance, InjectOptions } from "fastify";
import { describe } from "vitest";
import { type Database, openDatabase, runMigrations } from "../../dist/db/index.js";
import { whenOver } from "../../test/support/lifetime.js";
import { tempDir, testDatabase } from "../../test/support/server.js";
import { fakePayments } from "../dist/payments.js";
import { hashPassword } from "../dist/secrets.js";
import { buildServer } from "../dist/serve.js";
import { SETTINGS, type Shop, type ShopSettings } from "../dist/shop.js";

export type Engine = "sqlite" | "postgres";

const MIGRATIONS = resolve(import.meta.dirname, "../migrations");

export function onBothEngines(title: string, body: (engine: Engine) => void): void {
  describe.each(["sqlite", "postgres"] as const)(`${title} on %s`, body);
}

/** The URL of a database with the shop's tables and nothing in them. */
export async function emptyShop(engine: Engine): Promise<string> {
  const url = engine === "sqlite" ? `sqlite:${join(tempDir(), "shop.db")}` : (await testDatabase("shop")).url;
  await runMigrations(url, MIGRATIONS);
  return url;
}

export interface Opened {
  url: string;
  db: Database;
  app: FastifyInstance;
}

/** Closed when the test or the file is over. */
export async function openShop(engine: Engine, settings: Partial<ShopSettings> = {}): Promise<Opened> {
  return openShopAt(await emptyShop(engine), settings);
}

/** The shop on a database that has its tables. */
export async function openShopAt(url: string, settings: Partial<ShopSettings> = {}): Promise<Opened> {
  const db = await openDatabase({ url, env: {}, log: null });
  const shop: Shop = {
    db,
    payments: fakePayments({ minMs: 0, maxMs: 0 }),
    settings: { ...SETTINGS, viewsEveryMs: 0, triesPerMinute: 0, ...settings },
    now: () => new Date(),
  };
  const app = await buildServer(shop);
  whenOver(async () => {
    await app.close();
    await db.close();
  });
  return { url, db, app };
}

export const PASSWORD = "correct horse battery";
const hashed = hashPassword(PASSWORD); // made once: it takes as long as it should

export interface Person {
  id: number;
  email: string;
}

export async function makeCustomer(db: Database, firstName = "Ada", lastName = "Lovelace"): Promise<Person> {
  const email = `${crypto.randomUUID()}@example.org`;
  const { id } = await db.execute(
    "insert into users (email, password, first_name, last_name) values (?, ?, ?, ?)",
    [email, await hashed, firstName, lastName],
  );
  return { id: Number(id), email };
}

export async function makeAdmin(
  db: Database,
  role: "admin" | "super_admin" = "admin",
  email = `${crypto.randomUUID()}@example.org`,
): Promise<Person> {
  const { id } = await db.execute("insert into admins (email, password, name, role) values (?, ?, ?, ?)", [
    email,
    await hashed,
    "An admin",
    role,
  ]);
  return { id: Number(id), email };
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says with expect() what it is
  body: any;
  headers: Record<string, unknown>;
}

export interface Client {
  get(url: string): Promise<Answer>;
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(url: string, body?: unknown): Promise<Answer>;
  patch(url: string, body?: unknown): Promise<Answer>;
  delete(url: string): Promise<Answer>;
  /** Forgets the token, as a page of another site would not know it. */
  forgetToken(): void;
}

/** Sends what the server set as its cookie, and with changes the token that it last told. */
export function clientOf(app: FastifyInstance): Client {
  const cookies = new Map<string, string>();
  let csrfToken: string | null = null;
  const send = async (
    method: NonNullable<InjectOptions["method"]>,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url: `/api${url}`,
      cookies: Object.fromEntries(cookies),
      headers: { ...(csrfToken === null ? {} : { "x-csrf-token": csrfToken }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    for (const { name, value } of answer.cookies) {
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const told: Answer["body"] = answer.body === "" ? null : answer.json();
    if (typeof told?.csrfToken === "string") csrfToken = told.csrfToken;
    return { status: answer.statusCode, body: told, headers: answer.headers };
  };
  return {
    get: (url) => send("GET", url),
    post: (url, body, headers) => send("POST", url, body, headers),
    put: (url, body) => send("PUT", url, body),
    patch: (url, body) => send("PATCH", url, body),
    delete: (url) => send("DELETE", url),
    forgetToken: () => {
      csrfToken = null;
    },
  };
}

export async function customerClient(app: FastifyInstance, { email }: Person): Promise<Client> {
  const client = clientOf(app);
  await expectOk(client.post("/login", { email, password: PASSWORD }));
  return client;
}

export async function adminClient(app: FastifyInstance, { email }: Person): Promise<Client> {
  const client = clientOf(app);
  await expectOk(client.post("/admin/login", { email, password: PASSWORD }));
  return client;
}

async function expectOk(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`login was answered ${status}: ${JSON.stringify(body)}`);
}
