// Fills users, admins, user_addresses and email_tokens of the sample shop.

import type { Random } from "./random.js";
import { CLOSING_MS, DAY_MS, HOUR_MS, isoTime, OPENING_MS, sqlTime } from "./shop-clock.js";
import { type Cell, type MadeUser, openTable, type ShopWriter } from "./shop-writer.js";
import { COMPANIES, FIRST_NAMES, LAST_NAMES, PLACES, STREETS } from "./words.js";

/** The nine columns of an address that user_addresses and both halves of an order share, in the plan's order. */
export const ADDRESS_COLUMNS = [
  "first_name",
  "last_name",
  "company",
  "address_line_1",
  "address_line_2",
  "city",
  "state",
  "postal_code",
  "country",
] as const;

/** The cells of ADDRESS_COLUMNS for somebody who lives somewhere. */
export function makeAddress(random: Random, firstName: string, lastName: string): Cell[] {
  const place = random.pick(PLACES);
  const company = random.chance(0.1) ? random.pick(COMPANIES) : null;
  const street = `${1 + random.below(400)} ${random.pick(STREETS)}`;
  const flat = random.chance(0.2) ? `Apt. ${1 + random.below(90)}` : random.chance(0.2) ? "" : null;
  return [
    firstName,
    lastName,
    company,
    street,
    flat,
    place.city,
    place.state,
    place.postalCode,
    place.country,
  ];
}

/** A telephone number, an empty string where somebody cleared the field, or NULL. */
export function makePhone(random: Random): string | null {
  if (random.chance(0.3)) return null;
  return random.chance(0.05)
    ? ""
    : `+${1 + random.below(90)} ${100 + random.below(900)} ${1_000_000 + random.below(9_000_000)}`;
}

function makePassword(random: Random): string {
  return `$2b$10$${random.hex(53)}`;
}

/** Writes `size.users` users and remembers them for the orders. */
export function makeUsers(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "users", [
    "email",
    "password",
    "first_name",
    "last_name",
    "phone",
    "avatar",
    "email_verified",
    "is_active",
    "created_at",
    "updated_at",
  ]);
  const stepMs = (CLOSING_MS - OPENING_MS) / (shop.size.users + 1);
  for (let id = 1; id <= shop.size.users; id++) {
    const user = makeUser(random, id, OPENING_MS + Math.floor(id * stepMs));
    shop.users.push(user);
    rows.add([
      user.email,
      makePassword(random),
      user.firstName,
      user.lastName,
      user.phone,
      random.chance(0.3) ? `/uploads/avatars/${random.hex(12)}.jpg` : null,
      random.chance(0.8) ? 1 : 0,
      random.chance(0.97) ? 1 : 0,
      sqlTime(user.joinedMs),
      sqlTime(Math.min(user.joinedMs + random.below(200 * DAY_MS), CLOSING_MS)),
    ]);
  }
  rows.flush();
}

function makeUser(random: Random, id: number, joinedMs: number): MadeUser {
  const address = random.chance(0.02)
    ? `grüße+${id}@bücher.example`
    : `customer.${random.hex(4)}.${id}@example.com`;
  return {
    email: random.chance(0.05) ? address.toUpperCase() : address,
    firstName: random.pick(FIRST_NAMES),
    lastName: random.pick(LAST_NAMES),
    phone: makePhone(random),
    joinedMs,
  };
}

export function makeAdmins(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "admins", [
    "email",
    "password",
    "name",
    "role",
    "avatar",
    "is_active",
    "last_login",
    "created_at",
    "updated_at",
  ]);
  for (let id = 1; id <= shop.size.admins; id++) {
    const madeMs = OPENING_MS + random.below(300 * DAY_MS);
    rows.add([
      `admin${id}@shop.example`,
      makePassword(random),
      `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
      id === 1 ? "super_admin" : "admin",
      null,
      id % 7 === 0 ? 0 : 1,
      id % 5 === 0 ? null : isoTime(CLOSING_MS - random.below(30 * DAY_MS)),
      sqlTime(madeMs),
      sqlTime(madeMs + random.below(90 * DAY_MS)),
    ]);
  }
  rows.flush();
}

/** None to three addresses a user, the first of them the default. */
export function makeAddresses(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "user_addresses", [
    "user_id",
    "type",
    ...ADDRESS_COLUMNS,
    "phone",
    "is_default",
    "created_at",
    "updated_at",
  ]);
  for (const [place, user] of shop.users.entries()) {
    const addressCount = random.pick([0, 1, 1, 1, 1, 1, 2, 3]);
    for (let nth = 0; nth < addressCount; nth++) {
      const time = sqlTime(Math.min(user.joinedMs + random.below(60 * DAY_MS), CLOSING_MS));
      rows.add([
        place + 1,
        nth === 1 ? "billing" : "shipping",
        ...makeAddress(random, user.firstName, user.lastName),
        user.phone,
        nth === 0 ? 1 : 0,
        time,
        time,
      ]);
    }
  }
  rows.flush();
}

/** A verification token for every user, and one to reset the password for some; unused ones have NULL. */
export function makeTokens(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "email_tokens", [
    "user_id",
    "token",
    "type",
    "expires_at",
    "used_at",
    "created_at",
  ]);
  for (const [place, user] of shop.users.entries()) {
    for (const type of random.chance(0.25) ? ["verification", "reset"] : ["verification"]) {
      const madeMs = user.joinedMs + random.below(HOUR_MS);
      const usedMs = random.chance(0.8) ? madeMs + random.below(DAY_MS) : null;
      rows.add([
        place + 1,
        random.hex(64),
        type,
        isoTime(madeMs + DAY_MS),
        usedMs === null ? null : isoTime(usedMs),
        sqlTime(madeMs),
      ]);
    }
  }
  rows.flush();
}
