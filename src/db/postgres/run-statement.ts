// Runs one statement on one client, with the two ends that a statement may come to: the server's time limit, and the
// caller's signal. A server that answers to neither loses the connection.

import pg, { type ClientBase, type QueryConfig, type QueryResult } from "pg";
import { quoteName } from "../../base/quote.js";
import type { Row } from "../contract.js";
import { DatabaseError } from "../errors.js";
import { cancelledError } from "../fair-pool.js";
import type { Call, Ran } from "../session.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { readObjects } from "../values/read-rows.js";
import { clientConfig, type Transport } from "./client-config.js";
import { fromStatement } from "./errors.js";
import { findInsertKey } from "./insert-key.js";
import type { Origins } from "./result-columns.js";

/** How long after its own limit the server may be silent. */
const GRACE_MS = 500;

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
    const { text, insert } = call.statement;
    const key = call.wantsKey && insert !== null ? await this.#keyOf(client, insert.table, call) : null;
    const result = await this.send(client, key === null ? text : `${text} returning ${quoteName(key)}`, call);
    const rows = await this.rowsOf(result, call, client);
    const changes = CHANGING.has(result.command) ? (result.rowCount ?? 0) : 0;
    if (key === null) {
      return { rows, changes, id: null };
    }
    const id = rows.at(-1)?.[key];
    return { rows: [], changes, id: typeof id === "number" || typeof id === "bigint" ? id : null };
  }

  /** Throws `bad-value`. */
  async rowsOf({ fields, rows }: QueryResult<Row>, call: Call, client: ClientBase): Promise<Row[]> {
    const { origins, connection } = this.#options;
    if (fields.length === 0) {
      return [];
    }
    if (origins.areNeeded) {
      try {
        await origins.learn(fields, client);
      } catch (error) {
        throw fromStatement(error, connection);
      }
    }
    return readObjects(origins.resultColumns(fields, call.types), rows, "postgres");
  }

  /** The rows of one statement as text. */
  async send(client: ClientBase, text: string, call: Call): Promise<QueryResult<Row>> {
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

  async #send(client: ClientBase, text: string, call: Call): Promise<QueryResult<Row>> {
    const { signal } = call;
    const cancel = signal === undefined ? null : this.#cancelOn(signal, client);
    try {
      return await guarded(client, call.timeoutMs, () => this.#query(client, text, call));
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

  /** pg copies a config by its property descriptors, which costs as much as all the rest of a short statement. */
  #query(client: ClientBase, text: string, call: Call): Promise<QueryResult<Row>> {
    const values = call.values as unknown[];
    if (!call.isPrepared && values.length > 0) {
      return client.query<Row>(text, values);
    }
    const config: QueryConfig & { queryMode: "extended" } = {
      text,
      values,
      // Else a statement without parameters would be sent as a script, which may hold several.
      queryMode: "extended",
      ...(call.isPrepared ? { name: this.#nameOf(text) } : {}),
    };
    return client.query<Row>(config);
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

  async #keyOf(client: ClientBase, table: string, call: Call): Promise<string | null> {
    const known = this.#keys.get(table);
    if (known !== undefined) {
      return known;
    }
    try {
      const found = await guarded(client, call.timeoutMs, () => findInsertKey(client, table));
      if (found !== undefined) {
        this.#keys.set(table, found);
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
