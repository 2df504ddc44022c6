// The schema as files for the migration tools that take plain SQL, and how each is told that it is there already.

import { createHash } from "node:crypto";
import { join } from "node:path";

export const DDL_FORMATS = [
  "sql",
  "outgrow",
  "prisma",
  "drizzle",
  "node-pg-migrate",
  "dbmate",
  "flyway",
] as const;

export type DdlFormat = (typeof DDL_FORMATS)[number];

export interface DdlFile {
  /** Within the folder that the user names. */
  path: string;
  text: string;
}

export interface DdlFiles {
  files: DdlFile[];
  /** What to type, or to run as SQL, where `outgrow migrate` has made the schema already. */
  applied: string;
}

/** `at` gives the versions by which the tools order their files. */
export function ddlFiles(format: Exclude<DdlFormat, "sql">, script: string, at: Date): DdlFiles {
  const stamp = at.toISOString().replace(/\D/g, "").slice(0, 14);
  switch (format) {
    case "outgrow":
      return {
        files: [{ path: join("migrations", "001_init.sql"), text: script }],
        applied: "outgrow schema baseline --to 1",
      };
    case "prisma":
      return {
        files: [
          { path: join("prisma", "migrations", `${stamp}_init`, "migration.sql"), text: script },
          { path: join("prisma", "migrations", "migration_lock.toml"), text: 'provider = "postgresql"\n' },
        ],
        applied: `npx prisma migrate resolve --applied ${stamp}_init`,
      };
    case "drizzle": {
      const when = at.getTime();
      const hash = createHash("sha256").update(script).digest("hex");
      const journal = {
        version: "7",
        dialect: "postgresql",
        entries: [{ idx: 0, version: "7", when, tag: "0000_init", breakpoints: false }],
      };
      return {
        files: [
          { path: join("drizzle", "0000_init.sql"), text: script },
          { path: join("drizzle", "meta", "_journal.json"), text: `${JSON.stringify(journal, null, 2)}\n` },
        ],
        applied: [
          "create schema if not exists drizzle;",
          "create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);",
          `insert into drizzle.__drizzle_migrations (hash, created_at) values ('${hash}', ${when});`,
        ].join("\n"),
      };
    }
    case "node-pg-migrate":
      return {
        files: [{ path: join("migrations", `${at.getTime()}_init.sql`), text: `-- Up Migration\n${script}` }],
        applied: [
          "create table if not exists pgmigrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);",
          `insert into pgmigrations (name, run_on) values ('${at.getTime()}_init', now());`,
        ].join("\n"),
      };
    case "dbmate":
      return {
        files: [
          {
            path: join("db", "migrations", `${stamp}_init.sql`),
            text: `-- migrate:up\n${script}\n-- migrate:down\n`,
          },
        ],
        applied: [
          "create table if not exists schema_migrations (version varchar(128) primary key);",
          `insert into schema_migrations (version) values ('${stamp}');`,
        ].join("\n"),
      };
    case "flyway":
      return {
        files: [{ path: join("sql", "V1__init.sql"), text: script }],
        applied: 'flyway baseline -baselineVersion=1 -baselineDescription="init"',
      };
  }
}
