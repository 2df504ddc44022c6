// All frameworks and applications that are known, and their names.

import { APPLICATIONS } from "./applications.js";
import type { Framework } from "./framework.js";
import { JAVASCRIPT } from "./javascript.js";
import { OTHER_LANGUAGES } from "./other-languages.js";

/** Applications first: of one that is made with a framework both are recognised. */
export const FRAMEWORKS: readonly Framework[] = [...APPLICATIONS, ...JAVASCRIPT, ...OTHER_LANGUAGES];

/** What --framework takes. */
export const FRAMEWORK_WORDS: readonly string[] = ["auto", "none", ...FRAMEWORKS.map(({ name }) => name)];

export function frameworkNamed(name: string): Framework | null {
  return FRAMEWORKS.find((framework) => framework.name === name) ?? null;
}
