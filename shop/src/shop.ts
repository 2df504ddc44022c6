// What every part of the shop is given.

import type { Database } from "outgrow/db";
import type { Payments } from "./payments.js";

/**
 * Where the payment is asked for. `reserve` takes the stock, asks, then confirms, and is what a shop should do; the other two
 * are what shops do, kept for the comparison in docs/benchmarks.md.
 */
export type CheckoutShape = "reserve" | "inside" | "outside";

export interface ShopSettings {
  /** Cookies are sent over TLS alone. */
  secureCookies: boolean;
  /** The address that customers see, for links in mails. */
  publicUrl: string;
  /** Hundredths of a percent. */
  taxBasisPoints: number;
  shippingCents: number;
  /** From this subtotal on shipping costs nothing. */
  freeShippingCents: number;
  checkout: CheckoutShape;
  /** Milliseconds that product views are gathered before they are written; 0 writes each. */
  viewsEveryMs: number;
  /** Requests a minute and address where passwords and tokens are tried; 0 for no limit. */
  triesPerMinute: number;
}

export const SETTINGS: ShopSettings = {
  secureCookies: true,
  publicUrl: "http://localhost:3000",
  taxBasisPoints: 825,
  shippingCents: 599,
  freeShippingCents: 5_000,
  checkout: "reserve",
  viewsEveryMs: 2_000,
  triesPerMinute: 10,
};

export interface Shop {
  db: Database;
  payments: Payments;
  settings: ShopSettings;
  now(): Date;
}
