// The property of test/journeys/property.test.ts over many more databases.
import { it } from "vitest";
import { runProperty } from "../oracle/run-property.js";

const CASES = Number(process.env.OUTGROW_CASES ?? 5_000);

it(`moves ${CASES} made-up databases without losing or changing a value`, {
  timeout: 9_000_000,
}, async () => {
  await runProperty(CASES, 8_900_000, null);
});
