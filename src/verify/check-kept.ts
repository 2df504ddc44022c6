// Checks that what a move kept beside the target is still there: rows set aside, and the originals of values.

import type { ClientBase } from "pg";
import type { PlannedTable } from "../plan/plan.js";
import type { StructureDifference } from "./check-structure.js";

interface Counts {
  source: string;
  setAside: number;
  quarantined: number;
  substituted: number;
  originals: number;
}

/** By the counts that the move recorded in the transactions that kept them. */
export async function checkKept(
  client: ClientBase,
  move: bigint,
  tables: readonly PlannedTable[],
): Promise<{ differences: StructureDifference[]; notes: string[] }> {
  if (!(await mayRead(client))) {
    return {
      differences: [],
      notes: [
        "this user may not read what outgrow keeps of a move, so rows set aside and originals were not counted",
      ],
    };
  }
  const { rows } = await client.query<Counts>(
    `with steps as (
       select regexp_replace(step, ':[^:]*$', '') as step,
              sum(set_aside)::float8 as set_aside, sum(substituted)::float8 as substituted
         from outgrow.progress
        where move = $1 and step like 'copy:%'
        group by 1),
     quarantine as (
       select table_name, count(*)::float8 as rows
         from outgrow.quarantine
        where move = $1 and code <> 'existing-rows'
        group by 1),
     originals as (
       select table_name, count(*)::float8 as rows from outgrow.originals where move = $1 group by 1)
     select t.source,
            coalesce(s.set_aside, 0) as "setAside", coalesce(q.rows, 0) as quarantined,
            coalesce(s.substituted, 0) as substituted, coalesce(o.rows, 0) as originals
       from unnest($2::text[], $3::text[]) as t(source, target)
       left join steps as s on s.step = 'copy:' || t.target
       left join quarantine as q on q.table_name = t.source
       left join originals as o on o.table_name = t.source`,
    [move, tables.map((table) => table.source), tables.map((table) => table.target)],
  );
  const differences = rows.flatMap((one) => [
    ...differing(`rows of ${one.source} in outgrow.quarantine`, one.setAside, one.quarantined),
    ...differing(`values of ${one.source} in outgrow.originals`, one.substituted, one.originals),
  ]);
  return { differences, notes: [] };
}

async function mayRead(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select bool_and(has_table_privilege(name, 'select')) as may
       from unnest(array['outgrow.progress', 'outgrow.quarantine', 'outgrow.originals']) as t(name)`,
  );
  return rows[0]?.may === true;
}

function differing(object: string, expected: number, found: number): StructureDifference[] {
  return expected === found ? [] : [{ object, expected: String(expected), found: String(found) }];
}
