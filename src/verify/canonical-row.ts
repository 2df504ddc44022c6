// The bytes of a row by which it is told from others without an order: equal rows, and only they, have equal bytes.

import type { Codec } from "../codec/codec.js";
import { canonicalJson } from "./canonical-json.js";
import { doubleOf, isNull } from "./equal-fields.js";
import { fieldText, type RowFields } from "./row-fields.js";

/**
 * Returns a function from a row to its canonical bytes. Rows of exact codecs are their own; a double becomes the
 * 16 hex digits of its IEEE bits and JSON its canonical text, since the two engines print both differently.
 */
export function canonicalRows(codecs: readonly Codec[]): (row: RowFields) => Buffer {
  if (codecs.every((codec) => codec.equality === "bytes")) {
    return (row) => row.bytes.subarray(row.start, row.next);
  }
  const tab = Buffer.from("\t");
  return (row) => {
    const parts: Buffer[] = [];
    for (let field = 0; field < codecs.length; field += 1) {
      parts.push(canonicalField(codecs[field]?.equality, row, field), tab);
    }
    return Buffer.concat(parts);
  };
}

function canonicalField(equality: Codec["equality"] | undefined, row: RowFields, field: number): Buffer {
  if (!isNull(row, field)) {
    if (equality === "double") {
      const value = doubleOf(row, field);
      if (!Number.isNaN(value)) {
        return Buffer.from(doubleBits(value), "latin1");
      }
    } else if (equality === "json") {
      const value = canonicalJson(fieldText(row, field) ?? "");
      if (value !== null) {
        return Buffer.from(`\x01${value}\x01`);
      }
    }
  }
  return row.bytes.subarray(row.starts[field], row.ends[field]);
}

const BITS = new DataView(new ArrayBuffer(8));

function doubleBits(value: number): string {
  BITS.setFloat64(0, value);
  const hex = (at: number) => BITS.getUint32(at).toString(16).padStart(8, "0");
  return hex(0) + hex(4);
}
