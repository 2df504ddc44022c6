// Checks with plain SQL and with the oracle that a move which was interrupted ended as if it never had been.
import type pg from "pg";
import { expect } from "vitest";
import { compareMove, describeVerdict, type OracleReport } from "../oracle/compare.js";
import type { Ended } from "../support/command.js";
import { SET_ASIDE, SUBSTITUTED } from "./odd-shop.js";

export interface MoveDocument extends OracleReport {
  result: string;
  resumed: boolean;
  verified: { differences: number; rows: number } | null;
}

/** The report of a command that ended with 0; fails with all it said otherwise. */
export function reportOf(ended: Ended): MoveDocument {
  expect(ended.code, `${ended.stderr}\n${ended.stdout.slice(0, 4000)}`).toBe(0);
  return ended.json() as MoveDocument;
}

/** Expects the content of `source` in the target once and only once, with all that the move promised. */
export async function expectWhole(
  source: string,
  url: string,
  client: pg.Client,
  report: MoveDocument,
): Promise<void> {
  expect(report.result).toBe("moved");
  expect(report.verified?.differences).toBe(0);
  const verdict = await compareMove(source, url, { schema: "public", report });
  expect(describeVerdict(verdict)).toBe("");
  await expectNothingTwice(client);
  await expectFinished(client);
}

async function expectNothingTwice(client: pg.Client): Promise<void> {
  expect(
    await row(
      client,
      `select (select count(*)::int from outgrow.quarantine) as aside,
              (select count(distinct (table_name, key))::int from outgrow.quarantine) as aside_once,
              (select count(*)::int from outgrow.originals) as originals,
              (select count(distinct (table_name, column_name, key))::int from outgrow.originals) as originals_once,
              (select count(*) - count(distinct id) from public.ticks)::int as ticks_doubled`,
    ),
  ).toEqual({
    aside: SET_ASIDE,
    aside_once: SET_ASIDE,
    originals: SUBSTITUTED,
    originals_once: SUBSTITUTED,
    ticks_doubled: 0,
  });
}

/** One move, ended; a progress row for every copied row; nothing left NOT VALID, invalid or put aside. */
export async function expectFinished(client: pg.Client): Promise<void> {
  expect(
    await row(
      client,
      `select (select string_agg(state, ',') from outgrow.moves where state <> 'aborted') as moves,
              (select count(*)::int from outgrow.pending_ddl where restored_at is null) as put_aside,
              (select count(*)::int from pg_constraint where not convalidated) as not_valid,
              (select count(*)::int from pg_index where not indisvalid) as invalid,
              (select count(*)::int from pg_trigger where tgenabled = 'D') as disabled`,
    ),
  ).toEqual({ moves: "moved", put_aside: 0, not_valid: 0, invalid: 0, disabled: 0 });
}

export async function row(client: pg.Client, sql: string): Promise<unknown> {
  const { rows } = await client.query(sql);
  return rows[0];
}
