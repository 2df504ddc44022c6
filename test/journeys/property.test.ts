// Any SQLite database moves, and an oracle that shares no code with the move finds every value again.
import { it } from "vitest";
import { runProperty } from "../oracle/run-property.js";

/** The same databases every time, so that a change answers for itself; `npm run test:long` makes new ones. */
const SEED = 1_974;
const CASES = Number(process.env.OUTGROW_CASES ?? 300);

it(`moves ${CASES} made-up databases without losing or changing a value`, { timeout: 900_000 }, async () => {
  await runProperty(CASES, 840_000, SEED);
});
