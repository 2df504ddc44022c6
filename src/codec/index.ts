// Finds codecs: one by its id, one for a column that exists, and all of them for the docs.

import { OutgrowError } from "../base/errors.js";
import { alikeFamilies } from "./alike.js";
import { blobFamilies } from "./blobs.js";
import { booleanFamilies } from "./booleans.js";
import type { Codec, CodecEvidence } from "./codec.js";
import { dateFamilies } from "./dates.js";
import type { CodecFamily } from "./define-codec.js";
import { epochFamilies } from "./epochs.js";
import { codecsForType } from "./existing.js";
import { integerFamilies } from "./integers.js";
import { jsonFamilies } from "./json.js";
import { mixedFamilies } from "./mixed.js";
import { numericFamilies } from "./numeric.js";
import { realEpochFamilies } from "./real-epochs.js";
import { realFamilies } from "./reals.js";
import { textFamilies } from "./text.js";
import { timeFamilies } from "./times.js";
import { uuidFamilies } from "./uuid.js";

const FAMILIES: readonly CodecFamily[] = [
  ...integerFamilies,
  ...booleanFamilies,
  ...realFamilies,
  ...numericFamilies,
  ...textFamilies,
  ...mixedFamilies,
  ...blobFamilies,
  ...uuidFamilies,
  ...jsonFamilies,
  ...timeFamilies,
  ...dateFamilies,
  ...epochFamilies,
  ...realEpochFamilies,
  ...alikeFamilies,
];

export { codecsForType };

const byName = new Map(FAMILIES.map((family) => [family.name, family]));
const known = new Map<string, Codec>();

/** The codec of an id such as `int64` or `iso(T,3,Z)`; always the same object. Throws `settings` for an unknown id. */
export function codecFor(id: string): Codec {
  let codec = known.get(id);
  if (!codec) {
    codec = makeCodec(id);
    known.set(id, codec);
  }
  return codec;
}

function makeCodec(id: string): Codec {
  const [, name = "", parameters] = /^([a-z0-9-]+)(?:\((.*)\))?$/s.exec(id) ?? [];
  const codec = byName.get(name)?.make(parameters ?? null);
  // Two spellings of one codec would be two columns to a plan that is compared.
  if (codec?.id === id) return codec;
  throw new OutgrowError("settings", `there is no codec ${JSON.stringify(id)}`, {
    hint: `try ${nearIds(id, name)}`,
  });
}

/** Forms of the same family, or of names that differ in two letters; all names where none is near. */
function nearIds(id: string, name: string): string {
  const family = byName.get(name);
  if (family) return family.form;
  const word = name || (/^[a-z0-9-]*/i.exec(id)?.[0].toLowerCase() ?? "");
  const near = FAMILIES.filter(
    (other) =>
      editDistance(word, other.name) <= 2 || (word.length > 2 && other.name.startsWith(word.slice(0, 3))),
  );
  return (near.length > 0 ? near.map(({ form }) => form) : FAMILIES.map((other) => other.name)).join(", ");
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * The codec for a column that exists in PostgreSQL: the first that carries every value of the profile, or else the
 * most natural one and why it refuses. `type` is as format_type prints it: `character varying(255)`.
 */
export function codecForExisting(
  type: string,
  column: CodecEvidence,
  encoding = "UTF-8",
): { codec: string; refuses: string | null } {
  const candidates = codecsForType(type, column, encoding);
  const tried = candidates.map(({ codec, refuses }) => ({
    codec,
    refuses: codecFor(codec).refuses(column) ?? refuses,
  }));
  const natural = tried[0] ?? { codec: "input", refuses: null };
  const counted = candidates
    .filter(({ codec, refuses }) => refuses === null && column.misfits?.[codec] !== undefined)
    .map(({ codec }) => ({ codec, refuses: codecFor(codec).refuses(column) }));
  // Of equals the more general one: it also takes the numbers and instants that stand in for texts by a decision.
  if (column.texts > 0) counted.reverse();
  const [nearest] = counted.sort((a, b) => misfitsOf(column, a.codec) - misfitsOf(column, b.codec));
  return tried.find(({ refuses }) => refuses === null) ?? nearest ?? natural;
}

function misfitsOf(column: CodecEvidence, codec: string): number {
  return column.misfits?.[codec] ?? Number.POSITIVE_INFINITY;
}

/** Every form of codec, for the docs. */
export function documentedCodecs(): { id: string; type: string; does: string }[] {
  return FAMILIES.map(({ form, type, does }) => ({ id: form, type, does }));
}
