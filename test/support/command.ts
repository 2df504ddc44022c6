// Runs the built `outgrow` as a child process, as a user would.
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** stdout as one JSON document; throws with both streams when it is none. */
  json(): unknown;
}

export interface RunOptions {
  /** Over an environment from which everything that steers outgrow or libpq was taken. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  input?: string;
  /** Kills the process and throws; 60 seconds unless told. */
  timeoutMs?: number;
  /** Sends `killWith` (SIGTERM unless told) when aborted. */
  signal?: AbortSignal;
  killWith?: NodeJS.Signals;
  /** Called with the process, to act on it at a moment of the test's choosing. */
  onStart?: (child: ChildProcess) => void;
  /** Called with each piece of stderr, to act on the process at a moment of its own. */
  onStderr?: (text: string, child: ChildProcess) => void;
}

/** `outgrow …args`, run to its end. Exit codes are results; only a timeout or a failed start throws. */
export async function outgrow(args: string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd,
    env: { ...neutralEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(text, child);
  });
  child.stdin.on("error", () => {}); // the command may end without reading its input
  child.stdin.end(options.input ?? "");
  const kill = () => child.kill(options.killWith ?? "SIGTERM");
  if (options.signal?.aborted) kill();
  options.signal?.addEventListener("abort", kill);
  const timeoutMs = options.timeoutMs ?? 60_000;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, fail) => {
      child.once("error", fail);
      child.once("close", (...end) => done(end));
    });
    if (late) throw new Error(`outgrow ${args[0]} did not end in ${timeoutMs} ms\n${stdout}\n${stderr}`);
    return { code, signal, stdout, stderr, json: () => parse(stdout, stderr) };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", kill);
  }
}

function parse(stdout: string, stderr: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`stdout is no JSON document:\n${stdout}\nstderr:\n${stderr}`, { cause });
  }
}

function neutralEnvironment(): NodeJS.ProcessEnv {
  const steering =
    /^(PG|DB_|DATABASE_URL$|OUTGROW_|VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}
