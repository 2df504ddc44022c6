// The property of test/journeys/property.test.ts over many more databases. Two files halve them, so that two cores do.
import { it } from "vitest";
import { runProperty } from "../oracle/run-property.js";

const CASES = Number(process.env.OUTGROW_CASES ?? 5_000);

export function moveHalfOfThem(): void {
  const half = Math.ceil(CASES / 2);
  it(`moves ${half} made-up databases without losing or changing a value`, {
    timeout: 9_000_000,
  }, async () => {
    await runProperty(half, 8_900_000, null);
  });
}
