// Takes a database that exists into the runner's books: its files are recorded as applied, and none runs.

import { OutgrowError } from "../../base/errors.js";
import { shorten } from "../../base/printable.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { compareHistory } from "./compare-history.js";
import type { SchemaConnection } from "./connection.js";
import { makeLedger, readLedger, renewChecksum, writeEntry } from "./ledger.js";
import { type Migration, readFolder, refuseProblems } from "./migration-files.js";
import { LOCK_WAIT_MS, whoRuns } from "./runner.js";
import { readScript, type TableChange } from "./statements.js";
import { type Migratable, withConnection } from "./with-connection.js";

export interface BaselineOptions {
  /** Files above this number are left to run. */
  to?: number | null;
  dryRun?: boolean;
  /** Take files that are not what was applied for the same. */
  acceptChanged?: boolean;
  /** Do not ask whether the tables that the files make are there. */
  force?: boolean;
  lockWaitMs?: number;
  by?: string;
}

export interface BaselineResult {
  dryRun: boolean;
  adopted: { number: number; name: string; file: string }[];
  /** Whose checksum was renewed. */
  accepted: { number: number; name: string; file: string }[];
  /** Tables that the files make and that were found. */
  tablesFound: number;
}

/** Throws `wrong-state` where a table that the files make is not in the database, as far as the files tell. */
export async function baseline(
  database: Migratable,
  folder: string,
  options: BaselineOptions = {},
): Promise<BaselineResult> {
  return withConnection(database, (connection) => adopt(connection, folder, options));
}

async function adopt(
  connection: SchemaConnection,
  folder: string,
  options: BaselineOptions,
): Promise<BaselineResult> {
  const { migrations, problems } = readFolder(folder, connection.engine);
  refuseProblems(problems, "settings");
  const to = options.to ?? Number.POSITIVE_INFINITY;
  if (options.to != null && !migrations.some(({ number }) => number === to)) {
    throw new OutgrowError("usage", `no file in "${folder}" has the number ${to}`, {
      hint: "give the number of the last file that the database has already",
    });
  }
  const wanted = migrations.filter(({ number }) => number <= to);
  if (options.dryRun === true) {
    return decide(connection, migrations, wanted, options);
  }
  return connection.withLock(options.lockWaitMs ?? LOCK_WAIT_MS, async () => {
    const result = await decide(connection, migrations, wanted, options);
    await connection.transaction(async () => {
      await makeLedger(connection);
      await record(connection, wanted, result, options.by ?? whoRuns());
    });
    return result;
  });
}

async function decide(
  connection: SchemaConnection,
  migrations: readonly Migration[],
  wanted: readonly Migration[],
  options: BaselineOptions,
): Promise<BaselineResult> {
  const entries = (await readLedger(connection)) ?? [];
  const { standings, problems } = compareHistory(migrations, entries, true);
  const accepts = options.acceptChanged ?? false;
  refuseProblems(
    problems.filter(
      ({ code, file }) => !(code === "changed" && accepts && wanted.some((one) => one.file === file)),
    ),
    "wrong-state",
  );
  const ofState = (state: string) =>
    wanted.filter(({ number }) => standings.some((one) => one.number === number && one.state === state));
  const adopted = ofState("pending");
  const tablesFound =
    adopted.length === 0 ? 0 : await refuseMissingTables(connection, wanted, options.force ?? false);
  return {
    dryRun: options.dryRun ?? false,
    adopted: adopted.map(named),
    accepted: ofState("changed").map(named),
    tablesFound,
  };
}

function named({ number, name, file }: Migration) {
  return { number, name, file };
}

async function record(
  connection: SchemaConnection,
  wanted: readonly Migration[],
  { adopted, accepted }: BaselineResult,
  appliedBy: string,
): Promise<void> {
  for (const { number, name, checksum } of wanted) {
    if (adopted.some((one) => one.number === number)) {
      await writeEntry(connection, {
        number,
        name,
        checksum,
        state: "adopted",
        statementsDone: null,
        durationMs: 0,
        appliedBy,
      });
    } else if (accepted.some((one) => one.number === number)) {
      await renewChecksum(connection, number, name, checksum);
    }
  }
}

/** Gives how many were looked for and found. */
async function refuseMissingTables(
  connection: SchemaConnection,
  wanted: readonly Migration[],
  force: boolean,
): Promise<number> {
  const tables = await tablesMadeBy(wanted, connection);
  const there = await tablesOf(connection);
  const missing = tables.filter(({ schema, name }) => !there.has(key(connection, schema, name)));
  const [first] = missing;
  if (first !== undefined && !force) {
    const more = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
    throw new OutgrowError(
      "wrong-state",
      `the files make a table "${shorten(first.name)}"${more}, and the database has no such table`,
      {
        hint: "name with --to the last file that the database has already, or run the files with outgrow schema up; --force adopts all the same",
      },
    );
  }
  return tables.length - missing.length;
}

interface TableName {
  schema: string | null;
  name: string;
}

/** The tables that stand when all files have run, as far as their statements say so. */
async function tablesMadeBy(
  migrations: readonly Migration[],
  connection: SchemaConnection,
): Promise<TableName[]> {
  const tables = new Map<string, TableName>();
  for (const { text } of migrations) {
    const script = await readScript(connection.engine, text);
    if (script !== null && "statements" in script) {
      for (const change of script.statements.flatMap((statement) => statement.tables)) {
        apply(change, tables, connection);
      }
    }
  }
  return [...tables.values()];
}

function apply(change: TableChange, tables: Map<string, TableName>, connection: SchemaConnection): void {
  const { schema, name, kind } = change;
  const at = key(connection, schema, name);
  if (kind === "made") {
    tables.set(at, { schema, name });
    return;
  }
  const wasThere = tables.delete(at);
  if (kind === "renamed" && wasThere) {
    tables.set(key(connection, schema, change.to), { schema, name: change.to });
  }
}

/** SQLite's names fold; PostgreSQL's parser has folded them. */
function key(connection: SchemaConnection, schema: string | null, name: string): string {
  return connection.engine === "sqlite"
    ? lowerAscii(name)
    : JSON.stringify([schema ?? connection.schema, name]);
}

async function tablesOf(connection: SchemaConnection): Promise<Set<string>> {
  const rows = await connection.rows(
    connection.engine === "postgres"
      ? `select n.nspname as schema, c.relname as name
           from pg_catalog.pg_class as c
           join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'f', 'v', 'm')`
      : "select null as schema, name from sqlite_schema where type in ('table', 'view')",
  );
  return new Set(
    rows.map(({ schema, name }) => key(connection, schema === null ? null : String(schema), String(name))),
  );
}
