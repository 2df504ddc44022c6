// Measures the parts of a move.

export class Clock {
  readonly #started = performance.now();
  readonly #parts: Record<string, number> = {};

  async time<T>(part: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#parts[part] = (this.#parts[part] ?? 0) + (performance.now() - started) / 1000;
    }
  }

  /** Seconds by part, to the millisecond, with `total` since the clock was made. */
  seconds(): Record<string, number> {
    const entries = Object.entries({ ...this.#parts, total: (performance.now() - this.#started) / 1000 });
    return Object.fromEntries(entries.map(([part, seconds]) => [part, Math.round(seconds * 1000) / 1000]));
  }
}
