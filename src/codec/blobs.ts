// BLOB into bytea; and any value into bytea as its bytes, for texts that text cannot hold.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  otherClasses,
  single,
  uncleanTexts,
} from "./define-codec.js";
import { isNegativeZero, numberText, unlessNull } from "./field.js";

/** As hexadecimal text in a COPY line, which must stay under 1 GB (MaxAllocSize): two characters a byte. */
const MAX_BYTES = 490_000_000;

function tooLong(bytes: number): string | null {
  return bytes > MAX_BYTES ? `a value of ${bytes} bytes` : null;
}

const blob = defineCodec({
  id: "blob",
  type: "bytea",
  encode: (v) => unlessNull(v, `'\\x'||hex(${v})`),
  canonical: (v) => unlessNull(v, `'\\x'||lower(hex(${v}))`),
  misfit: (v) => misfitByClass(v, { blob: `length(${v}) > ${MAX_BYTES}` }),
  refuses: (column) => otherClasses(column, "blob") ?? tooLong(column.maxBlobBytes),
});

/** The storage class is not kept: the text `a` and the blob x'61' are the same bytes. */
const bytes = defineCodec({
  id: "bytes",
  type: "bytea",
  encode: (v) => unlessNull(v, `'\\x'||hex(${numberText(v)})`),
  canonical: (v) => unlessNull(v, `'\\x'||lower(hex(${numberText(v)}))`),
  misfit: (v) => {
    const long = `octet_length(${v}) > ${MAX_BYTES}`;
    return misfitByClass(v, { integer: "0", real: "0", text: long, blob: long });
  },
  refuses: (column) => tooLong(Math.max(column.maxBlobBytes, column.maxTextBytes)),
});

/**
 * In a UTF-16 file hex() of a text gives UTF-16; outgrow_utf8_hex gives UTF-8. A text that is not valid UTF-16 has
 * no UTF-8 bytes, and outgrow_clean does not tell it from one with U+0000: both are misfits.
 */
const utf16 = (v: string) =>
  `'\\x'||case typeof(${v}) when 'text' then lower(outgrow_utf8_hex(${v})) ` +
  `when 'real' then iif(${isNegativeZero(v)}, '2d302e30', lower(hex(${v}))) else lower(hex(${v})) end`;

const bytesOfUtf16: Codec = defineCodec({
  id: "bytes(utf16)",
  type: "bytea",
  encode: (v) => unlessNull(v, utf16(v)),
  misfit: (v) =>
    misfitByClass(v, {
      integer: "0",
      real: "0",
      text: `(not outgrow_clean(cast(${v} as blob)) or length(${v}) > ${MAX_BYTES / 4})`,
      blob: `length(${v}) > ${MAX_BYTES}`,
    }),
  refuses: (column) =>
    uncleanTexts(column) ??
    tooLong(column.maxBlobBytes) ??
    (column.maxTextChars > MAX_BYTES / 4 ? `texts of up to ${column.maxTextChars} characters` : null),
});

export const blobFamilies: CodecFamily[] = [
  single(blob, "blobs"),
  {
    name: "bytes",
    form: "bytes, bytes(utf16)",
    type: "bytea",
    does: "blobs as they are, texts as their UTF-8 bytes, numbers as the bytes of their text; bytes(utf16) for files that hold UTF-16",
    make: (parameters) => (parameters === null ? bytes : parameters === "utf16" ? bytesOfUtf16 : null),
  },
];
