// outgrow/db: what an application opens in place of a driver.

export type {
  Database,
  Engine,
  Executed,
  Isolation,
  Key,
  OpenTransaction,
  Parameters,
  Queries,
  RetryOptions,
  Row,
  Statement,
  StatementOptions,
  Transaction,
  TransactionOptions,
} from "./contract.js";
export { DatabaseError, type DatabaseErrorCode } from "./errors.js";
export type { AcquireEvent, Hooks, LogLine, PoolState, QueryEvent, TransactionEvent } from "./events.js";
export { type DatabaseSettings, openDatabase } from "./open.js";
export type { PoolSettings } from "./postgres/settings.js";
export {
  type BaselineResult,
  baseline,
  type Migratable,
  type RunnerOptions,
  type RunResult,
  revertMigrations,
  runMigrations,
  type SchemaStatus,
  schemaStatus,
  type UpOptions,
} from "./schema/index.js";
export type { SqliteSettings } from "./sqlite/settings.js";
export type { ColumnType } from "./values/column-type.js";
export { json } from "./values/parameter.js";
