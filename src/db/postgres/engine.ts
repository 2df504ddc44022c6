// PostgreSQL behind the contract.

import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import type { Row } from "../contract.js";
import { DatabaseError } from "../errors.js";
import type { PoolState } from "../events.js";
import type { BeginOptions, Call, Cursor, EngineSession, EngineTransaction, Ran } from "../session.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { place } from "../settings/error-words.js";
import type { ColumnType } from "../values/column-type.js";
import { transports } from "./client-config.js";
import { dropOldTokens, leaveToken, makeTokenTable, wasCommitted } from "./commit-token.js";
import { fromStatement, isLost } from "./errors.js";
import { type PoolOptions, PostgresPool } from "./pool.js";
import { Origins } from "./result-columns.js";
import { isUsable, StatementRunner } from "./run-statement.js";
import { VALUE_SETTINGS } from "./session-settings.js";

const ROWS_PER_BATCH = 500;

/** Statements of which nothing is in doubt when their answer is lost. */
const READS = new Set("select values table show explain".split(" "));

/** How often a transaction begins anew where the pool's connection turned out to be dead. */
const BEGIN_ATTEMPTS = 3;

const TOKENS_BETWEEN_CLEANINGS = 10_000;

export interface PostgresEngineOptions extends Omit<PoolOptions, "session"> {
  columns: Readonly<Record<string, ColumnType>>;
  statementTimeoutMs: number;
  idleTransactionTimeoutMs: number;
}

/** Connects when the first statement comes. */
export function openPostgres(options: PostgresEngineOptions): EngineSession {
  return new PostgresEngine(options);
}

class PostgresEngine implements EngineSession {
  readonly engine = "postgres";
  readonly #connection: ConnectionSettings;
  readonly #pool: PostgresPool;
  readonly #runner: StatementRunner;
  #tokens = 0;

  constructor(options: PostgresEngineOptions) {
    const { connection, statementTimeoutMs, columns, pool, idleTransactionTimeoutMs } = options;
    this.#connection = connection;
    const { schema } = connection;
    this.#pool = new PostgresPool({
      ...options,
      session: {
        ...VALUE_SETTINGS,
        ...(schema === null ? {} : { search_path: schema }),
        statement_timeout: String(statementTimeoutMs),
        lock_timeout: String(pool.lockTimeoutMs),
        // The transaction's own clock rolls back first and keeps the connection; this is for a process that hangs.
        idle_in_transaction_session_timeout: String(
          idleTransactionTimeoutMs === 0 ? 0 : idleTransactionTimeoutMs + 5_000,
        ),
      },
    });
    this.#runner = new StatementRunner({
      connection,
      statementTimeoutMs,
      origins: new Origins(columns),
      transport: () => transports(connection)[0] ?? "tls",
    });
  }

  async run(call: Call): Promise<Ran> {
    const client = await this.#pool.acquire(call.signal);
    try {
      return await this.#runner.run(client, call);
    } catch (error) {
      throw isLost(error) && !READS.has(call.statement.firstWord)
        ? inDoubt("the statement was sent, and the connection was lost before its answer came", error)
        : error;
    } finally {
      this.#pool.release(client, !isUsable(client));
    }
  }

  /** A cursor lives in a transaction, which it has for itself. */
  async open(call: Call): Promise<Cursor> {
    const options = { isolation: "read-committed", readOnly: true, token: false } as const;
    const transaction = await this.begin(options, call.signal);
    try {
      const cursor = await transaction.open(call);
      return {
        next: () => cursor.next(),
        close: () => transaction.rollback(),
      };
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  async begin(options: BeginOptions, signal?: AbortSignal): Promise<EngineTransaction> {
    const isolation = options.isolation.replace("-", " ");
    const sql = `begin isolation level ${isolation} ${options.readOnly ? "read only" : "read write"}`;
    for (let attempt = 1; ; attempt++) {
      const client = await this.#pool.acquire(signal);
      try {
        await this.#runner.control(client, sql);
        const token = options.token ? await this.#token(client) : null;
        return new PostgresTransaction(this.#runner, client, token, {
          release: (isBroken) => this.#pool.release(client, isBroken),
          settle: (lost) => this.#settle(token, lost),
        });
      } catch (error) {
        this.#pool.release(client, true);
        // Nothing was done yet, so a connection that died unnoticed costs a new one only.
        if (!isLost(error) || attempt === BEGIN_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  state(): PoolState {
    return this.#pool.state();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** The table is made outside: the transaction that leaves the first token may be rolled back. */
  async #token(client: PoolClient): Promise<string> {
    const token = randomUUID();
    if (this.#tokens % TOKENS_BETWEEN_CLEANINGS === 0) {
      await this.#withClient(async (other) => {
        await makeTokenTable(other);
        await dropOldTokens(other);
      });
    }
    this.#tokens += 1;
    await this.#translated(() => leaveToken(client, token));
    return token;
  }

  /** After a COMMIT whose answer was lost. Resolves where it was done; throws `connection` where it was not, else `in-doubt`. */
  async #settle(token: string | null, lost: unknown): Promise<void> {
    if (token === null) {
      throw inDoubt("COMMIT was sent, and the connection was lost before its answer came", lost);
    }
    let isDone: boolean;
    try {
      isDone = await this.#withClient((client) => wasCommitted(client, token));
    } catch (error) {
      throw inDoubt(
        "COMMIT was sent, the connection was lost before its answer came, and the server cannot be asked now",
        error,
        token,
      );
    }
    if (!isDone) {
      const message = `the connection to ${place(this.#connection)} was lost, and the transaction was not committed`;
      throw new DatabaseError("connection", "postgres", message, { cause: lost });
    }
  }

  async #withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.acquire();
    try {
      return await this.#translated(() => use(client));
    } finally {
      this.#pool.release(client, !isUsable(client));
    }
  }

  async #translated<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw fromStatement(error, this.#connection);
    }
  }
}

interface Ends {
  release(isBroken: boolean): void;
  settle(lost: unknown): Promise<void>;
}

class PostgresTransaction implements EngineTransaction {
  readonly #runner: StatementRunner;
  readonly #client: PoolClient;
  readonly #ends: Ends;
  #cursors = 0;
  #isOver = false;

  constructor(
    runner: StatementRunner,
    client: PoolClient,
    readonly token: string | null,
    ends: Ends,
  ) {
    this.#runner = runner;
    this.#client = client;
    this.#ends = ends;
  }

  run(call: Call): Promise<Ran> {
    return this.#runner.run(this.#client, call);
  }

  /** A cursor of SQL, not of the protocol: other statements may run between two of its batches. */
  async open(call: Call): Promise<Cursor> {
    this.#cursors += 1;
    const name = `outgrow_cursor_${this.#cursors}`;
    await this.#runner.send(this.#client, `declare ${name} no scroll cursor for ${call.statement.text}`, {
      ...call,
      isPrepared: false,
    });
    let isOpen = true;
    return {
      next: () => this.#fetch(name, call),
      close: async () => {
        if (isOpen && !this.#isOver) {
          isOpen = false;
          await this.#runner.control(this.#client, `close ${name}`);
        }
      },
    };
  }

  async savepoint(name: string): Promise<void> {
    await this.#runner.control(this.#client, `savepoint ${name}`);
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#runner.control(this.#client, `release savepoint ${name}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#runner.control(this.#client, `rollback to savepoint ${name}`);
    await this.releaseSavepoint(name);
  }

  async commit(): Promise<void> {
    let command: string;
    try {
      command = await this.#runner.control(this.#client, "commit");
    } catch (error) {
      this.#end();
      if (isLost(error)) {
        return this.#ends.settle(error);
      }
      throw error;
    }
    this.#end();
    if (command === "ROLLBACK") {
      // The server's answer to COMMIT in a transaction that had failed.
      throw new DatabaseError(
        "aborted",
        "postgres",
        "the transaction had failed, and the server rolled it back",
      );
    }
  }

  async rollback(): Promise<void> {
    if (this.#isOver) {
      return;
    }
    try {
      await this.#runner.control(this.#client, "rollback");
    } catch {
      // The connection is lost or the server silent; closing it rolls back as well.
      this.#end(true);
      return;
    }
    this.#end();
  }

  async #fetch(name: string, call: Call): Promise<Row[]> {
    const text = `fetch forward ${ROWS_PER_BATCH} from ${name}`;
    const result = await this.#runner.send(this.#client, text, { ...call, values: [], isPrepared: false });
    return this.#runner.rowsOf(result, call, this.#client);
  }

  #end(isBroken = !isUsable(this.#client)): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#ends.release(isBroken);
    }
  }
}

function inDoubt(what: string, cause: unknown, token?: string): DatabaseError {
  return new DatabaseError("in-doubt", "postgres", `${what}: it may have been done or not`, {
    cause,
    hint:
      token === undefined
        ? "look whether it was done before it is done again; transaction(…, { token: true }) finds out by itself"
        : "look for the token in the table outgrow_commits before it is done again",
    ...(token === undefined ? {} : { token }),
  });
}
