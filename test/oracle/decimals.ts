// Exact decimals for the oracle: read from text, compared as BigInts, and against doubles.

/** units * 10^-scale, without trailing zeros in `units` unless it is zero. */
interface Decimal {
  units: bigint;
  scale: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** Null for what is no decimal (words, infinities). */
export function readDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return null;
  let units = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  let scale = fraction.length - Number(exponent);
  while (units !== 0n && units % 10n === 0n) {
    units /= 10n;
    scale--;
  }
  return { units, scale: units === 0n ? 0 : scale };
}

export function sameDecimal(a: string, b: string): boolean {
  const [left, right] = [readDecimal(a), readDecimal(b)];
  return left !== null && right !== null && left.units === right.units && left.scale === right.scale;
}

/**
 * Whether a decimal text is the number that a double means: the shortest decimal that reads as the double, or, for
 * whole numbers beyond 2^53, any that reads as it.
 */
export function isDecimalOf(text: string, double: number): boolean {
  if (!Number.isFinite(double) || Object.is(double, -0)) return false;
  return sameDecimal(text, String(double)) || (Math.abs(double) >= 2 ** 53 && Number(text) === double);
}

/** The double a text means in either engine's spelling; NaN for what is no number. */
export function readDouble(text: string): number {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return DECIMAL.test(text) && /\d/.test(text) ? Number(text) : Number.NaN;
}

/** The double as an exact fraction numerator / 2^shift. */
export function exactDouble(double: number): { numerator: bigint; shift: bigint } {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(double);
  const bits = bytes.readBigUInt64BE();
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0n ? fraction : fraction | 0x10000000000000n;
  const power = (exponent === 0n ? 1n : exponent) - 1075n;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  return power >= 0n ? { numerator: signed << power, shift: 0n } : { numerator: signed, shift: -power };
}

/** numerator / denominator to the nearest whole number, halves away from zero. */
export function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const half = denominator / 2n;
  return numerator >= 0n ? (numerator + half) / denominator : -((-numerator + half) / denominator);
}

/** The 64 bits of a double, as hexadecimal. */
export function doubleBits(double: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(double);
  return bytes.toString("hex");
}
