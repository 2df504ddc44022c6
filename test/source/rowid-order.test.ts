// Rowids as text, in order or not.
import fc from "fast-check";
import { expect, it } from "vitest";
import { firstOutOfOrder } from "#outgrow/source/rowid-order.js";

const rowid = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-20n, 20n),
  fc.bigInt(10n ** 14n, 10n ** 16n),
);

it("finds the first rowid that does not ascend, of any 64-bit integers", () => {
  fc.assert(
    fc.property(fc.array(rowid, { minLength: 1 }), fc.option(rowid), fc.boolean(), (given, after, sorted) => {
      const rowids = sorted ? [...given].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) : given;
      const wanted = rowids.find((one, i) => {
        const before = i === 0 ? after : rowids[i - 1];
        return before !== null && before !== undefined && one <= before;
      });
      expect(firstOutOfOrder(rowids.join(","), after)).toBe(wanted ?? null);
    }),
    { numRuns: 2000 },
  );
});
