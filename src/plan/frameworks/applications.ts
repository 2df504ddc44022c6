// Applications that keep their data in SQLite, and what each needs to be told to use PostgreSQL.

import type { Step } from "../finding.js";
import type { Framework } from "./framework.js";

const START: Step = {
  does: "start it once, so that it makes its tables, and stop it again; use the version that wrote the file",
};

function servarr(name: string, title: string, tables: readonly string[]): Framework {
  const variable = `${title.toUpperCase()}__POSTGRES__`;
  return {
    name,
    title,
    kind: "application",
    signs: [
      [{ table: "VersionInfo", columns: ["Version", "AppliedOn"] }, ...tables.map((table) => ({ table }))],
    ],
    bookkeeping: "VersionInfo",
    stores: "DATETIME as text, booleans and every integer as INTEGER",
    types: [],
    steps: [
      {
        does: "name the server and its two databases, in the environment or in config.xml",
        type: `${variable}HOST=… ${variable}PORT=5432 ${variable}USER=… ${variable}PASSWORD=… ${variable}MAINDB=${name}-main ${variable}LOGDB=${name}-log`,
      },
      START,
    ],
    otherwise: {
      believes: `${title} takes these migrations as applied, but expects booleans where SQLite has integers`,
      steps: [],
    },
    sources: [
      `https://wiki.servarr.com/${name}/postgres-setup`,
      "https://gist.github.com/tobz/929fd4ad8da80ac2ce524af73d4ea615",
      "https://github.com/Radarr/Radarr/issues/7387",
    ],
  };
}

export const APPLICATIONS: readonly Framework[] = [
  {
    name: "grafana",
    title: "Grafana",
    kind: "application",
    signs: [
      [
        { table: "migration_log", columns: ["migration_id", "sql", "success", "error", "timestamp"] },
        { table: "dashboard", columns: ["slug", "org_id"] },
        { table: "data_source", columns: ["org_id", "type"] },
      ],
    ],
    bookkeeping: "migration_log",
    stores: "DATETIME as text in UTC, booleans and every integer as INTEGER",
    types: [],
    steps: [
      {
        does: "name the database, in the environment or under [database] in grafana.ini",
        type: "GF_DATABASE_TYPE=postgres GF_DATABASE_HOST=… GF_DATABASE_NAME=… GF_DATABASE_USER=… GF_DATABASE_PASSWORD=…",
      },
      START,
    ],
    otherwise: {
      believes: "Grafana takes these migrations as run, but expects booleans where SQLite has integers",
      steps: [],
    },
    sources: [
      "https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#database",
      "https://wbhegedus.me/migrating-grafanas-database-from-sqlite-to-postgres/",
      "https://github.com/grafana/grafana/issues/15267",
    ],
  },
  {
    name: "gitea",
    title: "Gitea",
    kind: "application",
    signs: [
      [
        { table: "version", columns: ["id", "version"], only: true },
        { table: "repository", columns: ["owner_id", "lower_name"] },
        { table: "issue", columns: ["repo_id", "index"] },
        { table: "public_key", columns: ["fingerprint"] },
      ],
    ],
    bookkeeping: "version",
    stores: "instants as INTEGER seconds since 1970, booleans as INTEGER",
    types: [],
    steps: [
      {
        does: "set DB_TYPE = postgres, HOST, NAME, USER and PASSWD under [database] in app.ini, and let Gitea make its tables",
        type: "gitea migrate",
      },
    ],
    otherwise: {
      believes:
        "Gitea takes its schema as being of this version, but expects booleans where SQLite has integers",
      steps: [],
    },
    sources: [
      "https://docs.gitea.com/administration/config-cheat-sheet#database-database",
      "https://docs.gitea.com/administration/command-line#migrate",
      "https://github.com/go-gitea/gitea/issues/5651",
    ],
  },
  {
    name: "n8n",
    title: "n8n",
    kind: "application",
    madeWith: "typeorm",
    signs: [[{ table: "workflow_entity" }, { table: "execution_entity" }, { table: "credentials_entity" }]],
    bookkeeping: "migrations",
    stores: "as TypeORM",
    types: [],
    steps: [
      {
        does: "name the database, and keep the encryption key of the old instance (N8N_ENCRYPTION_KEY)",
        type: "DB_TYPE=postgresdb DB_POSTGRESDB_HOST=… DB_POSTGRESDB_DATABASE=… DB_POSTGRESDB_USER=… DB_POSTGRESDB_PASSWORD=…",
      },
      START,
    ],
    sources: [
      "https://docs.n8n.io/hosting/configuration/supported-databases-settings/",
      "https://github.com/n8n-io/n8n/issues/22569",
    ],
  },
  {
    name: "home-assistant",
    title: "Home Assistant",
    kind: "application",
    madeWith: "sqlalchemy",
    signs: [
      [
        { table: "recorder_runs", columns: ["run_id"] },
        { table: "schema_changes", columns: ["change_id", "schema_version"] },
        { table: "states" },
        { table: "events" },
      ],
    ],
    bookkeeping: "schema_changes",
    stores: "as SQLAlchemy; instants of states and events as REAL seconds since 1970",
    types: [],
    steps: [
      { does: "under recorder: in configuration.yaml, set db_url: postgresql://USER:PASSWORD@HOST/DATABASE" },
      START,
    ],
    sources: [
      "https://www.home-assistant.io/integrations/recorder/",
      "https://github.com/home-assistant/core/issues/115138",
    ],
  },
  servarr("radarr", "Radarr", ["Movies", "QualityProfiles"]),
  servarr("sonarr", "Sonarr", ["Series", "Episodes", "QualityProfiles"]),
  servarr("lidarr", "Lidarr", ["Artists", "Albums", "QualityProfiles"]),
  servarr("prowlarr", "Prowlarr", ["Indexers", "IndexerStatus", "ApplicationIndexerMapping"]),
  {
    name: "vaultwarden",
    title: "vaultwarden",
    kind: "application",
    madeWith: "diesel",
    signs: [
      [
        { table: "ciphers", columns: ["uuid", "user_uuid"] },
        { table: "users_organizations" },
        { table: "users", columns: ["akey"] },
      ],
    ],
    bookkeeping: "__diesel_schema_migrations",
    stores: "as Diesel",
    types: [],
    steps: [
      { does: "name the database", type: "DATABASE_URL=postgresql://USER:PASSWORD@HOST/DATABASE" },
      START,
    ],
    sources: [
      "https://github.com/dani-garcia/vaultwarden/wiki/Using-the-PostgreSQL-Backend",
      "https://github.com/dani-garcia/vaultwarden/issues/7133",
    ],
  },
  {
    name: "strapi",
    title: "Strapi",
    kind: "application",
    madeWith: "knex",
    signs: [
      [{ table: "strapi_migrations" }],
      [{ table: "strapi_core_store_settings" }],
      [{ table: "strapi_database_schema" }],
    ],
    bookkeeping: "strapi_migrations",
    stores: "as Knex",
    types: [],
    steps: [
      {
        does: "name the database; Strapi is not meant for tables that it did not make",
        type: "DATABASE_CLIENT=postgres DATABASE_HOST=… DATABASE_NAME=… DATABASE_USERNAME=… DATABASE_PASSWORD=…",
      },
      START,
    ],
    sources: [
      "https://docs.strapi.io/cms/configurations/database",
      "https://github.com/dimitri/pgloader/issues/1314",
    ],
  },
  {
    name: "paperless-ngx",
    title: "Paperless-ngx",
    kind: "application",
    madeWith: "django",
    signs: [
      [{ table: "documents_document" }, { table: "documents_correspondent" }, { table: "documents_tag" }],
    ],
    bookkeeping: "django_migrations",
    stores: "as Django",
    types: [],
    steps: [
      {
        does: "name the database",
        type: "PAPERLESS_DBENGINE=postgresql PAPERLESS_DBHOST=… PAPERLESS_DBNAME=… PAPERLESS_DBUSER=… PAPERLESS_DBPASS=…",
      },
      START,
    ],
    sources: ["https://docs.paperless-ngx.com/configuration/#database"],
  },
  {
    name: "uptime-kuma",
    title: "Uptime Kuma",
    kind: "application",
    signs: [
      [
        { table: "heartbeat", columns: ["monitor_id", "important"] },
        { table: "monitor", columns: ["interval", "url"] },
        { table: "monitor_notification", columns: ["monitor_id", "notification_id"] },
      ],
    ],
    stores: "DATETIME as text, BOOLEAN as 0 and 1",
    types: [],
    steps: null,
    sources: [
      "https://github.com/louislam/uptime-kuma/issues/959",
      "https://github.com/louislam/uptime-kuma/issues/4551",
    ],
  },
  {
    name: "pocketbase",
    title: "PocketBase",
    kind: "application",
    signs: [[{ table: "_collections", columns: ["listRule", "viewRule"] }, { table: "_params" }]],
    stores: "instants as text in UTC (YYYY-MM-DD HH:MM:SS.mmmZ) in TEXT, BOOLEAN as 0 and 1, JSON as text",
    types: [],
    steps: null,
    sources: ["https://github.com/pocketbase/pocketbase/issues/1631"],
  },
];
