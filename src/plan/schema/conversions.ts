// Collects what the source's schema has besides tables, and what becomes of each: converted, or told with the reason.

import type { SourceTable } from "../../source/catalog.js";
import type { CreateTable } from "../../sql/ast.js";
import { parseStatement, SqlSyntaxError } from "../../sql/parse.js";
import { HelperSet, withSchema } from "../../sql/translate/helpers.js";
import { type TableMeaning, Untranslatable } from "../../sql/translate/meaning.js";
import { note } from "../concern.js";
import type { FindingCode } from "../finding-codes.js";
import type { Conversion, PlannedTrigger, PlannedView } from "../plan.js";
import type { Ledger } from "../plan-input.js";

/** What one plan's conversions share; `done` is added to. */
export interface Converting {
  schema: string;
  /** The file is a GeoPackage, whose application has functions over its geometries. */
  geopackage: boolean;
  /** Of tables that are planned, and of views that are converted. */
  meanings: Map<string, TableMeaning>;
  helpers: HelperSet;
  ledger: Ledger;
  done: Conversion[];
  views: PlannedView[];
  triggers: PlannedTrigger[];
}

/** What is not converted is told by a finding of this code, by kind. */
const CODES: Record<Conversion["kind"], FindingCode> = {
  check: "check-not-carried",
  default: "default-not-carried",
  "generated column": "generated-not-carried",
  index: "index-not-carried",
  "unique key": "unique-not-carried",
  "R-Tree": "r-tree-not-carried",
  "full-text index": "search-index-not-carried",
  view: "view-not-carried",
  trigger: "trigger-not-carried",
};

type Subject = Pick<Conversion, "kind" | "table" | "name" | "source"> & { column?: string };

/**
 * Runs a translation, which gives the PostgreSQL SQL and the name of what is made, and records the outcome. Only what it
 * gives back is in the plan: helpers of a translation that was given up are not asked for. Null where it is not converted.
 */
export function convert<T extends { target: string; made: string | null }>(
  converting: Converting,
  subject: Subject,
  translation: (helpers: HelperSet) => T,
): T | null {
  const helpers = new HelperSet();
  try {
    const result = translation(helpers);
    const foreign = converting.geopackage ? undefined : helpers.all.find((name) => name.startsWith("gpkg_"));
    if (foreign !== undefined) {
      throw new Untranslatable(
        "it calls functions of the application over geometries, and the file is no GeoPackage",
      );
    }
    for (const name of helpers.all) {
      converting.helpers.add(name);
    }
    const target = withSchema(result.target, converting.schema);
    converting.done.push({ ...bare(subject), target, made: result.made, reason: null });
    return { ...result, target };
  } catch (error) {
    if (!(error instanceof Untranslatable) && !(error instanceof SqlSyntaxError)) {
      throw error;
    }
    leave(converting, subject, error.message);
    return null;
  }
}

/** Records what is not converted, and tells it. */
export function leave(converting: Converting, subject: Subject, reason: string): void {
  converting.done.push({ ...bare(subject), target: null, made: null, reason });
  converting.ledger.raise(
    note(
      "warning",
      CODES[subject.kind],
      {
        ...(subject.table === null ? {} : { table: subject.table }),
        ...(subject.column === undefined ? {} : { column: subject.column }),
        object: subject.name,
      },
      `it is not converted: ${reason}${subject.kind === "unique key" ? "; what it keeps unique can be there twice in PostgreSQL" : ""}; in SQLite it is ${brief(subject.source)}`,
    ),
  );
}

/** On one line; the whole stands in the report's conversions. */
function brief(sql: string): string {
  const line = sql.replace(/\s+/g, " ");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function bare({
  kind,
  table,
  name,
  source,
}: Subject): Pick<Conversion, "kind" | "table" | "name" | "source"> {
  return { kind, table, name, source };
}

/** The syntax tree of a table's CREATE; null for virtual tables, and with the parser's words where it cannot read it. */
export function declaredTable(table: SourceTable): CreateTable | { problem: string } | null {
  if (table.kind === "virtual") {
    return null;
  }
  try {
    const statement = parseStatement(table.sql);
    return statement.kind === "createTable" ? statement : { problem: "it is no CREATE TABLE" };
  } catch (error) {
    if (error instanceof SqlSyntaxError) {
      return { problem: error.message };
    }
    throw error;
  }
}
