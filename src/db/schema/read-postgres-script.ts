// What a PostgreSQL script holds, by PostgreSQL's own parser.

import type { Script, Statement, TableChange } from "./statements.js";

/** The tree of a longer script takes more memory than the parser has. */
const MOST_CHARACTERS = 8_000_000;

type Node = Record<string, unknown>;

export async function readPostgresScript(text: string): Promise<Script | null> {
  if (text.length > MOST_CHARACTERS) {
    return null;
  }
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  let stmts: { stmt?: Node; stmt_location?: number; stmt_len?: number }[];
  try {
    // An empty script is one that the library refuses.
    stmts = text.trim() === "" ? [] : ((parseSync(text) as { stmts?: typeof stmts }).stmts ?? []);
  } catch (error) {
    const place = cursorOf(error);
    if (place === null) {
      throw error;
    }
    return { syntaxError: (error as Error).message, offset: unitsOf(text, place) };
  }
  const bytes = Buffer.from(text, "utf8");
  const inUnits = unitCounter(bytes);
  return {
    statements: stmts.map(({ stmt = {}, stmt_location: from = 0, stmt_len: length }) => {
      const raw = bytes.toString("utf8", from, length === undefined ? bytes.length : from + length);
      const lead = blankLength(raw);
      return {
        text: raw.slice(lead).trimEnd(),
        offset: inUnits(from) + lead,
        transactionWord: transactionWord(stmt),
        outside: outside(stmt),
        tables: tableChanges(stmt),
      };
    }),
  };
}

/** Where the parser stopped, in characters from 0; null for what is no fault of the script. */
function cursorOf(error: unknown): number | null {
  if (error instanceof Error && "sqlDetails" in error) {
    const details = error.sqlDetails as { cursorPosition?: unknown } | undefined;
    return typeof details?.cursorPosition === "number" ? Math.max(0, details.cursorPosition) : 0;
  }
  return null;
}

/** PostgreSQL counts characters, JavaScript UTF-16 units. */
export function unitsOf(text: string, characters: number): number {
  let units = 0;
  for (let i = 0; i < characters && units < text.length; i++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** From places in bytes to places in UTF-16 units; they must be asked for in order. */
function unitCounter(bytes: Buffer): (at: number) => number {
  let [seen, units] = [0, 0];
  return (at) => {
    units += bytes.toString("utf8", seen, at).length;
    seen = at;
    return units;
  };
}

/** Blanks and comments at the beginning; `/* … *\/` nests (PostgreSQL 4.1.5). */
function blankLength(text: string): number {
  const BLANK = /(?:\s+|--[^\n\r]*)+/y;
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    if (BLANK.test(text)) {
      at = BLANK.lastIndex;
    } else if (text.startsWith("/*", at)) {
      at = commentEnd(text, at);
    } else {
      return at;
    }
  }
}

function commentEnd(text: string, start: number): number {
  let depth = 0;
  const MARK = /\/\*|\*\//g;
  MARK.lastIndex = start;
  for (let match = MARK.exec(text); match !== null; match = MARK.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) {
      return MARK.lastIndex;
    }
  }
  return text.length;
}

const TRANSACTION_WORDS: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: "BEGIN",
  TRANS_STMT_START: "START TRANSACTION",
  TRANS_STMT_COMMIT: "COMMIT",
  TRANS_STMT_ROLLBACK: "ROLLBACK",
  TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
  TRANS_STMT_COMMIT_PREPARED: "COMMIT PREPARED",
  TRANS_STMT_ROLLBACK_PREPARED: "ROLLBACK PREPARED",
};

function transactionWord(stmt: Node): string | null {
  const kind = nodeOf(stmt, "TransactionStmt")?.kind;
  return typeof kind === "string" ? (TRANSACTION_WORDS[kind] ?? null) : null;
}

/** The callers of PreventInTransactionBlock in PostgreSQL's sources. */
function outside(stmt: Node): Statement["outside"] {
  const what = outsideWords(stmt);
  return what === null ? null : { what, effect: "fails" };
}

function outsideWords(stmt: Node): string | null {
  const [kind = ""] = Object.keys(stmt);
  const node = nodeOf(stmt, kind) ?? {};
  switch (kind) {
    case "IndexStmt":
      return node.concurrent === true ? "CREATE INDEX CONCURRENTLY" : null;
    case "DropStmt":
      return node.concurrent === true ? "DROP INDEX CONCURRENTLY" : null;
    case "ReindexStmt":
      return reindexWords(node);
    case "VacuumStmt":
      return node.is_vacuumcmd === true ? "VACUUM" : null;
    case "ClusterStmt":
      return node.relation === undefined ? "CLUSTER without a table" : null;
    case "DiscardStmt":
      return node.target === "DISCARD_ALL" ? "DISCARD ALL" : null;
    case "AlterTableStmt":
      return listOf(node.cmds).some(isDetachConcurrently) ? "DETACH PARTITION CONCURRENTLY" : null;
    default:
      return ALWAYS_OUTSIDE[kind] ?? null;
  }
}

const ALWAYS_OUTSIDE: Readonly<Record<string, string>> = {
  CreatedbStmt: "CREATE DATABASE",
  DropdbStmt: "DROP DATABASE",
  CreateTableSpaceStmt: "CREATE TABLESPACE",
  DropTableSpaceStmt: "DROP TABLESPACE",
  AlterSystemStmt: "ALTER SYSTEM",
};

function reindexWords(node: Node): string | null {
  if (
    ["REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE"].includes(String(node.kind))
  ) {
    return `REINDEX ${String(node.kind).slice("REINDEX_OBJECT_".length)}`;
  }
  const isConcurrent = listOf(node.params).some(
    (param) => nodeOf(param, "DefElem")?.defname === "concurrently",
  );
  return isConcurrent ? "REINDEX CONCURRENTLY" : null;
}

function isDetachConcurrently(command: Node): boolean {
  const { subtype, def } = nodeOf(command, "AlterTableCmd") ?? {};
  return subtype === "AT_DetachPartition" && nodeOf(asNode(def) ?? {}, "PartitionCmd")?.concurrent === true;
}

function tableChanges(stmt: Node): TableChange[] {
  const made = nodeOf(stmt, "CreateStmt")?.relation ?? asNode(nodeOf(stmt, "CreateTableAsStmt")?.into)?.rel;
  if (made !== undefined && nodeOf(stmt, "CreateTableAsStmt")?.objtype !== "OBJECT_MATVIEW") {
    return relation(made).map((name) => ({ kind: "made", ...name }));
  }
  const renamed = nodeOf(stmt, "RenameStmt");
  if (renamed?.renameType === "OBJECT_TABLE") {
    return relation(renamed.relation).map((name) => ({
      kind: "renamed",
      ...name,
      to: String(renamed.newname),
    }));
  }
  const dropped = nodeOf(stmt, "DropStmt");
  return dropped?.removeType === "OBJECT_TABLE" ? listOf(dropped.objects).flatMap(droppedTable) : [];
}

function relation(node: unknown): { schema: string | null; name: string }[] {
  const { relname, schemaname, relpersistence } = asNode(node) ?? {};
  return typeof relname !== "string" || relpersistence === "t" || schemaname === "pg_temp"
    ? []
    : [{ schema: typeof schemaname === "string" ? schemaname : null, name: relname }];
}

function droppedTable(object: Node): TableChange[] {
  const words = listOf(nodeOf(object, "List")?.items).map((item) => String(nodeOf(item, "String")?.sval));
  const name = words.at(-1);
  return name === undefined ? [] : [{ kind: "dropped", schema: words.at(-2) ?? null, name }];
}

function nodeOf(node: Node, kind: string): Node | null {
  return asNode(node[kind]);
}

function asNode(value: unknown): Node | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : null;
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter((item): item is Node => asNode(item) !== null) : [];
}
