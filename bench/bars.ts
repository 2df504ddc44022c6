// The figures of a bench, their medians, and the bars that outgrow set itself.

export type Contestant = "pgloader" | "floor" | "outgrow --no-verify" | "outgrow";

export interface Result {
  contestant: Contestant;
  round: number;
  seconds: number;
  peakMb: number | null;
  /** Seconds by part, from outgrow's own report. */
  parts: Record<string, number>;
  failures: string[];
}

export interface Bar {
  name: string;
  limit: number;
  /** Null where a contestant did not run, or failed. */
  measured: number | null;
}

/** The middle figure, or the mean of the two in the middle; null of nothing. */
export function median(figures: readonly number[]): number | null {
  const sorted = [...figures].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Median seconds of the runs of a contestant that did not fail. */
export function medianSeconds(results: readonly Result[], contestant: Contestant): number | null {
  return median(soundRuns(results, contestant).map((result) => result.seconds));
}

/** The largest memory that any run of a contestant needed. */
export function largestPeak(results: readonly Result[], contestant: Contestant): number | null {
  const peaks = soundRuns(results, contestant).flatMap((result) => result.peakMb ?? []);
  return peaks.length === 0 ? null : Math.max(...peaks);
}

function soundRuns(results: readonly Result[], contestant: Contestant): Result[] {
  return results.filter((result) => result.contestant === contestant && result.failures.length === 0);
}

export function barsOf(results: readonly Result[], ten: readonly Result[]): Bar[] {
  const plain = medianSeconds(results, "outgrow --no-verify");
  const verified = medianSeconds(results, "outgrow");
  const floor = medianSeconds(results, "floor");
  const pgloader = medianSeconds(results, "pgloader");
  const bars: Bar[] = [
    { name: "without verification, to the floor", limit: 1.2, measured: ratio(plain, floor) },
    { name: "without verification, to pgloader", limit: 0.45, measured: ratio(plain, pgloader) },
    { name: "verified, to the floor", limit: 1.6, measured: ratio(verified, floor) },
    { name: "verified, to pgloader", limit: 0.6, measured: ratio(verified, pgloader) },
    {
      name: "peak memory without verification, MB",
      limit: 250,
      measured: largestPeak(results, "outgrow --no-verify"),
    },
    { name: "peak memory verified, MB", limit: 250, measured: largestPeak(results, "outgrow") },
  ];
  if (ten.length === 0) return bars;
  const tenPlain = ratio(medianSeconds(ten, "outgrow --no-verify"), plain);
  const tenVerified = ratio(medianSeconds(ten, "outgrow"), verified);
  return [
    ...bars,
    { name: "ten times the data without verification, to the time of one", limit: 11, measured: tenPlain },
    { name: "ten times the data verified, to the time of one", limit: 11, measured: tenVerified },
    {
      name: "peak memory verified with ten times the data, MB",
      limit: 250,
      measured: largestPeak(ten, "outgrow"),
    },
  ];
}

function ratio(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one / other;
}

export function isMet(bar: Bar): boolean {
  return bar.measured !== null && bar.measured <= bar.limit;
}

/** `met      0.98 <= 1.2  verified, to the floor` */
export function barLine(bar: Bar): string {
  const verdict = bar.measured === null ? "unknown" : isMet(bar) ? "met" : "MISSED";
  const figure = bar.measured === null ? "-" : bar.measured.toFixed(bar.limit >= 100 ? 0 : 2);
  return `${verdict.padEnd(8)} ${figure.padStart(6)} (at most ${bar.limit})  ${bar.name}`;
}

/** One line of the table of a round. */
export function resultLine(result: Result): string {
  const parts = Object.entries(result.parts)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`)
    .join(", ");
  const peak = result.peakMb === null ? "-" : result.peakMb.toFixed(0);
  return `${result.contestant.padEnd(20)} ${result.seconds.toFixed(1).padStart(7)} s ${peak.padStart(6)} MB  ${parts}`;
}
