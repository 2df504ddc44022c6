// Which framework or application made a file, and what a plan says of it.

import { expect, it } from "vitest";
import { FRAMEWORKS } from "#outgrow/plan/frameworks/catalog.js";
import { DJANGO, PRISMA, RAILS } from "../journeys/framework-files.js";
import { describeFixtures } from "../support/files.js";
import { planOf, planOfFile } from "./plan-of.js";

const TYPEORM = `create table "migrations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL);`;
const KNEX = `
  create table \`knex_migrations\` (\`id\` integer not null primary key autoincrement, \`name\` varchar(255), \`batch\` integer, \`migration_time\` datetime);
  create table \`knex_migrations_lock\` (\`index\` integer not null primary key autoincrement, \`is_locked\` integer);`;
const ALEMBIC =
  "create table alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));";
const DIESEL =
  "create table __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);";
const VERSION_INFO = `create table "VersionInfo" ("Version" INTEGER NOT NULL, "AppliedOn" DATETIME, "Description" TEXT);`;
const tables = (...names: string[]) =>
  names.map((name) => `create table "${name}" ("Id" INTEGER PRIMARY KEY);`).join("\n");

/** By --framework's word: a schema as it makes it, and what is recognised. */
const SCHEMAS: Record<string, [sql: string, titles: string[]]> = {
  prisma: [PRISMA, ["Prisma"]],
  drizzle: [
    "create table __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);",
    ["Drizzle"],
  ],
  typeorm: [TYPEORM, ["TypeORM"]],
  knex: [KNEX, ["Knex"]],
  sequelize: [
    "create table `SequelizeMeta` (`name` VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);",
    ["Sequelize"],
  ],
  "mikro-orm": [
    "create table `mikro_orm_migrations` (`id` integer not null primary key autoincrement, `name` varchar(255), `executed_at` datetime default current_timestamp);",
    ["MikroORM"],
  ],
  django: [DJANGO, ["Django"]],
  sqlalchemy: [ALEMBIC, ["SQLAlchemy"]],
  rails: [RAILS, ["Rails"]],
  laravel: [
    `create table "migrations" ("id" integer primary key autoincrement not null, "migration" varchar not null, "batch" integer not null);`,
    ["Laravel"],
  ],
  "ef-core": [
    `create table "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);`,
    ["Entity Framework Core"],
  ],
  gorm: [
    "create table `people` (`id` integer PRIMARY KEY AUTOINCREMENT,`created_at` datetime,`updated_at` datetime,`deleted_at` datetime); create index `idx_people_deleted_at` on `people`(`deleted_at`);",
    ["GORM"],
  ],
  diesel: [DIESEL, ["Diesel"]],
  grafana: [
    `create table \`migration_log\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`migration_id\` TEXT NOT NULL, \`sql\` TEXT NOT NULL, \`success\` INTEGER NOT NULL, \`error\` TEXT NOT NULL, \`timestamp\` DATETIME NOT NULL);
     create table \`dashboard\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`version\` INTEGER NOT NULL, \`slug\` TEXT NOT NULL, \`org_id\` INTEGER NOT NULL);
     create table \`data_source\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`org_id\` INTEGER NOT NULL, \`type\` TEXT NOT NULL);`,
    ["Grafana"],
  ],
  gitea: [
    `create table \`version\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`version\` INTEGER NULL);
     create table \`repository\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`owner_id\` INTEGER NULL, \`lower_name\` TEXT NOT NULL);
     create table \`issue\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`repo_id\` INTEGER NULL, \`index\` INTEGER NULL);
     create table \`public_key\` (\`id\` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \`fingerprint\` TEXT NOT NULL);`,
    ["Gitea"],
  ],
  n8n: [
    `${TYPEORM} create table "workflow_entity" ("id" varchar(36) PRIMARY KEY NOT NULL); create table "execution_entity" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL); create table "credentials_entity" ("id" varchar(36) PRIMARY KEY NOT NULL);`,
    ["n8n", "TypeORM"],
  ],
  "home-assistant": [
    `create table recorder_runs (run_id INTEGER NOT NULL, start DATETIME NOT NULL, PRIMARY KEY (run_id));
     create table schema_changes (change_id INTEGER NOT NULL, schema_version INTEGER, changed DATETIME NOT NULL, PRIMARY KEY (change_id));
     create table states (state_id INTEGER NOT NULL, last_updated_ts FLOAT, PRIMARY KEY (state_id));
     create table events (event_id INTEGER NOT NULL, PRIMARY KEY (event_id));`,
    ["Home Assistant"],
  ],
  radarr: [`${VERSION_INFO}${tables("Movies", "QualityProfiles")}`, ["Radarr"]],
  sonarr: [`${VERSION_INFO}${tables("Series", "Episodes", "QualityProfiles")}`, ["Sonarr"]],
  lidarr: [`${VERSION_INFO}${tables("Artists", "Albums", "QualityProfiles")}`, ["Lidarr"]],
  prowlarr: [
    `${VERSION_INFO}${tables("Indexers", "IndexerStatus", "ApplicationIndexerMapping")}`,
    ["Prowlarr"],
  ],
  vaultwarden: [
    `${DIESEL} create table ciphers (uuid TEXT NOT NULL PRIMARY KEY, user_uuid TEXT); create table users (uuid TEXT NOT NULL PRIMARY KEY, akey TEXT NOT NULL); create table users_organizations (uuid TEXT NOT NULL PRIMARY KEY);`,
    ["vaultwarden", "Diesel"],
  ],
  strapi: [
    `${KNEX} create table \`strapi_migrations\` (\`id\` integer not null primary key autoincrement, \`name\` varchar(255), \`time\` datetime);`,
    ["Strapi", "Knex"],
  ],
  "paperless-ngx": [
    `${DJANGO}${tables("documents_document", "documents_correspondent", "documents_tag")}`,
    ["Paperless-ngx", "Django"],
  ],
  "uptime-kuma": [
    `create table heartbeat (id INTEGER PRIMARY KEY, important BOOLEAN, monitor_id INTEGER); create table monitor (id INTEGER PRIMARY KEY, interval INTEGER, url TEXT); create table monitor_notification (id INTEGER PRIMARY KEY, monitor_id INTEGER, notification_id INTEGER);`,
    ["Uptime Kuma"],
  ],
  pocketbase: [
    "create table `_collections` (`id` TEXT PRIMARY KEY, `listRule` TEXT, `viewRule` TEXT); create table `_params` (`id` TEXT PRIMARY KEY, `value` JSON);",
    ["PocketBase"],
  ],
};

const recognised = (sql: string, framework?: string) =>
  planOf(sql, framework === undefined ? {} : { framework }).findings.filter(
    ({ code }) => code === "framework-recognised",
  );

it("has a schema here for each one it knows", () => {
  expect(Object.keys(SCHEMAS).sort()).toEqual(FRAMEWORKS.map(({ name }) => name).sort());
});

it.each(Object.entries(SCHEMAS))("recognises %s by its tables, and says which", (_, [sql, titles]) => {
  const found = recognised(sql);
  expect(found.map(({ object }) => object)).toEqual(titles);
  for (const { reason, severity } of found) {
    expect(reason).toMatch(/made it: table "/);
    expect(severity).toBe("note");
  }
});

it.each(FRAMEWORKS.filter(({ steps }) => steps !== null).map((one) => [one.name, one] as const))(
  "tells how %s is moved, and ends with outgrow's own command",
  (name, { steps }) => {
    const [found] = recognised(SCHEMAS[name]?.[0] ?? "");
    expect(found?.steps?.slice(0, -1)).toEqual(steps);
    expect(found?.steps?.at(-1)?.type).toBe("outgrow migrate SOURCE TARGET --existing-rows replace");
  },
);

it.each([
  [
    "migrations of unknown columns",
    "create table migrations (version integer primary key, migrated_at datetime)",
  ],
  [
    "TypeORM's columns and one more",
    `create table migrations (id integer primary key, timestamp bigint, name text, note text)`,
  ],
  ["schema_migrations of dbmate", "create table schema_migrations (version varchar(128) primary key)"],
  ["schema_migrations of golang-migrate", "create table schema_migrations (version uint64, dirty bool)"],
  [
    "deleted_at without GORM's index",
    "create table t (created_at datetime, updated_at datetime, deleted_at datetime)",
  ],
  [
    "GORM's names in another spelling",
    `create table "t" ("created_at" datetime, "updated_at" datetime, "deleted_at" datetime); create index idx_t_deleted_at on t (deleted_at)`,
  ],
  ["VersionInfo alone", VERSION_INFO],
  ["a table called __proto__", `create table "__proto__" (x); create table "constructor" (y)`],
  ["a table of a view's name", "create view django_migrations as select 1 as app, 2 as name, 3 as applied"],
])("takes %s for none", (_, sql) => {
  expect(recognised(sql)).toEqual([]);
});

it("knows names without regard to case, and quotes what it found in the file", () => {
  const [found] = recognised(
    `create table "x""; drop" (CREATED_AT datetime, updated_at datetime, \`deleted_at\` datetime); create index "IDX_x""; drop_DELETED_AT" on "x""; drop" (deleted_at);`,
  );
  expect(found?.object).toBe("GORM");
  expect(found?.reason).toContain('table "x""; drop" with created_at');
});

it("lets no habit weigh where two frameworks share a file, until one is named", () => {
  const sql = `${KNEX}${ALEMBIC} create table t (n integer, d datetime); insert into t values (1, '2026-01-01 00:00:00');`;
  const typesOf = (framework: string) =>
    planOf(sql, { framework })
      .tables.find(({ source }) => source === "t")
      ?.columns.map(({ type }) => type);
  expect(typesOf("auto")).toEqual(["bigint", "timestamp"]);
  expect(typesOf("knex")).toEqual(["integer", "timestamptz"]);
  expect(typesOf("sqlalchemy")).toEqual(["integer", "timestamp"]);
  expect(recognised(sql)[0]?.reason).toContain("--framework knex");
});

it("gives no advice for what an application is made with, nor tells of a framework that was not asked for", () => {
  const [n8n, typeorm] = recognised(SCHEMAS.n8n?.[0] ?? "");
  expect(n8n?.steps?.length).toBeGreaterThan(1);
  expect(typeorm?.steps).toBeUndefined();
  expect(recognised(PRISMA, "none")).toEqual([]);
  expect(recognised(PRISMA, "rails")[0]?.reason).toContain("Rails made it, as --framework says");
  expect(() => recognised(PRISMA, "prizma")).toThrowError(
    expect.objectContaining({ code: "usage", hint: expect.stringContaining("prisma") }),
  );
});

it("says what becomes of bookkeeping that moves along", () => {
  const books = planOf(`${ALEMBIC} insert into alembic_version values ('abc');`).findings.filter(
    ({ code }) => code === "bookkeeping-moved",
  );
  expect(books).toMatchObject([{ table: "alembic_version", count: 1 }]);
  expect(books[0]?.steps?.map(({ type }) => type)).toEqual(["alembic current", "alembic stamp head"]);
});

describeFixtures("real files", (copy) => {
  it.each([
    ["django_blog.db", ["Django"]],
    ["rails_18f_tracker.db", ["Rails"]],
    ["optuna_320.db", ["SQLAlchemy"]],
    ["headscale_zero_time.db", ["GORM"]],
    ["uptime_kuma.db", ["Uptime Kuma"]],
    ["pocketbase_data.db", ["PocketBase"]],
    ["invokeai_v5.db", []],
    ["gnucash_simple.db", []],
    ["chinook.db", []],
    ["prisma1_migration_engine.db", []],
  ])("%s is of %j", (name, titles) => {
    const found = planOfFile(copy(name)).findings.filter(({ code }) => code === "framework-recognised");
    expect(found.map(({ object }) => object)).toEqual(titles);
  });
});
