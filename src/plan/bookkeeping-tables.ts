// Tables in which migration runners keep what they applied. In a schema that the application made they are right
// as they are: the source's would claim that other migrations ran.

/** Names that nothing else has. */
const NAMES: ReadonlySet<string> = new Set([
  "__migrationhistory",
  "_yoyo_migration",
  "_yoyo_log",
  "adonis_schema",
  "adonis_schema_versions",
  "bun_migrations",
  "bun_migration_locks",
  "directus_migrations",
  "doctrine_migration_versions",
  "gorp_migrations",
  "kysely_migration",
  "kysely_migration_lock",
  "phinxlog",
  "refinery_schema_history",
  "seaql_migrations",
  "strapi_database_schema",
  "strapi_migrations_internal",
  "_prisma_migrations",
  "__drizzle_migrations",
  "__diesel_schema_migrations",
  "__efmigrationshistory",
  "_sqlx_migrations",
  "alembic_version",
  "ar_internal_metadata",
  "databasechangelog",
  "databasechangeloglock",
  "django_migrations",
  "flyway_schema_history",
  "goose_db_version",
  "knex_migrations",
  "knex_migrations_lock",
  "migratehistory",
  "mikro_orm_migrations",
  "outgrow_migrations",
  "pgmigrations",
  "schema_migrations",
  "sequelizemeta",
  "strapi_migrations",
  "typeorm_metadata",
]);

/** Ordinary words, so that the columns must bear them out. */
const BY_COLUMNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // Laravel, TypeORM, gormigrate
  migrations: [["id", "migration", "batch"], ["id", "timestamp", "name"], ["id"]],
  // PocketBase
  _migrations: [["file", "applied"]],
  // Grafana
  migration_log: [["id", "migration_id", "sql", "success", "error", "timestamp"]],
  // FluentMigrator, which Radarr and Sonarr use
  versioninfo: [["Version", "AppliedOn", "Description"]],
  // Home Assistant
  schema_changes: [["change_id", "schema_version", "changed"]],
};

export function isBookkeepingTable(name: string, columns: readonly string[]): boolean {
  const has = (wanted: readonly string[]) =>
    columns.length === wanted.length && wanted.every((column) => columns.includes(column));
  const lower = name.toLowerCase();
  const known = Object.hasOwn(BY_COLUMNS, lower) ? (BY_COLUMNS[lower] ?? []) : [];
  return NAMES.has(lower) || known.some(has);
}
