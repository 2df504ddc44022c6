// Concerns about values that one column of PostgreSQL cannot hold side by side, or not at all.

import { quoteName } from "../base/quote.js";
import { isNotNull, numberText } from "../codec/field.js";
import { ambiguousTexts } from "../codec/shapes.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type ColumnChoice, numbersIn } from "./column-choice.js";
import { type Concern, type ConcernChoice, note } from "./concern.js";

/** Numbers, texts and bytes in one column where the storage class could not be told back. */
export function classConcerns(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
): Concern[] {
  const name = quoteName(column.name);
  const about = { table, column: column.name, object: null };
  if (
    chosen.codec === "blob" &&
    profile.blobs < profile.integers + profile.reals + profile.texts + profile.blobs
  ) {
    const others = numbersIn(profile) + profile.texts;
    return [
      {
        ...about,
        code: "bytes-and-text",
        severity: "blocker",
        count: Math.min(others, profile.blobs),
        reason: `${profile.blobs} values are bytes, ${profile.texts} text, ${numbersIn(profile)} numbers; no type of PostgreSQL holds them apart`,
        where: `typeof(${name}) ${profile.blobs <= others ? "=" : "<>"} 'blob' and ${isNotNull(name)}`,
        automatic: null,
        choices: [
          {
            name: "bytea",
            does: "text and numbers become their bytes; what they were stands in outgrow.originals",
            recommended: true,
            effect: {
              column: { type: "bytea", codec: "blob", collation: null },
              substitution: {
                predicate: `typeof(${name}) in ('integer','real','text')`,
                replacement: `cast(cast(${numberText(name)} as text) as blob)`,
              },
            },
          },
          {
            name: "text",
            does: "bytes become their hexadecimal text (\\x…), numbers their digits, U+0000 is left out of texts; what each was stands in outgrow.originals",
            recommended: false,
            effect: {
              column: { type: "text", codec: "text", collation: "C" },
              substitution: toCleanText(name),
            },
          },
        ],
      },
    ];
  }
  if (chosen.codec !== "mixed-text" || profile.texts === 0) {
    return [];
  }
  const ambiguous = ambiguousTexts(profile) ?? profile.texts;
  if (ambiguous === 0) {
    return [
      note(
        "warning",
        "mixed-types",
        {
          table,
          column: column.name,
          count: Math.min(numbersIn(profile), profile.texts),
          where: `typeof(${name}) ${profile.texts <= numbersIn(profile) ? "=" : "<>"} 'text' and ${isNotNull(name)}`,
        },
        `declared ${column.declaredType || "without a type"}, but holds ${numbersIn(profile)} numbers and ${profile.texts} texts; it becomes text`,
      ),
    ];
  }
  return [
    {
      ...about,
      code: "number-or-text",
      severity: "blocker",
      count: numbersIn(profile),
      reason: `${numbersIn(profile)} numbers stand beside ${ambiguous} texts that look like numbers: as text, 1 and '1' would be one value`,
      where: `typeof(${name}) in ('integer','real')`,
      automatic: null,
      choices: [
        {
          name: "text",
          does: "numbers become text; that they were numbers stands in outgrow.originals",
          recommended: true,
          effect: {
            column: { type: "text", codec: "text", collation: "C" },
            substitution: {
              predicate: `typeof(${name}) in ('integer','real')`,
              replacement: `cast(${numberText(name)} as text)`,
            },
          },
        },
        setAside(`typeof(${name}) in ('integer','real')`, "the rows with numbers"),
      ],
    },
  ];
}

/** Everything that is no clean text as one: each keeps its original, for 1, '1' and x'31' would else be one value. */
function toCleanText(name: string): { predicate: string; replacement: string } {
  const bytes = `cast(${name} as blob)`;
  return {
    predicate: `typeof(${name}) in ('integer','real','blob') or typeof(${name}) = 'text' and not outgrow_clean(${bytes})`,
    replacement: `case typeof(${name}) when 'blob' then '\\x'||lower(hex(${name})) when 'text' then outgrow_strip_nul(${bytes}) else cast(${numberText(name)} as text) end`,
  };
}

/** U+0000 and invalid UTF-8: PostgreSQL refuses both in text (error 22021). */
export function unstorableTexts(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
): Concern[] {
  const isBad = profile.nulTexts + profile.invalidTexts > 0;
  const name = quoteName(column.name);
  if (!isBad || chosen.codec === "blob") {
    return [];
  }
  const bad = `typeof(${name}) = 'text' and not outgrow_clean(cast(${name} as blob))`;
  const choices: ConcernChoice[] = [
    {
      name: "bytea",
      does: "the whole column becomes bytea, every byte as it is",
      recommended: numbersIn(profile) === 0,
      effect: {
        column: {
          type: "bytea",
          codec: "bytes",
          collation: null,
          why: `${whatIsUnclean(profile)}: kept as bytes`,
        },
      },
    },
    {
      name: "repair",
      does: "U+0000 is left out and invalid bytes become U+FFFD; the bytes stand in outgrow.originals",
      recommended: numbersIn(profile) > 0,
      effect: { substitution: { predicate: bad, replacement: `outgrow_strip_nul(cast(${name} as blob))` } },
    },
    setAside(bad, "the rows with such texts"),
  ];
  return [
    {
      code: "text-not-storable",
      severity: "blocker",
      table,
      column: column.name,
      object: null,
      // A text may be both, so where there are both, the move counts them by `where`.
      count:
        Math.min(profile.nulTexts, profile.invalidTexts) > 0 ? 0 : profile.nulTexts + profile.invalidTexts,
      reason: `${whatIsUnclean(profile)}; PostgreSQL does not store that in text`,
      where: bad,
      automatic: null,
      choices: numbersIn(profile) > 0 ? choices.filter((choice) => choice.name !== "bytea") : choices,
    },
  ];
}

function whatIsUnclean({ nulTexts, invalidTexts }: ColumnProfile): string {
  const texts = (count: number) => `${count} text${count === 1 ? "" : "s"}`;
  return [
    ...(nulTexts > 0 ? [`${texts(nulTexts)} with U+0000`] : []),
    ...(invalidTexts > 0 ? [`${texts(invalidTexts)} of bytes that are no valid UTF-8`] : []),
  ].join(" and ");
}

function setAside(predicate: string, what: string): ConcernChoice {
  return {
    name: "set-aside",
    does: `${what} are not moved; they stand whole in outgrow.quarantine`,
    recommended: false,
    effect: { setAside: predicate },
  };
}
