// What the suite is given, a shop that runs, and what it puts into it: categories, products, customers and codes of its own,
// all with the suite's prefix in their names. Nothing else in the database is touched or relied on.

import { createHash, randomBytes } from "node:crypto";
import type { Database } from "../../../dist/db/index.js";
import { productSearchText } from "../../dist/search-text.js";
import { hashPassword } from "../../dist/secrets.js";
import { type Client, newClient, type Recorded } from "./client.js";
import type { SessionShown } from "./shapes.js";

export interface RunningShop {
  /** `http://127.0.0.1:…`. */
  base: string;
  db: Database;
  /** Consonants that no name begins with which the suite did not make. */
  prefix: string;
  /** How far the server's clock is ahead of the machine's. */
  clock: { aheadMs: number };
  /** Everything that was answered to `client()`, in order. */
  answers: Recorded[];
  /** A browser without a session. */
  client(): Client;
  /** One whose answers come in no order that could be compared. */
  quietClient(): Client;
}

export type Given = () => RunningShop;

export function runningShop(base: string, db: Database, clock: { aheadMs: number }): RunningShop {
  const answers: Recorded[] = [];
  return {
    base,
    db,
    clock,
    answers,
    prefix: newPrefix(),
    client: () => newClient(base, (one) => answers.push(one)),
    quietClient: () => newClient(base),
  };
}

function newPrefix(): string {
  return `zq${Array.from(randomBytes(8), (byte) => "bcdfghjkmnpqvz".charAt(byte % 14)).join("")}`;
}

const counts = new WeakMap<RunningShop, number>();

/** The same row of numbers in every shop, so that answers can be compared. */
export function next(shop: RunningShop): number {
  const count = (counts.get(shop) ?? 0) + 1;
  counts.set(shop, count);
  return count;
}

export async function makeCategory(
  shop: RunningShop,
  name: string,
  more: { parent?: number | null; sortOrder?: number | null; isActive?: boolean } = {},
): Promise<{ id: number; slug: string; name: string }> {
  const slug = `${shop.prefix}-c${next(shop)}`;
  const whole = `${shop.prefix} ${name}`;
  const { id } = await shop.db.execute(
    "insert into categories (name, slug, parent_id, sort_order, is_active) values (?, ?, ?, ?, ?)",
    [
      whole,
      slug,
      more.parent ?? null,
      more.sortOrder === undefined ? 0 : more.sortOrder,
      more.isActive ?? true,
    ],
  );
  return { id: Number(id), slug, name: whole };
}

export interface MadeProduct {
  id: number;
  slug: string;
  name: string;
}

export interface ProductFields {
  name?: string;
  /** In place of prefix and name. */
  wholeName?: string;
  price?: string;
  stock?: number | null;
  status?: "active" | "inactive" | "draft";
  tags?: unknown;
  category_id?: number;
  [column: string]: unknown;
}

/** Its name begins with the prefix. */
export async function makeProduct(shop: RunningShop, fields: ProductFields = {}): Promise<MadeProduct> {
  const count = next(shop);
  const { category_id = await ownCategory(shop), name = `thing ${count}`, wholeName, ...more } = fields;
  const row = {
    slug: `${shop.prefix}-p${count}`,
    price: "10.00",
    stock: 50,
    status: "active",
    tags: [],
    ...more,
    sku: `${shop.prefix}-${count}`,
    name: wholeName ?? `${shop.prefix} ${name}`,
    category_id,
  };
  const search_text = productSearchText({ ...row, short_description: null });
  const columns = Object.entries({ search_text, ...row });
  const { id } = await shop.db.execute(
    `insert into products (${columns.map(([column]) => column).join(", ")})
     values (${columns.map(() => "?").join(", ")})`,
    columns.map(([, value]) => value),
  );
  return { id: Number(id), slug: row.slug, name: row.name };
}

const categories = new WeakMap<RunningShop, Promise<number>>();

function ownCategory(shop: RunningShop): Promise<number> {
  const made = categories.get(shop) ?? makeCategory(shop, "things").then(({ id }) => id);
  categories.set(shop, made);
  return made;
}

export async function stockOf(shop: RunningShop, { id }: { id: number }): Promise<number> {
  const row = await shop.db.get<{ stock: number }>("select stock from products where id = ?", [id]);
  return row?.stock ?? Number.NaN;
}

export const PASSWORD = "a long enough password";
let hashed: Promise<string> | undefined; // made once: hashing takes as long as it should

export interface Customer {
  id: number;
  email: string;
  client: Client;
}

export const newEmail = (shop: RunningShop): string => `${shop.prefix}.${next(shop)}@example.org`;

/** Logged in through the door that customers take. */
export async function makeCustomer(shop: RunningShop, client = shop.client()): Promise<Customer> {
  hashed ??= hashPassword(PASSWORD);
  const email = newEmail(shop);
  const { id } = await shop.db.execute(
    "insert into users (email, password, first_name, last_name) values (?, ?, ?, ?)",
    [email, await hashed, "Ada", "Lovelace"],
  );
  await logIn(client, email);
  return { id: Number(id), email, client };
}

export async function logIn(client: Client, email: string, password = PASSWORD): Promise<void> {
  const { status } = await client.post<SessionShown>("/api/login", { email, password });
  if (status !== 200) throw new Error(`${email} could not log in: ${status}`);
}

/** A guest with a session, and so with a cart. */
export async function makeGuest(client: Client): Promise<Client> {
  await client.get("/api/session");
  return client;
}

export interface SentMail {
  template: string;
  payload: Record<string, string>;
}

export async function mailsTo(shop: RunningShop, recipient: string): Promise<SentMail[]> {
  const rows = await shop.db.query<{ template: string; payload: unknown }>(
    "select template, payload from outbox where recipient = ? order by id",
    [recipient],
  );
  return rows.map(({ template, payload }) => ({
    template,
    payload: (typeof payload === "string" ? JSON.parse(payload) : payload) as Record<string, string>,
  }));
}

export async function lastToken(shop: RunningShop, recipient: string, template: string): Promise<string> {
  const mails = await mailsTo(shop, recipient);
  const token = mails.findLast((mail) => mail.template === template)?.payload.token;
  if (token === undefined) throw new Error(`${recipient} got no mail ${template}`);
  return token;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const ADDRESS = {
  firstName: "Ada",
  lastName: "Lovelace",
  line1: "12 St James's Square",
  city: "London",
  state: "Greater London",
  postalCode: "SW1Y 4JH",
  country: "GB",
};

export const newKey = (): string => randomBytes(16).toString("hex");
