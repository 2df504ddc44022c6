// Frameworks of Python, Ruby, PHP, C#, Go and Rust.

import type { Framework, TypeHabit } from "./framework.js";

/** Where integers have no width in the language, keys stay bigint: nothing is lost by it, and ids do not run out. */
const WIDE_KEYS: readonly TypeHabit[] = [
  { declared: ["INT", "INTEGER"], only: "key", becomes: "bigint" },
  { declared: ["INT", "INTEGER"], becomes: "integer" },
];

export const OTHER_LANGUAGES: readonly Framework[] = [
  {
    name: "django",
    title: "Django",
    kind: "framework",
    signs: [[{ table: "django_migrations", columns: ["app", "name", "applied"] }]],
    bookkeeping: "django_migrations",
    stores:
      "datetime as text without a zone, bool as 0 and 1, UUIDs as 32 hexadecimal digits in char(32), JSON as text with CHECK (JSON_VALID(…))",
    types: [
      // AutoField and BigAutoField are declared alike; the columns that refer to it tell which it is.
      { declared: ["INTEGER"], only: "unreferred id", becomes: "bigint" },
      { declared: ["INTEGER", "INTEGER UNSIGNED"], becomes: "integer" },
      { declared: ["SMALLINT", "SMALLINT UNSIGNED"], becomes: "smallint" },
      { declared: ["DATETIME"], becomes: "timestamptz" },
      { declared: ["CHAR(32)"], becomes: "uuid" },
      { declared: ["TEXT"], only: "json", becomes: "jsonb" },
    ],
    naiveIsUtc: "where USE_TZ is on, the default since Django 5.0; else they are in TIME_ZONE",
    steps: [
      { does: 'set ENGINE "django.db.backends.postgresql" and the connection in DATABASES' },
      {
        does: "let Django make the tables; it also fills content types and permissions",
        type: "python manage.py migrate",
      },
    ],
    otherwise: {
      believes: "Django takes these migrations as applied",
      steps: [
        { does: "see whether it would run any", type: "python manage.py migrate --plan" },
        {
          does: "where the tables are as a migration would make them",
          type: "python manage.py migrate --fake APP MIGRATION",
        },
      ],
    },
    sources: [
      "https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate",
      "https://docs.djangoproject.com/en/stable/topics/i18n/timezones/",
      "https://docs.djangoproject.com/en/stable/ref/settings/#databases",
    ],
  },
  {
    name: "sqlalchemy",
    title: "SQLAlchemy",
    kind: "framework",
    signs: [[{ table: "alembic_version", columns: ["version_num"], only: true }]],
    bookkeeping: "alembic_version",
    stores:
      "DATETIME as text without a zone (YYYY-MM-DD HH:MM:SS.ffffff), BOOLEAN as 0 and 1, Uuid as CHAR(32), JSON as text",
    types: [...WIDE_KEYS, { declared: ["CHAR(32)"], becomes: "uuid" }],
    steps: [
      { does: "set sqlalchemy.url, or what env.py reads, to the PostgreSQL database" },
      { does: "let Alembic make the tables", type: "alembic upgrade head" },
    ],
    otherwise: {
      believes: "Alembic takes this revision as the state of the database",
      steps: [
        { does: "see it", type: "alembic current" },
        { does: "where it should be another", type: "alembic stamp head" },
      ],
    },
    sources: [
      "https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch",
    ],
  },
  {
    name: "rails",
    title: "Rails",
    kind: "framework",
    signs: [
      [
        { table: "schema_migrations", columns: ["version"], only: true },
        { table: "ar_internal_metadata", columns: ["key", "value"] },
      ],
      [{ table: "schema_migrations", columns: ["version"], only: true, index: "unique_schema_migrations" }],
    ],
    bookkeeping: "schema_migrations",
    stores:
      "datetime as text in UTC with up to 6 decimals, boolean as 1 and 0 ('t' and 'f' before Rails 5.2), json as text",
    types: [
      { declared: ["INTEGER"], only: "key", becomes: "bigint" },
      { declared: ["INTEGER"], column: /_id$/, becomes: "bigint" },
      { declared: ["INTEGER"], becomes: "integer" },
    ],
    steps: [
      { does: "set adapter: postgresql in config/database.yml, and use the gem pg" },
      { does: "let Rails make the tables from db/schema.rb", type: "bin/rails db:create db:schema:load" },
    ],
    otherwise: {
      believes: "Rails takes these versions as run",
      steps: [{ does: "see that it does", type: "bin/rails db:migrate:status" }],
    },
    sources: ["https://guides.rubyonrails.org/active_record_migrations.html#setup-the-database"],
  },
  {
    name: "laravel",
    title: "Laravel",
    kind: "framework",
    signs: [[{ table: "migrations", columns: ["id", "migration", "batch"], only: true }]],
    bookkeeping: "migrations",
    stores:
      "datetime as text without a zone and without decimals, tinyint(1) as 0 and 1, JSON as text, integer for every width",
    types: [{ declared: ["DATETIME", "TIMESTAMP"], becomes: "timestamp(0)" }],
    steps: [
      { does: "set DB_CONNECTION=pgsql, DB_HOST, DB_DATABASE, DB_USERNAME and DB_PASSWORD in .env" },
      { does: "let Laravel make the tables", type: "php artisan migrate" },
    ],
    otherwise: {
      believes: "Laravel takes these migrations as run",
      steps: [{ does: "see that it does", type: "php artisan migrate:status" }],
    },
    sources: [
      "https://laravel.com/docs/migrations#running-migrations",
      "https://laravel.com/docs/database#configuration",
    ],
  },
  {
    name: "ef-core",
    title: "Entity Framework Core",
    kind: "framework",
    signs: [[{ table: "__EFMigrationsHistory", columns: ["MigrationId", "ProductVersion"] }]],
    bookkeeping: "__EFMigrationsHistory",
    stores:
      "DateTime, Guid (upper case), decimal and TimeSpan all as TEXT, bool and every integer as INTEGER: the declared type tells none of them",
    types: [],
    steps: [
      {
        does: "use Npgsql.EntityFrameworkCore.PostgreSQL and UseNpgsql; migrations made for SQLite have to be made again",
      },
      {
        does: "let EF Core make the tables",
        type: "dotnet ef migrations add InitialPostgres && dotnet ef database update",
      },
    ],
    otherwise: {
      believes: "EF Core takes these migrations, which were made for SQLite, as applied",
      steps: [{ does: "see which it would still apply", type: "dotnet ef migrations list" }],
    },
    sources: [
      "https://learn.microsoft.com/ef/core/managing-schemas/migrations/providers",
      "https://learn.microsoft.com/ef/core/cli/dotnet",
    ],
  },
  {
    name: "gorm",
    title: "GORM",
    kind: "framework",
    signs: [
      [
        {
          table: "*",
          columns: ["created_at", "updated_at", "deleted_at"],
          index: "idx_*_deleted_at",
          holds: "`deleted_at` datetime",
        },
      ],
    ],
    stores: "bool as numeric 0 and 1, time.Time as text with a zone, every integer as integer",
    types: [
      { declared: ["NUMERIC"], becomes: "boolean" },
      { declared: ["DATETIME"], becomes: "timestamptz" },
    ],
    naiveIsUtc: "where CURRENT_TIMESTAMP wrote them",
    steps: [
      { does: "use gorm.io/driver/postgres, and start the application: db.AutoMigrate makes the tables" },
    ],
    sources: ["https://gorm.io/docs/connecting_to_the_database.html", "https://gorm.io/docs/migration.html"],
  },
  {
    name: "diesel",
    title: "Diesel",
    kind: "framework",
    signs: [[{ table: "__diesel_schema_migrations", columns: ["version", "run_on"] }]],
    bookkeeping: "__diesel_schema_migrations",
    stores:
      "INTEGER as i32 and BIGINT as i64, which are not read one for the other; TIMESTAMP as text without a zone, UUIDs as text",
    types: [
      { declared: ["INT", "INTEGER"], becomes: "integer" },
      // A String that is read from uuid is an error.
      { declared: ["CHAR(36)", "CHAR(32)"], becomes: "text" },
    ],
    steps: [
      { does: "write the migrations for PostgreSQL, and set DATABASE_URL to the database" },
      { does: "let Diesel make the tables", type: "diesel migration run" },
    ],
    otherwise: {
      believes: "Diesel takes these versions as run; migrations for PostgreSQL have to bear the same ones",
      steps: [{ does: "see that they do", type: "diesel migration list" }],
    },
    sources: ["https://diesel.rs/guides/getting-started"],
  },
];
