// Product views are gathered and written together: a page that is only read should not make each reader a writer.

import type { Database } from "outgrow/db";

export interface ViewCounter {
  add(productId: number): Promise<void>;
  /** Writes what was gathered, and from then on each view at once. */
  close(): Promise<void>;
}

/** What was gathered when the process is killed is lost: `everyMs` of views, which nothing is decided by. */
export function countViews(db: Database, everyMs: number, onError: (error: unknown) => void): ViewCounter {
  const gathered = new Map<number, number>();
  const write = async () => {
    const views = [...gathered].sort(([a], [b]) => a - b); // the same order everywhere: no deadlock
    gathered.clear();
    if (views.length === 0) {
      return;
    }
    await db.transaction(
      async (tx) => {
        for (const [id, count] of views) {
          await tx.execute("update products set view_count = coalesce(view_count, 0) + ? where id = ?", [
            count,
            id,
          ]);
        }
      },
      { isolation: "read-committed" },
    );
  };
  const timer = everyMs === 0 ? null : setInterval(() => void write().catch(onError), everyMs);
  timer?.unref();
  return {
    async add(productId) {
      gathered.set(productId, (gathered.get(productId) ?? 0) + 1);
      if (timer === null) {
        await write();
      }
    },
    async close() {
      if (timer !== null) {
        clearInterval(timer);
      }
      await write();
    },
  };
}
