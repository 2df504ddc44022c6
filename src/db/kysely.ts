// A Kysely dialect on top of a Database, public as outgrow/db/kysely: the pool, the errors and the values are ours, the
// SQL is Kysely's.

import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from "kysely";
import type { Database, Isolation, OpenTransaction, Queries, Row } from "./contract.js";
import { DatabaseError } from "./errors.js";

/**
 * `new Kysely<Tables>({ dialect: dialectOf(db) })`. Whoever opened `db` closes it: `destroy()` of the Kysely leaves it open.
 * Transactions that Kysely begins are not run again after a conflict; those of `db.transaction` are.
 */
export function dialectOf(db: Database): Dialect {
  const isSqlite = db.engine === "sqlite";
  return {
    createDriver: () => new DatabaseDriver(db),
    createQueryCompiler: () => (isSqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    createAdapter: () => (isSqlite ? new SqliteAdapter() : new PostgresAdapter()),
    createIntrospector: (kysely: Kysely<unknown>) =>
      isSqlite ? new SqliteIntrospector(kysely) : new PostgresIntrospector(kysely),
  };
}

class DatabaseDriver implements Driver {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    return new Connection(this.#db);
  }

  async beginTransaction(connection: Connection, settings: TransactionSettings): Promise<void> {
    await connection.begin(settings);
  }

  async commitTransaction(connection: Connection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: Connection): Promise<void> {
    await connection.rollback();
  }

  async savepoint(connection: Connection, name: string): Promise<void> {
    await connection.savepoint(name);
  }

  async rollbackToSavepoint(connection: Connection, name: string): Promise<void> {
    await connection.endSavepoint(name, "rollback");
    await connection.savepoint(name);
  }

  async releaseSavepoint(connection: Connection, name: string): Promise<void> {
    await connection.endSavepoint(name, "commit");
  }

  /** A Connection holds nothing but its transaction. */
  async releaseConnection(connection: Connection): Promise<void> {
    await connection.rollback();
  }

  async destroy(): Promise<void> {}
}

class Connection implements DatabaseConnection {
  readonly #db: Database;
  /** The transaction, and in it the savepoints that are open. */
  #levels: { name: string; tx: OpenTransaction }[] = [];

  constructor(db: Database) {
    this.#db = db;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { sql, parameters } = query;
    if (query.query.kind === "SelectQueryNode") {
      return { rows: (await this.#queries.query(sql, parameters)) as R[] };
    }
    const { rows, changes, id } = await this.#queries.execute(sql, parameters);
    return {
      rows: rows as R[],
      numAffectedRows: BigInt(changes),
      ...(id === null ? {} : { insertId: BigInt(id) }),
    };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for await (const row of this.#queries.stream<Row>(query.sql, query.parameters)) {
      yield { rows: [row as R] };
    }
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const tx = await this.#db.beginTransaction({
      ...(isolationLevel === undefined ? {} : { isolation: isolationOf(isolationLevel) }),
      readOnly: accessMode === "read only",
    });
    this.#levels = [{ name: "", tx }];
  }

  async commit(): Promise<void> {
    const [transaction] = this.#levels;
    while (this.#levels.length > 1) {
      await this.#levels.pop()?.tx.commit();
    }
    this.#levels = [];
    await transaction?.tx.commit();
  }

  async rollback(): Promise<void> {
    const [transaction] = this.#levels;
    this.#levels = [];
    await transaction?.tx.rollback();
  }

  async savepoint(name: string): Promise<void> {
    this.#levels.push({ name, tx: await this.#queries.beginTransaction() });
  }

  /** With all that were opened after it. */
  async endSavepoint(name: string, by: "commit" | "rollback"): Promise<void> {
    const at = this.#levels.findLastIndex((level) => level.name === name);
    if (at < 1) {
      throw new DatabaseError("misuse", this.#db.engine, `there is no savepoint "${name}"`);
    }
    for (const { tx } of this.#levels.splice(at).reverse()) {
      await tx[by]();
    }
  }

  get #queries(): Queries {
    return this.#levels.at(-1)?.tx ?? this.#db;
  }
}

function isolationOf(level: NonNullable<TransactionSettings["isolationLevel"]>): Isolation {
  switch (level) {
    case "serializable":
      return "serializable";
    case "repeatable read":
    case "snapshot":
      return "repeatable-read";
    default:
      return "read-committed";
  }
}
