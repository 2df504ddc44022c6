// Holds a move at a step of its own choosing, so that it can be killed there and nowhere else.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { ensureBookkeeping } from "#outgrow/target/bookkeeping.js";
import { connect } from "#outgrow/target/connect.js";
import { parseTarget } from "#outgrow/target/settings.js";

/** `work`: the step's SQL is done, its record is being written. `commit`: the server has begun to commit it. */
export type Hold = "work" | "commit";

export interface Gate {
  /** Lets `steps` records stand and holds the next. */
  close(steps: number, at: Hold): Promise<void>;
  /** Waits until a session is held; false where `ended` came first. */
  caught(ended: Promise<unknown>): Promise<boolean>;
  /** Lets go whatever is held, and holds nothing more; may be called twice. */
  open(): Promise<void>;
}

const KEY = 4711;

/**
 * Two triggers on outgrow.progress wait for an advisory lock that `holder` has: one before the row goes in, one, deferred,
 * at the commit. Nothing of outgrow knows of it.
 */
export async function makeGate(url: string, holder: pg.Client): Promise<Gate> {
  const bookkeeper = await connect(parseTarget(url, {}));
  await ensureBookkeeping(bookkeeper);
  await bookkeeper.end();
  await holder.query(`
    create schema gate;
    create table gate.closed (steps int not null, hold text not null);
    create function gate.wait() returns trigger language plpgsql set search_path = pg_catalog as $$
      begin
        if exists (select from gate.closed where hold = tg_argv[0]
                      and steps <= (select count(*) from outgrow.progress) - (case when hold = 'commit' then 1 else 0 end)) then
          perform pg_advisory_xact_lock(${KEY});
        end if;
        return new;
      end $$;
    create trigger gate_work before insert on outgrow.progress for each row execute function gate.wait('work');
    create constraint trigger gate_commit after insert on outgrow.progress deferrable initially deferred
      for each row execute function gate.wait('commit')`);
  const held = `
    select count(*)::int as n from pg_locks
     where locktype = 'advisory' and not granted and objid = ${KEY}
       and database = (select oid from pg_database where datname = current_database())`;
  let isClosed = false;
  return {
    async close(steps, at) {
      await holder.query("delete from gate.closed");
      await holder.query("insert into gate.closed values ($1, $2)", [steps, at]);
      await holder.query("select pg_advisory_lock($1)", [KEY]);
      isClosed = true;
    },
    async caught(ended) {
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!over) {
        const { rows } = await holder.query<{ n: number }>(held);
        if ((rows[0]?.n ?? 0) > 0) return true;
        await sleep(15);
      }
      return false;
    },
    async open() {
      if (!isClosed) return;
      isClosed = false;
      await holder.query("delete from gate.closed");
      await holder.query("select pg_advisory_unlock($1)", [KEY]);
    },
  };
}
