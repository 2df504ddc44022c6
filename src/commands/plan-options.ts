// From the options a person typed, and the plan file they name, to the options of a plan.

import { OutgrowError } from "../base/errors.js";
import { parseDecision } from "../plan/decisions.js";
import type { ColumnOverride, PlanOverrides } from "../plan/overrides.js";
import type { PlanOptions } from "../plan/plan-input.js";
import type { PlanFlags } from "./plan-flags.js";

/** What was typed wins over the plan file. `defaultSchema` is the one that the target's URL names. Throws `usage` and `settings`. */
export async function readPlanOptions(flags: PlanFlags, defaultSchema: string | null): Promise<PlanOptions> {
  const file = flags.plan === null ? null : (await import("./plan-file.js")).readPlanFile(flags.plan);
  return {
    schema: flags.schema ?? file?.schema ?? defaultSchema ?? "public",
    include: flags.include.length > 0 ? flags.include : (file?.include ?? []),
    exclude: [...flags.exclude, ...(file?.exclude ?? [])],
    names: flags.names,
    integers: flags.integers,
    framework: flags.framework ?? file?.framework ?? "auto",
    existingRows: flags.existingRows,
    dropExisting: flags.dropExisting,
    overrides: readOverrides(flags, file?.overrides),
    decisions: [
      ...flags.decide.map((text) => parseDecision(text)),
      ...(file?.decide ?? []).map((text) => parseDecision(text, true)),
    ],
  };
}

function readOverrides(
  flags: Pick<PlanFlags, "rename" | "type">,
  base: PlanOverrides | undefined,
): PlanOverrides {
  // Maps, since a table may be called __proto__.
  const tables = new Map(Object.entries(base?.tables ?? {}));
  const columns = new Map(
    Object.entries(base?.columns ?? {}).map(([table, ofTable]) => [table, new Map(Object.entries(ofTable))]),
  );
  const change = (table: string, column: string, what: ColumnOverride) => {
    const ofTable = columns.get(table) ?? new Map<string, ColumnOverride>();
    columns.set(table, ofTable.set(column, { ...ofTable.get(column), ...what }));
  };
  for (const text of flags.rename) {
    const { table, column, value } = readAssignment("--rename", text);
    if (column === null) {
      tables.set(table, value);
    } else {
      change(table, column, { name: value });
    }
  }
  for (const text of flags.type) {
    const { table, column, value } = readAssignment("--type", text);
    if (column === null) {
      throw new OutgrowError("usage", `--type ${text} names no column`, {
        hint: "write --type table.column=type",
      });
    }
    const [type = "", codec] = value.split("/");
    change(table, column, { type, ...(codec === undefined ? {} : { codec }) });
  }
  return {
    tables: Object.fromEntries(tables),
    columns: Object.fromEntries([...columns].map(([table, ofTable]) => [table, Object.fromEntries(ofTable)])),
  };
}

const NAME = '"(?:[^"]|"")+"|[^".=]+';
const ASSIGNMENT = new RegExp(`^(${NAME})(?:\\.(${NAME}))?=(.+)$`, "s");

function readAssignment(
  option: string,
  text: string,
): { table: string; column: string | null; value: string } {
  const match = ASSIGNMENT.exec(text);
  if (match === null) {
    throw new OutgrowError("usage", `${option} ${text} is not of the form table[.column]=value`, {
      hint: 'names with other characters stand in double quotes: "my table"."my column"=value',
    });
  }
  const [, table = "", column, value = ""] = match;
  return { table: unquote(table), column: column === undefined ? null : unquote(column), value };
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
