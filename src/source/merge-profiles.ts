// Profiles of parts of a column add up to the profile of the whole.

import { mergeShapes } from "../codec/shapes.js";
import type { ColumnNeeds, ColumnProfile } from "./profile.js";

/** What a column without rows has. A count that `needs` does not ask for is null, and stays so. */
export function emptyProfile(needs: ColumnNeeds): ColumnProfile {
  const counted = (asked: unknown) => (asked === undefined || asked === false ? null : 0);
  return {
    nulls: 0,
    integers: 0,
    reals: 0,
    texts: 0,
    blobs: 0,
    nulTexts: 0,
    invalidTexts: 0,
    plain: true,
    negativeZeros: 0,
    infinities: 0,
    integerMin: null,
    integerMax: null,
    realMin: null,
    realMax: null,
    integerMinNonzero: null,
    realMinNonzero: null,
    maxTextChars: 0,
    maxTextBytes: 0,
    maxBlobBytes: 0,
    shapes: needs.shapes ? {} : null,
    notDecimal: counted(needs.decimal),
    notJson: counted(needs.json),
    fractions: counted(needs.fractions),
    remainders: counted(needs.remainder),
    outside: counted(needs.within),
  };
}

/** The profiles of two ranges of one table, column by column. What only one of them knows is unknown. */
export function mergeProfiles(a: readonly ColumnProfile[], b: readonly ColumnProfile[]): ColumnProfile[] {
  return a.map((profile, i) => {
    const other = b[i];
    return other === undefined ? profile : mergeColumn(profile, other);
  });
}

function mergeColumn(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  return {
    nulls: a.nulls + b.nulls,
    integers: a.integers + b.integers,
    reals: a.reals + b.reals,
    texts: a.texts + b.texts,
    blobs: a.blobs + b.blobs,
    nulTexts: a.nulTexts + b.nulTexts,
    invalidTexts: a.invalidTexts + b.invalidTexts,
    plain: a.plain && b.plain,
    negativeZeros: a.negativeZeros + b.negativeZeros,
    infinities: a.infinities + b.infinities,
    integerMin: least(a.integerMin, b.integerMin),
    integerMax: greatest(a.integerMax, b.integerMax),
    realMin: least(a.realMin, b.realMin),
    realMax: greatest(a.realMax, b.realMax),
    integerMinNonzero: least(a.integerMinNonzero, b.integerMinNonzero),
    realMinNonzero: least(a.realMinNonzero, b.realMinNonzero),
    maxTextChars: Math.max(a.maxTextChars, b.maxTextChars),
    maxTextBytes: Math.max(a.maxTextBytes, b.maxTextBytes),
    maxBlobBytes: Math.max(a.maxBlobBytes, b.maxBlobBytes),
    shapes: a.shapes === null || b.shapes === null ? null : mergeShapes(a.shapes, b.shapes),
    notDecimal: sum(a.notDecimal, b.notDecimal),
    notJson: sum(a.notJson, b.notJson),
    fractions: sum(a.fractions, b.fractions),
    remainders: sum(a.remainders, b.remainders),
    outside: sum(a.outside, b.outside),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function least<T extends number | bigint>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) {
    return a ?? b;
  }
  return b < a ? b : a;
}

function greatest<T extends number | bigint>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) {
    return a ?? b;
  }
  return b > a ? b : a;
}
