// Makes names and values from untrusted files safe to print on a terminal.

/** Control characters, line separators and direction marks as \u{…}; everything else as it is. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (c) =>
    c === "\n" ? "\\n" : c === "\t" ? "\\t" : `\\u{${c.codePointAt(0)?.toString(16)}}`,
  );
}

/** `printable`, cut to `limit` characters with an ellipsis. */
export function shorten(text: string, limit = 60): string {
  const points = [...text];
  return printable(points.length <= limit ? text : `${points.slice(0, limit - 1).join("")}…`);
}
