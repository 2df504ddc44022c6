// The plan as a file that a person reads, edits and commits: outgrow.plan.yaml. No values of the data stand in it.

import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { OutgrowError } from "../base/errors.js";
import type { Moved, MoveOptions } from "../move/move.js";
import { decisionKey } from "../plan/decisions.js";
import { FRAMEWORK_WORDS } from "../plan/frameworks/catalog.js";
import type { PlanOverrides } from "../plan/overrides.js";

/** What the file may hold. `type` and `codec` may be left out: outgrow then decides by the values. */
export const planFileSchema = z.strictObject({
  version: z.literal(1),
  schema: z.string().min(1).optional(),
  include: z.array(z.string()).default([]),
  exclude: z.array(z.string()).default([]),
  decide: z.array(z.string()).default([]),
  framework: z.enum(FRAMEWORK_WORDS).optional(),
  tables: z
    .record(
      z.string(),
      z.strictObject({
        name: z.string().min(1).optional(),
        columns: z
          .record(
            z.string(),
            z.strictObject({
              name: z.string().min(1).optional(),
              type: z.string().min(1).optional(),
              codec: z.string().min(1).optional(),
            }),
          )
          .default({}),
      }),
    )
    .default({}),
});

export interface PlanFile {
  schema: string | undefined;
  include: string[];
  exclude: string[];
  decide: string[];
  framework: string | undefined;
  overrides: PlanOverrides;
}

/** Throws `settings` with the place where the file is wrong. */
export function readPlanFile(path: string): PlanFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new OutgrowError("settings", `the plan ${path} cannot be read`, {
      cause,
      hint: "write one with --plan-only FILE",
    });
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    throw new OutgrowError(
      "settings",
      `the plan ${path} is no YAML: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`,
      { cause },
    );
  }
  const result = planFileSchema.safeParse(content);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new OutgrowError(
      "settings",
      `the plan ${path} is wrong at ${issue?.path.join(".") || "its top"}: ${issue?.message}`,
      {
        hint: "write a fresh one with --plan-only FILE and compare",
      },
    );
  }
  const { tables, ...rest } = result.data;
  return {
    schema: rest.schema,
    include: rest.include,
    exclude: rest.exclude,
    decide: rest.decide,
    framework: rest.framework,
    overrides: {
      tables: Object.fromEntries(
        Object.entries(tables).flatMap(([name, table]) =>
          table.name === undefined ? [] : [[name, table.name]],
        ),
      ),
      columns: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.columns])),
    },
  };
}

/** Writes what was decided, with the reason for each type as a comment. */
export function writePlanFile(
  path: string,
  { plan, report }: Moved,
  options: Pick<MoveOptions, "include" | "exclude" | "framework">,
): void {
  const decide = report.findings.flatMap((finding) =>
    finding.decided === null || finding.choices.length === 0
      ? []
      : [`${decisionKey(finding)}=${finding.decided}`],
  );
  const isByDefault = options.framework === undefined || options.framework === "auto";
  const document = {
    version: 1,
    schema: plan.schema,
    include: options.include,
    exclude: options.exclude,
    decide,
    ...(isByDefault ? {} : { framework: options.framework }),
    tables: Object.fromEntries(
      plan.tables.map((table) => [
        table.source,
        {
          name: table.target,
          columns: Object.fromEntries(
            table.columns.map((column) => [
              column.source,
              { name: column.target, type: column.type, codec: column.codec },
            ]),
          ),
        },
      ]),
    ),
  };
  const open = report.findings.filter(
    (finding) => finding.severity === "blocker" && finding.decided === null,
  );
  const head = [
    "# The plan of a move by outgrow. Edit it, then: outgrow migrate SOURCE TARGET --plan FILE",
    "# A column's type and codec may be left out; outgrow then decides by the values.",
    ...open.map(
      (finding) =>
        `# open: ${decisionKey(finding)}=${finding.choices.map((choice) => choice.name).join("|")}`,
    ),
  ];
  writeFileSync(path, `${head.join("\n")}\n${stringify(document)}`, { mode: 0o600 });
}
