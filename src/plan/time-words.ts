// Says in words what the times of a column look like, for findings.

const UNITS: Record<string, string> = {
  "epoch-s": "seconds since 1970",
  "epoch-s-real": "seconds since 1970",
  "epoch-ms": "milliseconds since 1970",
  "epoch-us": "microseconds since 1970",
  "epoch-ns": "nanoseconds since 1970",
  cocoa: "seconds since 2001",
  webkit: "microseconds since 1601",
  ticks: "ticks of 100 ns since the year 1",
  julian: "Julian days",
};

/** `milliseconds since 1970` for the codec `epoch-ms`; null where the codec counts no time. */
export function unitWords(codec: string): string | null {
  return UNITS[codec.replace(/\(.*$/, "")] ?? null;
}

/** The shapes of shapeOf, without repetition: `YYYY-MM-DD HH:MM:SS, empty text`. */
export function shapeWords(shapes: readonly string[]): string {
  return [...new Set(shapes.map(wordsOf))].join(", ");
}

function wordsOf(shape: string): string {
  const [kind = "", separator = "", fraction = "", zone = ""] = shape.split("|");
  switch (kind) {
    case "dt":
      return `YYYY-MM-DD${separator}${clock(fraction)}${zone}`;
    case "date":
      return "YYYY-MM-DD";
    case "time":
      return clock(separator);
    case "datelike":
      return "dates or times that PostgreSQL would refuse, guess or round";
    case "empty":
      return "empty text";
    case "int":
    case "dec":
    case "number":
      return "numbers as text";
    default:
      return "other text";
  }
}

function clock(fraction: string): string {
  if (fraction === "m") {
    return "HH:MM";
  }
  const digits = Number.parseInt(fraction, 10);
  return digits > 0 ? `HH:MM:SS.${"f".repeat(digits)}` : "HH:MM:SS";
}
