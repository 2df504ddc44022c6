// The payment provider as the shop knows it, and one for development that answers as slowly as real ones do.

import { setTimeout as sleep } from "node:timers/promises";

export interface Charge {
  /** The provider makes one charge of a reference, however often it is asked (the order's number). */
  reference: string;
  cents: number;
  /** What the customer's browser was given by the provider. */
  token: string;
}

export type ChargeResult = { paid: true; id: string } | { paid: false; reason: string };

export interface Payments {
  charge(charge: Charge): Promise<ChargeResult>;
  /** The provider gives a charge back once, however often it is asked: of two who cancel at once, both ask. */
  refund(id: string, cents: number): Promise<void>;
  /** What became of a charge whose answer was lost; null where there was none. */
  find(reference: string): Promise<ChargeResult | null>;
}

/** Takes every token but `declined`, after `minMs` to `maxMs`. It forgets everything when the process ends. */
export function fakePayments({ minMs = 20, maxMs = 50 } = {}): Payments {
  const charges = new Map<string, ChargeResult>();
  const wait = () => sleep(minMs + Math.random() * (maxMs - minMs));
  return {
    async charge({ reference, token }) {
      await wait();
      const known = charges.get(reference);
      if (known !== undefined) {
        return known;
      }
      const result: ChargeResult =
        token === "declined"
          ? { paid: false, reason: "the card was declined" }
          : { paid: true, id: `pay_${reference}` };
      charges.set(reference, result);
      return result;
    },
    async refund() {
      await wait();
    },
    async find(reference) {
      return charges.get(reference) ?? null;
    },
  };
}
