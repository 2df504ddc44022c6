// INTEGER into bigint, and into the smaller types where they exist already.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  integersOutside,
  misfitByClass,
  otherClasses,
  single,
} from "./define-codec.js";

/** 2^53: up to it every integer is a double. */
export const MAX_SAFE = 9_007_199_254_740_992n;

function integer(id: string, type: string, bits: number): Codec {
  const min = -(2n ** BigInt(bits - 1));
  const max = -min - 1n;
  return defineCodec({
    id,
    type,
    encode: (v) => v,
    misfit: (v) => misfitByClass(v, { integer: bits === 64 ? "0" : `${v} not between ${min} and ${max}` }),
    refuses: (column) =>
      otherClasses(column, "integer") ?? (bits === 64 ? null : integersOutside(column, min, max)),
  });
}

export const integerFamilies: CodecFamily[] = [
  single(integer("int64", "bigint", 64), "integers"),
  single(integer("int32", "integer", 32), "integers of 32 bits, into columns that exist"),
  single(integer("int16", "smallint", 16), "integers of 16 bits, into columns that exist"),
];
