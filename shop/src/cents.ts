// Money is counted in whole cents. In the database and in JSON it is a decimal text.

/** `12.345` is 1235: half a cent and more goes up, away from zero. Takes what a DECIMAL column gives. */
export function toCents(decimal: string | number): number {
  // Below a millionth, String() of a number is in powers of ten.
  const text = typeof decimal === "number" && Math.abs(decimal) < 1e-6 ? "0" : String(decimal);
  const parts = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (parts === null) {
    throw new RangeError(`"${decimal}" is no amount of money`);
  }
  const [, sign, units = "", fraction = ""] = parts;
  const digits = fraction.padEnd(3, "0");
  const cents = Number(units) * 100 + Number(digits.slice(0, 2)) + (digits.charAt(2) >= "5" ? 1 : 0);
  if (!Number.isSafeInteger(cents)) {
    throw new RangeError(`"${decimal}" is too much money`);
  }
  return sign === "-" ? 0 - cents : cents;
}

/** `1235` is `12.35`. */
export function fromCents(cents: number): string {
  const size = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

/** Hundredths of a percent of an amount, 825 being 8.25 %, to the nearest cent, halves up. */
export const share = (cents: number, basisPoints: number): number =>
  Number((BigInt(cents) * BigInt(basisPoints) * 2n + 10_000n) / 20_000n);
