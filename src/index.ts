// The library: the same calls that the commands make.

export { OutgrowError } from "./base/errors.js";
export { type Moved, type MoveOptions, move } from "./move/move.js";
export type { MoveReport, MoveResult, TableReport, VerifiedReport } from "./move/report.js";
export { parseDecision } from "./plan/decisions.js";
export type { Choice, Example, Finding, Severity } from "./plan/finding.js";
export { NO_OVERRIDES } from "./plan/overrides.js";
export { parseTarget, type TargetSettings, targetFromEnvironment } from "./target/settings.js";
