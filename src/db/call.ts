// From what a caller passes to one checked call, before anything is sent.

import type { Engine, Parameters, StatementOptions } from "./contract.js";
import { DatabaseError } from "./errors.js";
import type { Call } from "./session.js";
import { arrange, type ParsedStatement, parseStatement } from "./sql/placeholders.js";
import { isColumnType } from "./values/column-type.js";
import { toParameter } from "./values/parameter.js";

export interface CallDefaults {
  engine: Engine;
  statementTimeoutMs: number;
}

export interface Wanted {
  wantsKey: boolean;
  isPrepared: boolean;
}

/** Throws `bad-input` and `misuse`. */
export function makeCall(
  { engine, statementTimeoutMs }: CallDefaults,
  sql: string,
  params: Parameters,
  options: StatementOptions,
  { wantsKey, isPrepared }: Wanted,
): Call {
  const statement = parseStatement(sql, engine);
  refuseSessionState(statement, engine);
  for (const [name, type] of Object.entries(options.types ?? {})) {
    if (!isColumnType(type)) {
      throw new DatabaseError(
        "bad-input",
        engine,
        `the type "${String(type)}" of column ${name} is not known`,
        {
          hint: 'see docs/db-values.md; "decimal(10,2)" and "timestamp" are some',
        },
      );
    }
  }
  return {
    statement,
    values: arrange(statement, params, engine).map((value, i) =>
      toParameter(value, statement.order[i] ?? i, engine),
    ),
    types: options.types,
    wantsKey,
    isPrepared,
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? statementTimeoutMs,
  };
}

const OF_TRANSACTIONS = new Set("begin start commit end rollback abort savepoint release".split(" "));
/** What a session keeps goes to whoever is lent the connection next; COPY waits for data that never comes. */
const OF_SESSIONS = new Set("set reset discard listen unlisten prepare deallocate copy".split(" "));

function refuseSessionState({ firstWord, secondWord }: ParsedStatement, engine: Engine): void {
  if (OF_TRANSACTIONS.has(firstWord)) {
    throw new DatabaseError("misuse", engine, `"${firstWord}" is no statement for query or execute`, {
      hint: "use transaction(async (tx) => …), or beginTransaction() and the commit() and rollback() of its handle",
    });
  }
  const isLocal = firstWord === "set" && ["local", "constraints"].includes(secondWord);
  if (OF_SESSIONS.has(firstWord) && !isLocal) {
    throw new DatabaseError(
      "misuse",
      engine,
      `"${firstWord}" would change the connection for whoever uses it next`,
      {
        hint: "inside a transaction use `set local`",
      },
    );
  }
}
