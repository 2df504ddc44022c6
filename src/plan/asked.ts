// What a plan was asked for, in words that a later run can be compared with: the options by which it was made.

import type { PlanOptions } from "./plan-input.js";

/** Option as typed → its value in a form that is equal where the meaning is; left out where it is the default. */
export type Asked = Readonly<Record<string, string>>;

export function askedFor(options: PlanOptions): Asked {
  const { overrides } = options;
  const words: Record<string, string> = {
    "--include": [...options.include].sort().join(","),
    "--exclude": [...options.exclude].sort().join(","),
    "--names": options.names === "keep" ? "" : options.names,
    "--integers": options.integers === "int8" ? "" : options.integers,
    "--framework": options.framework === undefined || options.framework === "auto" ? "" : options.framework,
    "--existing-rows": options.existingRows === "stop" ? "" : options.existingRows,
    "--drop-existing": options.dropExisting ? "yes" : "",
    "--decide": options.decisions.map((decision) => decision.text).join("\n"),
    "--rename or --type": [
      ...Object.entries(overrides.tables).map((one) => JSON.stringify(one)),
      ...Object.entries(overrides.columns).flatMap(([table, columns]) =>
        Object.entries(columns).map(([column, { name, type, codec }]) =>
          JSON.stringify([table, column, name ?? null, type ?? null, codec ?? null]),
        ),
      ),
    ]
      .sort()
      .join("\n"),
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ""));
}

/** The options in which two runs differ, as typed. */
export function askedOtherwise(one: Asked, other: Asked): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (option) => one[option] !== other[option],
  );
}
