// Whether rowids ascend. SQLite can say it of itself (pragma quick_check), but looks at every value for it.

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;

/** Up to so many digits a number holds exactly. */
const EXACT_DIGITS = 15;

/**
 * The first of these rowids (decimal, divided by commas) that is not above the one before it, or `after`; null where
 * there is none. As text since that costs the least: no value is made of any of them.
 */
export function firstOutOfOrder(rowids: string, after: bigint | null): bigint | null {
  const first = BigInt(rowids.split(",", 1)[0] ?? "");
  if (after !== null && first <= after) {
    return first;
  }
  let before = Number.NEGATIVE_INFINITY;
  let start = 0;
  let value = 0;
  for (let at = 0; at <= rowids.length; at++) {
    const code = at === rowids.length ? COMMA : rowids.charCodeAt(at);
    if (code === COMMA) {
      if (at - start > EXACT_DIGITS) {
        return firstOutOfOrderExactly(rowids.slice(start), before);
      }
      const rowid = rowids.charCodeAt(start) === MINUS ? -value : value;
      if (rowid <= before) {
        return BigInt(rowid);
      }
      before = rowid;
      start = at + 1;
      value = 0;
    } else if (code !== MINUS) {
      value = value * 10 + code - ZERO;
    }
  }
  return null;
}

/** From the first on that a number might not hold; the one before it was exact. */
function firstOutOfOrderExactly(rowids: string, before: number): bigint | null {
  let last = Number.isFinite(before) ? BigInt(before) : null;
  for (const text of rowids.split(",")) {
    const rowid = BigInt(text);
    if (last !== null && rowid <= last) {
      return rowid;
    }
    last = rowid;
  }
  return null;
}
