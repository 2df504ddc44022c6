// One small file moved by the real command into a database of its own.
import type pg from "pg";
import { expect } from "vitest";
import type { MoveReport } from "#outgrow/move/report.js";
import type { Ended } from "../../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../../support/server.js";

export interface Moved {
  database: TestDatabase;
  client: pg.Client;
  file: string;
  ended: Ended;
  report: MoveReport;
}

interface Options {
  args?: string[];
  prepare?: string;
  exit?: number;
  env?: Record<string, string>;
}

/** `prepare` is what the application had made in PostgreSQL before. Expects exit code `exit`, 0 unless told. */
export function moveOf(content: Parameters<typeof makeSqlite>[0], options: Options = {}): Promise<Moved> {
  return moveFile(makeSqlite(content), options);
}

export async function moveFile(
  file: string,
  { args = [], prepare = "", exit = 0, env = {} }: Options = {},
): Promise<Moved> {
  const database = await testDatabase("peers");
  const client = await database.client();
  await client.query("set timezone = 'UTC'");
  if (prepare !== "") await client.query(prepare);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q", ...args], { env });
  expect(ended.code, ended.stderr + ended.stdout.slice(0, 3000)).toBe(exit);
  const report = ended.json() as MoveReport;
  if (exit === 0) expect(report.verified).toMatchObject({ differences: 0, structure: [] });
  return { database, client, file, ended, report };
}

/** The values of a query, as PostgreSQL prints them. */
export async function texts(client: pg.Client, sql: string): Promise<(string | null)[][]> {
  const { rows } = await client.query<(string | null)[]>({
    text: sql,
    rowMode: "array",
    types: { getTypeParser: () => (value: unknown) => value },
  });
  return rows;
}

/** `column type`, in the order of the table. */
export async function typesOf(client: pg.Client, table: string): Promise<string[]> {
  const rows = await texts(
    client,
    `select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
      where attrelid = '"${table}"'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  return rows.flat().map(String);
}

export const codes = ({ report }: Moved) => report.findings.map(({ code }) => code);
