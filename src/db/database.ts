// The contract over one engine.

import { type CallDefaults, makeCall } from "./call.js";
import type {
  Database,
  Engine,
  Executed,
  Isolation,
  OpenTransaction,
  Parameters,
  RetryOptions,
  Row,
  Statement,
  StatementOptions,
  Transaction,
  TransactionOptions,
} from "./contract.js";
import { codeOf, DatabaseError, mayRunAgain } from "./errors.js";
import type { Hooks, LogLine, PoolState } from "./events.js";
import { closedError } from "./fair-pool.js";
import { Hold, type Taken, takenBy } from "./holds.js";
import { preparedOn } from "./prepared.js";
import { mayRunStatementAgain, runAgain } from "./run-again.js";
import type { Call, EngineSession, Ran } from "./session.js";
import { rowsOf } from "./stream.js";
import { Level, Root } from "./transaction.js";

export interface DatabaseDefaults {
  statementTimeoutMs: number;
  idleTransactionTimeoutMs: number;
  heldTooLongMs: number;
  isolation: Isolation;
  attempts: number;
  log: (line: LogLine) => void;
  hooks: Hooks;
}

const STATEMENT_ATTEMPTS = 5;

const leaks = new FinalizationRegistry<Root>((root) => void root.leaked());

export class OpenedDatabase implements Database {
  // The one place that knows the engine: a database that follows a cutover exchanges it here.
  readonly #session: EngineSession;
  readonly #defaults: DatabaseDefaults;
  readonly #callDefaults: CallDefaults;
  #closing: Promise<void> | null = null;
  /** Statements, streams and transactions that have begun and not ended. */
  #underWay = 0;
  #whenDone: (() => void) | null = null;

  constructor(session: EngineSession, defaults: DatabaseDefaults) {
    this.#session = session;
    this.#defaults = defaults;
    this.#callDefaults = { engine: session.engine, statementTimeoutMs: defaults.statementTimeoutMs };
  }

  get engine(): Engine {
    return this.#session.engine;
  }

  async query<R = Row>(sql: string, params: Parameters = [], options: StatementOptions = {}): Promise<R[]> {
    return (await this.#run(this.#call(sql, params, options))).rows as R[];
  }

  async get<R = Row>(
    sql: string,
    params: Parameters = [],
    options: StatementOptions = {},
  ): Promise<R | null> {
    return (await this.query<R>(sql, params, options))[0] ?? null;
  }

  async execute(sql: string, params: Parameters = [], options: StatementOptions = {}): Promise<Executed> {
    return this.#run(this.#call(sql, params, options, true));
  }

  stream<R = Row>(sql: string, params: Parameters = [], options: StatementOptions = {}): AsyncIterable<R> {
    // Now: when the first row is asked for, whoever called this may be gone from the stack.
    const taken = takenBy(this.stream);
    return rowsOf<R>(async () => {
      const call = this.#call(sql, params, options);
      const hold = this.#hold("stream", taken);
      try {
        const cursor = await this.#session.open(call);
        return { next: () => cursor.next(), close: () => cursor.close().finally(() => hold.end()) };
      } catch (error) {
        hold.end();
        throw error;
      }
    });
  }

  prepare<R = Row>(sql: string, options: StatementOptions = {}): Statement<R> {
    return preparedOn<R>(async (params, wantsKey) =>
      this.#run(this.#call(sql, params, options, wantsKey, true)),
    );
  }

  transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions & RetryOptions = {},
  ): Promise<T> {
    const { onTransaction } = this.#defaults.hooks;
    const taken = takenBy(this.transaction);
    const began = performance.now();
    let level: Level | null = null;
    return runAgain(
      options.attempts ?? this.#defaults.attempts,
      async () => {
        level = null;
        level = await this.#begin(options, taken);
        try {
          const result = await work(level);
          await level.commit();
          return result;
        } catch (error) {
          await level.rollback();
          throw error;
        }
      },
      () => mayRunAgain(level?.failure),
      onTransaction === undefined
        ? undefined
        : (attempts, error) => {
            const code = error === null ? null : error instanceof DatabaseError ? error.code : "thrown";
            const durationMs = performance.now() - began;
            onTransaction({ engine: this.engine, durationMs, attempts, error: code });
          },
    );
  }

  async beginTransaction(options: TransactionOptions = {}): Promise<OpenTransaction> {
    return this.#begin(options, takenBy(this.beginTransaction), true);
  }

  commit(tx: OpenTransaction): Promise<void> {
    return tx.commit();
  }

  rollback(tx: OpenTransaction): Promise<void> {
    return tx.rollback();
  }

  state(): PoolState {
    return this.#session.state();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#whenDone = resolve;
      });
    }
    await this.#session.close();
  }

  /** The function given back says that it has ended, however often it is called. */
  #enter(): () => void {
    this.#underWay += 1;
    let isUnderWay = true;
    return () => {
      this.#underWay -= isUnderWay ? 1 : 0;
      isUnderWay = false;
      if (this.#underWay === 0) {
        this.#whenDone?.();
      }
    };
  }

  async #begin(options: TransactionOptions, taken: Taken, watchesHandle = false): Promise<Level> {
    this.#refuseIfClosed();
    const { isolation, idleTransactionTimeoutMs } = this.#defaults;
    const hold = this.#hold("transaction", taken);
    try {
      const transaction = await this.#session.begin({
        isolation: options.isolation ?? isolation,
        readOnly: options.readOnly ?? false,
        token: options.token ?? false,
      });
      const observe = (call: Call, run: () => Promise<Ran>) => this.#observe(call, run, true);
      const root = new Root({ ...this.#callDefaults, idleTransactionTimeoutMs, observe }, transaction, hold);
      const level = new Level(root);
      if (watchesHandle) {
        leaks.register(level, root);
      }
      return level;
    } catch (error) {
      hold.end();
      throw error;
    }
  }

  #hold(what: "transaction" | "stream", taken: Taken): Hold {
    const { hooks, log, heldTooLongMs } = this.#defaults;
    return new Hold({ engine: this.engine, heldTooLongMs, hooks, log, what, onEnd: this.#enter() }, taken);
  }

  async #run(call: Call): Promise<Ran> {
    const leave = this.#enter();
    try {
      return await runAgain(
        STATEMENT_ATTEMPTS,
        () => this.#observe(call, () => this.#session.run(call), false),
        mayRunStatementAgain,
      );
    } finally {
      leave();
    }
  }

  async #observe(call: Call, run: () => Promise<Ran>, inTransaction: boolean): Promise<Ran> {
    const { onQuery } = this.#defaults.hooks;
    if (onQuery === undefined) {
      return run();
    }
    const began = performance.now();
    const tell = (rowCount: number, error: QueryError) =>
      onQuery({
        engine: this.engine,
        sql: call.statement.sql,
        durationMs: performance.now() - began,
        rowCount,
        error,
        inTransaction,
      });
    try {
      const ran = await run();
      tell(Math.max(ran.rows.length, ran.changes), null);
      return ran;
    } catch (error) {
      tell(0, codeOf(error));
      throw error;
    }
  }

  #call(
    sql: string,
    params: Parameters,
    options: StatementOptions,
    wantsKey = false,
    isPrepared = false,
  ): Call {
    this.#refuseIfClosed();
    return makeCall(this.#callDefaults, sql, params, options, { wantsKey, isPrepared });
  }

  #refuseIfClosed(): void {
    if (this.#closing !== null) {
      throw closedError(this.engine);
    }
  }
}

type QueryError = ReturnType<typeof codeOf> | null;
