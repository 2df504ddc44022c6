// Words that may be typed, apart from what acts on them, so that --help loads no driver.

export const ENGINES = ["postgres", "sqlite"] as const;

export type Engine = (typeof ENGINES)[number];

/** As they are written. */
export const ENGINE_NAMES: Readonly<Record<Engine, string>> = { postgres: "PostgreSQL", sqlite: "SQLite" };

/** What to do with a file without a transaction that stopped in the middle. */
export const AFTER_FAILURE = ["retry", "resume", "done"] as const;

export type AfterFailure = (typeof AFTER_FAILURE)[number];
