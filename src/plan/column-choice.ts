// What a column may become, and the words that its evidence is told in.

import type { ColumnProfile } from "../source/profile.js";

export interface ColumnChoice {
  type: string;
  codec: string;
  /** One sentence with the evidence. */
  why: string;
}

export function numbersIn(profile: ColumnProfile): number {
  return profile.integers + profile.reals;
}

export function rows(count: number): string {
  return `${count} value${count === 1 ? "" : "s"}`;
}

export function span(profile: ColumnProfile): string {
  return profile.integerMin === null || profile.integerMax === null
    ? ""
    : ` from ${profile.integerMin} to ${profile.integerMax}`;
}
