// Money in whole cents against the same sums in whole numbers without bounds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromCents, share, toCents } from "../dist/cents.js";
import { SETTINGS } from "../dist/shop.js";
import { totalsOf } from "../dist/totals.js";

/** Digits after the point, and their number. */
const fraction = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 12 });
const MOST = 10 ** 12; // a hundred times what DECIMAL(10,2) holds
const cents = fc.integer({ min: 0, max: MOST });

/** Rounded to the nearest of `parts`, halves up. */
const rounded = (numerator: bigint, parts: bigint) => (2n * numerator + parts) / (2n * parts);

describe("cents", () => {
  it("are the decimal's hundredths, halves away from zero", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(MOST), fraction, (isNegative, units, digits) => {
        const scale = 10n ** BigInt(digits.length);
        const size = rounded((BigInt(units) * scale + BigInt(digits || "0")) * 100n, scale);
        const text = `${isNegative ? "-" : ""}${units}${digits === "" ? "" : `.${digits}`}`;
        expect(BigInt(toCents(text))).toBe(isNegative ? -size : size);
      }),
    );
  });

  it("are what they were after being written", () => {
    fc.assert(
      fc.property(fc.integer({ min: -MOST, max: MOST }), (amount) => {
        const text = fromCents(amount);
        expect(text).toMatch(/^-?\d+\.\d\d$/);
        expect(toCents(text)).toBe(amount);
      }),
    );
  });

  it("come from REAL columns as they are shown", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (amount) => {
        expect(toCents(amount / 100)).toBe(amount);
      }),
    );
  });

  it("are the same after a real number of any size, or refused", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (value) => {
        const exact = Math.round(value * 100);
        expect(Math.abs(toCents(value) - exact)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(["", ".", "a", "1,5", "+1", " 1", "1 ", "0x10", "--1", "1.2.3", "NaN", "Infinity", "1e3"])(
    "are not read from %j",
    (text) => {
      expect(() => toCents(text)).toThrow(RangeError);
    },
  );

  it.each(["90071992547409.92", "99999999999999999999"])(
    "that are no longer exact are refused: %s",
    (text) => {
      expect(() => toCents(text)).toThrow(/too much money/);
    },
  );

  it("never are a negative zero", () => {
    for (const text of ["-0", "-0.00", "-0.004"]) expect(Object.is(toCents(text), 0)).toBe(true);
  });
});

describe("a share", () => {
  it("is exact, halves up", () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 0, max: 10_000 }), (amount, basisPoints) => {
        expect(BigInt(share(amount, basisPoints))).toBe(
          rounded(BigInt(amount) * BigInt(basisPoints), 10_000n),
        );
      }),
    );
  });

  it("rounds half a cent up and less down", () => {
    expect([share(200, 825), share(199, 825), share(1, 5_000), share(1, 4_999)]).toEqual([17, 16, 1, 0]);
  });
});

describe("totals", () => {
  const settings = fc.record({
    taxBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    shippingCents: fc.nat(100_000),
    freeShippingCents: fc.nat(100_000),
  });
  // Near the amounts where something changes, too.
  const amount = fc.oneof(cents, fc.nat(100_000));

  it("are the sums of their parts, to the cent", () => {
    fc.assert(
      fc.property(settings, amount, amount, (chosen, subtotal, off) => {
        const got = totalsOf({ settings: { ...SETTINGS, ...chosen } }, subtotal, off);
        const discount = off > subtotal ? subtotal : off;
        const goods = BigInt(subtotal) - BigInt(discount);
        const shipping = goods >= BigInt(chosen.freeShippingCents) ? 0n : BigInt(chosen.shippingCents);
        const tax = rounded(goods * BigInt(chosen.taxBasisPoints), 10_000n);
        expect(Object.fromEntries(Object.entries(got).map(([name, value]) => [name, BigInt(value)]))).toEqual(
          {
            subtotal: BigInt(subtotal),
            discount: BigInt(discount),
            shipping,
            tax,
            total: goods + shipping + tax,
          },
        );
        for (const value of Object.values(got)) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
      }),
    );
  });
});
