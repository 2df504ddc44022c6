// Comments of the file's CREATE statements are comments in PostgreSQL.
import { expect, it } from "vitest";
import { parseStatement } from "#outgrow/sql/parse.js";
import { outgrow } from "../support/server.js";
import { moveOf, texts } from "./peers/moved.js";

const SCHEMA = `
  create table orders ( -- what customers bought
    id integer primary key, -- given out by the shop
    -- in cents,
    -- without tax
    total integer not null check (total >= 0 /* never -- below */),
    note text default '-- no comment', /* free text;
      * shown to the customer's "clerk" \\ */
    "odd ""name" text /* it's quoted */,
    plain text
    -- of nothing
  );
  create table "one line" (a integer, /* of b */ b integer); /* lost by SQLite */
  create view totals as -- for the board
    select sum(total) as total from orders;
  insert into orders values (1, 5, 'x', 'y', 'z'); insert into "one line" values (1, 2);
`;

it("stand on tables, columns and views", async () => {
  const { client, file } = await moveOf(SCHEMA);
  expect(
    await texts(
      client,
      `select c.relname, coalesce(a.attname, ''), d.description from pg_description as d join pg_class as c on c.oid = d.objoid
         left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
        where c.relnamespace = 'public'::regnamespace order by c.relname, d.objsubid`,
    ),
  ).toEqual([
    ["one line", "b", "of b"],
    ["orders", "", "what customers bought"],
    ["orders", "id", "given out by the shop"],
    ["orders", "total", "in cents,\nwithout tax"],
    ["orders", "note", `free text;\nshown to the customer's "clerk" \\`],
    ["orders", 'odd "name', "it's quoted"],
    ["totals", "", "for the board"],
  ]);
  const ddl = await outgrow(["ddl", file]);
  expect(ddl.stdout).toContain(`comment on column "public"."orders"."id" is 'given out by the shop'`);
});

it("are none of what only looks like one, wherever it stands", () => {
  const statement = parseStatement(
    `create table t (a text default '/* text */' check (a <> '--' and "a" /* in the middle */ <> 'x'), b -- of b
       text, -- also of b, on its line
     /* of c */
     c /* before the type */ text not null /* behind it */
     , ------- 
     d)`,
  );
  if (statement.kind !== "createTable") throw new Error("no table");
  expect(statement.columns.map(({ name, comment }) => [name, comment])).toEqual([
    ["a", null],
    ["b", "also of b, on its line"],
    ["c", "of c\nbehind it"],
    ["d", null],
  ]);
});
