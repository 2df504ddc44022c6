// Columns that a foreign key ties together must have one type: PostgreSQL refuses text = bigint (error 42804).

import { quoteName } from "../base/quote.js";
import { codecFor } from "../codec/index.js";
import type { ColumnProfile } from "../source/profile.js";

export interface GroupedColumn {
  table: string;
  column: string;
  type: string;
  codec: string;
  identity: boolean;
  /** A decision made other values of some of its values, for the type it has. */
  substituted: boolean;
  profile: ColumnProfile;
}

/** Groups of columns that foreign keys connect, directly or through others (union-find). */
export function keyGroups<T extends { table: string; column: string }>(
  columns: readonly T[],
  ties: readonly [T, T][],
): T[][] {
  const parent = new Map<T, T>(columns.map((column) => [column, column]));
  const find = (column: T): T => {
    const up = parent.get(column) ?? column;
    return up === column ? column : find(up);
  };
  for (const [a, b] of ties) {
    parent.set(find(a), find(b));
  }
  const groups = new Map<T, T[]>();
  for (const column of columns) {
    const root = find(column);
    groups.set(root, [...(groups.get(root) ?? []), column]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/**
 * The one type for a group, and each column's codec for it; null where they agree already, or where a column has a
 * value that its codec would not carry: then they stay apart, and PostgreSQL has no such foreign key.
 */
export function commonType(group: readonly GroupedColumn[]): { type: string; codecs: string[] } | null {
  const common = proposedType(group);
  return common !== null && group.every((member, i) => fits(member, common.type, common.codecs[i] ?? ""))
    ? common
    : null;
}

function fits(member: GroupedColumn, type: string, codec: string): boolean {
  if (member.identity && !/^(?:bigint|integer)$/.test(type)) {
    return false;
  }
  if (codec === member.codec) {
    return true;
  }
  const { profile } = member;
  // As bytes the number 1 and the text '1' are one value.
  const isBlurred =
    codec === "bytes" && profile.texts > 0 && profile.integers + profile.reals + profile.blobs > 0;
  return !member.substituted && !isBlurred && codecFor(codec).refuses(profile) === null;
}

/**
 * A column without values takes the others' type; numbers of different types become the wider; everything else
 * becomes text, and text that cannot be text becomes bytea.
 */
function proposedType(group: readonly GroupedColumn[]): { type: string; codecs: string[] } | null {
  const types = new Set(group.map((member) => member.type));
  if (types.size === 1) {
    return null;
  }
  const filled = group.filter(
    (member) =>
      member.profile.integers + member.profile.reals + member.profile.texts + member.profile.blobs > 0,
  );
  const wanted = new Set((filled.length === 0 ? group : filled).map((member) => member.type));
  const [only] = wanted;
  if (wanted.size === 1 && only !== undefined) {
    const model = (filled[0] ?? group[0])?.codec ?? "text";
    return { type: only, codecs: group.map((member) => (member.type === only ? member.codec : model)) };
  }
  const whole = { type: "bigint", codecs: group.map(wholeCodec) };
  // An identity is an integer; canAgree let only numbers into its group.
  if (group.some((member) => member.identity)) {
    return group.every(isWhole) ? whole : null;
  }
  const isNumber = ({ profile }: GroupedColumn) => profile.texts + profile.blobs === 0;
  if (filled.every(isNumber) && [...wanted].every((type) => type !== "text")) {
    return group.every((member, i) => isWhole(member) && fits(member, whole.type, whole.codecs[i] ?? ""))
      ? whole
      : { type: "double precision", codecs: group.map(() => "double") };
  }
  // As text or bytes 1 and 1.0 are two values, which to SQLite are equal.
  if (group.some(({ profile }) => profile.reals > 0) && group.some(({ profile }) => profile.integers > 0)) {
    return null;
  }
  if (wanted.has("bytea")) {
    return { type: "bytea", codecs: group.map((member) => (member.profile.blobs > 0 ? "blob" : "bytes")) };
  }
  return {
    type: "text",
    codecs: group.map((member) =>
      member.profile.integers + member.profile.reals > 0 ? "mixed-text" : "text",
    ),
  };
}

/** Up to it every integer is a double (IEEE 754), and a bigint. */
const LARGEST_WHOLE = 2 ** 53;

function isWhole({ profile: { reals, fractions, realMin, realMax } }: GroupedColumn): boolean {
  return (
    reals === 0 ||
    (fractions === 0 &&
      realMin !== null &&
      realMax !== null &&
      realMin >= -LARGEST_WHOLE &&
      realMax <= LARGEST_WHOLE)
  );
}

/** Whole REALs are the integers they are equal to, as SQLite compares them. */
function wholeCodec({ profile }: GroupedColumn): string {
  return profile.reals > 0 ? "numeric-int" : "int64";
}

/** `"orders"."user_id"`, for messages. */
export function columnPath(column: { table: string; column: string }): string {
  return `${quoteName(column.table)}.${quoteName(column.column)}`;
}
