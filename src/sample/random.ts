// Numbers that look random and are the same on every machine for the same seed.

/** A stream of pseudo-random choices; two streams of one seed give the same choices. */
export interface Random {
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number;
  /** True in `share` (0 to 1) of the calls. */
  chance(share: number): boolean;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}

/** Mulberry32 (public domain, by T. Ettinger): 32 bits of state, period 2^32, far more than a shop needs. */
export function makeRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (end: number): number => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    chance: (share) => next() < share * 2 ** 32,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("pick needs at least one item");
      return item;
    },
    hex: (length) => {
      let digits = "";
      while (digits.length < length) digits += next().toString(16).padStart(8, "0");
      return digits.slice(0, length);
    },
  };
}
