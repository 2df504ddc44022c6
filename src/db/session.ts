// What the contract asks of an engine. The contract's own rules (levels, retry, events) stand above it, in one place.

import type { Engine, Isolation, Key, Row } from "./contract.js";
import type { PoolState } from "./events.js";
import type { ParsedStatement } from "./sql/placeholders.js";
import type { ColumnType } from "./values/column-type.js";

/** One statement with its values, ready for the engine. */
export interface Call {
  statement: ParsedStatement;
  /** As the engine takes them, in the order of its placeholders. */
  values: readonly unknown[];
  types: Readonly<Record<string, ColumnType>> | undefined;
  /** Whether the key that an INSERT makes is wanted. */
  wantsKey: boolean;
  /** Whether the statement will run many times. */
  isPrepared: boolean;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}

export interface Ran {
  rows: Row[];
  changes: number;
  id: Key | null;
}

/** Rows of an open statement, batch by batch; an empty batch is the end. */
export interface Cursor {
  next(): Promise<Row[]>;
  /** May be called twice. */
  close(): Promise<void>;
}

export interface BeginOptions {
  isolation: Isolation;
  readOnly: boolean;
  token: boolean;
}

export interface EngineSession {
  readonly engine: Engine;
  /** Runs one statement outside a transaction. */
  run(call: Call): Promise<Ran>;
  open(call: Call): Promise<Cursor>;
  begin(options: BeginOptions): Promise<EngineTransaction>;
  state(): PoolState;
  close(): Promise<void>;
}

export interface EngineTransaction {
  run(call: Call): Promise<Ran>;
  open(call: Call): Promise<Cursor>;
  savepoint(name: string): Promise<void>;
  releaseSavepoint(name: string): Promise<void>;
  rollbackTo(name: string): Promise<void>;
  /** Ends it. Throws `in-doubt` where nobody knows; after any other error nothing was committed. */
  commit(): Promise<void>;
  /** Ends it, never rejects. Resolves when what it held is free again. */
  rollback(): Promise<void>;
}
