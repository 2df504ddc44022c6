// What becomes of the schema beside tables and foreign keys, as text for a terminal.

import { printable, shorten } from "../base/printable.js";
import type { MoveReport } from "../move/report.js";
import type { Conversion } from "../plan/plan.js";
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
  const kinds = countedKinds(conversions);
  if (kinds === "") {
    return "";
  }
  const proofs = verified?.proofs ?? [];
  const equal = proofs.filter(({ outcome }) => outcome === "equal").length;
  const proven = verified === null ? "" : `; ${equal} proven to answer alike`;
  const open = proofs.filter(({ outcome }) => outcome === "not compared");
  return [
    `${color.dim("schema")} ${kinds} converted${proven}`,
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

/** Before the move; what cannot be converted is among the findings. */
export function renderPlannedSchema(conversions: readonly Conversion[], color: Colors): string {
  const kinds = countedKinds(conversions);
  const told = conversions.filter(({ target }) => target === null).length;
  return kinds === ""
    ? ""
    : `${color.dim("schema")} ${kinds} will be converted${told === 0 ? "" : `, ${told} cannot be`}`;
}

/** Each by itself, SQLite's SQL and what becomes of it. */
export const renderConversions = (conversions: readonly Conversion[], color: Colors): string =>
  conversions
    .map(({ kind, name, source, target, reason }) =>
      [
        `${color.bold(kind)} ${printable(name)}`,
        `    ${color.dim(oneLine(source))}`,
        `    ${target === null ? `not converted: ${printable(reason ?? "")}` : oneLine(target)}`,
      ].join("\n"),
    )
    .join("\n");

const oneLine = (sql: string) => shorten(sql.replace(/\s+/g, " "), 200);

/** "2 CHECKs, 1 view", of those that are converted. */
function countedKinds(conversions: readonly Conversion[]): string {
  return (Object.keys(PLURALS) as Proof["kind"][])
    .map((kind) => {
      const count = conversions.filter((one) => one.kind === kind && one.target !== null).length;
      return count === 0 ? "" : counted(count, ...PLURALS[kind]);
    })
    .filter((part) => part !== "")
    .join(", ");
}

const MOST_SHOWN = 5;
