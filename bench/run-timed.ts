// Runs one command from start to end and measures its wall time and the memory of its largest process.

import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TimedRun {
  seconds: number;
  /** Largest resident set of the command or any process below it; null where GNU time is not installed. */
  peakMb: number | null;
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

// Not measured by Node itself: a child counts its parent's memory until it calls exec (Linux, setmax_mm_hiwater_rss).
const GNU_TIME = "/usr/bin/time";

export const canMeasureMemory = existsSync(GNU_TIME);

/** Never fails on the command's own failure: look at `exitCode`. Fails where the command cannot be started at all. */
export async function runTimed(command: string[], env: NodeJS.ProcessEnv): Promise<TimedRun> {
  const peakFile = join(tmpdir(), `bench-peak-${process.pid}`);
  const measured = canMeasureMemory ? [GNU_TIME, "-o", peakFile, "-f", "%M", ...command] : command;
  const [program = "", ...args] = measured;
  const started = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, peakMb: canMeasureMemory ? readPeak(peakFile) : null, exitCode, stdout, stderr };
}

/** GNU time writes kibibytes on the last line, after a remark where the command failed. */
function readPeak(path: string): number {
  const kib = Number(readFileSync(path, "utf8").trim().split("\n").at(-1));
  rmSync(path);
  return kib / 1024;
}
