// pg-pool with what it lacks: every wait ends, no error of an idle client ends the process, no client goes back inside a
// transaction.

import { setTimeout as sleep } from "node:timers/promises";
import pg, { type PoolClient } from "pg";
import { DatabaseError } from "../errors.js";
import type { Hooks, LogLine, PoolState } from "../events.js";
import { acquireTimeout, cancelledError, timed } from "../fair-pool.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { place } from "../settings/error-words.js";
import { clientConfig, mayTryOther, sslOf, transports } from "./client-config.js";
import { fromConnecting } from "./errors.js";
import { setForSession } from "./session-settings.js";
import type { PoolSettings } from "./settings.js";

export interface PoolOptions {
  connection: ConnectionSettings;
  pool: Required<PoolSettings>;
  /** For a connection, waiting in the queue and making one included. */
  acquireTimeoutMs: number;
  /** What each session sets. */
  session: Readonly<Record<string, string>>;
  log: (line: LogLine) => void;
  hooks: Hooks;
}

const BYTEA = 17;

/** Every value as the server's text; bytes as bytes, which in text would be taken for one. */
const AS_TEXT = {
  getTypeParser: (oid: number) => (value: string | Buffer) =>
    oid === BYTEA && typeof value === "string" ? Buffer.from(value.slice(2), "hex") : value,
} as pg.CustomTypesConfig;

/** After an error, for the server's word that it is ready. */
const READY_WITHIN_MS = 1_000;

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 250;

export class PostgresPool {
  readonly #options: PoolOptions;
  readonly #pool: pg.Pool;
  readonly #transports: ReturnType<typeof transports>;
  readonly #expired = new WeakSet<PoolClient>();
  #closing: Promise<void> | null = null;
  #isFirst = true;

  constructor(options: PoolOptions) {
    const { connection, pool, acquireTimeoutMs } = options;
    this.#options = options;
    this.#transports = transports(connection);
    this.#pool = new pg.Pool({
      ...clientConfig(connection, this.#transports[0] ?? "tls"),
      max: pool.max,
      maxUses: pool.maxUses,
      idleTimeoutMillis: pool.idleTimeoutMs,
      connectionTimeoutMillis: acquireTimeoutMs,
      types: AS_TEXT,
      // A program may end without close(): idle connections do not keep it alive.
      allowExitOnIdle: true,
      onConnect: (client) => this.#prepare(client as PoolClient),
    });
    this.#pool.on("error", (error) => {
      // Of an idle client, which the pool has taken out; without a listener it would end the process.
      options.log({
        level: "warn",
        message: `an idle connection to ${place(connection)} ended: ${error.message}`,
      });
    });
  }

  /** Throws `acquire-timeout`, `connection`, `login`, `cancelled`, `closed`. */
  acquire(signal?: AbortSignal): Promise<PoolClient> {
    const { onAcquire } = this.#options.hooks;
    return onAcquire === undefined
      ? this.#acquire(signal)
      : timed(
          () => this.#acquire(signal),
          (waitMs, error) => onAcquire({ engine: "postgres", waitMs, error }),
        );
  }

  /** `isBroken` closes it. One that is inside a transaction is closed whatever is said: its next user would join that. */
  release(client: PoolClient, isBroken: boolean): void {
    if (isBroken) {
      client.release(true);
    } else if (isReady(client)) {
      this.#takeBack(client);
    } else {
      // pg tells an error before the server has told, by ReadyForQuery, whether it left a transaction (PostgreSQL 55.2.2).
      whenReady(client, (isSilent) => (isSilent ? client.release(true) : this.#takeBack(client)));
    }
  }

  #takeBack(client: PoolClient): void {
    const isIdle = client.getTransactionStatus() === "I";
    if (!isIdle) {
      this.#options.log({
        level: "warn",
        message: "a connection came back inside a transaction and was closed, which rolls it back",
      });
    }
    client.release(!isIdle || this.#expired.has(client));
  }

  state(): PoolState {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return {
      max: this.#options.pool.max,
      open: totalCount,
      inUse: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  /** Tries again, until the time is over, where no connection came about: a server that starts again is soon back. */
  async #acquire(signal: AbortSignal | undefined): Promise<PoolClient> {
    const until = performance.now() + this.#options.acquireTimeoutMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        return await this.#take(until - performance.now(), signal);
      } catch (error) {
        if (this.#tryOtherTransport(error)) {
          continue;
        }
        const translated = fromConnecting(error, this.#options.connection);
        const wait = pause * (0.5 + Math.random());
        if (translated.code !== "connection" || performance.now() + wait >= until) {
          throw translated;
        }
        await sleep(wait);
      }
    }
  }

  /** The error is the driver's. */
  #take(timeoutMs: number, signal: AbortSignal | undefined): Promise<PoolClient> {
    if (signal?.aborted) {
      return Promise.reject(cancelledError("postgres", signal));
    }
    if (this.#closing !== null) {
      return Promise.reject(new DatabaseError("closed", "postgres", "the database was closed"));
    }
    return new Promise((resolve, reject) => {
      let isWaiting = true;
      const end = () => {
        isWaiting = false;
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        end();
        reject(cancelledError("postgres", signal));
      };
      // pg-pool's own limits are one each for its queue, for connecting and for our settings; an idle client needs none.
      const timer =
        this.#pool.idleCount > 0
          ? undefined
          : setTimeout(() => {
              end();
              reject(this.#late());
            }, timeoutMs);
      signal?.addEventListener("abort", onAbort);
      this.#pool.connect((error, client) => {
        if (!isWaiting) {
          client?.release();
          return;
        }
        end();
        if (client === undefined) {
          // pg-pool's own word for its queue, which has no code.
          const isQueue = error?.message === "timeout exceeded when trying to connect";
          reject(isQueue ? this.#late() : error);
        } else {
          resolve(client);
        }
      });
    });
  }

  #late(): DatabaseError {
    const what = `a connection to ${place(this.#options.connection)}`;
    return acquireTimeout("postgres", what, this.#options.acquireTimeoutMs, this.state());
  }

  /** Only sslmode=allow and prefer have a second way. */
  #tryOtherTransport(error: unknown): boolean {
    if (this.#transports.length < 2 || !mayTryOther(error)) {
      return false;
    }
    this.#transports.shift();
    Object.assign(this.#pool.options, { ssl: sslOf(this.#options.connection, this.#transports[0] ?? "tls") });
    return true;
  }

  async #prepare(client: PoolClient): Promise<void> {
    const { pool, connection, log, session, acquireTimeoutMs } = this.#options;
    // pg-pool listens to idle clients only. The statement under way rejects with the same error.
    client.on("error", () => undefined);
    if (pool.lifetimeMs > 0) {
      const lifetime = pool.lifetimeMs * (0.9 + 0.2 * Math.random());
      const timer = setTimeout(() => this.#expired.add(client), lifetime).unref();
      client.once("end", () => clearTimeout(timer));
    }
    const version = await setForSession(client, session, acquireTimeoutMs);
    if (this.#isFirst) {
      this.#isFirst = false;
      const tls = connection.ssl.mode === "disable" ? "without TLS" : `TLS ${connection.ssl.mode}`;
      const message = `connected to PostgreSQL ${version}: ${connection.displayUrl}, ${tls}`;
      log({ level: "info", message });
    }
  }
}

function isReady(client: PoolClient): boolean {
  const { readyForQuery } = client as PoolClient & { readyForQuery?: unknown };
  return readyForQuery === true;
}

/** Calls once: with false when the server is ready, with true when it is gone or silent for a second. */
function whenReady(client: PoolClient, then: (isSilent: boolean) => void): void {
  const { connection } = client as unknown as pg.Client;
  const onReady = () => end(false);
  const onEnd = () => end(true);
  const timer = setTimeout(onEnd, READY_WITHIN_MS);
  const end = (isSilent: boolean) => {
    clearTimeout(timer);
    connection.off("readyForQuery", onReady);
    client.off("end", onEnd);
    then(isSilent);
  };
  // After pg's own listener, which takes the status out of the message.
  connection.on("readyForQuery", onReady);
  client.on("end", onEnd);
}
