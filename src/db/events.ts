// What a database tells while it works: lines for a log, and events for metrics and traces.

import type { Engine } from "./contract.js";
import type { DatabaseErrorCode } from "./errors.js";

export interface LogLine {
  level: "info" | "warn";
  /** One sentence. */
  message: string;
  /** Where the code stands that took what was not given back. */
  stack?: string;
}

export interface AcquireEvent {
  engine: Engine;
  /** How long the caller waited for a connection or a thread. */
  waitMs: number;
  error: DatabaseErrorCode | null;
}

export interface QueryEvent {
  engine: Engine;
  /** As given by the caller: values stand in the parameters, which are not told. */
  sql: string;
  durationMs: number;
  /** Rows given, or changed. */
  rowCount: number;
  error: DatabaseErrorCode | null;
  inTransaction: boolean;
}

export interface TransactionEvent {
  engine: Engine;
  durationMs: number;
  /** How often the function ran. */
  attempts: number;
  error: DatabaseErrorCode | "thrown" | null;
}

/** Each is called synchronously, and must not throw. What is not set costs nothing. */
export interface Hooks {
  onAcquire?: (event: AcquireEvent) => void;
  onQuery?: (event: QueryEvent) => void;
  onTransaction?: (event: TransactionEvent) => void;
  /** A connection was held longer than `heldTooLongMs`, or its handle was dropped without an end. */
  onHeld?: (event: {
    engine: Engine;
    kind: "held-too-long" | "leaked";
    heldMs: number;
    stack: string;
  }) => void;
}

/** Of the connections, or in SQLite of the threads. */
export interface PoolState {
  max: number;
  open: number;
  inUse: number;
  idle: number;
  /** Callers that wait for one. */
  waiting: number;
}
