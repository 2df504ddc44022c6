// The version of this package, as its package.json says.

import { createRequire } from "node:module";

const about: unknown = createRequire(import.meta.url)("../../package.json");

export const VERSION =
  typeof about === "object" && about !== null && "version" in about ? String(about.version) : "0";
