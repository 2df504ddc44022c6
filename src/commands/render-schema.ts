// What became of the schema beside tables and foreign keys, as one paragraph for a terminal.

import { printable } from "../base/printable.js";
import type { MoveReport } from "../move/report.js";
import type { Proof } from "../verify/proof/proof.js";
import { type Colors, counted } from "./terminal.js";

const PLURALS: Record<Proof["kind"], [string, string]> = {
  check: ["CHECK", "CHECKs"],
  default: ["default", "defaults"],
  "generated column": ["generated column", "generated columns"],
  index: ["index", "indexes"],
  "unique key": ["unique key", "unique keys"],
  view: ["view", "views"],
  "full-text index": ["full-text index", "full-text indexes"],
  "R-Tree": ["R-Tree", "R-Trees"],
  trigger: ["trigger", "triggers"],
};

export function renderSchema({ conversions, verified }: MoveReport, color: Colors): string {
  const made = conversions.filter(({ target }) => target !== null);
  const kinds = (Object.keys(PLURALS) as Proof["kind"][]).flatMap((kind) => {
    const count = made.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [counted(count, ...PLURALS[kind])];
  });
  if (kinds.length === 0) {
    return "";
  }
  const proofs = verified?.proofs ?? [];
  const equal = proofs.filter(({ outcome }) => outcome === "equal").length;
  const proven = verified === null ? "" : `; ${equal} proven to answer alike`;
  const open = proofs.filter(({ outcome }) => outcome === "not compared");
  return [
    `${color.dim("schema")} ${kinds.join(", ")} converted${proven}`,
    ...open
      .slice(0, MOST_SHOWN)
      .map(
        ({ kind, name, detail }) =>
          `${color.dim("note")} ${kind} ${printable(name)} was not compared: ${printable(detail)}`,
      ),
    ...(open.length > MOST_SHOWN
      ? [color.dim(`and ${open.length - MOST_SHOWN} more that were not compared`)]
      : []),
  ].join("\n");
}

const MOST_SHOWN = 5;
