// Comments of a CREATE, which SQLite stores with its text: which of them speak of the table and which of a column.

/** `gap` is what stands between two tokens. */
interface Comment {
  text: string;
  /** Line ends of the gap before it. */
  line: number;
}

const COMMENT = /--([^\n]*)|\/\*([\s\S]*?)(?:\*\/|$)/g;

function commentsIn(gap: string): Comment[] {
  return [...gap.matchAll(COMMENT)].map((found) => ({
    text: found[1] === undefined ? blockText(found[2] ?? "") : found[1].trim(),
    line: gap.slice(0, found.index).split("\n").length - 1,
  }));
}

/** Without the stars and bars that decorate the lines of a block. */
function blockText(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/^\*+ ?|\*+$/g, "")
        .trim(),
    )
    .join("\n")
    .trim();
}

/** Joined by line ends; null where there is nothing but rules such as `-----`. */
export function joined(...texts: (string | null)[]): string | null {
  const said = texts.filter((text) => text !== null && /[\p{L}\p{N}]/u.test(text));
  return said.length === 0 ? null : said.join("\n");
}

/** What stands in front of a definition: on lines of its own, or between it and what is before it on the same line. */
export function commentAbove(gap: string): string | null {
  const onLine = gap.includes("\n") ? 1 : 0;
  return joined(...commentsIn(gap).flatMap(({ text, line }) => (line >= onLine ? [text] : [])));
}

/** What stands behind a definition, up to the end of its line: `gap` is up to the comma, `after` behind it. */
export function commentBehind(gap: string, after: string): string | null {
  const onLine = (text: string) => commentsIn(text).flatMap((one) => (one.line === 0 ? [one.text] : []));
  const isLineEnd = !gap.includes("\n") && after.includes("\n");
  return joined(...onLine(gap), ...(isLineEnd ? onLine(after) : []));
}

/** All of it. */
export function commentOf(gap: string): string | null {
  return joined(...commentsIn(gap).map(({ text }) => text));
}
