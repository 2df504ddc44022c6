// What a parameter becomes on its way into an engine. Whatever would arrive as another value is refused.

import type { Engine } from "../contract.js";
import { DatabaseError } from "../errors.js";
import { instantText } from "./instant.js";

/** A value that is sent as JSON, also where it is a string, a number or null: `json("a")` is `"a"` with its quotes. */
export function json(value: unknown): Json {
  return new Json(value);
}

export class Json {
  constructor(readonly value: unknown) {}
}

/** As better-sqlite3 or pg takes it. Throws `bad-input`, naming the parameter and not its value. */
export function toParameter(value: unknown, key: number | string, engine: Engine): unknown {
  if (value === null) {
    return null;
  }
  switch (typeof value) {
    case "string":
      return text(value, key, engine);
    case "number":
      return number(value, key, engine);
    case "bigint":
      if (BigInt.asIntN(64, value) !== value && engine === "sqlite") {
        throw refused(key, engine, "is a whole number beyond 64 bits", "pass it as text");
      }
      return engine === "sqlite" ? value : value.toString();
    case "boolean":
      return engine === "sqlite" ? Number(value) : value;
    case "object":
      return object(value, key, engine);
    default:
      throw refused(
        key,
        engine,
        `is ${value === undefined ? "undefined" : `a ${typeof value}`}`,
        "write null for NULL",
      );
  }
}

function text(value: string, key: number | string, engine: Engine): string {
  if (value.includes("\0")) {
    // SQLite would take it, and the row could never move.
    throw refused(
      key,
      engine,
      "holds a character 0, which PostgreSQL's text cannot",
      "pass bytes as a Buffer",
    );
  }
  if (!value.isWellFormed()) {
    throw refused(key, engine, "holds half of a surrogate pair, which would arrive as U+FFFD");
  }
  return value;
}

function number(value: number, key: number | string, engine: Engine): unknown {
  if (Number.isNaN(value)) {
    throw refused(key, engine, "is NaN, which SQLite stores as NULL");
  }
  if (engine === "postgres") {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  // better-sqlite3 binds numbers beyond 32 bits as doubles.
  return Number.isSafeInteger(value) && (value | 0) !== value ? BigInt(value) : value;
}

function object(value: object, key: number | string, engine: Engine): unknown {
  if (value instanceof Date) {
    const instant = instantText(value);
    if (instant === null) {
      throw refused(key, engine, "is no Date of the years 1 to 9999");
    }
    return instant;
  }
  if (value instanceof Uint8Array) {
    return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  let written: string | undefined;
  try {
    written = JSON.stringify(value instanceof Json ? value.value : value);
  } catch (error) {
    throw refused(key, engine, "cannot be written as JSON", undefined, error);
  }
  if (written === undefined) {
    throw refused(key, engine, "cannot be written as JSON");
  }
  return text(written, key, engine);
}

function refused(
  key: number | string,
  engine: Engine,
  what: string,
  hint?: string,
  cause?: unknown,
): DatabaseError {
  const name = typeof key === "number" ? `parameter ${key + 1}` : `parameter :${key}`;
  return new DatabaseError("bad-input", engine, `${name} ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
