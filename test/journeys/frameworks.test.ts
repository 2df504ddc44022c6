// Moves of files that Prisma, Django and Rails made: their own types, every value compared, every object proven.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outgrow } from "../support/command.js";
import { makeSqlite, tempDir } from "../support/files.js";
import { testDatabase } from "../support/server.js";
import { DJANGO, PRISMA, RAILS } from "./framework-files.js";

interface Report {
  result: string;
  findings: {
    code: string;
    severity: string;
    table: string | null;
    object: string | null;
    reason: string;
    steps?: { does: string; type?: string }[];
  }[];
  verified: { differences: number };
  proofs?: { outcome: string; kind: string; name: string; detail: string }[];
}

async function moved(name: string, sql: string, ...more: string[]) {
  const database = await testDatabase(name);
  const ended = await outgrow(["migrate", makeSqlite(sql), database.url, "--json", "-q", ...more]);
  const report = ended.json() as Report;
  expect(ended.code, `${ended.stderr}\n${ended.stdout.slice(0, 4000)}`).toBe(0);
  expect(report.verified.differences).toBe(0);
  const client = await database.client();
  const { rows } = await client.query<{ place: string; type: string }>(
    `select c.relname || '.' || a.attname as place, format_type(a.atttypid, a.atttypmod) as type
       from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
  );
  const types = Object.fromEntries(rows.map(({ place, type }) => [place, type]));
  return { report, client, types, url: database.url };
}

describe("a file of Prisma", () => {
  it("gets Prisma's own types, and mixed instants become what they mean", async () => {
    const { report, client, types } = await moved("prisma", PRISMA);
    expect(types).toMatchObject({
      "User.id": "integer",
      "Post.authorId": "integer",
      "User.active": "boolean",
      "User.visits": "bigint",
      "User.settings": "jsonb",
      "User.createdAt": "timestamp(3) without time zone",
      "User.updatedAt": "timestamp(3) without time zone",
      "Post.publishedAt": "timestamp(3) without time zone",
      "_prisma_migrations.started_at": "timestamp with time zone",
      "_prisma_migrations.applied_steps_count": "integer",
    });
    const { rows } = await client.query(`select "createdAt"::text as at from "User" order by id`);
    expect(rows).toEqual([
      { at: "2026-01-01 00:00:00.123" },
      { at: "2026-01-02 03:04:05" },
      { at: "2026-01-02 03:04:06" },
    ]);
    await client.query(`insert into "User" (email, "updatedAt") values ('d', now())`);
    const { rows: made } = await client.query(
      `select id, active, "createdAt" between (now() at time zone 'UTC') - interval '1 minute' and (now() at time zone 'UTC') + interval '1 minute' as recent from "User" where email = 'd'`,
    );
    expect(made).toEqual([{ id: 8, active: true, recent: true }]);
    expect(report.findings.map(({ code }) => code)).toContain("form-not-kept");
    const books = report.findings.find(({ code }) => code === "bookkeeping-moved");
    expect(books?.reason).toContain("P3019");
    expect(JSON.stringify(books?.steps)).toContain("prisma migrate resolve --applied 0_init");
  });

  it("gets the general types with --framework none", async () => {
    const { types, report } = await moved(
      "prisma_none",
      PRISMA,
      "--framework",
      "none",
      "--exclude",
      "User,Post",
    );
    expect(types["_prisma_migrations.started_at"]).toBe("timestamp with time zone");
    expect(types["_prisma_migrations.applied_steps_count"]).toBe("bigint");
    expect(report.findings.filter(({ code }) => /framework|bookkeeping/.test(code))).toEqual([]);
  });
});

it("a file of Django gets Django's own types, with naive times taken for UTC, and told", async () => {
  const { report, client, types } = await moved("django", DJANGO);
  expect(types).toMatchObject({
    "django_migrations.id": "bigint",
    "django_migrations.applied": "timestamp with time zone",
    "auth_user.id": "integer",
    "auth_user.is_active": "boolean",
    "auth_user.last_login": "timestamp with time zone",
    "shop_order.user_id": "integer",
    "shop_product.id": "bigint",
    "shop_order.product_id": "bigint",
    "shop_product.uid": "uuid",
    "shop_product.stock": "integer",
    "shop_product.rank": "smallint",
    "shop_product.data": "jsonb",
  });
  const { rows } = await client.query(
    `select to_char(placed at time zone 'UTC', 'HH24:MI:SS.US') as at from shop_order order by id`,
  );
  expect(rows).toEqual([{ at: "10:00:00.000001" }, { at: "11:00:00.000000" }]);
  const told = report.findings.filter(({ code }) => code === "time-without-zone");
  expect(told.map(({ severity }) => severity)).toEqual(Array(4).fill("warning"));
  expect(told[0]?.reason).toContain("taken for UTC, as Django means them where USE_TZ is on");
  expect(report.findings.filter(({ code }) => /not-carried|differs|not-proven/.test(code))).toEqual([]);
});

it("keeps Django's naive times as they are where that is decided", async () => {
  const { types } = await moved("django_naive", DJANGO, "--decide", "time-without-zone=timestamp");
  expect(types["shop_order.placed"]).toBe("timestamp without time zone");
});

it("a file of Rails gets bigint keys and integer elsewhere", async () => {
  const { report, types } = await moved("rails", RAILS);
  expect(types).toMatchObject({
    "users.id": "bigint",
    "users.logins": "integer",
    "users.admin": "boolean",
    "users.created_at": "timestamp without time zone",
    "posts.user_id": "bigint",
    "posts.editor_id": "bigint",
    "posts.likes": "integer",
    "posts.price": "numeric(10,2)",
    "posts.meta": "json",
  });
  expect(report.findings.find(({ code }) => code === "framework-recognised")).toMatchObject({
    object: "Rails",
    steps: expect.arrayContaining([
      { does: expect.any(String), type: "bin/rails db:create db:schema:load" },
      { does: expect.any(String), type: "outgrow migrate SOURCE TARGET --existing-rows replace" },
    ]),
  });
});

it("moves into tables that Rails made, and leaves its bookkeeping alone", async () => {
  const database = await testDatabase("rails_made");
  const client = await database.client();
  await client.query(`
    create table schema_migrations (version varchar not null primary key);
    create table ar_internal_metadata (key varchar not null primary key, value varchar, created_at timestamp(6) not null, updated_at timestamp(6) not null);
    create table users (id bigserial primary key, name varchar, admin boolean default false not null, logins integer default 0,
      created_at timestamp(6) not null, updated_at timestamp(6) not null);
    create table posts (id bigserial primary key, user_id bigint not null references users (id), likes integer, price numeric(10,2),
      meta json, editor_id bigint, created_at timestamp(6) not null);
    insert into schema_migrations values ('20260101000000');
    insert into users (name, created_at, updated_at) values ('seed', now(), now());`);
  const args = ["migrate", makeSqlite(RAILS), database.url, "--json", "-q", "--existing-rows", "replace"];
  const ended = await outgrow(args);
  const report = ended.json() as Report;
  expect(ended.code, ended.stderr).toBe(0);
  expect(report.verified.differences).toBe(0);
  const left = report.findings
    .filter(({ code }) => code === "bookkeeping-left-alone")
    .map(({ table }) => table);
  expect(left.sort()).toEqual(["ar_internal_metadata", "schema_migrations"]);
  expect(report.findings.find(({ code }) => code === "framework-recognised")?.reason).toContain(
    "their types hold",
  );
  const { rows } = await client.query(
    "select (select count(*)::int from schema_migrations) as books, (select count(*)::int from users) as users",
  );
  expect(rows).toEqual([{ books: 1, users: 2 }]);
});

it("tells the steps on the terminal and on the page, and refuses a framework that it does not know", async () => {
  const file = makeSqlite(PRISMA);
  const folder = tempDir();
  const html = join(folder, "report.html");
  const shown = await outgrow(["assess", file, "-q", "--html", html]);
  expect(shown.code, shown.stderr).toBe(0);
  for (const text of [shown.stdout, readFileSync(html, "utf8")]) {
    expect(text).toContain("npx prisma migrate dev --name init");
    expect(text).toContain("outgrow migrate SOURCE TARGET --existing-rows replace");
  }
  const wrong = await outgrow(["assess", file, "--framework", "prizma"]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("mikro-orm");
  const plan = join(folder, "plan.yaml");
  writeFileSync(plan, "version: 1\nframework: prizma\n");
  const misread = await outgrow(["assess", file, "--plan", plan]);
  expect(misread.code).toBe(2);
  expect(misread.stderr).toContain("wrong at framework");
  writeFileSync(plan, "version: 1\nframework: none\n");
  const general = await outgrow(["assess", file, "-q", "--plan", plan, "--json"]);
  expect(general.stdout).not.toContain("framework-recognised");
});

it("leaves times with several zones text, since one type would not keep the zones", async () => {
  const { types } = await moved(
    "gorm_zones",
    `create table \`notes\` (\`id\` integer PRIMARY KEY AUTOINCREMENT,\`created_at\` datetime,\`updated_at\` datetime,\`deleted_at\` datetime,\`done\` numeric DEFAULT false);
     create index \`idx_notes_deleted_at\` on \`notes\`(\`deleted_at\`);
     insert into notes (created_at, updated_at, done) values
       ('2026-01-01 00:00:00.5+01:00', '2026-01-01 00:00:00+00:00', 1), ('2026-07-01 00:00:00.5+02:00', '2026-01-01 00:00:00', 0);`,
  );
  expect(types).toMatchObject({
    "notes.created_at": "text",
    "notes.updated_at": "timestamp with time zone",
    "notes.done": "boolean",
  });
});
