// Reads from PostgreSQL's catalogs what a plan can promise about its tables: one query a kind, whatever their number.

import type { ClientBase } from "pg";

export interface FoundTable {
  table: string;
  persistence: "p" | "u" | "t";
}

export interface FoundColumn {
  table: string;
  column: string;
  /** format_type: `numeric(10,2)`, `timestamp without time zone`. */
  type: string;
  collation: string | null;
  notNull: boolean;
  hasDefault: boolean;
  /** The default, or the expression of a generated column, as PostgreSQL prints it. */
  defaultSql: string | null;
  identity: boolean;
  generated: boolean;
}

export interface FoundConstraint {
  table: string;
  name: string;
  /** pg_constraint.contype: primary key, unique, foreign key, check, not null. */
  kind: "p" | "u" | "f" | "c" | "n";
  columns: string[];
  validated: boolean;
  deferred: boolean;
  enforced: boolean;
  parentTable: string | null;
  parentColumns: string[];
  onUpdate: string;
  onDelete: string;
  /** Its triggers were switched off (ALTER TABLE … DISABLE TRIGGER), so it holds for nothing. */
  disabled: boolean;
}

export interface FoundIndex {
  table: string;
  name: string;
  valid: boolean;
  unique: boolean;
  partial: boolean;
  /** Null for an expression. Included columns are not among them. */
  columns: (string | null)[];
  descending: boolean[];
}

export interface FoundStructure {
  tables: FoundTable[];
  columns: FoundColumn[];
  constraints: FoundConstraint[];
  indexes: FoundIndex[];
}

/** Everything about the named tables of a schema. */
export async function readStructure(
  client: ClientBase,
  schema: string,
  tables: string[],
): Promise<FoundStructure> {
  // One JSON text a row: arrays and booleans then arrive alike, whatever parsers the client has.
  const rows = async <T>(sql: string): Promise<T[]> => {
    const result = await client.query<{ row: string }>(`select to_json(q)::text as row from (${sql}) as q`, [
      schema,
      tables,
    ]);
    return result.rows.map(({ row }) => JSON.parse(row) as T);
  };
  return {
    tables: await rows<FoundTable>(TABLES),
    columns: await rows<FoundColumn>(COLUMNS),
    constraints: await rows<FoundConstraint>(CONSTRAINTS),
    indexes: await rows<FoundIndex>(INDEXES),
  };
}

const WANTED = `
  pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n
    on n.oid = c.relnamespace and n.nspname = $1 and c.relname = any($2::text[]) and c.relkind in ('r', 'p')`;

const TABLES = `
  select c.relname::text as "table", c.relpersistence::text as persistence
    from ${WANTED}`;

const COLUMNS = `
  select c.relname::text as "table",
         a.attname::text as "column",
         pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
         l.collname::text as collation,
         a.attnotnull as "notNull",
         a.atthasdef as "hasDefault",
         pg_catalog.pg_get_expr(f.adbin, f.adrelid) as "defaultSql",
         a.attidentity <> '' as identity,
         a.attgenerated <> '' as generated
    from ${WANTED}
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
    left join pg_catalog.pg_collation as l on l.oid = a.attcollation`;

/** Names of the columns whose numbers an array holds, in its order. */
const columnNames = (numbers: string, relation: string) => `
  array(select a.attname::text
          from unnest(${numbers}) with ordinality as u(number, place)
          left join pg_catalog.pg_attribute as a on a.attrelid = ${relation} and a.attnum = u.number
         order by u.place)`;

const ACTIONS = (column: string) => `
  case ${column} when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
                 when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' else '' end`;

// conenforced came with PostgreSQL 18; as JSON its absence is no error.
const CONSTRAINTS = `
  select c.relname::text as "table",
         k.conname::text as name,
         k.contype::text as kind,
         ${columnNames("k.conkey", "k.conrelid")} as columns,
         k.convalidated as validated,
         k.condeferred as deferred,
         coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) as enforced,
         p.relname::text as "parentTable",
         ${columnNames("k.confkey", "k.confrelid")} as "parentColumns",
         ${ACTIONS("k.confupdtype")} as "onUpdate",
         ${ACTIONS("k.confdeltype")} as "onDelete",
         exists (select from pg_catalog.pg_trigger as t
                  where t.tgconstraint = k.oid and t.tgenabled = 'D') as disabled
    from ${WANTED}
    join pg_catalog.pg_constraint as k on k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c', 'n')
    left join pg_catalog.pg_class as p on p.oid = k.confrelid`;

const INDEXES = `
  select c.relname::text as "table",
         i.relname::text as name,
         x.indisvalid and x.indisready and x.indislive as valid,
         x.indisunique as unique,
         x.indpred is not null as partial,
         ${columnNames("(x.indkey::int2[])[0:x.indnkeyatts - 1]", "x.indrelid")} as columns,
         array(select (o & 1) = 1 from unnest(x.indoption::int2[]) with ordinality as s(o, place) order by place)
           as descending
    from ${WANTED}
    join pg_catalog.pg_index as x on x.indrelid = c.oid
    join pg_catalog.pg_class as i on i.oid = x.indexrelid`;
