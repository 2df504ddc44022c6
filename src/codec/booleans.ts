// 0 and 1, or the two words of one vocabulary, into boolean.

import { quoteLiteral } from "../base/quote.js";
import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  integersOutside,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  otherShapes,
} from "./define-codec.js";

const PAIRS = [
  ["f", "t"],
  ["false", "true"],
  ["no", "yes"],
  ["n", "y"],
  ["off", "on"],
] as const;

const SPELLINGS = [
  (word: string) => word,
  (word: string) => word.toUpperCase(),
  (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1),
];

/** Word for false → word for true, in every spelling that PostgreSQL's boolean reads. */
export const VOCABULARIES: ReadonlyMap<string, string> = new Map(
  SPELLINGS.flatMap((spell) => PAIRS.map(([no, yes]) => [spell(no), spell(yes)] as const)),
);

const integers = defineCodec({
  id: "bool",
  type: "boolean",
  encode: (v) => `case ${v} when 1 then 't' when 0 then 'f' end`,
  misfit: (v) => misfitByClass(v, { integer: `${v} not in (0, 1)` }),
  refuses: (column) => otherClasses(column, "integer") ?? integersOutside(column, 0n, 1n),
});

function words(id: string, no: string, yes: string): Codec {
  const list = `${quoteLiteral(no)}, ${quoteLiteral(yes)}`;
  const parts = {
    id,
    type: "boolean",
    encode: (v: string) => v,
    // NOCASE columns would take T for t.
    misfit: (v: string) => misfitByClass(v, { text: `${v} collate binary not in (${list})` }),
    decode:
      no === "f"
        ? (v: string) => v
        : (v: string) =>
            `case when ${v} then ${quoteLiteral(yes)} when not ${v} then ${quoteLiteral(no)} end`,
  };
  const shapes = no === "0" ? ["int"] : [`bool|${no}`, `bool|${yes}`];
  return defineCodec({
    ...parts,
    refuses(column) {
      const reason = otherClasses(column, "text") ?? otherShapes(column, shapes, `${no} or ${yes}`);
      // All integers have one shape: only a count of the misfits tells 0 and 1 from the rest.
      return reason ?? (no === "0" && column.texts > 0 ? NOT_PROFILED : null);
    },
  });
}

/** The codec that reads all of the texts as booleans, if their words are of one vocabulary. */
export function boolCodecFor(shapes: Record<string, number>): string | null {
  const found = Object.keys(shapes);
  if (found.length === 0) return null;
  for (const [no, yes] of VOCABULARIES) {
    if (found.every((shape) => shape === `bool|${no}` || shape === `bool|${yes}`))
      return `bool(${no},${yes})`;
  }
  return null;
}

export const booleanFamilies: CodecFamily[] = [
  {
    name: "bool",
    form: "bool, bool(FALSEWORD,TRUEWORD)",
    type: "boolean",
    does: "integers 0 and 1; or two words, such as bool(f,t), bool(False,True), bool(no,yes), bool('0','1')",
    make(parameters) {
      if (parameters === null) return integers;
      if (parameters === "'0','1'") return words("bool('0','1')", "0", "1");
      const [no = "", yes] = parameters.split(",");
      return VOCABULARIES.get(no) === yes ? words(`bool(${parameters})`, no, yes ?? "") : null;
    },
  },
];
