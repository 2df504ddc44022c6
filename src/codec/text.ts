// TEXT into text, and into the types of limited length, or of any other kind, where they exist already.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  plural,
  single,
  uncleanTexts,
} from "./define-codec.js";
import { numberText, quotedField } from "./field.js";
import { isCrowded } from "./mixed.js";

const text = defineCodec({
  id: "text",
  type: "text",
  encode: quotedField,
  quoted: true,
  verbatim: true,
  misfit: (v) => misfitByClass(v, { text: `not outgrow_clean(cast(${v} as blob))` }),
  refuses: (column) => otherClasses(column, "text") ?? uncleanTexts(column),
});

/** PostgreSQL drops surplus blanks without a word and refuses any other surplus (22001). */
function varchar(limit: number): Codec {
  return defineCodec({
    id: `varchar(${limit})`,
    type: `character varying(${limit})`,
    encode: quotedField,
    quoted: true,
    verbatim: true,
    misfit: (v) =>
      misfitByClass(v, { text: `(length(${v}) > ${limit} or not outgrow_clean(cast(${v} as blob)))` }),
    refuses: (column) =>
      otherClasses(column, "text") ??
      uncleanTexts(column) ??
      (column.maxTextChars > limit ? `texts of up to ${column.maxTextChars} characters` : null),
  });
}

/** `character(n)` pads with blanks, and its cast to text takes all blanks at the end away. */
function char(limit: number): Codec {
  return defineCodec({
    id: `char(${limit})`,
    type: `character(${limit})`,
    encode: quotedField,
    decode: (v) => `(${v})::text`,
    quoted: true,
    misfit: (v) =>
      misfitByClass(v, {
        text: `(length(${v}) > ${limit} or substr(${v}, -1) = ' ' or not outgrow_clean(cast(${v} as blob)))`,
      }),
    refuses(column) {
      const reason = varchar(limit).refuses(column);
      if (reason !== null || column.texts === 0) return reason;
      if (column.shapes === null) return NOT_PROFILED;
      const { padded = 0, "json-odd": odd = 0, "json-like": json = 0, other = 0 } = column.shapes;
      if (padded > 0) return `${plural(padded, "text")} with a blank at the end`;
      return odd + json > 0 || (other > 0 && isCrowded(column)) ? NOT_PROFILED : null;
    },
  });
}

const input = defineCodec({
  id: "input",
  type: "text",
  encode: (v) => quotedField(numberText(v)),
  decode: (v) => `(${v})::text`,
  quoted: true,
  misfit: (v) => misfitByClass(v, { integer: "0", real: "0", text: `not outgrow_clean(cast(${v} as blob))` }),
  refuses: (column) => otherClasses(column, "integer", "real", "text") ?? uncleanTexts(column),
});

/** A length of PostgreSQL's varchar and char: 1 to 10485760; null for anything else. */
function lengthOf(parameters: string | null): number | null {
  const length = /^[1-9]\d{0,7}$/.test(parameters ?? "") ? Number(parameters) : 0;
  return length >= 1 && length <= 10_485_760 ? length : null;
}

export const textFamilies: CodecFamily[] = [
  single(text, "texts of valid Unicode without U+0000"),
  {
    name: "varchar",
    form: "varchar(N)",
    type: "character varying(N)",
    does: "texts of at most N characters, into columns that exist",
    make(parameters) {
      const length = lengthOf(parameters);
      return length === null ? null : varchar(length);
    },
  },
  {
    name: "char",
    form: "char(N)",
    type: "character(N)",
    does: "texts of at most N characters that do not end in a blank, into columns that exist",
    make(parameters) {
      const length = lengthOf(parameters);
      return length === null ? null : char(length);
    },
  },
  single(input, "numbers and texts as the input function of any other type reads them; verification tells"),
];
