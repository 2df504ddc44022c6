// Shows on stderr how far a move is: a bar on a terminal, a line now and then elsewhere.

import cliProgress from "cli-progress";
import type { MoveEvent, OnEvent, Phase } from "../move/events.js";

const TITLES: Record<Phase, string> = {
  profile: "looking at the values",
  prepare: "making tables",
  copy: "copying rows",
  keys: "building keys and indexes",
  verify: "comparing every value",
};

const LINE_EVERY_MS = 10_000;

export interface Progress {
  onEvent: OnEvent;
  /** Takes the bar away; may be called twice. */
  stop(): void;
}

export function showProgress(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  if (quiet) {
    return { onEvent: () => undefined, stop: () => undefined };
  }
  return stream.isTTY && process.env.TERM !== "dumb" && process.env.CI === undefined
    ? bars(stream)
    : lines(stream);
}

function bars(stream: NodeJS.WriteStream): Progress {
  let bar: cliProgress.SingleBar | null = null;
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    stop,
    onEvent(event) {
      if (event.kind === "phase") {
        stop();
        bar = new cliProgress.SingleBar(
          {
            format: (_options, params, payload: Payload) =>
              line(event.phase, stream.columns, params, payload),
            stream,
            hideCursor: true,
            clearOnComplete: false,
            etaBuffer: 50,
            fps: 8,
          },
          cliProgress.Presets.shades_classic,
        );
        bar.start(Math.max(event.total, 1), 0, { rate: "" });
        started = performance.now();
      } else if (event.kind === "progress") {
        bar?.update(Math.min(event.done, bar.getTotal()), { rate: rateOf(event, started) });
      } else {
        stop();
        stream.write(`${event.text}\n`);
      }
    },
  };
}

interface Payload {
  rate: string;
}

const WIDEST_BAR = 40;

/** One line for the width the terminal has now: what does not fit is left out, the bar first. */
function line(phase: Phase, columns: number, params: cliProgress.Params, { rate }: Payload): string {
  const title = TITLES[phase].padEnd(26);
  const percent = `${Math.floor(params.progress * 100)}%`;
  const rest = [percent, `${params.value}/${params.total}`, rate, leftOf(params)].filter(
    (part) => part !== "",
  );
  while (rest.length > 1 && title.length + rest.join(" | ").length + 1 > columns) {
    rest.splice(1, 1);
  }
  const text = rest.join(" | ");
  const room = Math.min(WIDEST_BAR, columns - title.length - text.length - 3);
  const full = Math.round(params.progress * Math.max(room, 0));
  const bar = room < 5 ? "" : `${"█".repeat(full)}${"░".repeat(room - full)} `;
  return `${title} ${bar}${text}`.slice(0, Math.max(columns - 1, 1));
}

function leftOf({ eta, value, total }: cliProgress.Params): string {
  if (value >= total || !Number.isFinite(eta) || value === 0) {
    return "";
  }
  return eta < 90 ? `${Math.ceil(eta)} s left` : `${Math.ceil(eta / 60)} min left`;
}

let started = performance.now();

function rateOf(event: Extract<MoveEvent, { kind: "progress" }>, since: number): string {
  const seconds = Math.max((performance.now() - since) / 1000, 0.001);
  const rate = `${Math.round(event.done / seconds).toLocaleString("en")}/s`;
  return event.bytes > 0 ? `${rate}, ${(event.bytes / seconds / 1e6).toFixed(1)} MB/s` : rate;
}

function lines(stream: NodeJS.WriteStream): Progress {
  let phase: Phase | null = null;
  let total = 0;
  let last = performance.now();
  return {
    stop: () => undefined,
    onEvent(event) {
      if (event.kind === "phase") {
        phase = event.phase;
        total = event.total;
        started = performance.now();
        last = started;
      } else if (event.kind === "note") {
        stream.write(`${event.text}\n`);
      } else if (phase !== null && performance.now() - last > LINE_EVERY_MS) {
        last = performance.now();
        const percent = total === 0 ? 100 : Math.floor((100 * event.done) / total);
        stream.write(
          `${TITLES[phase]}: ${percent}% (${event.done} of ${total}, ${rateOf(event, started)})\n`,
        );
      }
    },
  };
}
