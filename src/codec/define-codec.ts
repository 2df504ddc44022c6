// Builds codecs: the defaults of the contract, and the refusals that many families share.

import { quoteLiteral } from "../base/quote.js";
import type { Codec, CodecEvidence } from "./codec.js";
import { isNotNull } from "./field.js";

/** The reason given where the profile was not asked for what the codec needs to know. */
export const NOT_PROFILED = "not profiled";

type PartsWithDefault = "canonical" | "decode" | "quoted" | "verbatim" | "equality" | "normalises";

/** A codec without the parts that are the plain case: canonical = encode, decode = the bare value, bytes unquoted. */
export type CodecParts = Omit<Codec, PartsWithDefault> & Partial<Pick<Codec, PartsWithDefault>>;

/** One name before the parenthesis: `make` gives null for parameters that mean nothing to it. */
export interface CodecFamily {
  /** `iso` */
  readonly name: string;
  /** With its parameters, for the docs: `iso(SEP,FRACTION,ZONE)`. */
  readonly form: string;
  readonly type: string;
  /** One line for the docs. */
  readonly does: string;
  /** `parameters` is the text between the parentheses, null without them. */
  make(parameters: string | null): Codec | null;
}

/** Completes a codec. A count of its own misfits, where the profile has one, is the last word. */
export function defineCodec(parts: CodecParts): Codec {
  const { encode, canonical = encode, decode = (value: string) => value } = parts;
  return {
    id: parts.id,
    type: parts.type,
    quoted: parts.quoted ?? false,
    verbatim: parts.verbatim ?? false,
    equality: parts.equality ?? "bytes",
    normalises: parts.normalises ?? null,
    encode: (value) => encode(atom(value)),
    canonical: (value) => canonical(atom(value)),
    decode: (value) => decode(atom(value)),
    misfit: (value) => parts.misfit(atom(value)),
    refuses(column) {
      const reason = parts.refuses(column);
      const misfits = column.misfits?.[parts.id];
      if (misfits === undefined) return reason;
      if (misfits === 0) return null;
      return reason === null || reason === NOT_PROFILED ? plural(misfits, "value") : reason;
    },
  };
}

/** Anything but a name goes between parentheses, so that the expressions around it need none. */
function atom(value: string): string {
  return /^(?:"(?:[^"]|"")*"|\w+)$/.test(value) ? value : `(${value})`;
}

/** A family of one codec, which takes no parameters. */
export function single(codec: Codec, does: string): CodecFamily {
  return {
    name: codec.id,
    form: codec.id,
    type: codec.type,
    does,
    make: (parameters) => (parameters === null ? codec : null),
  };
}

export type StorageClass = "integer" | "real" | "text" | "blob";

/** `3 texts, 1 blob` for the values of classes that are not in `allowed`; null where there are none. */
export function otherClasses(column: CodecEvidence, ...allowed: StorageClass[]): string | null {
  const counts: [StorageClass, number][] = [
    ["integer", column.integers],
    ["real", column.reals],
    ["text", column.texts],
    ["blob", column.blobs],
  ];
  const others = counts.filter(([name, count]) => count > 0 && !allowed.includes(name));
  return others.length === 0 ? null : others.map(([name, count]) => plural(count, name)).join(", ");
}

/** Texts that PostgreSQL cannot hold as text (SQLSTATE 22021). */
export function uncleanTexts(column: CodecEvidence): string | null {
  if (column.nulTexts > 0) return `${plural(column.nulTexts, "text")} with U+0000`;
  if (column.invalidTexts > 0) return `${plural(column.invalidTexts, "text")} of invalid characters`;
  return null;
}

/** Texts whose shape (shapes.ts) is none of `shapes`; `wanted` says in words what they should be. */
export function otherShapes(column: CodecEvidence, shapes: readonly string[], wanted: string): string | null {
  if (column.texts === 0) return null;
  if (column.shapes === null) return NOT_PROFILED;
  let count = 0;
  for (const [shape, texts] of Object.entries(column.shapes)) {
    if (!shapes.includes(shape)) count += texts;
  }
  return count === 0 ? null : `${plural(count, "text")} not ${wanted}`;
}

/** SQLite: true for every non-NULL value that is no text of one of `shapes`. */
export function misfitByShape(value: string, shapes: readonly string[]): string {
  const list = shapes.map(quoteLiteral).join(", ");
  return `(${isNotNull(value)} and ifnull(outgrow_shape(${value}), '') not in (${list}))`;
}

/** SQLite: misfits by storage class; a class that is not named is a misfit whole. */
export function misfitByClass(value: string, tests: Partial<Record<StorageClass, string>>): string {
  const cases = Object.entries(tests).map(([name, test]) => `when '${name}' then ${test}`);
  return `case typeof(${value}) when 'null' then 0 ${cases.join(" ")} else 1 end`;
}

/** INTEGERs outside `min` to `max`. */
export function integersOutside(column: CodecEvidence, min: bigint, max: bigint): string | null {
  if (column.integers === 0) return null;
  const { integerMin, integerMax } = column;
  if (integerMin === null || integerMax === null) return NOT_PROFILED;
  if (integerMin < min) return `integers down to ${integerMin}`;
  return integerMax > max ? `integers up to ${integerMax}` : null;
}

/** REALs outside `min` to `max`, both included. */
export function realsOutside(column: CodecEvidence, min: number, max: number): string | null {
  if (column.reals === 0) return null;
  const { realMin, realMax } = column;
  if (realMin === null || realMax === null) return NOT_PROFILED;
  if (realMin < min) return `reals down to ${realMin}`;
  return realMax > max ? `reals up to ${realMax}` : null;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
