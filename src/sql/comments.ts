// Which comment in a CREATE says something of a table, a column, a view or a trigger. SQLite keeps a CREATE as it was typed,
// from the name on; comments stand in the gaps between its tokens, so that what a string holds is never taken for one.
//
// - A column has the comments that begin on the line where its definition ends, before the comma or after it, and the
//   lines below that begin further right than the definition itself: they go on with that comment.
// - It has the comments directly above it too, with no empty line between, and those before it on its own line.
// - The table has those between its name and its first column, and those after the closing parenthesis. Those directly above
//   the first column are the table's, unless it has others before them, or another column is commented from above as well.
// - A view has those between its name and its SELECT; a trigger those between its name and BEGIN, and those after BEGIN where
//   one statement is all that follows.
// - What stands inside of a definition, above a table constraint or before the closing parenthesis is nobody's, and so is
//   what ends in a comma or a semicolon: SQL that somebody took out.
//
// The text is without its marks, without `*` at the begin of lines, without lines of dashes, stars and the like; each line is
// trimmed, and lines are joined by a newline.

import type { CreateTable } from "./ast.js";

/** Where tokens stand, by their number: `end` is the one after the last. */
export interface TablePlaces {
  open: number;
  columns: { start: number; end: number }[];
  close: number;
  end: number;
}

/** Gives the table and its columns their comments. `gapBefore` is the text between a token and the one before it. */
export function commentTable(
  table: CreateTable,
  { open, columns, close, end }: TablePlaces,
  gapBefore: (token: number) => string,
): void {
  const head = divide(gapBefore(open + 1));
  const indents = columns.map(({ start }) => indentAfter(gapBefore(start)));
  const above = columns.map(({ start }, i) =>
    i === 0 ? head.above : divide(gapBefore(start), indents[i - 1]).above,
  );
  const isTablesOwn =
    !head.isOneLine &&
    commentsOf(gapBefore(open)).length + head.trailing.length + head.detached.length === 0 &&
    above.slice(1).every((comments) => textOf(comments) === null);
  table.columns.forEach((column, i) => {
    const after = columns[i]?.end ?? close;
    column.comment = textOf([
      ...(i === 0 && isTablesOwn ? [] : (above[i] ?? [])),
      ...trailingOf(gapBefore(after), indents[i]),
      // Beside the last column there is no comma, and what follows the parenthesis is the table's.
      ...(after < close ? divide(gapBefore(after + 1), indents[i]).trailing : []),
    ]);
  });
  const afterwards = Array.from({ length: end - close }, (_, i) => commentsOf(gapBefore(close + 1 + i)));
  table.comment = textOf([
    ...commentsOf(gapBefore(open)),
    ...head.trailing,
    ...head.detached,
    ...(isTablesOwn ? head.above : []),
    ...afterwards.flat(),
  ]);
}

/** The text of all comments in these gaps; null where there is none. */
export function commentIn(gaps: readonly string[]): string | null {
  return textOf(gaps.flatMap(commentsOf));
}

interface Comment {
  /** With its marks. */
  raw: string;
  /** Characters before it on its line; of no meaning on the line of the token before. */
  indent: number;
}

const COMMENT_OR_LINE_END = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\n/g;

/** By the line in which they begin: the first is that of the token before the gap, the last that of the token after it. */
function byLine(gap: string): { lines: Comment[][]; indent: number } {
  let line: Comment[] = [];
  const lines = [line];
  let lineStart = 0;
  for (const { 0: raw, index } of gap.matchAll(COMMENT_OR_LINE_END)) {
    if (raw === "\n") {
      line = [];
      lines.push(line);
      lineStart = index + 1;
    } else {
      line.push({ raw, indent: index - lineStart });
    }
  }
  return { lines, indent: gap.length - lineStart };
}

/** Of what begins after the gap; infinite where it does not begin its line. */
function indentAfter(gap: string): number {
  const { lines, indent } = byLine(gap);
  return lines.length === 1 ? Number.POSITIVE_INFINITY : indent;
}

const commentsOf = (gap: string) => byLine(gap).lines.flat();

interface Divided {
  /** Of what stands before the gap, of what stands after it, and of neither. */
  trailing: Comment[];
  above: Comment[];
  detached: Comment[];
  isOneLine: boolean;
}

/** `indent` is that of the definition before the gap. */
function divide(gap: string, indent = Number.POSITIVE_INFINITY): Divided {
  const { lines } = byLine(gap);
  if (lines.length === 1) {
    return { trailing: [], above: lines.flat(), detached: [], isOneLine: true };
  }
  const goesOn = (line: Comment[] | undefined) => (line?.[0]?.indent ?? -1) > indent;
  let trailing = 1;
  while (lines[0]?.length !== 0 && trailing < lines.length - 1 && goesOn(lines[trailing])) {
    trailing += 1;
  }
  let above = lines.length - 1;
  while (above > trailing && lines[above - 1]?.length !== 0) {
    above -= 1;
  }
  return {
    trailing: lines.slice(0, trailing).flat(),
    detached: lines.slice(trailing, above).flat(),
    above: lines.slice(above).flat(),
    isOneLine: false,
  };
}

/** Before a comma or a parenthesis that stands on the same line, all of them. */
function trailingOf(gap: string, indent: number | undefined): Comment[] {
  const { isOneLine, above, trailing } = divide(gap, indent);
  return isOneLine ? above : trailing;
}

function textOf(comments: readonly Comment[]): string | null {
  const text = comments
    .map(inside)
    .filter((one) => one !== "")
    .join("\n");
  return text === "" || /[,;]$/.test(text) ? null : text;
}

function inside({ raw }: Comment): string {
  const lines = raw.startsWith("--") ? [raw.replace(/^-+/, "")] : blockLines(raw);
  return lines
    .map((line) => line.replaceAll("\0", "").trim().replace(/\s-+$/, ""))
    .filter((line) => !/^[-=*#~_+]{2,}$/.test(line))
    .join("\n")
    .trim();
}

function blockLines(raw: string): string[] {
  let end = raw.endsWith("*/") && raw.length >= 4 ? raw.length - 2 : raw.length;
  while (end > 2 && raw[end - 1] === "*") {
    end -= 1;
  }
  return raw
    .slice(2, end)
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^\s*\*+/, ""));
}
