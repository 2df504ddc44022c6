// Times what each part of a profile costs on the sample shop, on one thread: what the profile asks for rests on these figures.
//
//   npm run bench:profile -- --rows 2450000 --rounds 3

import { isUtf8 } from "node:buffer";
import { mkdirSync } from "node:fs";
import Database from "better-sqlite3";
import { quoteName } from "#outgrow/base/quote.js";
import { SHOP_TABLES } from "#outgrow/sample/shop-schema.js";
import { readArguments, wholeNumber } from "./arguments.js";
import { median } from "./bars.js";
import { ensureShop } from "./shop-file.js";

interface Column {
  table: string;
  name: string;
  type: string;
}

interface Link {
  table: string;
  column: string;
  parent: string;
  parentColumn: string;
}

type Part = [name: string, run: (db: Database.Database) => void];

function main(): void {
  const given = readArguments({
    rows: { type: "string", default: "2450000" },
    rounds: { type: "string", default: "3" },
    folder: { type: "string", default: ".outgrow/bench-data" },
  });
  const folder = String(given.folder);
  mkdirSync(folder, { recursive: true });
  const shop = ensureShop(folder, wholeNumber("rows", given.rows), console.error);
  console.log(
    `${shop.rowCount} rows, ${(shop.bytes / 1e6).toFixed(0)} MB, one thread, file in the system's cache`,
  );

  const db = new Database(shop.path, { readonly: true });
  try {
    db.pragma("cache_size = -16384");
    const parts = partsOf(readColumns(db), readLinks(db));
    const seconds = new Map<string, number[]>(parts.map(([name]) => [name, []]));
    for (let round = 0; round < wholeNumber("rounds", given.rounds); round++) {
      for (const [name, run] of parts) {
        const started = performance.now();
        run(db);
        seconds.get(name)?.push((performance.now() - started) / 1000);
      }
    }
    for (const [name, all] of seconds) {
      console.log(
        `${(median(all) ?? 0).toFixed(2).padStart(7)} s  ${name}  (${all.map((one) => one.toFixed(2)).join(", ")})`,
      );
    }
  } finally {
    db.close();
  }
}

function partsOf(columns: Column[], links: Link[]): Part[] {
  const perTable = (expression: (column: string) => string, of: Column[] = columns): string[] =>
    SHOP_TABLES.flatMap((table) => {
      const own = of.filter((column) => column.table === table);
      const list = own.map((column) => expression(quoteName(column.name))).join(", ");
      return own.length === 0 ? [] : [`select ${list} from ${quoteName(table)}`];
    });
  const texts = columns.filter((column) => /char|text|json|date/i.test(column.type));
  const dates = columns.filter((column) => /date/i.test(column.type));
  const decimals = columns.filter((column) => /decimal/i.test(column.type));
  return [
    ["count(*) of each table", all(SHOP_TABLES.map((table) => `select count(*) from ${quoteName(table)}`))],
    ["scan: count(c) of every column", all(perTable((c) => `count(${c})`))],
    ["typeof of every column, one comparison", all(perTable((c) => `sum(typeof(${c}) = 'integer')`))],
    ["typeof of every column, five comparisons", all(perTable(countClasses))],
    ["quick_check", all(["pragma quick_check"])],
    ["integrity_check", all(["pragma integrity_check"])],
    [
      "dbstat, aggregate, whole file",
      all(["select name, payload, mx_payload from dbstat where aggregate = true"]),
    ],
    ["dbstat, aggregate, one query a table", all(SHOP_TABLES.map(statOf))],
    ["largest row by octet_length of every column", all(perTable((c) => `max(octet_length(${c}))`))],
    ["min and max of every column", all(perTable((c) => `min(${c}), max(${c})`))],
    [
      "decimal(10,2) by v = round(v*100)/100.0",
      all(perTable((c) => `sum(${c} is not round(${c}*100)/100.0)`, decimals)),
    ],
    [
      "dates by strftime",
      all(perTable((c) => `sum(strftime('%Y-%m-%d %H:%M:%S', ${c}) is not ${c})`, dates)),
    ],
    ["UTF-8 and NUL of every text, as chunks of bytes", (db) => checkTexts(db, texts)],
    ["orphans: not exists, each foreign key", all(links.map(orphansByNotExists))],
    ["orphans: pragma foreign_key_check", all(["pragma foreign_key_check"])],
    ["orphans: min and max of the child against a parent without gaps", all(links.map(orphansByMinMax))],
    ["orphans: not exists over the distinct values", all(links.map(orphansByDistinct))],
  ];
}

/** Runs each statement to its end; what it gives is not looked at. */
function all(statements: string[]): (db: Database.Database) => void {
  return (db) => {
    for (const sql of statements) db.prepare(sql).raw().all();
  };
}

const countClasses = (c: string): string =>
  ["null", "integer", "real", "text", "blob"].map((storage) => `sum(typeof(${c}) = '${storage}')`).join(", ");

const statOf = (table: string): string =>
  `select payload, mx_payload from dbstat where aggregate = true and name = '${table}'`;

/** Every text of 1,000 rows as one run of bytes, looked at by the engine's own check of UTF-8. */
function checkTexts(db: Database.Database, texts: Column[]): void {
  for (const table of SHOP_TABLES) {
    const own = texts.filter((column) => column.table === table).map((column) => quoteName(column.name));
    if (own.length === 0) continue;
    const last = db
      .prepare(`select max(id) from ${quoteName(table)}`)
      .pluck()
      .get() as number;
    const chunkOf = db
      .prepare<[number, number]>(
        `select cast(group_concat(concat_ws(char(9), ${own.join(", ")}), char(10)) as blob)
         from ${quoteName(table)}
         where id > ? and id <= ?`,
      )
      .pluck();
    for (let after = 0; after < last; after += 1000) {
      const chunk = chunkOf.get(after, after + 1000) as Buffer | null;
      if (chunk !== null && (!isUtf8(chunk) || chunk.includes(0))) throw new Error(`bad text in ${table}`);
    }
  }
}

const orphansByNotExists = ({ table, column, parent, parentColumn }: Link): string =>
  `select count(*) from ${quoteName(table)} c
   where c.${quoteName(column)} is not null
     and not exists (select 1 from ${quoteName(parent)} p where p.${quoteName(parentColumn)} = c.${quoteName(column)})`;

const orphansByDistinct = ({ table, column, parent, parentColumn }: Link): string =>
  `select count(*) from (select distinct ${quoteName(column)} v from ${quoteName(table)}) c
   where c.v is not null
     and not exists (select 1 from ${quoteName(parent)} p where p.${quoteName(parentColumn)} = c.v)`;

/** Proves that there is no orphan where the parent's ids have no gap; says nothing where they have. */
const orphansByMinMax = ({ table, column, parent, parentColumn }: Link): string =>
  `select c.low >= p.low and c.high <= p.high and p.high - p.low + 1 = p.rows
   from (select min(${quoteName(column)}) low, max(${quoteName(column)}) high from ${quoteName(table)}) c,
     (select min(${quoteName(parentColumn)}) low, max(${quoteName(parentColumn)}) high, count(*) "rows"
      from ${quoteName(parent)}) p`;

function readColumns(db: Database.Database): Column[] {
  return SHOP_TABLES.flatMap(
    (table) =>
      db
        .prepare(`select '${table}' as "table", name, type from pragma_table_info('${table}')`)
        .all() as Column[],
  );
}

function readLinks(db: Database.Database): Link[] {
  return SHOP_TABLES.flatMap(
    (table) =>
      db
        .prepare(
          `select '${table}' as "table", "from" as "column", "table" as parent, coalesce("to", 'id') as parentColumn
           from pragma_foreign_key_list('${table}')`,
        )
        .all() as Link[],
  );
}

main();
