// printf and format: the conversions whose outcome is the same text ("Built-in printf()").

import { quoteLiteral } from "../../base/quote.js";
import { asNumber, asText, asValue, type Typed, typed } from "./typed.js";

/** `%d`, `%0Nd`, `%s` and `%%` of a literal format; the rest of printf is SQLite's own. */
export function format([pattern, ...args]: Typed[]): Typed | null {
  if (pattern?.literal === null || pattern === undefined) {
    return null;
  }
  const parts: string[] = [];
  let next = 0;
  for (const piece of pattern.literal.match(/%[^%a-zA-Z]*[%a-zA-Z]|[^%]+|%/g) ?? []) {
    const [, width = "", conversion] = /^%(0[1-9]\d?)?([ds%])$/.exec(piece) ?? [];
    if (!piece.startsWith("%")) {
      parts.push(quoteLiteral(piece));
    } else if (conversion === "%") {
      parts.push("'%'");
    } else if (conversion === undefined || args[next] === undefined) {
      return null;
    } else {
      const value = args[next] as Typed;
      next += 1;
      if (conversion === "s" && width === "") {
        parts.push(`coalesce(${asText(value).sql}, '')`);
      } else if (conversion === "d" && asValue(value).class === "integer") {
        const digits = width === "" ? null : Number(width);
        const number = `coalesce(${asNumber(value).sql}, 0)`;
        parts.push(
          digits === null
            ? `${number}::text`
            : `to_char(${number}, ${quoteLiteral(`FM${"0".repeat(digits)}`)})`,
        );
        if (digits !== null) {
          return null; // to_char prints # where the number is wider
        }
      } else {
        return null;
      }
    }
  }
  return parts.length === 0
    ? typed("''", "text", "text")
    : typed(parts.join(" || "), "text", "text", { atom: parts.length === 1 });
}
