// UUIDs as text of one spelling, or as 16 bytes in one of two orders, into uuid.

import {
  type CodecFamily,
  type CodecParts,
  defineCodec,
  misfitByClass,
  misfitByShape,
  NOT_PROFILED,
  otherClasses,
  otherShapes,
  single,
} from "./define-codec.js";
import { unlessNull } from "./field.js";

/** Spelling → the shapes it prints again: a UUID without letters is upper and lower case at once. */
const SPELLINGS: Record<string, readonly string[]> = {
  uuid: ["uuid|lower", "uuid|digits"],
  "uuid-upper": ["uuid|upper", "uuid|digits"],
  "uuid-hex": ["uuid32|lower", "uuid32|digits"],
  "uuid-hex-upper": ["uuid32|upper", "uuid32|digits"],
};

function textual(id: string, decode: (value: string) => string) {
  const shapes = SPELLINGS[id] ?? [];
  return defineCodec({
    id,
    type: "uuid",
    encode: (v) => v,
    decode,
    misfit: (v) => misfitByShape(v, shapes),
    refuses: (column) => otherClasses(column, "text") ?? otherShapes(column, shapes, `of the form ${id}`),
  });
}

function binary(id: string, parts: Pick<CodecParts, "encode" | "canonical" | "decode">) {
  return defineCodec({
    id,
    type: "uuid",
    ...parts,
    misfit: (v) => misfitByClass(v, { blob: `length(${v}) <> 16` }),
    refuses(column) {
      const reason = otherClasses(column, "blob");
      if (reason !== null || column.blobs === 0) return reason;
      if (column.maxBlobBytes > 16) return `blobs of up to ${column.maxBlobBytes} bytes`;
      // The profile knows the longest blob; only a count of the misfits knows the shortest.
      return NOT_PROFILED;
    },
  });
}

const hexOf = (v: string) => `encode(uuid_send(${v}), 'hex')`;

/** .NET's Guid.ToByteArray writes the first three groups with their lowest byte first. */
function swapGroups(v: string): string {
  const byte = (n: number) => `substr(hex(${v}), ${2 * n + 1}, 2)`;
  return `${[3, 2, 1, 0, 5, 4, 7, 6].map(byte).join("||")}||substr(hex(${v}), 17)`;
}

/** The uuid codec that carries all of the texts exactly; null where none does. */
export function uuidCodecFor(shapes: Record<string, number>): string | null {
  const found = Object.keys(shapes);
  if (found.length === 0) return null;
  const fitting = Object.entries(SPELLINGS).find(([, own]) => found.every((shape) => own.includes(shape)));
  return fitting?.[0] ?? null;
}

export const uuidFamilies: CodecFamily[] = [
  single(
    textual("uuid", (v) => v),
    "texts of 36 characters in lower case",
  ),
  single(
    textual("uuid-upper", (v) => `upper(${v}::text)`),
    "texts of 36 characters in upper case",
  ),
  single(textual("uuid-hex", hexOf), "texts of 32 hexadecimal digits in lower case"),
  single(
    textual("uuid-hex-upper", (v) => `upper(${hexOf(v)})`),
    "texts of 32 hexadecimal digits in upper case",
  ),
  single(
    binary("uuid-blob", {
      encode: (v) => unlessNull(v, `hex(${v})`),
      canonical: (v) => unlessNull(v, `lower(hex(${v}))`),
      decode: hexOf,
    }),
    "blobs of 16 bytes in the order of RFC 9562",
  ),
  single(
    binary("uuid-dotnet", {
      encode: (v) => unlessNull(v, swapGroups(v)),
      canonical: (v) => unlessNull(v, `lower(hex(${v}))`),
      decode: (v) =>
        `regexp_replace(${hexOf(v)}, '^(..)(..)(..)(..)(..)(..)(..)(..)', '\\4\\3\\2\\1\\6\\5\\8\\7')`,
    }),
    "blobs of 16 bytes in the order of .NET's Guid",
  ),
];
