// `outgrow migrate`: the whole offline move.

import { Command, Option } from "commander";
import { OutgrowError } from "../base/errors.js";
import { toJson } from "../base/json.js";
import { move, type Moved, type MoveOptions } from "../move/move.js";
import { parseDecision } from "../plan/decisions.js";
import { readPlanFile, writePlanFile } from "./plan-file.js";
import { fraction, jobsOption, jsonOption, list, repeated, schemaOption } from "./options.js";
import { renderMove } from "./render-move.js";
import { showProgress } from "./progress.js";
import { withSignals } from "./signals.js";
import { targetOf } from "./target.js";

interface Flags {
  schema: string | null;
  include: string[];
  exclude: string[];
  decide: string[];
  rename: string[];
  type: string[];
  names: "keep" | "fold";
  integers: "int4" | "int8";
  existingRows: "stop" | "replace" | "keep";
  dropExisting: boolean;
  jobs: number | null;
  plan: string | null;
  planOnly: string | null;
  dryRun: boolean;
  restart: boolean;
  verify: boolean;
  sample: number | null;
  examples: boolean;
  json: boolean;
  quiet: boolean;
}

export function migrateCommand(): Command {
  return new Command("migrate")
    .summary("move a SQLite file into PostgreSQL and compare every value")
    .description(
      "Reads the file, decides what every column becomes, makes tables, copies, builds keys, and compares every value.\n" +
        "Nothing is written while a decision is missing. The same command goes on with a move that was interrupted.",
    )
    .argument("<source>", "path or sqlite: URL of the file")
    .argument("[target]", "postgres:// URL; else OUTGROW_TARGET, DATABASE_URL, DB_* or PG* of the environment")
    .addOption(schemaOption())
    .option("--include <tables>", "move these tables only (names with *, commas)", list, [])
    .option("--exclude <tables>", "leave these tables out", list, [])
    .option("--decide <answer>", "answer a finding: CODE[:table[.column]]=CHOICE, or recommended", repeated, [])
    .option("--rename <table=name>", "another name in the target: table=name or table.column=name", repeated, [])
    .option("--type <column=type>", "another type: table.column=type or table.column=type/codec", repeated, [])
    .addOption(new Option("--names <how>", "keep names as they are, or fold them to lower case").choices(["keep", "fold"]).default("keep"))
    .addOption(new Option("--integers <width>", "int8, or int4 where all values fit").choices(["int8", "int4"]).default("int8"))
    .addOption(new Option("--existing-rows <what>", "rows that the target's tables have already").choices(["stop", "replace", "keep"]).default("stop"))
    .option("--drop-existing", "drop tables of the same name first", false)
    .addOption(jobsOption())
    .addOption(new Option("--plan <file>", "use a plan file that was written and edited").default(null))
    .addOption(new Option("--plan-only <file>", "write the plan to a file and stop").default(null))
    .option("--dry-run", "decide everything, write nothing", false)
    .option("--restart", "give up an unfinished move of this schema and begin anew", false)
    .option("--no-verify", "leave the comparison out")
    .addOption(new Option("--sample <share>", "compare a share of each large table only").argParser(fraction).default(null, "all"))
    .option("--no-examples", "leave example rows out of findings")
    .option("-q, --quiet", "no progress", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  outgrow migrate store.db postgres://me@localhost/store
  outgrow migrate store.db postgres://me@localhost/store --dry-run
  outgrow migrate store.db postgres://me@localhost/store --decide recommended
  outgrow migrate store.db postgres://me@localhost/store --plan-only outgrow.plan.yaml`,
    )
    .action(async (source: string, target: string | undefined, flags: Flags) => {
      process.exitCode = await migrate(source, target, flags);
    });
}

async function migrate(source: string, target: string | undefined, flags: Flags): Promise<number> {
  const settings = targetOf(target);
  const file = flags.plan === null ? null : readPlanFile(flags.plan);
  const progress = showProgress(process.stderr, flags.quiet);
  const options: Omit<MoveOptions, "signal"> = {
    source,
    target: settings,
    schema: flags.schema ?? file?.schema ?? settings.schema ?? "public",
    include: flags.include.length > 0 ? flags.include : (file?.include ?? []),
    exclude: [...flags.exclude, ...(file?.exclude ?? [])],
    names: flags.names,
    integers: flags.integers,
    existingRows: flags.existingRows,
    dropExisting: flags.dropExisting,
    overrides: readOverrides(flags, file?.overrides),
    decisions: [...flags.decide, ...(file?.decide ?? [])].map(parseDecision),
    jobs: flags.jobs,
    verify: flags.verify,
    sample: flags.sample === null ? null : { fraction: flags.sample, seed: 1 },
    dryRun: flags.dryRun || flags.planOnly !== null,
    restart: flags.restart,
    examples: flags.examples,
    onEvent: progress.onEvent,
  };
  try {
    const { result, stoppedBy } = await withSignals(
      (signal) => move({ ...options, signal }),
      () => process.stderr.write("\nstopping after the rows under way; once more to stop at once\n"),
    );
    progress.stop();
    if (flags.planOnly !== null) {
      writePlanFile(flags.planOnly, result, options);
    }
    print(result, flags);
    return exitCode(result, stoppedBy);
  } finally {
    progress.stop();
  }
}

function print({ report }: Moved, flags: Flags): void {
  process.stdout.write(flags.json ? `${toJson(report, 2)}\n` : renderMove(report, process.stdout));
  if (flags.planOnly !== null && !flags.json) {
    process.stdout.write(`\nThe plan is in ${flags.planOnly}; edit it and use it with --plan.\n`);
  }
}

function exitCode({ report }: Moved, stoppedBy: "SIGINT" | "SIGTERM" | null): number {
  switch (report.result) {
    case "moved":
    case "planned":
      return 0;
    case "blocked":
      return 3;
    case "differs":
      return 4;
    case "interrupted":
      return stoppedBy === "SIGTERM" ? 143 : 130;
    case "failed":
      return 1;
  }
}

type Overrides = MoveOptions["overrides"];

const ASSIGNMENT = /^((?:"(?:[^"]|"")+"|[^".=]+))(?:\.((?:"(?:[^"]|"")+"|[^".=]+)))?=(.+)$/s;

function readOverrides(flags: Flags, base: Overrides | undefined): Overrides {
  const tables: Record<string, string> = { ...base?.tables };
  const columns: Record<string, Record<string, { name?: string; type?: string; codec?: string }>> = structuredClone(
    (base?.columns ?? {}) as Record<string, Record<string, { name?: string; type?: string; codec?: string }>>,
  );
  const change = (table: string, column: string, what: { name?: string; type?: string; codec?: string }) => {
    const ofTable = (columns[table] ??= {});
    ofTable[column] = { ...ofTable[column], ...what };
  };
  for (const text of flags.rename) {
    const { table, column, value } = readAssignment("--rename", text);
    if (column === null) {
      tables[table] = value;
    } else {
      change(table, column, { name: value });
    }
  }
  for (const text of flags.type) {
    const { table, column, value } = readAssignment("--type", text);
    if (column === null) {
      throw new OutgrowError("usage", `--type ${text} names no column`, { hint: "write --type table.column=type" });
    }
    const [type = "", codec] = value.split("/");
    change(table, column, { type, ...(codec === undefined ? {} : { codec }) });
  }
  return { tables, columns };
}

function readAssignment(option: string, text: string): { table: string; column: string | null; value: string } {
  const match = ASSIGNMENT.exec(text);
  if (match === null) {
    throw new OutgrowError("usage", `${option} ${text} is not of the form table[.column]=value`, {
      hint: 'names with other characters stand in double quotes: "my table"."my column"=value',
    });
  }
  const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
  return { table: unquote(match[1] ?? ""), column: match[2] === undefined ? null : unquote(match[2]), value: match[3] ?? "" };
}

