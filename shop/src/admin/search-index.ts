// Keeps products.search_text, which searches look through and lists of names are ordered by.

import type { Database, Queries } from "outgrow/db";
import { productSearchText } from "../search-text.js";

interface Row {
  id: number;
  name: string;
  sku: string | null;
  tags: unknown;
  short_description: string | null;
  search_text: string | null;
}

const SELECT = "select id, name, sku, tags, short_description, search_text from products";

/** Belongs into the transaction that changed the product. */
export async function refreshSearchText(tx: Queries, productId: number): Promise<void> {
  await writeOutdated(tx, await tx.query<Row>(`${SELECT} where id = ?`, [productId]));
}

async function writeOutdated(tx: Queries, rows: readonly Row[]): Promise<number> {
  const outdated = rows
    .map((row) => ({ id: row.id, before: row.search_text, text: productSearchText(row) }))
    .filter(({ before, text }) => before !== text);
  for (const { id, text } of outdated) {
    await tx.execute("update products set search_text = ? where id = ?", [text, id]);
  }
  return outdated.length;
}

export interface Reindexed {
  products: number;
  written: number;
}

/** Writes what is missing or outdated, each batch in a transaction of its own: the shop goes on meanwhile. */
export async function reindex(db: Database, batchRows = 500): Promise<Reindexed> {
  const done = { products: 0, written: 0 };
  for (let last = 0; ; ) {
    const batch = await db.transaction(async (tx) => {
      const rows = await tx.query<Row>(`${SELECT} where id > ? order by id limit ?`, [last, batchRows]);
      return { rows, written: await writeOutdated(tx, rows) };
    });
    done.products += batch.rows.length;
    done.written += batch.written;
    const end = batch.rows.at(-1);
    if (end === undefined) {
      return done;
    }
    last = end.id;
  }
}
