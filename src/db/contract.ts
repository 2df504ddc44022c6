// What an application opens in place of a driver: one contract, with SQLite and PostgreSQL behind it.

import type { PoolState } from "./events.js";
import type { ColumnType } from "./values/column-type.js";

export type Engine = "sqlite" | "postgres";

export type Isolation = "read-committed" | "repeatable-read" | "serializable";

/** In the order of the placeholders, or by their names. */
export type Parameters = readonly unknown[] | Readonly<Record<string, unknown>>;

/** A row as an object; docs/db-values.md says which JavaScript value stands for which SQL value. */
export type Row = Record<string, unknown>;

/** A key that the database made. */
export type Key = number | bigint | string;

export interface StatementOptions {
  /** The type of result columns that have none declared (`select sum(price) as total`), by their name in the result. */
  types?: Readonly<Record<string, ColumnType>>;
  /** Ends the statement: rejects with `cancelled`. */
  signal?: AbortSignal;
  /** In place of the database's own statement timeout; 0 for none. */
  timeoutMs?: number;
}

export interface Executed {
  /** The key that the database made for the last row of a plain INSERT; null where none was made. */
  id: Key | null;
  /** Rows inserted, updated or deleted. */
  changes: number;
  /** What a RETURNING clause of the statement's own gives. */
  rows: Row[];
}

export interface TransactionOptions {
  /** Serializable unless told: SQLite knows nothing else. */
  isolation?: Isolation;
  /** Refuses writes; on SQLite it runs beside the writer. */
  readOnly?: boolean;
  /**
   * Leaves a token in the table `outgrow_commits`, by which a COMMIT whose answer was lost is found to be done or not
   * (PostgreSQL only; in SQLite no answer is lost).
   */
  token?: boolean;
}

export interface RetryOptions {
  /** How often the function runs at most; 1 never runs it again. */
  attempts?: number;
}

/** One statement a call, with `?`, `$1` or `:name` for the parameters. */
export interface Queries {
  /** All rows. */
  query<R = Row>(sql: string, params?: Parameters, options?: StatementOptions): Promise<R[]>;
  /** The first row, or null. */
  get<R = Row>(sql: string, params?: Parameters, options?: StatementOptions): Promise<R | null>;
  execute(sql: string, params?: Parameters, options?: StatementOptions): Promise<Executed>;
  /** The rows one by one, of a result that need not fit into memory; what is not read to its end is closed by `break`. */
  stream<R = Row>(sql: string, params?: Parameters, options?: StatementOptions): AsyncIterable<R>;
  /** A statement that runs many times; on PostgreSQL it is parsed once a connection. */
  prepare<R = Row>(sql: string, options?: StatementOptions): Statement<R>;
  /** Commits when the promise of `work` resolves, rolls back when it rejects. Inside a transaction it is a savepoint. */
  transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions & RetryOptions,
  ): Promise<T>;
  /** The handle of a transaction, for those who cannot use `transaction`. Whoever takes it ends it. */
  beginTransaction(options?: TransactionOptions): Promise<OpenTransaction>;
}

export interface Statement<R> {
  query(params?: Parameters): Promise<R[]>;
  get(params?: Parameters): Promise<R | null>;
  execute(params?: Parameters): Promise<Executed>;
}

export interface Transaction extends Queries {
  readonly engine: Engine;
}

export interface OpenTransaction extends Transaction {
  commit(): Promise<void>;
  /** May be called twice, and after a failed commit. */
  rollback(): Promise<void>;
}

export interface Database extends Queries {
  readonly engine: Engine;
  /** `tx.commit()` in the words of those who pass the handle. */
  commit(tx: OpenTransaction): Promise<void>;
  rollback(tx: OpenTransaction): Promise<void>;
  state(): PoolState;
  /** Waits for what is under way. May be called twice. */
  close(): Promise<void>;
}
