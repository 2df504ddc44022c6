// What a move kept beside the target, as the oracle reads it: rows in quarantine, originals of substituted values.
import type pg from "pg";
import { doubleBits, readDouble } from "./decimals.js";
import { fields } from "./read-postgres.js";
import { type SqliteRow, type SqliteTable, type SqliteValue, showSqlite } from "./read-sqlite.js";
import type { Disagree } from "./verdict.js";

interface Original {
  code: string;
  class: string;
  value: string | null;
  bytes: string | null;
}

export interface KeptAside {
  /** Keys of the rows that are not in the target. */
  setAside: Set<string>;
  /** Row's key and column, joined by `cellOf` → code of the substitution. */
  substituted: Map<string, string>;
}

export const cellOf = (key: string, column: string) => JSON.stringify([key, column]);

/** Reads what the last move kept of a table, and compares each value of it with the source's. */
export async function readKeptAside(
  client: pg.Client,
  move: string | null,
  table: SqliteTable,
  disagree: Disagree,
): Promise<KeptAside> {
  const kept: KeptAside = { setAside: new Set(), substituted: new Map() };
  if (move === null) return kept;
  const byKey = new Map(table.rows.map((row) => [row.key, row]));
  const quarantine = await fields(
    client,
    "select key, source_row::text from outgrow.quarantine where move = $1 and table_name = $2 and code <> 'existing-rows'",
    [move, table.name],
  );
  for (const [key, document] of quarantine) {
    compareAside(key ?? "", document ?? "{}", byKey, table, disagree);
    if (kept.setAside.has(key ?? "")) disagree("stands in quarantine twice", key);
    kept.setAside.add(key ?? "");
  }
  const originals = await fields(
    client,
    "select key, column_name, code, class, value, bytes from outgrow.originals where move = $1 and table_name = $2",
    [move, table.name],
  );
  for (const [key, column, code, storageClass, value, bytes] of originals) {
    const cell = cellOf(key ?? "", column ?? "");
    if (kept.substituted.has(cell)) disagree("has two originals", key, column);
    kept.substituted.set(cell, code ?? "");
    const source = byKey.get(key ?? "")?.values[table.columns.findIndex(({ name }) => name === column)];
    const original = {
      code: code ?? "",
      class: storageClass ?? "",
      value: value ?? null,
      bytes: bytes ?? null,
    };
    if (source === undefined)
      disagree("is in outgrow.originals, but no such value is in the source", key, column);
    else if (!isOriginal(source, original))
      disagree(`original ${JSON.stringify(original)} is not ${showSqlite(source)}`, key, column);
  }
  return kept;
}

function compareAside(
  key: string,
  document: string,
  byKey: ReadonlyMap<string, SqliteRow>,
  table: SqliteTable,
  disagree: Disagree,
): void {
  const row = byKey.get(key);
  if (row === undefined) {
    disagree("is in quarantine, but not in the source", key);
    return;
  }
  const kept = JSON.parse(document) as Record<string, { class: string; value?: string; hex?: string }>;
  table.columns.forEach(({ name }, i) => {
    const source = row.values[i];
    const one = kept[name];
    const bytes = one?.hex === undefined ? null : `\\x${one.hex}`;
    const isWhole = one !== undefined && source !== undefined;
    if (!isWhole || !isOriginal(source, { code: "", class: one.class, value: one.value ?? null, bytes })) {
      disagree(
        `quarantine has ${JSON.stringify(one)} for ${source === undefined ? "nothing" : showSqlite(source)}`,
        key,
        name,
      );
    }
  });
}

/** Class and value, nothing lost: a text that PostgreSQL cannot hold stands as the bytes it had in the file. */
function isOriginal(source: SqliteValue, kept: Original): boolean {
  if (source.class !== kept.class) return false;
  switch (source.class) {
    case "null":
      return kept.value === null && kept.bytes === null;
    case "integer":
      return kept.value === String(source.value);
    case "real":
      return kept.value !== null && doubleBits(readDouble(kept.value)) === doubleBits(source.value);
    default: {
      const isHeld = source.class === "text" && kept.value !== null;
      return isHeld ? kept.value === source.text : kept.bytes === `\\x${source.bytes.toString("hex")}`;
    }
  }
}

/**
 * What stands in the target for a substituted value, by the code of the substitution; null where any value may.
 * Each is compared as if the source had held it.
 */
export function substituteFor(value: SqliteValue, code: string, type: string): SqliteValue[] | null {
  const text = (words: string): SqliteValue => ({ class: "text", bytes: Buffer.from(words), text: words });
  switch (code) {
    case "number-or-text":
      return Object.is(value.class === "real" ? value.value : 0, -0)
        ? [value, { class: "real", value: 0 }]
        : [value];
    case "bytes-and-text":
      if (type !== "text" && type !== "bytea") return [{ class: "null" }];
      if (type !== "text" || value.class === "integer" || value.class === "real") return [value];
      return value.class === "blob" ? [text(`\\x${value.bytes.toString("hex")}`)] : repairs(value);
    case "text-not-storable":
      return repairs(value);
    case "type-from-values": {
      // Another spelling of the same UUID, or none.
      const groups = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(
        (value.class === "text" ? (value.text ?? "") : "").toLowerCase().replaceAll("-", ""),
      );
      return [{ class: "null" }, ...(groups === null ? [] : [text(groups.slice(1).join("-"))])];
    }
    case "boolean-other-values":
    case "decimal-inexact":
    case "foreign-key-orphans":
    case "json-invalid":
    case "mixed-types":
    case "time-as-number":
    case "time-as-text":
      return [{ class: "null" }];
    default:
      return null;
  }
}

function repairs(value: SqliteValue): SqliteValue[] | null {
  if (value.class !== "text") return null;
  return ["utf-8", "utf-16le", "utf-16be"].map((name) => {
    const words = repaired(value.bytes, name);
    return { class: "text", bytes: Buffer.from(words), text: words };
  });
}

/** SQLite's own conversion makes U+FFFD of the noncharacters U+FFFE and U+FFFF of a UTF-16 file. */
function repaired(bytes: Buffer, encoding: string): string {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes).replaceAll("\0", "");
  return encoding === "utf-8" ? text : text.replace(/[\ufffe\uffff]/g, "\ufffd");
}
