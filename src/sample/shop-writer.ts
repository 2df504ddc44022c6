// What the makers of the sample shop share: the open file, the stream of choices, and what was made so far.

import type Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { Random } from "./random.js";
import type { ShopTable } from "./shop-schema.js";

export type Cell = string | number | null;

/** How much of everything there shall be. */
export interface ShopSize {
  users: number;
  admins: number;
  categories: number;
  products: number;
  orders: number;
  searches: number;
}

/** What later rows copy from an earlier one; kept in memory, a few hundred bytes a product or 60 a user. */
export interface MadeProduct {
  name: string;
  sku: string | null;
  image: string | null;
  cents: number;
}

export interface MadeUser {
  email: string;
  firstName: string;
  lastName: string;
  phone: string | null;
  joinedMs: number;
}

export interface ShopWriter {
  db: Database.Database;
  random: Random;
  size: ShopSize;
  /** Position + 1 is the id. */
  users: MadeUser[];
  products: MadeProduct[];
}

/** Takes rows one by one and writes them many at a time; `flush` writes those that wait. */
export interface RowWriter {
  add(cells: readonly Cell[]): void;
  flush(): void;
}

// An INSERT into a table with AUTOINCREMENT also reads and writes sqlite_sequence, once a statement.
const ROWS_A_STATEMENT = 64;

/** Rows of these columns of `table`; the id is SQLite's own choice: 1 and upwards. */
export function openTable(db: Database.Database, table: ShopTable, columns: readonly string[]): RowWriter {
  const row = `(${columns.map(() => "?").join(", ")})`;
  const prepare = (rowCount: number): Database.Statement<[Cell[]]> =>
    db.prepare<[Cell[]]>(
      `insert into ${quoteName(table)} (${columns.map(quoteName).join(", ")})
       values ${Array.from({ length: rowCount }, () => row).join(", ")}`,
    );
  const many = prepare(ROWS_A_STATEMENT);
  let waiting: Cell[] = [];
  return {
    add: (cells) => {
      waiting.push(...cells);
      if (waiting.length === ROWS_A_STATEMENT * columns.length) {
        many.run(waiting);
        waiting = [];
      }
    },
    flush: () => {
      if (waiting.length > 0) prepare(waiting.length / columns.length).run(waiting);
      waiting = [];
    },
  };
}

/** `count` different ids from 1 to `end`; `end` must be at least 7 * count. */
export function differentIds(random: Random, count: number, end: number): number[] {
  const first = random.below(end);
  const step = 1 + random.below(7);
  return Array.from({ length: count }, (_, place) => ((first + place * step) % end) + 1);
}
