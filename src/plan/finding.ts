// A finding: something the plan found that a person should know or must decide.

import type { FindingCode } from "./finding-codes.js";

/** `blocker` stops the move until decided, `warning` changes something an application may notice, `note` informs. */
export type Severity = "blocker" | "warning" | "note";

export interface Choice {
  /** The word after `=` in `--decide CODE:table.column=WORD`. */
  name: string;
  /** What it does, one sentence. */
  does: string;
  recommended: boolean;
  /** The options to type, as a list of arguments. */
  options: string[];
}

/** One offending row: its key and the value, as printable text of at most 60 characters. */
export interface Example {
  key: string;
  value: string;
}

/** Something for a person to do outside of this command. */
export interface Step {
  /** One sentence. */
  does: string;
  /** What to type or to set. */
  type?: string;
}

export interface Finding {
  code: FindingCode;
  severity: Severity;
  table: string | null;
  column: string | null;
  /** The index, constraint, view or trigger it is about, else null. */
  object: string | null;
  /** Rows (or objects) concerned. */
  count: number;
  /** Why, one sentence. */
  reason: string;
  examples: Example[];
  choices: Choice[];
  /** What a person had best do, in this order; absent where there is nothing. */
  steps?: readonly Step[];
  /** The choice taken: by the user, or by outgrow where a lossless default exists; null while it is open. */
  decided: string | null;
}
