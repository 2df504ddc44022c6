// A source for interrupted moves: a shop, and the tables that are easy to get wrong when a move goes on.
import Database from "better-sqlite3";
import { makeShop, shopOfRows } from "#outgrow/sample/make-shop.js";

/** Texts with U+0000 in `notes` are set aside with their rows, those in `ticks` are substituted. */
export const ODD_DECISIONS = [
  ...["--decide", "text-not-storable:notes=set-aside"],
  ...["--decide", "text-not-storable:ticks=repair"],
];

/** What these decisions come to. */
export const SET_ASIDE = 20;
export const SUBSTITUTED = 6;

/** A table of more rows is copied in two ranges. */
export const TWO_RANGES = 51_000;

/** No key at all, WITHOUT ROWID, rows set aside, values substituted; few steps, and one of each kind at least. */
export function makeOdd(db: Database.Database, ticks: number): void {
  db.exec(`
    create table no_key (word text, n integer);
    with recursive i (i) as (select 1 union all select i + 1 from i where i < 600)
      insert into no_key select 'word ' || (i % 100), i % 3 from i;
    create table words (word text primary key, n integer) without rowid;
    with recursive i (i) as (select 1 union all select i + 1 from i where i < 500)
      insert into words select 'w' || i, i from i;
    create table notes (id integer primary key autoincrement, body text unique, word text references words (word));
    with recursive i (i) as (select 1 union all select i + 1 from i where i < 1000)
      insert into notes
      select i, case when i % 50 = 0 then cast(x'6e00' || cast(i as blob) as text) else 'note ' || i end, 'w' || (1 + i % 500)
        from i;
    insert into notes values (5000, 'the last id given out', 'w1');
    delete from notes where id = 5000;
    create index notes_word on notes (word);
    create table ticks (id integer primary key, body text);
    with recursive i (i) as (select 1 union all select i + 1 from i where i < ${ticks})
      insert into ticks
      select i, case when i % ${Math.floor(ticks / SUBSTITUTED)} = 0 then cast(x'7400' || cast(i as blob) as text) else 't' || i end
        from i`);
}

/** A shop of about `rows` rows with the odd tables beside it. */
export function makeOddShop(path: string, rows: number, ticks: number): void {
  makeShop(path, shopOfRows(rows));
  const db = new Database(path);
  try {
    db.pragma("foreign_keys = off");
    makeOdd(db, ticks);
  } finally {
    db.close();
  }
}
