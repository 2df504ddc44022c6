// The SQLite file that a bench reads: the sample shop of a given size, made once and kept where --keep says so.

import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { quoteName } from "#outgrow/base/quote.js";
import { makeShop, shopOfRows } from "#outgrow/sample/make-shop.js";
import { SHOP_TABLES, type ShopTable } from "#outgrow/sample/shop-schema.js";

export interface ShopFile {
  path: string;
  rows: Map<ShopTable, number>;
  rowCount: number;
  bytes: number;
}

/** Makes `shop-<rows>.db` in `folder` unless it is there, and counts its rows. */
export function ensureShop(folder: string, rows: number, log: (line: string) => void): ShopFile {
  const path = join(folder, `shop-${rows}.db`);
  if (!existsSync(path)) {
    const started = performance.now();
    // Under another name until it is whole: a bench that was stopped begins anew.
    const unfinished = `${path}.unfinished`;
    rmSync(unfinished, { force: true });
    makeShop(unfinished, shopOfRows(rows));
    renameSync(unfinished, path);
    log(`made ${path} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  const db = new Database(path, { readonly: true });
  try {
    const counts = new Map(
      SHOP_TABLES.map((table) => [
        table,
        db
          .prepare(`select count(*) from ${quoteName(table)}`)
          .pluck()
          .get() as number,
      ]),
    );
    const rowCount = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return { path, rows: counts, rowCount, bytes: statSync(path).size };
  } finally {
    db.close();
  }
}
