// Moves a SQLite file by a library call and lets the oracle judge, as the property and the fixtures do it.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Moved, move } from "#outgrow/move/move.js";
import { parseDecision } from "#outgrow/plan/decisions.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { compareMove, describeVerdict, type OracleVerdict } from "./compare.js";

export interface Judgement {
  moved: Moved;
  /** Null where nothing was moved. */
  verdict: OracleVerdict | null;
  /** What is wrong, in words; null where nothing is. */
  wrong: string | null;
}

/** Moves with the recommended decisions into a schema and compares everything; nothing is thrown that a move throws. */
export async function judgeMove(
  path: string,
  url: string,
  schema: string,
): Promise<Judgement | { moved: null; verdict: null; wrong: string }> {
  const before = hashOf(path);
  let moved: Moved;
  try {
    moved = await moveRecommended(path, url, schema);
  } catch (error) {
    return {
      moved: null,
      verdict: null,
      wrong: `the move threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    };
  }
  const { report } = moved;
  if (report.result === "blocked") {
    const open = report.findings.filter(
      (finding) => finding.severity === "blocker" && finding.decided === null,
    );
    return {
      moved,
      verdict: null,
      wrong: `blocked: ${open.map(({ code, table, column, reason }) => `${code} ${table}.${column}: ${reason}`).join("; ")}`,
    };
  }
  const verdict = await compareMove(path, url, { schema, report });
  const faults = [
    ...(report.result === "moved"
      ? []
      : [
          `the result is ${report.result}: ${JSON.stringify(report.verified?.examples.slice(0, 3))} ${JSON.stringify(report.verified?.structure)}`,
        ]),
    ...(verdict.agrees ? [] : [`the oracle disagrees:\n${describeVerdict(verdict)}`]),
    ...(before === hashOf(path) ? [] : ["the source file changed"]),
  ];
  return { moved, verdict, wrong: faults.length === 0 ? null : faults.join("\n") };
}

async function moveRecommended(path: string, url: string, schema: string): Promise<Moved> {
  return move({
    source: path,
    target: parseTarget(url),
    schema,
    include: [],
    exclude: [],
    names: "keep",
    integers: "int8",
    existingRows: "stop",
    dropExisting: false,
    overrides: { tables: {}, columns: {} },
    decisions: [parseDecision("recommended")],
    jobs: 1,
    verify: true,
    sample: null,
    dryRun: false,
    restart: false,
    examples: true,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
}

/** Of the file and its WAL: a move may make the shared memory file beside them, and nothing else. */
function hashOf(path: string): string {
  const parts = [path, `${path}-wal`].filter((part) => existsSync(part)).map((part) => readFileSync(part));
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}
