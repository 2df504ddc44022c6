// A profile made the slow and plain way, value by value in JavaScript, for comparison.
import type Database from "better-sqlite3";
import { quoteName } from "#outgrow/base/quote.js";
import { shapeOf } from "#outgrow/codec/shapes.js";
import type { SourceCatalog, SourceTable } from "#outgrow/source/catalog.js";
import { emptyProfile } from "#outgrow/source/merge-profiles.js";
import type { ColumnNeeds, ColumnProfile } from "#outgrow/source/profile.js";
import { tableScan } from "#outgrow/source/table-scan.js";

export function naiveProfile(
  db: Database.Database,
  encoding: SourceCatalog["encoding"],
  table: SourceTable,
  needs: readonly ColumnNeeds[],
): ColumnProfile[] {
  return table.columns.map((column, i) => {
    const name = quoteName(column.name);
    const profile = emptyProfile(needs[i] ?? {});
    const rows = db
      .prepare<[], [string, unknown, Buffer]>(
        `select typeof(${name}), ${name}, cast(${name} as blob) from ${tableScan(table)}`,
      )
      .raw()
      .safeIntegers()
      .all();
    for (const [storageClass, value, bytes] of rows) {
      addValue(profile, needs[i] ?? {}, encoding, storageClass, value, bytes);
    }
    const areTexts = profile.integers + profile.reals + profile.blobs === 0;
    return { ...profile, plain: profile.plain && areTexts && encoding === "UTF-8" };
  });
}

function addValue(
  p: ColumnProfile,
  needs: ColumnNeeds,
  encoding: SourceCatalog["encoding"],
  storageClass: string,
  value: unknown,
  bytes: Buffer,
): void {
  const { within } = needs;
  if (within !== undefined && storageClass !== "null") {
    const isNumber = typeof value === "bigint" || typeof value === "number";
    const isOutside = !isNumber || value < within.low || value > within.high;
    p.outside = (p.outside ?? 0) + (isOutside ? 1 : 0);
  }
  if (storageClass === "null") {
    p.nulls++;
  } else if (storageClass === "integer" && typeof value === "bigint") {
    p.integers++;
    if (needs.range) {
      p.integerMin = p.integerMin === null || value < p.integerMin ? value : p.integerMin;
      p.integerMax = p.integerMax === null || value > p.integerMax ? value : p.integerMax;
      const least = p.integerMinNonzero;
      p.integerMinNonzero = value !== 0n && (least === null || value < least) ? value : least;
    }
    if (needs.remainder !== undefined && value % BigInt(needs.remainder) !== 0n) {
      p.remainders = (p.remainders ?? 0) + 1;
    }
    if (needs.decimal !== undefined && !integerFits(value, needs.decimal)) {
      p.notDecimal = (p.notDecimal ?? 0) + 1;
    }
  } else if (storageClass === "real" && typeof value === "number") {
    addReal(p, needs, value);
  } else if (storageClass === "text") {
    addText(p, needs, encoding, bytes);
  } else {
    p.blobs++;
    if (needs.length) {
      p.maxBlobBytes = Math.max(p.maxBlobBytes, bytes.length);
    }
  }
}

function integerFits(value: bigint, { precision, scale }: { precision: number; scale: number }): boolean {
  return (value < 0n ? -value : value) < 10n ** BigInt(precision - scale);
}

function addReal(p: ColumnProfile, needs: ColumnNeeds, value: number): void {
  p.reals++;
  p.infinities += Number.isFinite(value) ? 0 : 1;
  p.negativeZeros += Object.is(value, -0) ? 1 : 0;
  if (needs.range) {
    p.realMin = p.realMin === null || value < p.realMin ? value : p.realMin;
    p.realMax = p.realMax === null || value > p.realMax ? value : p.realMax;
    const least = p.realMinNonzero;
    p.realMinNonzero = value !== 0 && (least === null || value < least) ? value : least;
  }
  if (needs.fractions && !(Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63)) {
    p.fractions = (p.fractions ?? 0) + 1;
  }
  if (needs.decimal !== undefined && !realFits(value, needs.decimal)) {
    p.notDecimal = (p.notDecimal ?? 0) + 1;
  }
}

/** By text: the decimal with `scale` places nearest to the value must read back as the value. */
function realFits(value: number, { precision, scale }: { precision: number; scale: number }): boolean {
  const text = value.toFixed(scale);
  const digits = text.replace(/^-?0*|\./g, "").replace(/^0+/, "");
  return Math.abs(value) < 1e21 && digits.length <= Math.min(precision, 15) && Number(text) === value;
}

function addText(
  p: ColumnProfile,
  needs: ColumnNeeds,
  encoding: SourceCatalog["encoding"],
  bytes: Buffer,
): void {
  p.texts++;
  p.plain &&= bytes.length > 0 && !bytes.some((byte) => [0x01, 0x09, 0x0a, 0x0d].includes(byte));
  const big = encoding === "UTF-16be" ? Buffer.from(bytes).swap16() : bytes;
  const text = encoding === "UTF-8" ? bytes.toString("utf8") : big.toString("utf16le");
  const isValid =
    encoding === "UTF-8" ? Buffer.from(text).equals(bytes) : !/[\p{Cs}\ufffe\uffff]/u.test(text);
  p.invalidTexts += isValid ? 0 : 1;
  p.nulTexts += text.includes("\0") ? 1 : 0;
  if (needs.shapes && p.shapes !== null) {
    const shape = shapeOf(text);
    p.shapes[shape] = (p.shapes[shape] ?? 0) + 1;
  }
  if (needs.length) {
    p.maxTextChars = Math.max(p.maxTextChars, [...text].length);
    p.maxTextBytes = Math.max(p.maxTextBytes, encoding === "UTF-8" ? bytes.length : Buffer.byteLength(text));
  }
  if (needs.json && !isJson(text)) {
    p.notJson = (p.notJson ?? 0) + 1;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
