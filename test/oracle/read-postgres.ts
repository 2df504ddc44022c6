// Reads PostgreSQL for the oracle: the text that its output functions print, and what its catalogs say of a table.
import pg from "pg";
import { quoted } from "./read-sqlite.js";

/** Every result field as the server's own text. */
const RAW: pg.CustomTypesConfig = { getTypeParser: () => (text: string | Buffer) => String(text) };

export async function withPostgres<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, types: RAW });
  await client.connect();
  try {
    await client.query(
      "set timezone = 'UTC'; set datestyle = 'ISO'; set extra_float_digits = 1; set bytea_output = 'hex'; set intervalstyle = 'iso_8601'",
    );
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Rows of text fields, null for NULL. */
export async function fields(
  client: pg.Client,
  sql: string,
  values: unknown[] = [],
): Promise<(string | null)[][]> {
  const { rows } = await client.query<(string | null)[]>({ text: sql, values, rowMode: "array" });
  return rows;
}

export interface PgColumn {
  name: string;
  /** format_type without its parameters. */
  type: string;
  notNull: boolean;
  identity: boolean;
  defaultSql: string | null;
}

export interface PgTable {
  oid: string;
  columns: PgColumn[];
  /** Primary keys, unique constraints and indexes: columns in order, `a desc` where descending. */
  indexes: {
    name: string;
    columns: string[];
    unique: boolean;
    primary: boolean;
    valid: boolean;
    partial: boolean;
  }[];
  foreignKeys: {
    columns: string[];
    parent: string;
    parentColumns: string[];
    actions: string;
    validated: boolean;
  }[];
  /** Expressions of CHECK constraints. */
  checks: string[];
}

/** Null where there is no such table. */
export async function readPgTable(client: pg.Client, schema: string, name: string): Promise<PgTable | null> {
  const [found] = await fields(
    client,
    "select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')",
    [schema, name],
  );
  const oid = found?.[0];
  if (oid === undefined || oid === null) return null;
  const columns = await fields(
    client,
    `select a.attname, format_type(a.atttypid, null), a.attnotnull, a.attidentity <> '', pg_get_expr(d.adbin, d.adrelid)
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [oid],
  );
  const indexes = await fields(
    client,
    `select i.indisunique, i.indisprimary, i.indisvalid,
            (select json_agg(a.attname || case when (i.indoption[k.n - 1] & 1) = 1 then ' desc' else '' end order by k.n)
               from unnest(i.indkey::int2[]) with ordinality k(attnum, n)
               left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum),
            c.relname, i.indpred is not null
       from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1`,
    [oid],
  );
  const foreignKeys = await fields(
    client,
    `select (select json_agg(a.attname order by k.n) from unnest(c.conkey) with ordinality k(attnum, n)
               join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum),
            p.relname,
            (select json_agg(a.attname order by k.n) from unnest(c.confkey) with ordinality k(attnum, n)
               join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum),
            c.confupdtype::text || c.confdeltype::text, c.convalidated
       from pg_constraint c join pg_class p on p.oid = c.confrelid where c.conrelid = $1 and c.contype = 'f'`,
    [oid],
  );
  const checks = await fields(
    client,
    "select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1 and contype = 'c'",
    [oid],
  );
  const list = (json: string | null | undefined) => JSON.parse(json ?? "[]") as string[];
  return {
    oid,
    columns: columns.map(([column, type, notNull, identity, defaultSql]) => ({
      name: column ?? "",
      type: type ?? "",
      notNull: notNull === "t",
      identity: identity === "t",
      defaultSql: defaultSql ?? null,
    })),
    indexes: indexes.map(([unique, primary, valid, names, name, partial]) => ({
      name: name ?? "",
      partial: partial === "t",
      columns: list(names),
      unique: unique === "t",
      primary: primary === "t",
      valid: valid === "t",
    })),
    foreignKeys: foreignKeys.map(([names, parent, parentColumns, actions, validated]) => ({
      columns: list(names),
      parent: parent ?? "",
      parentColumns: list(parentColumns),
      actions: actions ?? "",
      validated: validated === "t",
    })),
    checks: checks.map(([definition]) => definition ?? ""),
  };
}

export async function readPgRows(
  client: pg.Client,
  schema: string,
  table: string,
  columns: readonly string[],
): Promise<(string | null)[][]> {
  return fields(client, `select ${columns.map(quoted).join(", ")} from ${quoted(schema)}.${quoted(table)}`);
}

/** The number the column's sequence gives out next; null where it has none. */
export async function nextValue(
  client: pg.Client,
  schema: string,
  table: string,
  column: string,
): Promise<bigint | null> {
  const [found] = await fields(client, "select pg_get_serial_sequence($1, $2)", [
    `${quoted(schema)}.${quoted(table)}`,
    column,
  ]);
  const sequence = found?.[0];
  if (sequence === undefined || sequence === null) return null;
  const [state] = await fields(client, `select last_value, is_called from ${sequence}`);
  return BigInt(state?.[0] ?? 0) + (state?.[1] === "t" ? 1n : 0n);
}
