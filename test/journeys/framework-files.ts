// Small SQLite files in the words of the frameworks that make them, with values as those write them.

/** As `prisma migrate dev` prints it for SQLite; Date values as the engine of Prisma 6 stores them. */
export const PRISMA = `
  CREATE TABLE "_prisma_migrations" (
    "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
    "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
  CREATE TABLE "User" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT NOT NULL, "active" BOOLEAN NOT NULL DEFAULT true,
    "visits" BIGINT NOT NULL DEFAULT 0, "settings" JSONB,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" DATETIME NOT NULL);
  CREATE TABLE "Post" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "authorId" INTEGER NOT NULL, "title" TEXT NOT NULL,
    "publishedAt" DATETIME,
    CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE);
  CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
  INSERT INTO "_prisma_migrations" VALUES
    ('a7b1e8c0-5d0e-4b8e-9a51-2f5a1c8f1f10', 'c0ffee', 1767225600123, '20260101000000_init', NULL, NULL, 1767225600001, 1);
  INSERT INTO "User" VALUES
    (1, 'a@example.com', 1, 12, '{"theme": "dark", "n": 1}', 1767225600123, 1767225600456),
    (2, 'b@example.com', 0, 9007199254740993, NULL, '2026-01-02 03:04:05', 1767312000000),
    (7, 'c@example.com', 1, 0, '[]', '2026-01-02 03:04:06', 1767312000001);
  INSERT INTO "Post" VALUES (1, 7, 'one', 1767312000001), (2, 1, 'two', NULL);`;

/** As Django 5 makes it, with USE_TZ. */
export const DJANGO = `
  CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL,
    "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
  CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "username" varchar(150) NOT NULL UNIQUE,
    "is_active" bool NOT NULL, "last_login" datetime NULL, "date_joined" datetime NOT NULL);
  CREATE TABLE "shop_product" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "uid" char(32) NOT NULL UNIQUE,
    "price" decimal NOT NULL, "stock" integer unsigned NOT NULL CHECK ("stock" >= 0),
    "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "rank" smallint NULL);
  CREATE TABLE "shop_order" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "placed" datetime NOT NULL,
    "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED,
    "product_id" bigint NOT NULL REFERENCES "shop_product" ("id") DEFERRABLE INITIALLY DEFERRED);
  INSERT INTO "django_migrations" VALUES (1, 'auth', '0001_initial', '2026-01-01 00:00:00.123456');
  INSERT INTO "auth_user" VALUES (1, 'ada', 1, '2026-01-02 03:04:05', '2026-01-01 00:00:00.5'), (2, 'bob', 0, NULL, '2026-01-01 00:00:00');
  INSERT INTO "shop_product" VALUES
    (1, '0190163d8694739baea5966c26f8ad91', 12.5, 3, '{"b": 1, "a": [true, null]}', 1),
    (2, '0190163d8694739baea5966c26f8ad92', 7, 0, '{}', NULL);
  INSERT INTO "shop_order" VALUES (1, '2026-01-03 10:00:00.000001', 1, 2), (2, '2026-01-03 11:00:00', 2, 1);`;

/** As Rails 7 makes it. */
export const RAILS = `
  CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);
  CREATE TABLE "ar_internal_metadata" ("key" varchar NOT NULL PRIMARY KEY, "value" varchar,
    "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);
  CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar, "admin" boolean DEFAULT 0 NOT NULL,
    "logins" integer DEFAULT 0, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);
  CREATE TABLE "posts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "user_id" integer NOT NULL, "likes" integer,
    "price" decimal(10,2), "meta" json, "editor_id" integer, "created_at" datetime(6) NOT NULL,
    CONSTRAINT "fk_rails_5b5ddfd518" FOREIGN KEY ("user_id") REFERENCES "users" ("id"));
  CREATE INDEX "index_posts_on_user_id" ON "posts" ("user_id");
  INSERT INTO "schema_migrations" VALUES ('20260101000000'), ('20260102000000');
  INSERT INTO "ar_internal_metadata" VALUES ('environment', 'production', '2026-01-01 00:00:00.123456', '2026-01-01 00:00:00.123456');
  INSERT INTO "users" VALUES (1, 'ada', 1, 3, '2026-01-01 00:00:00.123456', '2026-01-02 00:00:00.000001'),
    (4, 'bob', 0, NULL, '2026-01-01 00:00:00.123456', '2026-01-02 00:00:00.5');
  INSERT INTO "posts" VALUES (1, 4, 2, 12.5, '{"a": 1}', 1, '2026-01-02 00:00:00.000001'), (2, 1, NULL, 3, NULL, NULL, '2026-01-02 00:00:00.123');`;
