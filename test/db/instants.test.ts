// Instants between text and Date, over the whole range that both engines print.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf, instantText, isDay } from "#outgrow/db/values/instant.js";

const FIRST = new Date("0001-01-01T00:00:00Z");
const LAST = new Date("9999-12-31T23:59:59.999Z");

describe("an instant", () => {
  it("comes back from its text, in every year from 1 to 9999", () => {
    fc.assert(
      fc.property(fc.date({ min: FIRST, max: LAST, noInvalidDate: true }), (date) => {
        expect(instantOf(instantText(date) ?? "")).toEqual(date);
        expect(instantOf(date.toISOString())).toEqual(date);
      }),
      { numRuns: 2_000 },
    );
    for (const date of [
      FIRST,
      LAST,
      new Date("0099-12-31T23:59:59.999Z"),
      new Date("0100-01-01T00:00:00Z"),
    ]) {
      expect(instantOf(instantText(date) ?? "")).toEqual(date);
    }
  });

  it("has text that sorts as time does", () => {
    const dates = fc.date({ min: FIRST, max: LAST, noInvalidDate: true });
    fc.assert(
      fc.property(dates, dates, (a, b) => {
        expect(Math.sign(a.getTime() - b.getTime())).toBe(
          (instantText(a) ?? "") < (instantText(b) ?? "") ? -1 : instantText(a) === instantText(b) ? 0 : 1,
        );
      }),
    );
  });

  it("keeps its zone's offset, and its first three decimals", () => {
    expect(instantOf("2024-01-01 00:30:00+05:30")).toEqual(new Date("2023-12-31T19:00:00Z"));
    expect(instantOf("2024-01-01 00:30:00.123999-03")).toEqual(new Date("2024-01-01T03:30:00.123Z"));
    expect(instantOf("2024-01-01")).toEqual(new Date("2024-01-01T00:00:00Z"));
  });

  it("is only what the calendar has", () => {
    for (const text of ["2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "0000-01-01", "1900-02-29"]) {
      expect(instantOf(text), text).toBeNull();
      expect(isDay(text), text).toBe(false);
    }
    expect(isDay("2000-02-29")).toBe(true);
    expect(instantText(new Date(Number.NaN))).toBeNull();
    expect(instantText(new Date(Date.UTC(10_000, 0)))).toBeNull();
  });
});
