// Puts what was translated from the source's SQL before PostgreSQL's own parser: each must be exactly one statement of the kind
// that is meant. The source is untrusted, and this does not rest on the translation being right.

import { OutgrowError } from "../base/errors.js";
import type { Plan } from "../plan/plan.js";
import { tableComments, triggerComments, viewComments } from "./comments.js";
import { addCheck, createIndex, createTable, createTriggerFunction, createView } from "./table-ddl.js";

interface Translated {
  what: string;
  sql: string;
  /** The node that libpg_query names the statement by. */
  node: string;
}

/** Throws `failed`, which is a fault of outgrow. Loads the parser only where something was translated. */
export async function checkStatements(plan: Plan): Promise<void> {
  const all = statementsOf(plan);
  if (all.length === 0) {
    return;
  }
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  for (const { what, sql, node } of all) {
    let nodes: string[];
    try {
      const { stmts = [] } = parseSync(sql) as { stmts?: { stmt: object }[] };
      nodes = stmts.flatMap(({ stmt }) => Object.keys(stmt));
    } catch (error) {
      throw fault(what, error instanceof Error ? error.message : String(error), error);
    }
    if (nodes.length !== 1 || nodes[0] !== node) {
      throw fault(what, `it is ${nodes.join(", ") || "no statement"}`, undefined);
    }
  }
}

function fault(what: string, reason: string, cause: unknown): OutgrowError {
  return new OutgrowError(
    "failed",
    `what ${what} became is not what PostgreSQL's parser expects: ${reason}`,
    {
      hint: "this is a fault of outgrow; please report it with the CREATE statement",
      cause,
    },
  );
}

function statementsOf(plan: Plan): Translated[] {
  const { schema } = plan;
  const ofTables = plan.tables.flatMap((table): Translated[] => [
    ...(table.columns.some(
      ({ generatedSql, defaultSql }) => generatedSql !== undefined || defaultSql !== null,
    ) && table.origin === "created"
      ? [{ what: `table "${table.source}"`, sql: createTable(schema, table), node: "CreateStmt" }]
      : []),
    ...table.checks.flatMap((check) =>
      check.target === undefined
        ? []
        : [
            {
              what: `CHECK (${check.source})`,
              sql: addCheck(schema, table, { ...check, target: check.target }),
              node: "AlterTableStmt",
            },
          ],
    ),
    ...table.indexes
      .filter(({ keys, where }) => keys !== undefined || where !== undefined)
      .map((index) => ({
        what: `index "${index.source}"`,
        sql: createIndex(schema, table, index),
        node: "IndexStmt",
      })),
  ]);
  return [
    ...ofTables,
    ...(plan.views ?? []).map((view) => ({
      what: `view "${view.source}"`,
      sql: createView(schema, view),
      node: "ViewStmt",
    })),
    ...(plan.triggers ?? []).map((trigger) => ({
      what: `trigger "${trigger.source}"`,
      sql: createTriggerFunction(schema, trigger, "pg_catalog"),
      node: "CreateFunctionStmt",
    })),
    ...commentsOf(plan).map((sql) => ({ what: "a comment", sql, node: "CommentStmt" })),
  ];
}

function commentsOf({ schema, tables, views = [], triggers = [] }: Plan): string[] {
  return [
    ...tables.flatMap((table) => (table.origin === "created" ? tableComments(schema, table) : [])),
    ...views.flatMap((view) => viewComments(schema, view)),
    ...triggers.flatMap(triggerComments),
  ];
}
