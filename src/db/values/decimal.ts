// Decimals as text, without an exponent and with all their digits.

import type { Stored } from "./read-value.js";

/**
 * The decimal that was stored, with at least `scale` decimals; null where it is none. No digit is dropped: a value with
 * more decimals than its type declares keeps them.
 */
export function decimalOf(stored: Stored, scale: number | null): string | null {
  if (typeof stored === "string") {
    return /^-?(\d+\.?\d*|\.\d+)$/.test(stored) ? padded(stored, scale) : isSpecial(stored) ? stored : null;
  }
  if (stored instanceof Uint8Array) {
    return null;
  }
  if (typeof stored === "bigint" || Number.isSafeInteger(stored)) {
    return padded(String(stored), scale);
  }
  return Number.isFinite(stored) ? padded(ofDouble(stored, scale), scale) : String(stored);
}

const isSpecial = (text: string) => /^(NaN|-?Infinity)$/.test(text);

/**
 * SQLite keeps decimals as doubles, which hold 15 digits of any decimal (DBL_DIG). Where those 15 fit the scale, they are
 * the decimal that is meant: 0.1 + 0.2 is 0.30 in a decimal(10,2). Else all that the double says.
 */
function ofDouble(number: number, scale: number | null): string {
  const exact = withoutExponent(String(number));
  if (scale === null || decimalsIn(exact) <= scale) {
    return exact;
  }
  const rounded = withoutExponent(String(Number(number.toPrecision(15))));
  return decimalsIn(rounded) <= scale ? rounded : exact;
}

function decimalsIn(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? 0 : text.length - point - 1;
}

function withoutExponent(text: string): string {
  const [mantissa = "", exponent] = text.split("e");
  if (exponent === undefined) {
    return text;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) {
    return `${sign}0.${"0".repeat(-point)}${digits}`;
  }
  return digits.length <= point
    ? `${sign}${digits}${"0".repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function padded(text: string, scale: number | null): string {
  const missing = (scale ?? 0) - decimalsIn(text);
  return missing <= 0 ? text : `${text.includes(".") ? text : `${text}.`}${"0".repeat(missing)}`;
}
