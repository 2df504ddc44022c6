// What a proof says: for each thing that the plan converted, whether both engines answer alike over the moved data.

import type { ObjectKind } from "../../plan/plan.js";

export interface Proof {
  kind: ObjectKind;
  table: string | null;
  /** As in the plan's conversions. */
  name: string;
  /** `dropped`: it differed, and was taken out of the target again. */
  outcome: "equal" | "differs" | "dropped" | "not compared";
  /** What was compared, or how it differs with an example, or why it could not be. */
  detail: string;
}
