// Records of moves in the target: which source, how far, how it ended.

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { toJson } from "../base/json.js";

/** `loading` rows and keys are on their way · `loaded` all are there · the rest are ends. */
export type MoveState = "loading" | "loaded" | "moved" | "differs" | "aborted";

export interface NewMove {
  /** The path or URL of the source, as shown to people. */
  source: string;
  /** Tells whether the source changed since (source/fingerprint). */
  fingerprint: string;
  schema: string;
  /** Stored as JSON by base/json.ts: big integers beyond 2^53 become strings of digits. */
  plan: unknown;
  toolVersion: string;
}

export interface Move {
  id: bigint;
  source: string;
  fingerprint: string;
  schema: string;
  /** As JSON.parse gives it. */
  plan: unknown;
  state: MoveState;
  toolVersion: string;
  startedAt: Date;
  finishedAt: Date | null;
  report: unknown;
}

/** Steps of it are still to come, or its end is not recorded yet. */
export function isUnfinished({ state }: Pick<Move, "state">): boolean {
  return state === "loading" || state === "loaded";
}

/** A move that ended with differences may be given up like one that did not end. */
export function canBeUndone(move: Pick<Move, "state">): boolean {
  return isUnfinished(move) || move.state === "differs";
}

/** What a step did; `seconds` is its duration. */
export interface StepCounts {
  rows: number;
  setAside: number;
  substituted: number;
  seconds: number;
}

/** Begins a move in state `loading` and gives its id. */
export async function openMove(client: Client, move: NewMove): Promise<bigint> {
  const { rows } = await client.query<{ id: bigint }>(
    `insert into outgrow.moves (source, fingerprint, target_schema, plan, tool_version)
     values ($1, $2, $3, $4, $5)
     returning id`,
    [move.source, move.fingerprint, move.schema, toJson(move.plan), move.toolVersion],
  );
  const id = rows[0]?.id;
  if (id === undefined) {
    throw new OutgrowError("failed", "the move got no id in outgrow.moves");
  }
  return id;
}

/** The latest move into `schema` (from `source`, where it is given), or null. */
export async function findMove(
  client: Client,
  wanted: { schema: string; source?: string },
): Promise<Move | null> {
  const { rows } = await client.query<MoveRow>(
    `select id, source, fingerprint, target_schema, plan, state, tool_version, report,
            to_char(started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
            to_char(finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as finished_at
       from outgrow.moves
      where target_schema = $1
        and ($2::text is null or source = $2)
      order by id desc
      limit 1`,
    [wanted.schema, wanted.source ?? null],
  );
  return rows[0] === undefined ? null : toMove(rows[0]);
}

interface MoveRow {
  id: bigint;
  source: string;
  fingerprint: string;
  target_schema: string;
  plan: string;
  state: MoveState;
  tool_version: string;
  report: string | null;
  started_at: string;
  finished_at: string | null;
}

function toMove(row: MoveRow): Move {
  return {
    id: row.id,
    source: row.source,
    fingerprint: row.fingerprint,
    schema: row.target_schema,
    plan: JSON.parse(row.plan),
    state: row.state,
    toolVersion: row.tool_version,
    startedAt: new Date(row.started_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
    report: row.report === null ? null : JSON.parse(row.report),
  };
}

/**
 * Records that `step` is done; call it in the transaction that does the step. A step that is recorded already is refused
 * (unique violation, 23505), so that the transaction that would do it twice is undone.
 */
export async function saveStep(
  client: Client,
  move: bigint,
  step: string,
  counts: StepCounts,
): Promise<void> {
  await client.query(
    `insert into outgrow.progress (move, step, rows, set_aside, substituted, seconds)
     values ($1, $2, $3, $4, $5, $6)`,
    [move, step, counts.rows, counts.setAside, counts.substituted, counts.seconds],
  );
}

/** The steps of a move that are done, by name, in the order in which they were. */
export async function doneSteps(client: Client, move: bigint): Promise<Map<string, StepCounts>> {
  const { rows } = await client.query<{
    step: string;
    rows: bigint;
    set_aside: bigint;
    substituted: bigint;
    seconds: string;
  }>(
    `select step, rows, set_aside, substituted, seconds
       from outgrow.progress
      where move = $1
      order by done_at, step`,
    [move],
  );
  return new Map(
    rows.map((row) => [
      row.step,
      {
        rows: Number(row.rows),
        setAside: Number(row.set_aside),
        substituted: Number(row.substituted),
        seconds: Number(row.seconds),
      },
    ]),
  );
}

/** Puts a move that is under way into another state: `loaded`, or `loading` again after `differs`. */
export async function setMoveState(client: Client, move: bigint, state: MoveState): Promise<void> {
  await client.query("update outgrow.moves set state = $2 where id = $1", [move, state]);
}

/** Ends a move with its report (kept as JSON). */
export async function finishMove(
  client: Client,
  move: bigint,
  state: "moved" | "differs" | "aborted",
  report: unknown,
): Promise<void> {
  await client.query(
    "update outgrow.moves set state = $2, report = $3, finished_at = clock_timestamp() where id = $1",
    [move, state, report === null || report === undefined ? null : toJson(report)],
  );
}

/** Puts a changed plan in place of the stored one, which keeps what it was asked for. */
export async function savePlan(client: Client, move: bigint, plan: unknown): Promise<void> {
  await client.query(
    "update outgrow.moves set plan = $2::jsonb || jsonb_build_object('asked', plan::jsonb -> 'asked') where id = $1",
    [move, toJson(plan)],
  );
}
