// The runner of numbered SQL files, for `outgrow/db` and the command.

export type { Migratable } from "./as-connection.js";
export { type BaselineOptions, type BaselineResult, baseline } from "./baseline.js";
export type { FileState } from "./compare-history.js";
export type { Engine, SchemaConnection } from "./connection.js";
export { type LintFinding, lintFolder } from "./lint.js";
export type { Problem } from "./migration-files.js";
export { newMigration } from "./new-migration.js";
export { postgresConnection } from "./postgres.js";
export { type DownOptions, revertMigrations } from "./revert-migrations.js";
export { runMigrations, type UpOptions } from "./run-migrations.js";
export type { AfterFailure, FileDone, RunnerOptions, RunResult } from "./runner.js";
export { sqliteConnection } from "./sqlite.js";
export { type FileStatus, type SchemaStatus, schemaStatus } from "./status.js";
