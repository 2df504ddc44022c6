// Runs one statement on one client, with the two ends that a statement may come to: the server's time limit, and the
// caller's signal. A server that answers to neither loses the connection.

import pg, { type ClientBase, type FieldDef, type QueryArrayConfig, type QueryArrayResult } from "pg";
import { quoteName } from "../../base/quote.js";
import { DatabaseError } from "../errors.js";
import { cancelledError } from "../fair-pool.js";
import type { Call, Ran } from "../session.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { type ResultColumn, readRows } from "../values/read-rows.js";
import type { Stored } from "../values/read-value.js";
import { clientConfig, type Transport } from "./client-config.js";
import { fromStatement } from "./errors.js";
import { findInsertKey } from "./insert-key.js";
import type { Origins } from "./result-columns.js";

/** How long after its own limit the server may be silent. */
const GRACE_MS = 500;

const BYTEA = 17;

/** Every value as the server's text; bytes as bytes, which in text would be taken for one. */
const AS_TEXT = {
  getTypeParser: (oid: number) => (value: string | Buffer) =>
    oid === BYTEA && typeof value === "string" ? Buffer.from(value.slice(2), "hex") : value,
};

const CHANGING = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

export interface RunnerOptions {
  connection: ConnectionSettings;
  transport: () => Transport;
  statementTimeoutMs: number;
  origins: Origins;
}

export class StatementRunner {
  readonly #options: RunnerOptions;
  readonly #keys = new Map<string, string | null>();
  readonly #names = new Map<string, string>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Throws DatabaseError, `connection` where it is lost and what the statement did is not known. */
  async run(client: ClientBase, call: Call): Promise<Ran> {
    const key = await this.#keyOf(client, call);
    const { text } = call.statement;
    const result = await this.send(client, key === null ? text : `${text} returning ${quoteName(key)}`, call);
    const columns = await this.columnsOf(result.fields, call, client);
    const rows = readRows(columns, result.rows as (Stored | null)[][], "postgres");
    const changes = CHANGING.has(result.command) ? (result.rowCount ?? 0) : 0;
    if (key === null) {
      return { rows, changes, id: null };
    }
    const id = rows.at(-1)?.[key];
    return { rows: [], changes, id: typeof id === "number" || typeof id === "bigint" ? id : null };
  }

  columnsOf(fields: readonly FieldDef[], call: Call, client: ClientBase): Promise<ResultColumn[]> {
    return this.#options.origins.resultColumns(fields, call.types, client);
  }

  /** The rows of one statement as text. */
  async send(client: ClientBase, text: string, call: Call): Promise<QueryArrayResult> {
    const { statementTimeoutMs } = this.#options;
    if (call.timeoutMs === statementTimeoutMs) {
      return this.#send(client, text, call);
    }
    await this.control(client, `set statement_timeout = ${Math.ceil(call.timeoutMs)}`);
    try {
      return await this.#send(client, text, call);
    } finally {
      // In a transaction that failed, its end takes the setting back.
      if (client.getTransactionStatus() !== "E" && isUsable(client)) {
        await this.control(client, `set statement_timeout = ${statementTimeoutMs}`);
      }
    }
  }

  /** A statement of our own, without parameters. Gives the command that the server says it ran. */
  async control(client: ClientBase, sql: string): Promise<string> {
    try {
      const { command } = await guarded(client, this.#options.statementTimeoutMs, () => client.query(sql));
      return command;
    } catch (error) {
      throw fromStatement(error, this.#options.connection);
    }
  }

  async #send(client: ClientBase, text: string, call: Call): Promise<QueryArrayResult> {
    const config: QueryArrayConfig & { queryMode: "extended" } = {
      text,
      values: call.values as unknown[],
      rowMode: "array",
      types: AS_TEXT as never,
      // Else a statement without parameters would be sent as a script, which may hold several.
      queryMode: "extended",
      ...(call.isPrepared ? { name: this.#nameOf(text) } : {}),
    };
    const { signal } = call;
    const cancel = signal === undefined ? null : this.#cancelOn(signal, client);
    try {
      return await guarded(client, call.timeoutMs, () => client.query(config));
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === "42703") {
        // A column that is gone may be a key that was remembered.
        this.#keys.clear();
      }
      const isCancelled = signal?.aborted && error instanceof pg.DatabaseError && error.code === "57014";
      throw isCancelled ? cancelledError("postgres", signal) : fromStatement(error, this.#options.connection);
    } finally {
      await cancel?.();
    }
  }

  /**
   * Asks the server to cancel what the client's session runs. The function given back ends that, and waits for what was asked: a
   * cancellation that comes late must not meet the next statement.
   */
  #cancelOn(signal: AbortSignal, client: ClientBase): () => Promise<void> {
    let asked: Promise<void> = Promise.resolve();
    const onAbort = () => {
      asked = this.#cancel(client);
    };
    if (signal.aborted) {
      throw cancelledError("postgres", signal);
    }
    signal.addEventListener("abort", onAbort);
    return async () => {
      signal.removeEventListener("abort", onAbort);
      await asked;
    };
  }

  async #cancel(client: ClientBase): Promise<void> {
    const { connection, transport } = this.#options;
    const other = new pg.Client(clientConfig(connection, transport()));
    other.on("error", () => undefined);
    try {
      await other.connect();
      await other.query("select pg_catalog.pg_cancel_backend($1)", [processIdOf(client)]);
    } catch {
      // The server cannot be asked: without its connection the statement is at least nobody's.
      destroy(client);
    } finally {
      await other.end().catch(() => undefined);
    }
  }

  async #keyOf(client: ClientBase, call: Call): Promise<string | null> {
    const { insert } = call.statement;
    if (!call.wantsKey || insert === null) {
      return null;
    }
    const known = this.#keys.get(insert.table);
    if (known !== undefined) {
      return known;
    }
    try {
      const found = await guarded(client, call.timeoutMs, () => findInsertKey(client, insert.table));
      if (found !== undefined) {
        this.#keys.set(insert.table, found);
      }
      return found ?? null;
    } catch (error) {
      throw fromStatement(error, this.#options.connection);
    }
  }

  #nameOf(text: string): string {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `outgrow_${this.#names.size + 1}`;
      this.#names.set(text, name);
    }
    return name;
  }
}

/** A server that is silent beyond its own limit is given up, and with it the connection. */
async function guarded<T>(client: ClientBase, timeoutMs: number, run: () => Promise<T>): Promise<T> {
  if (timeoutMs === 0) {
    return run();
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    destroy(client);
  }, timeoutMs + GRACE_MS);
  try {
    return await run();
  } catch (error) {
    if (isLate) {
      const message = `the server did not answer within ${timeoutMs} ms, and the connection was given up`;
      throw new DatabaseError("connection", "postgres", message, { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export function destroy(client: ClientBase): void {
  (client as pg.Client).connection.stream.destroy();
}

export function isUsable(client: ClientBase): boolean {
  return !(client as pg.Client).connection.stream.destroyed;
}

function processIdOf(client: ClientBase): number | null {
  const { processID } = client as ClientBase & { processID?: unknown };
  return typeof processID === "number" ? processID : null;
}
