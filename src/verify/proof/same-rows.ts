// Compares rows that both engines gave, in any order.

export interface ComparedColumn {
  name: string;
  /** Compared as doubles to twelve digits: sums depend on the order of their terms. */
  isNumber: boolean;
  isJson: boolean;
}

/** Null where both sides have the same rows, else the first that only one has, in words. */
export function sameRows(
  here: readonly unknown[][],
  there: readonly unknown[][],
  columns: readonly ComparedColumn[],
): string | null {
  const left = new Map<string, number>();
  for (const row of here) {
    const key = keyOf(row, columns);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  for (const row of there) {
    const key = keyOf(row, columns);
    const count = left.get(key) ?? 0;
    if (count === 0) {
      return `${counts(here, there)}; only PostgreSQL has (${shown(key)})${nearest(left)}`;
    }
    if (count === 1) {
      left.delete(key);
    } else {
      left.set(key, count - 1);
    }
  }
  const [only] = left.keys();
  return only === undefined ? null : `${counts(here, there)}; only SQLite has (${shown(only)})`;
}

const counts = (here: readonly unknown[][], there: readonly unknown[][]) =>
  `SQLite gives ${here.length} rows, PostgreSQL ${there.length}`;

function nearest(left: ReadonlyMap<string, number>): string {
  const [one] = left.keys();
  return one === undefined ? "" : `, SQLite has (${shown(one)})`;
}

const shown = (key: string) => (key.length > 300 ? `${key.slice(0, 300)}…` : key).replaceAll("\u0000", ", ");

function keyOf(row: readonly unknown[], columns: readonly ComparedColumn[]): string {
  return row.map((value, i) => fieldKey(value, columns[i])).join("\u0000");
}

function fieldKey(value: unknown, column: ComparedColumn | undefined): string {
  if (value === null || value === undefined) {
    return "NULL";
  }
  if (Buffer.isBuffer(value)) {
    return `x'${value.toString("hex")}'`;
  }
  if (typeof value === "string" && value.startsWith("\\x") && /^\\x(?:[0-9a-f]{2})*$/.test(value)) {
    return `x'${value.slice(2)}'`;
  }
  if (typeof value === "boolean") {
    return value ? "1" : "0";
  }
  const text = String(value);
  if (column?.isNumber) {
    const number = Number(text);
    return Number.isNaN(number) ? text : String(Number(number.toPrecision(12)));
  }
  return column?.isJson ? canonicalJson(text) : text;
}

function canonicalJson(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text; // then the texts themselves are compared
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  }
  return value;
}
