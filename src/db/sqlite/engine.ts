// SQLite as a server opens it: one thread that writes, others that read beside it (WAL), none of them the main thread.

import { resolve } from "node:path";
import { guardRuntime, libraryVersion } from "../../base/sqlite-library.js";
import type { Row } from "../contract.js";
import { DatabaseError } from "../errors.js";
import type { Hooks, PoolState } from "../events.js";
import { FairPool, type WaitLimits } from "../fair-pool.js";
import type { BeginOptions, Call, Cursor, EngineSession, EngineTransaction, Ran } from "../session.js";
import { type ColumnType, declaredType } from "../values/column-type.js";
import { chosenType, type ResultColumn, readRows } from "../values/read-rows.js";
import type { RawColumn, Work } from "./messages.js";
import type { SqliteSettings } from "./settings.js";
import { type OnRows, SqliteThread } from "./thread-client.js";

const ROWS_PER_BATCH = 500;

/** Statements that a reader need not be asked about. */
const WRITES = new Set(
  "insert replace update delete create drop alter vacuum reindex analyze attach detach".split(" "),
);
/** Those that may run in a transaction, so that they can be stopped before they commit. */
const IN_TRANSACTION = new Set("insert replace update delete with create drop alter".split(" "));

/** Threads in which a stopped statement runs to its end beside those that replace them. */
const ABANDONED_AT_MOST = 4;

export interface SqliteEngineOptions {
  settings: SqliteSettings;
  /** By `table.column`. */
  columns: Readonly<Record<string, ColumnType>>;
  acquireTimeoutMs: number;
  hooks: Hooks;
  onFirstUse: (line: string) => void;
}

/** Throws DatabaseError where the file cannot be opened. */
export async function openSqlite(options: SqliteEngineOptions): Promise<EngineSession> {
  guardRuntime(process.versions.node, libraryVersion());
  const engine = new SqliteEngine(options);
  try {
    await engine.start();
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

class SqliteEngine implements EngineSession {
  readonly engine = "sqlite";
  readonly #options: SqliteEngineOptions;
  readonly #isMemory: boolean;
  readonly #writer: FairPool<SqliteThread>;
  readonly #readers: FairPool<SqliteThread>;
  readonly #held: FairPool<SqliteThread>;
  readonly #threads = new Set<SqliteThread>();
  /** Statements that a reader has refused. */
  readonly #writing = new Set<string>();
  #abandoned = 0;
  #closing: Promise<void> | null = null;

  constructor(options: SqliteEngineOptions) {
    const { settings } = options;
    this.#options = options;
    this.#isMemory = settings.path === ":memory:";
    const pool = (name: string, max: number, readOnly: boolean) =>
      new FairPool(
        name,
        max,
        () => this.#thread(readOnly),
        (thread) => thread.isAlive && !thread.isAbandoned,
        options.hooks,
      );
    this.#writer = pool("the writer", 1, settings.readOnly ?? false);
    this.#readers = pool("a reader", settings.readers ?? 2, true);
    this.#held = pool("a reader for a stream or a read-only transaction", settings.heldReaders ?? 4, true);
  }

  async start(): Promise<void> {
    const version = await this.#with(this.#writer, this.#wait(), async (thread) => {
      const { ran } = await collect(thread, textCall("select sqlite_version() as version"), this.#columns);
      // A file that is no database is noticed by the first read of it.
      await thread.ask({ kind: "run", work: plainWork("select count(*) from sqlite_schema") });
      return String(ran.rows[0]?.version);
    });
    const { path } = this.#options.settings;
    this.#options.onFirstUse(`opened SQLite ${version} ${this.#isMemory ? "in memory" : path}`);
  }

  async run(call: Call): Promise<Ran> {
    const { firstWord, sql } = call.statement;
    const wait = this.#wait(call.signal);
    if (!this.#isMemory && !WRITES.has(firstWord) && !this.#writing.has(sql)) {
      const { ran, mustWrite } = await this.#with(this.#readers, wait, (thread) =>
        collect(thread, call, this.#columns),
      );
      if (!mustWrite) {
        return ran;
      }
      this.#writing.add(sql);
    }
    const { ran, mustWrite } = await this.#with(this.#writer, wait, (thread) =>
      collect(thread, call, this.#columns),
    );
    if (mustWrite) {
      throw readOnlyError("the database was opened read-only, and the statement writes");
    }
    return ran;
  }

  async open(call: Call): Promise<Cursor> {
    if (this.#isMemory) {
      // The one connection there is may not be held while the caller does something else.
      const { rows } = await this.run(call);
      return cursorOver(rows);
    }
    const thread = await this.#held.acquire(this.#wait(call.signal));
    try {
      return await openCursor(thread, call, this.#columns, () => this.#release(this.#held, thread));
    } catch (error) {
      this.#release(this.#held, thread);
      throw error;
    }
  }

  async begin(options: BeginOptions): Promise<EngineTransaction> {
    const isBeside = options.readOnly && !this.#isMemory;
    const pool = isBeside ? this.#held : this.#writer;
    const thread = await pool.acquire(this.#wait());
    try {
      if (options.readOnly && this.#isMemory) {
        await thread.ask({ kind: "query-only", on: true });
      }
      await thread.ask({ kind: "control", sql: options.readOnly ? "begin" : "begin immediate" });
    } catch (error) {
      this.#release(pool, thread);
      throw error;
    }
    return new SqliteTransaction(thread, this.#columns, async () => {
      if (options.readOnly && this.#isMemory && thread.isAlive) {
        await thread.ask({ kind: "query-only", on: false });
      }
      this.#release(pool, thread);
    });
  }

  state(): PoolState {
    const states = [this.#writer, this.#readers, this.#held].map((pool) => pool.state());
    const sum = (key: keyof PoolState) => states.reduce((total, state) => total + state[key], 0);
    return {
      max: sum("max"),
      open: sum("open"),
      inUse: sum("inUse"),
      idle: sum("idle"),
      waiting: sum("waiting"),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const pool of [this.#writer, this.#readers, this.#held]) {
      pool.close();
    }
    const threads = [...this.#threads];
    await Promise.all(threads.map((thread) => thread.idle()));
    // The writer last: whoever closes last takes the WAL away, which a reader may not.
    for (const thread of threads.reverse()) {
      await thread.close();
    }
  }

  get #columns(): Readonly<Record<string, ColumnType>> {
    return this.#options.columns;
  }

  #wait(signal?: AbortSignal): WaitLimits {
    return { timeoutMs: this.#options.acquireTimeoutMs, signal };
  }

  #thread(readOnly: boolean): SqliteThread {
    const { path, create = true, busyTimeoutMs = 5_000, synchronous = "full" } = this.#options.settings;
    const thread = new SqliteThread({
      path: this.#isMemory ? path : resolve(path),
      readOnly,
      create,
      busyTimeoutMs,
      synchronous,
    });
    for (const old of this.#threads) {
      if (!old.isAlive) {
        this.#threads.delete(old);
      }
    }
    this.#threads.add(thread);
    return thread;
  }

  async #with<T>(
    pool: FairPool<SqliteThread>,
    wait: WaitLimits,
    use: (thread: SqliteThread) => Promise<T>,
  ): Promise<T> {
    const thread = await pool.acquire(wait);
    try {
      return await use(thread);
    } finally {
      this.#release(pool, thread);
    }
  }

  /**
   * At once where nothing runs in it. A statement that was stopped runs on in its thread, since nothing interrupts SQLite between
   * two rows: a reader is then replaced, while the writer has its lock and comes back when it is done.
   */
  #release(pool: FairPool<SqliteThread>, thread: SqliteThread): void {
    if (thread.isBusy && pool !== this.#writer && this.#abandoned < ABANDONED_AT_MOST) {
      this.#abandoned += 1;
      thread.abandon();
      void thread.idle().then(() => {
        this.#abandoned -= 1;
        return thread.close();
      });
      pool.release(thread);
    } else if (thread.isBusy) {
      void thread.idle().then(() => pool.release(thread));
    } else {
      pool.release(thread);
    }
  }
}

class SqliteTransaction implements EngineTransaction {
  readonly #thread: SqliteThread;
  readonly #columns: Readonly<Record<string, ColumnType>>;
  readonly #end: () => Promise<void>;
  #isOver = false;

  constructor(thread: SqliteThread, columns: Readonly<Record<string, ColumnType>>, end: () => Promise<void>) {
    this.#thread = thread;
    this.#columns = columns;
    this.#end = end;
  }

  async run(call: Call): Promise<Ran> {
    const { ran, mustWrite } = await collect(this.#thread, call, this.#columns);
    if (mustWrite) {
      throw new DatabaseError(
        "read-only",
        "sqlite",
        "the transaction is read-only, and the statement writes",
      );
    }
    return ran;
  }

  open(call: Call): Promise<Cursor> {
    return openCursor(this.#thread, call, this.#columns, () => {});
  }

  savepoint(name: string): Promise<void> {
    return this.#control(`savepoint ${name}`);
  }

  releaseSavepoint(name: string): Promise<void> {
    return this.#control(`release ${name}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#control(`rollback to ${name}`);
    await this.#control(`release ${name}`);
  }

  async commit(): Promise<void> {
    try {
      await this.#control("commit");
    } catch (error) {
      await this.rollback();
      throw error;
    }
    this.#isOver = true;
    await this.#end();
  }

  async rollback(): Promise<void> {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    try {
      await this.#thread.ask({ kind: "rollback" });
    } catch {
      // Only a thread that has ended cannot roll back, and its connection took the transaction with it.
    }
    await this.#end();
  }

  async #control(sql: string): Promise<void> {
    await this.#thread.ask({ kind: "control", sql });
  }
}

function readOnlyError(message: string): DatabaseError {
  return new DatabaseError("read-only", "sqlite", message);
}

let cursorCount = 0;

async function openCursor(
  thread: SqliteThread,
  call: Call,
  types: Readonly<Record<string, ColumnType>>,
  end: () => void,
): Promise<Cursor> {
  cursorCount += 1;
  const cursor = cursorCount;
  await thread.ask({ kind: "open", cursor, work: workOf(call) }, call);
  let isOpen = true;
  return {
    async next() {
      const into = rowCollector(call, types);
      if (isOpen) {
        await thread.ask({ kind: "next", cursor, rowCount: ROWS_PER_BATCH }, call, into.onRows);
      }
      return into.rows;
    },
    async close() {
      if (!isOpen) {
        return;
      }
      isOpen = false;
      try {
        if (thread.isAlive) {
          await thread.ask({ kind: "close-cursor", cursor });
        }
      } finally {
        end();
      }
    },
  };
}

function cursorOver(rows: Row[]): Cursor {
  return {
    next: () => Promise.resolve(rows.splice(0, ROWS_PER_BATCH)),
    close: () => Promise.resolve(),
  };
}

async function collect(
  thread: SqliteThread,
  call: Call,
  types: Readonly<Record<string, ColumnType>>,
): Promise<{ ran: Ran; mustWrite: boolean }> {
  const into = rowCollector(call, types);
  const { changes, key, mustWrite } = await thread.ask(
    { kind: "run", work: workOf(call) },
    call,
    into.onRows,
  );
  return { ran: { rows: into.rows, changes, id: key }, mustWrite };
}

function rowCollector(
  call: Call,
  types: Readonly<Record<string, ColumnType>>,
): { rows: Row[]; onRows: OnRows } {
  const rows: Row[] = [];
  let columns: ResultColumn[] = [];
  return {
    rows,
    onRows(raw, lists) {
      columns = raw === null ? columns : raw.map((column) => resultColumn(column, call, types));
      for (const row of readRows(columns, lists, "sqlite")) {
        rows.push(row);
      }
    },
  };
}

function resultColumn(
  { name, declared, origin }: RawColumn,
  call: Call,
  types: Readonly<Record<string, ColumnType>>,
): ResultColumn {
  return { name, origin, type: chosenType(name, origin, declaredType(declared), call.types, types) };
}

function workOf(call: Call): Work {
  const { text, insert, firstWord } = call.statement;
  return {
    sql: text,
    values: call.values,
    keyOf: call.wantsKey && insert !== null ? insert.path : null,
    isWrite: IN_TRANSACTION.has(firstWord),
  };
}

function plainWork(sql: string): Work {
  return { sql, values: [], keyOf: null, isWrite: false };
}

/** A statement of our own. */
function textCall(sql: string): Call {
  return {
    statement: { sql, text: sql, order: [], count: 0, firstWord: "select", secondWord: "", insert: null },
    values: [],
    types: undefined,
    wantsKey: false,
    isPrepared: false,
    signal: undefined,
    timeoutMs: 0,
  };
}
