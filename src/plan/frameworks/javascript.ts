// Frameworks of JavaScript and TypeScript.

import type { Framework, TypeHabit } from "./framework.js";

/** Their drivers give bigint as a string, so an application that made INTEGER wants integer back, keys included. */
const INTEGERS: readonly TypeHabit[] = [{ declared: ["INT", "INTEGER"], becomes: "integer" }];

export const JAVASCRIPT: readonly Framework[] = [
  {
    name: "prisma",
    title: "Prisma",
    kind: "framework",
    signs: [
      [{ table: "_prisma_migrations", columns: ["checksum", "migration_name", "applied_steps_count"] }],
    ],
    bookkeeping: "_prisma_migrations",
    stores:
      "DATETIME as milliseconds since 1970 beside the texts of CURRENT_TIMESTAMP, or as ISO 8601 texts; booleans as 0 and 1",
    types: [
      { table: "_prisma_migrations", declared: ["DATETIME"], becomes: "timestamptz" },
      ...INTEGERS,
      { declared: ["INTEGER UNSIGNED"], becomes: "integer" },
      { declared: ["DATETIME"], becomes: "timestamp(3)" },
      { declared: ["JSONB"], becomes: "jsonb" },
    ],
    steps: [
      { does: 'set provider = "postgresql" in schema.prisma, and DATABASE_URL to the PostgreSQL database' },
      {
        does: "begin a new history: migrations and migration_lock.toml are for SQLite, and Prisma refuses them with P3019",
        type: "mv prisma/migrations prisma/migrations-sqlite && npx prisma migrate dev --name init",
      },
    ],
    otherwise: {
      believes:
        "Prisma takes the moved rows for its history, but refuses to migrate with P3019, since migration_lock.toml says sqlite",
      steps: [
        {
          does: "set the provider, and begin a new history that describes the tables as they are (before Prisma 7 the option is --to-schema-datamodel)",
          type: "mv prisma/migrations prisma/migrations-sqlite && mkdir -p prisma/migrations/0_init && npx prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script > prisma/migrations/0_init/migration.sql",
        },
        {
          does: "take the old one out, and mark the new one as applied",
          type: `psql TARGET -c 'truncate "_prisma_migrations"' && npx prisma migrate resolve --applied 0_init`,
        },
      ],
    },
    sources: [
      "https://www.prisma.io/docs/orm/prisma-migrate/getting-started",
      "https://www.prisma.io/docs/getting-started/setup-prisma/add-to-existing-project/relational-databases/baseline-your-database-node-postgresql",
      "https://github.com/LabsCrypt/flowfi/issues/525",
    ],
  },
  {
    name: "drizzle",
    title: "Drizzle",
    kind: "framework",
    signs: [[{ table: "__drizzle_migrations", columns: ["hash", "created_at"] }]],
    bookkeeping: "__drizzle_migrations",
    stores:
      "booleans and instants (seconds or milliseconds since 1970) as INTEGER, JSON as text or blob: the declared type tells none of them",
    types: [],
    steps: [
      {
        does: "write the schema again with drizzle-orm/pg-core, and set the dialect postgresql in drizzle.config.ts",
      },
      { does: "let Drizzle make the tables", type: "npx drizzle-kit generate && npx drizzle-kit migrate" },
    ],
    otherwise: {
      believes:
        "Drizzle does not read the moved table: in PostgreSQL it keeps its history in the schema drizzle unless told otherwise",
      steps: [],
    },
    sources: [
      "https://orm.drizzle.team/docs/drizzle-config-file",
      "https://orm.drizzle.team/docs/migrations",
    ],
  },
  {
    name: "typeorm",
    title: "TypeORM",
    kind: "framework",
    signs: [
      [{ table: "migrations", columns: ["id", "timestamp", "name"], only: true }],
      [{ table: "typeorm_metadata", columns: ["type", "database", "schema", "table", "name", "value"] }],
    ],
    bookkeeping: "migrations",
    stores:
      "datetime as text in UTC with and without milliseconds, boolean as 0 and 1, simple-json and simple-array as text",
    types: [...INTEGERS],
    steps: [
      {
        does: 'set type: "postgres" and the connection in the DataSource; migrations written for SQLite have to be written again',
      },
      { does: "let TypeORM make the tables", type: "npx typeorm migration:run -d path/to/datasource" },
    ],
    otherwise: {
      believes: "TypeORM takes the migrations of these names as run",
      steps: [
        {
          does: "where the PostgreSQL migrations have other names, record them without running them",
          type: "npx typeorm migration:run --fake -d path/to/datasource",
        },
      ],
    },
    sources: ["https://typeorm.io/docs/advanced-topics/using-cli"],
  },
  {
    name: "knex",
    title: "Knex",
    kind: "framework",
    signs: [[{ table: "knex_migrations", columns: ["name", "batch", "migration_time"] }]],
    bookkeeping: "knex_migrations",
    stores:
      "datetime as milliseconds since 1970 where JavaScript wrote a Date, as text where knex.fn.now() did; boolean as 0 and 1",
    types: [
      ...INTEGERS,
      { declared: ["DATETIME", "TIMESTAMP"], becomes: "timestamptz" },
      { declared: ["CHAR(36)"], becomes: "uuid" },
    ],
    naiveIsUtc: "where knex.fn.now() wrote them",
    steps: [
      { does: 'set client: "pg" and the connection in the knexfile' },
      { does: "let Knex make the tables", type: "npx knex migrate:latest" },
    ],
    otherwise: {
      believes: "Knex takes the migrations of these names as run, and wants their files where they were",
      steps: [{ does: "see that it does", type: "npx knex migrate:status" }],
    },
    sources: ["https://knexjs.org/guide/migrations.html"],
  },
  {
    name: "sequelize",
    title: "Sequelize",
    kind: "framework",
    signs: [[{ table: "SequelizeMeta", columns: ["name"], only: true }]],
    bookkeeping: "SequelizeMeta",
    stores:
      "DATETIME as text in UTC (YYYY-MM-DD HH:MM:SS.mmm +00:00), TINYINT(1) as 0 and 1, UUID and JSON as text",
    types: [
      ...INTEGERS,
      { declared: ["DATETIME"], becomes: "timestamptz" },
      { declared: ["UUID"], becomes: "uuid" },
    ],
    naiveIsUtc: "unless its option timezone says otherwise",
    steps: [
      { does: 'set dialect: "postgres" and the connection in the configuration' },
      { does: "let Sequelize make the tables", type: "npx sequelize-cli db:migrate" },
    ],
    otherwise: {
      believes: "Sequelize takes the migrations of these names as run",
      steps: [{ does: "see that it does", type: "npx sequelize-cli db:migrate:status" }],
    },
    sources: ["https://sequelize.org/docs/v6/other-topics/migrations/"],
  },
  {
    name: "mikro-orm",
    title: "MikroORM",
    kind: "framework",
    signs: [[{ table: "mikro_orm_migrations", columns: ["name", "executed_at"] }]],
    bookkeeping: "mikro_orm_migrations",
    stores: "datetime as milliseconds since 1970 or as text, boolean as 0 and 1, json as text",
    types: [
      ...INTEGERS,
      { declared: ["DATETIME"], becomes: "timestamptz" },
      { declared: ["JSON"], becomes: "jsonb" },
    ],
    naiveIsUtc: "where CURRENT_TIMESTAMP wrote them",
    steps: [
      {
        does: "use @mikro-orm/postgresql in the configuration; migrations written for SQLite have to be made again",
      },
      {
        does: "let MikroORM make the tables",
        type: "npx mikro-orm migration:create --initial && npx mikro-orm migration:up",
      },
    ],
    otherwise: {
      believes: "MikroORM takes the migrations of these names, which were made for SQLite, as run",
      steps: [
        {
          does: "begin a new history, whose first migration it records as run where all tables are there",
          type: "psql TARGET -c 'truncate mikro_orm_migrations' && npx mikro-orm migration:create --initial",
        },
      ],
    },
    sources: [
      "https://mikro-orm.io/api/core/interface/IMigrator",
      "https://github.com/mikro-orm/mikro-orm/issues/1467",
    ],
  },
];
