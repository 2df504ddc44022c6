// Rows of a cursor one by one. `break` in the caller's loop closes it.

import type { Cursor } from "./session.js";

export async function* rowsOf<R>(open: () => Promise<Cursor>): AsyncGenerator<R, void, undefined> {
  const cursor = await open();
  try {
    for (;;) {
      const batch = await cursor.next();
      if (batch.length === 0) {
        return;
      }
      yield* batch as R[];
    }
  } finally {
    await cursor.close();
  }
}
