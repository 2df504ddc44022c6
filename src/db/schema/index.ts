// The runner of numbered SQL files, for `outgrow/db` and the command.

export { type BaselineOptions, type BaselineResult, baseline } from "./baseline.js";
export type { FileState } from "./compare-history.js";
export type { SchemaConnection } from "./connection.js";
export { type LintFinding, lintFolder } from "./lint.js";
export { engineFolders, type Problem } from "./migration-files.js";
export { newMigration } from "./new-migration.js";
export { postgresConnection } from "./postgres.js";
export { type DownOptions, revertMigrations } from "./revert-migrations.js";
export { runMigrations, type UpOptions } from "./run-migrations.js";
export type { FileDone, RunnerOptions, RunResult } from "./runner.js";
export { sqliteConnection } from "./sqlite.js";
export { type FileStatus, type SchemaStatus, schemaStatus } from "./status.js";
export type { Migratable } from "./with-connection.js";
export { AFTER_FAILURE, type AfterFailure, ENGINE_NAMES, ENGINES, type Engine } from "./words.js";
