// Tables in which migration runners keep what they applied. In a schema that the application made they are right
// as they are: the source's would claim that other migrations ran.

const NAMES: ReadonlySet<string> = new Set([
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

/** Laravel's and TypeORM's `migrations` is an ordinary word, so its columns must bear it out. */
const LARAVEL = ["id", "migration", "batch"];
const TYPEORM = ["id", "timestamp", "name"];

export function isBookkeepingTable(name: string, columns: readonly string[]): boolean {
  const has = (wanted: readonly string[]) =>
    columns.length === wanted.length && wanted.every((column) => columns.includes(column));
  const lower = name.toLowerCase();
  return NAMES.has(lower) || (lower === "migrations" && (has(LARAVEL) || has(TYPEORM)));
}
