// The whole suite, against any shop that runs: it makes what it needs, and relies on nothing that is there.

import { accountChecks } from "./accounts.js";
import { addressChecks } from "./addresses.js";
import { catalogueChecks } from "./catalogue.js";
import type { Given } from "./given.js";
import { searchChecks } from "./search.js";
import { sessionChecks } from "./sessions.js";

export function shopSuite(given: Given): void {
  accountChecks(given);
  sessionChecks(given);
  addressChecks(given);
  catalogueChecks(given);
  searchChecks(given);
}
