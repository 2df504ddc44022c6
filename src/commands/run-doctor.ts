// Carries out `outgrow doctor`: a line for each thing that a move needs or can use.

import { toJson } from "../base/json.js";
import { printable } from "../base/printable.js";
import { redact } from "../base/redact.js";
import { type Check, checkMachine } from "./check-machine.js";
import { checkSource, checkTarget } from "./check-sides.js";
import type { DoctorFlags } from "./doctor.js";
import { type Colors, colorsFor } from "./terminal.js";

/** Gives the exit code of the first thing that is needed and not here, else 0. */
export async function runDoctor(
  source: string | undefined,
  target: string | undefined,
  flags: DoctorFlags,
): Promise<number> {
  // `outgrow doctor postgres://…` can only mean the target.
  const isTarget = target === undefined && source !== undefined && /^postgres(?:ql)?:/i.test(source);
  const [file, server] = isTarget ? [undefined, source] : [source, target];
  const checks = [
    ...checkMachine(),
    ...(file === undefined ? [] : checkSource(file)),
    ...(await checkTarget(server, flags.schema)),
  ].map((check) => ({
    ...check,
    found: redact(check.found),
    hint: check.hint === null ? null : redact(check.hint),
  }));
  const failed = checks.find((check) => check.exitCode !== 0);
  if (flags.json) {
    const told = checks.map(({ exitCode: _exitCode, ...check }) => check);
    process.stdout.write(`${toJson({ ok: failed === undefined, checks: told }, 2)}\n`);
  } else {
    const color = colorsFor(process.stdout);
    const verdict =
      failed === undefined
        ? color.green("everything that is needed is here")
        : `${color.red("missing")} ${failed.name}`;
    process.stdout.write(`${checks.map((check) => render(check, color)).join("\n")}\n\n${verdict}\n`);
  }
  return failed?.exitCode ?? 0;
}

function render(check: Check, color: Colors): string {
  const paint = { ok: color.green, missing: color.red, absent: color.dim }[check.state];
  const word = check.state === "absent" ? "-" : check.state;
  const line = `${paint(word.padEnd(8))}${check.name}: ${printable(check.found)}`;
  return check.hint === null ? line : `${line}\n${" ".repeat(8)}${color.dim(printable(check.hint))}`;
}
