// The one error class of outgrow, its codes, and the exit code that each code ends a command with.

/** Code → exit code. 1 failed · 2 usage · 3 blocked · 4 differs · 5 precondition · 6 source · 7 target. */
export const EXIT_CODES = {
  failed: 1,
  "disk-full": 1,
  "verification-failed": 1,
  usage: 2,
  settings: 2,
  blocked: 3,
  differs: 4,
  precondition: 5,
  "missing-right": 5,
  "server-too-old": 5,
  "server-is-replica": 5,
  "source-changed": 5,
  "wrong-state": 5,
  "source-missing": 6,
  "source-not-a-file": 6,
  "source-not-a-database": 6,
  "source-empty": 6,
  "source-locked": 6,
  "source-corrupt": 6,
  "source-encrypted": 6,
  "source-hot-journal": 6,
  "source-unreadable": 6,
  "target-unreachable": 7,
  "target-auth": 7,
  "target-tls": 7,
  "target-lost": 7,
  interrupted: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * Everything outgrow throws on purpose: a stable code, one sentence that names the object, and a hint with
 * what to type. Anything thrown that is not of this class is a bug and is reported as one.
 */
export class OutgrowError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "OutgrowError";
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

const documents = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** Gives `error` back with what a JSON answer says beside it: what was done and found before. */
export function withDocument(error: unknown, document: Readonly<Record<string, unknown>>): unknown {
  if (typeof error === "object" && error !== null) {
    documents.set(error, document);
  }
  return error;
}

/** What was said beside the error, or beside the one that caused it; empty where nothing was. */
export function documentOf(error: unknown): Readonly<Record<string, unknown>> {
  if (typeof error !== "object" || error === null) {
    return {};
  }
  return documents.get(error) ?? (error instanceof Error ? documentOf(error.cause) : {});
}
