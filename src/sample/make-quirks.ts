// What a store that has lived holds beside its clean rows: what older versions of its code let through, and what was left
// behind while foreign keys were off.

import type Database from "better-sqlite3";
import { isoTime } from "./shop-clock.js";
import type { ShopWriter } from "./shop-writer.js";

/** Rows of each kind, by what is wrong with them. */
export interface Quirks {
  /** Prices of three decimals. */
  tooPrecise: number;
  /** Times with a T and a Z, or without seconds, beside CURRENT_TIMESTAMP's. */
  otherTimes: number;
  /** Searches of people whose account was deleted while nobody looked. */
  orphans: number;
  /** Accounts whose address differs from another's in case alone. */
  sameAddress: number;
  /** Descriptions of tens of thousands of characters. */
  longTexts: number;
}

/** One row in so many; at least one of each kind. */
const EVERY = 200;

export function makeQuirks({ db, random, size }: ShopWriter): Quirks {
  const some = (count: number) => Math.max(1, Math.ceil(count / EVERY));
  const pick = (table: string, count: number): number[] => {
    const ids = db.prepare(`select id from ${table}`).pluck().all() as number[];
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, ids.length)) {
      chosen.add(random.pick(ids));
    }
    return [...chosen];
  };
  const change = (table: string, ids: readonly number[], sql: string, value: (id: number) => unknown) => {
    const update = db.prepare(`update ${table} set ${sql} where id = ?`);
    for (const id of ids) {
      update.run(value(id), id);
    }
    return ids.length;
  };
  return {
    tooPrecise:
      change("products", pick("products", some(size.products) + 2), "price = price + ?", () => 0.005) +
      change("cart_items", pick("cart_items", some(size.users)), "price = price + ?", () => 0.001),
    otherTimes: otherTimes(db, pick("orders", 2 * some(size.orders))),
    orphans: orphans(db, pick("search_history", some(size.searches)), size.users),
    sameAddress: sameAddress(db, pick("users", some(size.users))),
    longTexts: change(
      "products",
      pick("products", some(size.products)),
      "description = ?",
      (id) => `${"Größe, Länge, Übermaß — 寸法 ☃ ".repeat(1_500)}${id}`,
    ),
  };
}

/** In turn as the application's Date wrote them and as a form did. */
function otherTimes(db: Database.Database, ids: readonly number[]): number {
  const read = db.prepare<[number], string>("select created_at from orders where id = ?").pluck();
  const write = db.prepare("update orders set created_at = ?, updated_at = ? where id = ?");
  for (const [i, id] of ids.entries()) {
    const before = read.get(id) ?? "";
    const time = i % 2 === 0 ? isoTime(Date.parse(`${before.replace(" ", "T")}Z`)) : before.slice(0, 16);
    write.run(time, time, id);
  }
  return ids.length;
}

function orphans(db: Database.Database, ids: readonly number[], users: number): number {
  const update = db.prepare("update search_history set user_id = ?, session_id = null where id = ?");
  for (const [i, id] of ids.entries()) {
    update.run(users + 1_000 + i, id);
  }
  return ids.length;
}

function sameAddress(db: Database.Database, ids: readonly number[]): number {
  const copy = db.prepare(`
    insert into users (email, password, first_name, last_name, created_at, updated_at)
    select case when email = upper(email) then lower(email) else upper(email) end,
           password, first_name, last_name, created_at, updated_at
      from users
     where id = ? and email <> case when email = upper(email) then lower(email) else upper(email) end
    on conflict (email) do nothing`);
  return ids.reduce((sum, id) => sum + copy.run(id).changes, 0);
}
