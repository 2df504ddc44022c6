// Reads `?`, `$1` and `:name` on both engines, and writes what each engine takes: `$1` for PostgreSQL, `?` for SQLite.

import type { Engine, Parameters } from "../contract.js";
import { DatabaseError } from "../errors.js";
import { findInsert, type PlainInsert } from "./insert.js";
import { type Scanned, scan } from "./scan.js";

export interface ParsedStatement {
  /** As the caller wrote it. */
  sql: string;
  /** With the engine's own placeholders. */
  text: string;
  /** The parameter at each of the engine's placeholders: its place in the list, or its name. */
  order: readonly (number | string)[];
  /** How many parameters a list must have; null where they have names. */
  count: number | null;
  /** In lower case: `select`. */
  firstWord: string;
  /** In lower case; empty where the statement has one word. */
  secondWord: string;
  insert: PlainInsert | null;
}

const CACHED = 1_000;
const caches: Record<Engine, Map<string, ParsedStatement>> = { sqlite: new Map(), postgres: new Map() };

/** Throws `bad-input` for an empty statement, several ones, or placeholders of two kinds. */
export function parseStatement(sql: string, engine: Engine): ParsedStatement {
  const cache = caches[engine];
  const known = cache.get(sql);
  if (known !== undefined) {
    return known;
  }
  if (typeof sql !== "string") {
    throw new DatabaseError("bad-input", engine, `the statement is ${typeof sql}, not a string`);
  }
  const parsed = parse(sql, engine);
  if (cache.size >= CACHED) {
    // The oldest goes: Map keeps the order of insertion. Statements made by joining strings would fill it for ever.
    cache.delete(cache.keys().next().value ?? "");
  }
  cache.set(sql, parsed);
  return parsed;
}

function parse(sql: string, engine: Engine): ParsedStatement {
  const tokens = withoutEnd(scan(sql, engine), sql, engine);
  const style = styleOf(tokens, engine);
  const order: (number | string)[] = [];
  const numbers = new Map<string, number>();
  let text = "";
  let at = 0;
  let questions = 0;
  for (const token of tokens) {
    const key = parameterOf(token, style, questions);
    if (token.kind === "escaped" && style === "question") {
      text += `${sql.slice(at, token.start)}?`;
      at = token.start + 2;
    }
    if (key === null) {
      continue;
    }
    questions += 1;
    text += sql.slice(at, token.start);
    at = token.start + token.text.length;
    if (engine === "sqlite") {
      order.push(key);
      text += "?";
    } else {
      text += `$${numberOf(key, numbers, order)}`;
    }
  }
  const last = tokens.at(-1);
  text += sql.slice(at, last === undefined ? 0 : last.start + last.text.length);
  const [first, second] = tokens;
  return {
    sql,
    text,
    order,
    count: style === "colon" ? null : countOf(order, engine),
    firstWord: first?.kind === "word" ? first.text.toLowerCase() : "",
    secondWord: second?.kind === "word" ? second.text.toLowerCase() : "",
    insert: findInsert(tokens),
  };
}

type Style = "question" | "dollar" | "colon" | null;

function styleOf(tokens: readonly Scanned[], engine: Engine): Style {
  const found = new Set(tokens.map((token) => token.kind));
  if (found.has("dollar") && found.has("colon")) {
    throw new DatabaseError(
      "bad-input",
      engine,
      "the statement has placeholders of two kinds, $1 and :name",
      {
        hint: "use one of ?, $1 and :name",
      },
    );
  }
  if (found.has("dollar") || found.has("colon")) {
    // In PostgreSQL a lone ? is then an operator of jsonb.
    if (found.has("question") && engine === "sqlite") {
      throw new DatabaseError(
        "bad-input",
        engine,
        "the statement has ? beside placeholders of another kind",
        {
          hint: "use one of ?, $1 and :name",
        },
      );
    }
    return found.has("dollar") ? "dollar" : "colon";
  }
  return found.has("question") || found.has("escaped") ? "question" : null;
}

/** A place in the list counts from 0. */
function parameterOf(token: Scanned, style: Style, questions: number): number | string | null {
  if (token.kind !== style) {
    return null;
  }
  switch (token.kind) {
    case "question":
      return questions;
    case "dollar":
      return Number(token.text.slice(1)) - 1;
    default:
      return token.text.slice(1);
  }
}

/** The same parameter has one number, however often it stands there. */
function numberOf(key: number | string, numbers: Map<string, number>, order: (number | string)[]): number {
  const name = String(key);
  const known = numbers.get(name);
  if (known !== undefined) {
    return known;
  }
  order.push(key);
  numbers.set(name, order.length);
  return order.length;
}

function countOf(order: readonly (number | string)[], engine: Engine): number {
  const used = new Set(order.map(Number));
  const count = Math.max(-1, ...used) + 1;
  for (let i = 0; i < count; i++) {
    if (!used.has(i)) {
      throw new DatabaseError("bad-input", engine, `the statement has $${count} and no $${i + 1}`);
    }
  }
  if (used.has(-1)) {
    throw new DatabaseError("bad-input", engine, "the statement has $0; parameters count from $1");
  }
  return count;
}

/** Without the semicolon at its end. */
function withoutEnd(tokens: Scanned[], sql: string, engine: Engine): Scanned[] {
  const isEnd = (token: Scanned) => token.kind === "mark" && token.text === ";";
  while (tokens.length > 0 && isEnd(tokens.at(-1) as Scanned)) {
    tokens.pop();
  }
  if (tokens.length === 0) {
    throw new DatabaseError(
      "bad-input",
      engine,
      `the statement is empty${sql === "" ? "" : ": a comment at most"}`,
    );
  }
  // The body of a trigger or a function has semicolons of its own.
  const isCreate = tokens[0]?.text.toLowerCase() === "create";
  if (!isCreate && tokens.some(isEnd)) {
    throw new DatabaseError("bad-input", engine, "the text holds several statements, and a call runs one", {
      hint: "make one call for each, in a transaction where they belong together; files of statements run with outgrow schema up",
    });
  }
  return tokens;
}

/** The caller's values in the order of the engine's placeholders. Throws `bad-input` where one is missing or left over. */
export function arrange(statement: ParsedStatement, params: Parameters, engine: Engine): unknown[] {
  const { order, count } = statement;
  if (Array.isArray(params)) {
    if (count === null) {
      throw new DatabaseError(
        "bad-input",
        engine,
        "the statement has :name placeholders, and the parameters are a list",
        {
          hint: `pass an object with ${[...new Set(order)].join(", ")}`,
        },
      );
    }
    if (params.length !== count) {
      throw new DatabaseError(
        "bad-input",
        engine,
        `the statement has ${count} ${count === 1 ? "parameter" : "parameters"}, and ${params.length} were given`,
      );
    }
    return order.map((key) => params[key as number]);
  }
  if (count !== null && count > 0) {
    throw new DatabaseError(
      "bad-input",
      engine,
      "the statement counts its parameters, and an object was given",
      {
        hint: "pass a list, or write :name in the statement",
      },
    );
  }
  const named = params as Readonly<Record<string, unknown>>;
  return order.map((key) => {
    if (!Object.hasOwn(named, key)) {
      throw new DatabaseError("bad-input", engine, `no value was given for :${key}`);
    }
    return named[key];
  });
}
