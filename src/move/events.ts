// What a move tells while it runs; the commands turn it into bars or lines.

export type Phase = "profile" | "prepare" | "copy" | "keys" | "verify";

export type MoveEvent =
  | { kind: "phase"; phase: Phase; total: number }
  /** `done` counts up to the phase's total: rows, or steps in `keys`. */
  | { kind: "progress"; phase: Phase; done: number; bytes: number }
  | { kind: "note"; text: string };

export type OnEvent = (event: MoveEvent) => void;

/** Counts rows and bytes of a phase and tells them. */
export function counter(
  phase: Phase,
  total: number,
  onEvent: OnEvent,
): (rows: number, bytes: number) => void {
  let done = 0;
  let bytes = 0;
  onEvent({ kind: "phase", phase, total });
  return (moreRows, moreBytes) => {
    done += moreRows;
    bytes += moreBytes;
    onEvent({ kind: "progress", phase, done, bytes });
  };
}
