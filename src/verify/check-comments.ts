// Checks that what was commented in SQLite's schema has that comment in the target.

import type { ClientBase } from "pg";
import { quoteName, quotePath } from "../base/quote.js";
import type { Plan } from "../plan/plan.js";
import type { StructureDifference } from "./check-structure.js";

/** `part` is the column or trigger of the relation, whose name is quoted, with its schema; empty for the relation itself. */
interface Commented {
  path: string;
  kind: "relation" | "column" | "trigger";
  part: string;
  comment: string;
}

export async function checkComments(
  client: ClientBase,
  schema: string,
  plan: Plan,
): Promise<StructureDifference[]> {
  const wanted = commentsOf(schema, plan);
  if (wanted.length === 0) {
    return [];
  }
  const { rows } = await client.query<Omit<Commented, "path"> & { relation: string }>(COMMENTS, [schema]);
  const there = rows.map((row) => ({ ...row, path: quotePath(schema, row.relation) }));
  return wanted.flatMap((one) => {
    const found = there.find(
      ({ path, kind, part }) => path === one.path && kind === one.kind && part === one.part,
    );
    return found?.comment === one.comment
      ? []
      : [
          {
            object: `comment on ${one.kind === "relation" ? "" : `${one.kind} ${quoteName(one.part)} of `}${one.path}`,
            expected: "that of the source",
            found: found === undefined ? "none" : "another",
          },
        ];
  });
}

function commentsOf(schema: string, plan: Plan): Commented[] {
  const own = (path: string, kind: Commented["kind"], part: string, of: { comment?: string }) =>
    of.comment === undefined ? [] : [{ path, kind, part, comment: of.comment }];
  return [
    ...plan.tables.flatMap((table) => {
      const path = quotePath(schema, table.target);
      return [
        ...own(path, "relation", "", table),
        ...table.columns.flatMap((column) => own(path, "column", column.target, column)),
      ];
    }),
    ...(plan.views ?? []).flatMap((view) => own(quotePath(schema, view.target), "relation", "", view)),
    ...(plan.triggers ?? []).flatMap((trigger) => own(trigger.table, "trigger", trigger.target, trigger)),
  ];
}

const COMMENTS = `
  select c.relname::text as relation,
         case when d.objsubid = 0 then 'relation' else 'column' end as kind,
         coalesce(a.attname::text, '') as part,
         d.description as comment
    from pg_catalog.pg_class as c
    join pg_catalog.pg_description as d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid
    left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0
   where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = $1)
  union all
  select c.relname::text, 'trigger', t.tgname::text, d.description
    from pg_catalog.pg_class as c
    join pg_catalog.pg_trigger as t on t.tgrelid = c.oid
    join pg_catalog.pg_description as d on d.classoid = 'pg_catalog.pg_trigger'::regclass and d.objoid = t.oid
   where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = $1)`;
