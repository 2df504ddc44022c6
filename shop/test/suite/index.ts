// The whole suite, against any shop that runs: it makes what it needs, and relies on nothing that is there.

import { accountChecks } from "./accounts.js";
import { addressChecks } from "./addresses.js";
import { cartChecks } from "./cart.js";
import { catalogueChecks } from "./catalogue.js";
import { checkoutChecks } from "./checkout.js";
import { errorChecks } from "./errors.js";
import type { Given } from "./given.js";
import { orderChecks } from "./orders.js";
import { searchChecks } from "./search.js";
import { sessionChecks } from "./sessions.js";

export function shopSuite(given: Given): void {
  accountChecks(given);
  sessionChecks(given);
  addressChecks(given);
  catalogueChecks(given);
  searchChecks(given);
  cartChecks(given);
  checkoutChecks(given);
  orderChecks(given);
  errorChecks(given); // the last one: it looks at which routes the others asked
}
