// Takes columns of values from a real SQLite to a real PostgreSQL and back by one codec, and profiles them in plain
// JavaScript, so that the SQL of the codecs is held against something that shares no code with it.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Database from "better-sqlite3";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Codec, CodecEvidence } from "#outgrow/codec/codec.js";
import { sameDouble } from "#outgrow/codec/reals.js";
import { copyOptions, rowExpression } from "#outgrow/codec/row.js";
import { countShapes } from "#outgrow/codec/shapes.js";
import { registerFunctions } from "#outgrow/source/functions.js";

/** A text of these bytes, which need not be valid UTF-8. */
export class RawText {
  constructor(readonly bytes: Buffer) {}
}

/** INTEGER, REAL, TEXT, BLOB, in this order. */
export type Value = null | bigint | number | string | RawText | Buffer;

export const SESSION = `
  set timezone = 'UTC'; set datestyle = 'ISO'; set extra_float_digits = 1; set intervalstyle = 'iso_8601';
  set bytea_output = 'hex'; set synchronize_seqscans = off; set client_encoding = 'UTF8';
  set standard_conforming_strings = on`;

/** A database in memory with a table `c (id integer primary key, v DECLARED)`. */
export class Source {
  readonly db: Database.Database;

  constructor(declared = "", encoding: "UTF-8" | "UTF-16le" | "UTF-16be" = "UTF-8") {
    this.db = new Database(":memory:");
    this.db.pragma(`encoding = '${encoding}'`);
    registerFunctions(this.db, encoding);
    this.db.exec(`create table c (id integer primary key, v ${declared})`);
  }

  fill(values: readonly Value[]): void {
    this.db.exec("delete from c");
    const insert = this.db.prepare("insert into c (v) values (?)");
    const insertRaw = this.db.prepare("insert into c (v) values (cast(? as text))");
    this.db.transaction(() => {
      for (const value of values) {
        if (value instanceof RawText) insertRaw.run(value.bytes);
        else insert.run(value);
      }
    })();
  }

  /** The result of an expression for every row, in order. */
  evaluate(expression: string): unknown[] {
    return this.db.prepare(`select ${expression} from c order by id`).pluck().safeIntegers().all();
  }

  lines(field: string): string[] {
    return this.evaluate(rowExpression(["id", field])) as string[];
  }
}

/** A temporary table `t (id, v TYPE)` at the other end. */
export class Target {
  constructor(readonly client: pg.Client) {}

  async create(type: string): Promise<void> {
    await this.client.query(`drop table if exists t; create temp table t (id int primary key, v ${type})`);
  }

  async load(lines: readonly string[]): Promise<void> {
    await this.client.query("truncate t");
    const stream = this.client.query(copyFrom(`copy t (id, v) from stdin ${copyOptions()}`));
    await pipeline(Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(""))]), stream);
  }

  async unload(codec: Codec): Promise<Buffer> {
    const query = `copy (select id, ${codec.decode("v")} as f from t order by id) to stdout`;
    const stream = this.client.query(copyTo(`${query} ${copyOptions(codec.quoted ? ["f"] : [])}`));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
}

/** Loads what the source holds; empty if all came back as the codec promises, else what differs. */
export async function cross(codec: Codec, source: Source, target: Target): Promise<string[]> {
  await target.load(source.lines(codec.encode('"v"')));
  const there = source.lines(codec.canonical('"v"')).map((line) => `${line}\n`);
  const back = await target.unload(codec);
  if (back.equals(Buffer.from(there.join("")))) return [];
  if (codec.equality === "bytes") return [`sent ${there.join("")}`, `back ${back}`];
  const [a, b] = [fieldsOf(there.join("")), fieldsOf(back.toString())];
  if (a.length !== b.length) return [`${a.length} rows sent, ${b.length} back`];
  return a.flatMap((field, i) => (sameField(codec, field, b[i] ?? "") ? [] : [`${field} is not ${b[i]}`]));
}

function fieldsOf(text: string): string[] {
  return text.split(/\n(?=\d+\t|$)/).map((line) => line.slice(line.indexOf("\t") + 1));
}

function sameField(codec: Codec, a: string, b: string): boolean {
  if (codec.equality === "double") return sameDouble(a, b);
  if (a === b) return true;
  const [left, right] = [parseField(a), parseField(b)];
  return left !== undefined && JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

const parseField = (field: string): unknown =>
  field === ""
    ? undefined
    : JSON.parse(field.replaceAll("\x01\x01", "\x02").replaceAll("\x01", "").replaceAll("\x02", "\x01"));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.entries(value)
    .map(([key, item]) => [key, sorted(item)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

export interface ProfileNeeds {
  scale?: number;
  remainder?: bigint;
}

/** What a profile of these values says, counted one by one. */
export function profileOf(values: readonly Value[], needs: ProfileNeeds = {}): CodecEvidence {
  const integers = values.filter((v) => typeof v === "bigint");
  const reals = values.filter((v) => typeof v === "number");
  const texts = values.flatMap((v) =>
    typeof v === "string" ? [Buffer.from(v)] : v instanceof RawText ? [v.bytes] : [],
  );
  const blobs = values.filter((v) => Buffer.isBuffer(v));
  const strings = texts.map((text) => text.toString());
  const count = <T>(items: readonly T[], test: (item: T) => boolean) => items.filter(test).length;
  const least = <T extends number | bigint>(items: readonly T[]) =>
    items.reduce<T | null>((a, b) => (a === null || b < a ? b : a), null);
  const most = <T extends number | bigint>(items: readonly T[]) =>
    items.reduce<T | null>((a, b) => (a === null || b > a ? b : a), null);
  const { scale, remainder } = needs;
  return {
    nulls: count(values, (v) => v === null),
    integers: integers.length,
    reals: reals.length,
    texts: texts.length,
    blobs: blobs.length,
    nulTexts: count(texts, (text) => text.includes(0)),
    invalidTexts: count(texts, (text) => !Buffer.from(text.toString()).equals(text)),
    negativeZeros: count(reals, (v) => Object.is(v, -0)),
    infinities: count(reals, (v) => Math.abs(v) === Number.POSITIVE_INFINITY),
    integerMin: least(integers),
    integerMax: most(integers),
    realMin: least(reals),
    realMax: most(reals),
    integerMinNonzero: least(integers.filter((v) => v !== 0n)),
    realMinNonzero: least(reals.filter((v) => v !== 0)),
    maxTextChars: most(strings.map((text) => [...text].length)) ?? 0,
    maxTextBytes: most(texts.map((text) => text.length)) ?? 0,
    maxBlobBytes: most(blobs.map((blob) => blob.length)) ?? 0,
    shapes: countShapes(strings),
    notDecimal:
      scale === undefined
        ? null
        : count(integers, (v) => Math.abs(Number(v)) * 10 ** scale >= 1e15) +
          count(reals, (v) => Math.abs(v) * 10 ** scale >= 1e15 || Number(v.toFixed(scale)) !== v),
    notJson: count(strings, (text) => !isJson(text)),
    fractions: count(reals, (v) => !Number.isInteger(v) || v < -(2 ** 63) || v >= 2 ** 63),
    remainders: remainder === undefined ? null : count(integers, (v) => v % remainder !== 0n),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the answer, not an error
  }
}
