// A transaction and the levels in it. After a failed statement its level does nothing more on either engine, as in
// PostgreSQL; whoever wants to go on after a failure puts the statement into a level of its own.

import { type CallDefaults, makeCall } from "./call.js";
import type {
  Engine,
  Executed,
  OpenTransaction,
  Parameters,
  RetryOptions,
  Row,
  Statement,
  StatementOptions,
  Transaction,
  TransactionOptions,
} from "./contract.js";
import { DatabaseError, mayRunAgain } from "./errors.js";
import type { Hold } from "./holds.js";
import { preparedOn } from "./prepared.js";
import type { Call, Cursor, EngineTransaction, Ran } from "./session.js";
import { rowsOf } from "./stream.js";

export interface RootSettings extends CallDefaults {
  /** Without a statement for so long, the transaction is rolled back; 0 for never. */
  idleTransactionTimeoutMs: number;
  /** Runs one statement and tells the hooks. */
  observe: (call: Call, run: () => Promise<Ran>) => Promise<Ran>;
}

/** What all levels of one transaction share. It knows nothing of their handles, so that a lost one can be found. */
export class Root {
  readonly settings: RootSettings;
  readonly engineTransaction: EngineTransaction;
  readonly #hold: Hold;
  readonly #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #isEnded = false;
  /** Why it ended behind the back of its handle. */
  #reason: DatabaseError | null = null;
  #savepoints = 0;

  constructor(settings: RootSettings, engineTransaction: EngineTransaction, hold: Hold) {
    this.settings = settings;
    this.engineTransaction = engineTransaction;
    this.#hold = hold;
    const { idleTransactionTimeoutMs: idleMs, engine } = settings;
    if (idleMs > 0) {
      this.#idle = setTimeout(() => {
        const message = `the transaction did nothing for ${idleMs} ms and was rolled back`;
        void this.abandon(new DatabaseError("timeout", engine, message));
      }, idleMs);
      this.#idle.unref();
    }
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What whoever uses it after its end is told. Made then: an error has a stack, which costs more than all the rest. */
  endedError(): DatabaseError {
    return this.#reason ?? new DatabaseError("misuse", this.settings.engine, "the transaction has ended");
  }

  nextSavepoint(): string {
    this.#savepoints += 1;
    return `outgrow_${this.#savepoints}`;
  }

  /** One after the other, in the order of the calls: what comes after a failed statement must not run. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    const turn = this.#turn.then(work).finally(() => {
      this.#busy -= 1;
      if (!this.#isEnded) {
        this.#idle?.refresh();
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#idle);
    this.#hold.end();
  }

  /** Rolls back behind the back of the handle. */
  async abandon(reason: DatabaseError): Promise<void> {
    if (this.#busy > 0) {
      this.#idle?.refresh();
      return;
    }
    this.#reason ??= reason;
    this.end();
    await this.engineTransaction.rollback();
  }

  async leaked(): Promise<void> {
    if (!this.#isEnded) {
      this.#hold.report("leaked");
      await this.abandon(new DatabaseError("misuse", this.settings.engine, "the transaction was dropped"));
    }
  }
}

export class Level implements OpenTransaction {
  readonly #root: Root;
  readonly #parent: Level | null;
  readonly #savepoint: string | null;
  readonly #cursors = new Set<Cursor>();
  #child: Level | null = null;
  #failure: DatabaseError | null = null;
  #isOver = false;

  constructor(root: Root, parent: Level | null = null, savepoint: string | null = null) {
    this.#root = root;
    this.#parent = parent;
    this.#savepoint = savepoint;
  }

  get engine(): Engine {
    return this.#root.settings.engine;
  }

  /** The first statement that failed in this level. */
  get failure(): DatabaseError | null {
    return this.#failure;
  }

  async query<R = Row>(sql: string, params: Parameters = [], options: StatementOptions = {}): Promise<R[]> {
    return (await this.run(this.#call(sql, params, options))).rows as R[];
  }

  async get<R = Row>(
    sql: string,
    params: Parameters = [],
    options: StatementOptions = {},
  ): Promise<R | null> {
    return (await this.query<R>(sql, params, options))[0] ?? null;
  }

  async execute(sql: string, params: Parameters = [], options: StatementOptions = {}): Promise<Executed> {
    return this.run(this.#call(sql, params, options, true));
  }

  stream<R = Row>(sql: string, params: Parameters = [], options: StatementOptions = {}): AsyncIterable<R> {
    return rowsOf<R>(() => this.#open(this.#call(sql, params, options)));
  }

  prepare<R = Row>(sql: string, options: StatementOptions = {}): Statement<R> {
    return preparedOn<R>((params, wantsKey) => this.run(this.#call(sql, params, options, wantsKey, true)));
  }

  /** Throws what the engine throws; the level has failed then. */
  run(call: Call): Promise<Ran> {
    return this.#inTurn(() =>
      this.#root.settings.observe(call, () => this.#root.engineTransaction.run(call)),
    );
  }

  async transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions & RetryOptions,
  ): Promise<T> {
    const level = await this.beginTransaction(options);
    try {
      const result = await work(level);
      await level.commit();
      return result;
    } catch (error) {
      await level.rollback();
      throw error;
    }
  }

  async beginTransaction(options: TransactionOptions & RetryOptions = {}): Promise<Level> {
    const [given] = Object.keys(options);
    if (given !== undefined) {
      throw new DatabaseError(
        "misuse",
        this.engine,
        `a transaction inside another has no ${given} of its own`,
        {
          hint: "give it to the outermost one",
        },
      );
    }
    const savepoint = this.#root.nextSavepoint();
    return this.#inTurn(async () => {
      await this.#root.engineTransaction.savepoint(savepoint);
      this.#child = new Level(this.#root, this, savepoint);
      return this.#child;
    });
  }

  commit(): Promise<void> {
    return this.#root.inTurn(async () => {
      this.#refuseUnlessOpen();
      if (this.#failure !== null) {
        const failure = this.#failure;
        await this.#rollBack();
        throw this.#aborted(failure);
      }
      await this.#closeCursors();
      try {
        await (this.#savepoint === null
          ? this.#root.engineTransaction.commit()
          : this.#root.engineTransaction.releaseSavepoint(this.#savepoint));
      } catch (error) {
        this.#fail(error);
        if (this.#savepoint !== null) {
          await this.#rollBack();
        }
        this.#close();
        throw error;
      }
      this.#close();
    });
  }

  rollback(): Promise<void> {
    // A statement that was stopped may go on for a while; the caller need not wait for its end.
    const isStopped = this.#failure?.code === "timeout" || this.#failure?.code === "cancelled";
    const done = this.#root.inTurn(() => this.#rollBack());
    return isStopped && this.#savepoint === null ? Promise.resolve() : done;
  }

  async #rollBack(): Promise<void> {
    if (this.#isOver || this.#root.isEnded) {
      this.#isOver = true;
      return;
    }
    if (this.#child !== null) {
      await this.#child.#rollBack();
    }
    await this.#closeCursors();
    if (this.#savepoint === null) {
      await this.#root.engineTransaction.rollback();
    } else {
      try {
        await this.#root.engineTransaction.rollbackTo(this.#savepoint);
      } catch (error) {
        // Without its savepoint undone, the level above cannot go on.
        if (this.#parent !== null) {
          this.#parent.#fail(error);
        }
      }
    }
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    if (this.#parent === null) {
      this.#root.end();
    } else {
      this.#parent.#child = null;
      if (mayRunAgain(this.#failure)) {
        // Of a deadlock or a conflict the whole transaction is the victim.
        this.#parent.#fail(this.#failure);
      }
    }
  }

  async #open(call: Call): Promise<Cursor> {
    const cursor = await this.#inTurn(() => this.#root.engineTransaction.open(call));
    this.#cursors.add(cursor);
    return {
      next: () => this.#inTurn(() => cursor.next()),
      close: async () => {
        if (this.#cursors.delete(cursor)) {
          await this.#root.inTurn(() => this.#closeCursor(cursor));
        }
      },
    };
  }

  async #closeCursors(): Promise<void> {
    for (const cursor of this.#cursors) {
      this.#cursors.delete(cursor);
      await this.#closeCursor(cursor);
    }
  }

  async #closeCursor(cursor: Cursor): Promise<void> {
    if (this.#failure !== null || this.#root.isEnded) {
      return; // goes with the transaction
    }
    try {
      await cursor.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#root.inTurn(async () => {
      this.#refuseUnlessOpen();
      if (this.#failure !== null) {
        throw this.#aborted(this.#failure);
      }
      try {
        return await work();
      } catch (error) {
        this.#fail(error);
        throw error;
      }
    });
  }

  #refuseUnlessOpen(): void {
    if (this.#root.isEnded && !this.#isOver) {
      throw this.#root.endedError();
    }
    if (this.#isOver) {
      throw new DatabaseError("misuse", this.engine, "the transaction has ended", {
        hint: "await every statement inside the function of transaction()",
      });
    }
    if (this.#child !== null) {
      throw new DatabaseError("misuse", this.engine, "a transaction inside this one is open", {
        hint: "use the handle of the inner transaction until it ends",
      });
    }
  }

  #fail(error: unknown): void {
    this.#failure ??=
      error instanceof DatabaseError
        ? error
        : new DatabaseError("failed", this.engine, "a statement failed", { cause: error });
  }

  #aborted(failure: DatabaseError): DatabaseError {
    return new DatabaseError(
      "aborted",
      this.engine,
      `an earlier statement of the transaction failed, so it does nothing more: ${failure.message}`,
      { cause: failure, hint: "put a statement that may fail into a transaction of its own inside this one" },
    );
  }

  #call(
    sql: string,
    params: Parameters,
    options: StatementOptions,
    wantsKey = false,
    isPrepared = false,
  ): Call {
    return makeCall(this.#root.settings, sql, params, options, { wantsKey, isPrepared });
  }
}
