// The shapes of texts (codec/shapes.ts) as an example a person knows at sight.

const WORDS: Readonly<Record<string, string>> = {
  date: "2024-01-31",
  int: "whole numbers",
  number: "numbers of other forms",
  empty: "empty text",
  datelike: "dates of other forms",
  "json-like": "JSON",
  "json-odd": "JSON that jsonb would change",
  padded: "text that ends in a blank",
  other: "text",
};

const UUIDS: Readonly<Record<string, string>> = {
  lower: "lower case",
  upper: "upper case",
  mixed: "both cases",
  digits: "digits alone",
};

/** `dt|T|3|Z` → `2024-01-31T12:00:00.123Z`; a shape without words stays as it is. */
export function shapeWords(shape: string): string {
  const [family = "", a = "", b = "", c = ""] = shape.split("|");
  switch (family) {
    case "dt":
      return `2024-01-31${a}${time(b)}${c}`;
    case "time":
      return time(a);
    case "uuid":
      return `UUID in ${UUIDS[a] ?? a}`;
    case "uuid32":
      return `UUID of 32 digits in ${UUIDS[a] ?? a}`;
    case "dec":
      return `decimals with ${a} places`;
    case "bool":
      return `the word ${a}`;
    default:
      return WORDS[shape] ?? shape;
  }
}

/** `m` is minutes; else so many digits of a fraction, with `z` for a last 0 and `zz` for nothing but 0. */
function time(fraction: string): string {
  if (fraction === "m") {
    return "12:00";
  }
  const digits = Number.parseInt(fraction, 10);
  const shown = fraction.endsWith("zz")
    ? "0".repeat(digits)
    : fraction.endsWith("z")
      ? `${"123456".slice(0, digits - 1)}0`
      : "123456".slice(0, digits);
  return shown === "" ? "12:00:00" : `12:00:00.${shown}`;
}
