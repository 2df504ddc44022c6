// The oracle: judges a whole move from the SQLite file and the database alone. It shares no code with src/.
import type pg from "pg";
import { checkClasses } from "./classes.js";
import { compareRows } from "./compare-rows.js";
import { checkDefaults } from "./defaults.js";
import { cellOf, type KeptAside, readKeptAside } from "./kept-aside.js";
import { fields, readPgRows, readPgTable, withPostgres } from "./read-postgres.js";
import { readSqlite, type SqliteTable, withSqliteCopy } from "./read-sqlite.js";
import type { OracleColumn } from "./same-value.js";
import { checkStructure } from "./structure.js";
import type { Disagreement, OracleReport, OracleVerdict } from "./verdict.js";

export { describeVerdict, type OracleReport, type OracleVerdict } from "./verdict.js";

interface MovedTable {
  table: SqliteTable;
  target: string;
  columns: OracleColumn[];
}

/**
 * Compares every table, row and value of a SQLite file with what stands in a schema of PostgreSQL, and what was set
 * aside and substituted with the bookkeeping. With a report, columns are matched by it and its findings excuse what
 * they name; without one, by name, and only the values are judged.
 */
export async function compareMove(
  sqlitePath: string,
  pgUrl: string,
  options: { schema: string; report?: OracleReport },
): Promise<OracleVerdict> {
  return withSqliteCopy(sqlitePath, (db) =>
    withPostgres(pgUrl, async (client) => {
      const { schema, report } = options;
      const verdict: OracleVerdict = {
        agrees: true,
        disagreements: [],
        tables: 0,
        rows: 0,
        values: 0,
        setAside: 0,
        substituted: 0,
      };
      const { tables, unreadable } = readSqlite(db);
      const move = await lastMove(client, schema);
      const moved: MovedTable[] = [];
      for (const table of tables) {
        const found = await whereTo(client, schema, table, report);
        if (found !== null) moved.push(found);
        else if (!isTold(report, table.name)) verdict.disagreements.push(about(table.name, "was not moved"));
      }
      for (const name of unreadable.filter(
        (one) => report?.findings.some((f) => one.startsWith(`${f.table}: `)) !== true,
      )) {
        verdict.disagreements.push(about(name, "cannot be read, and no finding says so"));
      }
      for (const one of moved) {
        const disagree = (reason: string, key: string | null = null, column: string | null = null) => {
          verdict.disagreements.push({ table: one.table.name, key, column, reason });
        };
        const pgTable = await readPgTable(client, schema, one.target);
        if (pgTable === null) {
          disagree("is not in the target");
          continue;
        }
        for (const column of one.columns)
          column.type = pgTable.columns.find(({ name }) => name === column.target)?.type ?? "";
        const kept = await readKeptAside(client, move, one.table, disagree);
        const lost = one.columns.filter(
          ({ type, source }) => type === "" && !standsAside(one.table, source, kept),
        );
        for (const column of lost) disagree("has no column in the target", null, column.source);
        if (lost.length > 0) continue;
        one.columns = one.columns.filter(({ type }) => type !== "");
        const names = one.columns.map(({ target }) => target);
        const rows = await readPgRows(client, schema, one.target, names);
        verdict.tables++;
        verdict.rows += rows.length;
        verdict.values += compareRows(one.table, one.columns, rows, kept, disagree);
        verdict.setAside += kept.setAside.size;
        verdict.substituted += kept.substituted.size;
        if (one.table.rows.length !== rows.length + kept.setAside.size) {
          disagree(
            `${one.table.rows.length} rows in the source, ${rows.length} moved and ${kept.setAside.size} set aside`,
          );
        }
        checkClasses(one.table, one.columns, kept, disagree);
        if (report === undefined) continue;
        const { findings } = report;
        checkCounts(report, one, rows.length, kept.setAside.size, kept.substituted.size, disagree);
        await checkStructure({
          ...{
            db,
            client,
            schema,
            table: one.table,
            target: one.target,
            pgTable,
            columns: one.columns,
            kept,
            findings,
            disagree,
          },
          moved: (name) =>
            moved.find((other) => other.table.name.toLowerCase() === name.toLowerCase()) ?? null,
        });
        await checkDefaults(client, one.table, pgTable, one.columns, findings, disagree);
      }
      verdict.agrees = verdict.disagreements.length === 0;
      return verdict;
    }),
  );
}

const about = (table: string, reason: string): Disagreement => ({ table, key: null, column: null, reason });

/** Whether every value of a column stands in outgrow.originals, since the target has no such column. */
function standsAside(table: SqliteTable, column: string, kept: KeptAside): boolean {
  const place = table.columns.findIndex(({ name }) => name === column);
  return table.rows.every(
    (row) => row.values[place]?.class === "null" || kept.substituted.has(cellOf(row.key, column)),
  );
}

/** The last move into a schema, by its number in the bookkeeping; null where there is none. */
async function lastMove(client: pg.Client, schema: string): Promise<string | null> {
  const [there] = await fields(client, "select to_regclass('outgrow.moves')");
  if (there?.[0] === undefined || there[0] === null) return null;
  const [last] = await fields(client, "select max(id) from outgrow.moves where target_schema = $1", [schema]);
  return last?.[0] ?? null;
}

async function whereTo(
  client: pg.Client,
  schema: string,
  table: SqliteTable,
  report: OracleReport | undefined,
): Promise<MovedTable | null> {
  if (report !== undefined) {
    const told = report.tables.find(({ source }) => source === table.name);
    if (told === undefined) return null;
    const columns = told.columns.map(({ source, target, codec }) => ({ source, target, codec, type: "" }));
    const leftOut = report.findings.filter(
      (finding) => finding.table === table.name && finding.code === "column-left-out",
    );
    const missing = table.columns.filter(
      ({ name }) =>
        !columns.some(({ source }) => source === name) && !leftOut.some(({ column }) => column === name),
    );
    return {
      table,
      target: told.target.slice(schema.length + 1),
      columns: [
        ...columns,
        ...missing.map(({ name }) => ({ source: name, target: "", codec: null, type: "" })),
      ],
    };
  }
  const names = await fields(
    client,
    "select relname from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = $1 and relkind in ('r', 'p')",
    [schema],
  );
  const target = names
    .map(([name]) => name ?? "")
    .find((name) => name.toLowerCase() === table.name.toLowerCase());
  const pgTable = target === undefined ? null : await readPgTable(client, schema, target);
  if (target === undefined || pgTable === null) return null;
  const columns = table.columns.map(({ name }) => ({
    source: name,
    target: pgTable.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? "",
    codec: null,
    type: "",
  }));
  return { table, target, columns };
}

/** A table that is not moved must be named by a finding. */
function isTold(report: OracleReport | undefined, table: string): boolean {
  return report?.findings.some((finding) => finding.table === table || finding.object === table) === true;
}

function checkCounts(
  report: OracleReport,
  { table }: MovedTable,
  rows: number,
  setAside: number,
  substituted: number,
  disagree: (reason: string) => void,
): void {
  const told = report.tables.find(({ source }) => source === table.name);
  const told3 = `${told?.rows}, ${told?.setAside}, ${told?.substituted}`;
  const found3 = `${rows}, ${setAside}, ${substituted}`;
  if (told3 !== found3) disagree(`the report says ${told3} rows, set aside, substituted; they are ${found3}`);
}
