// Mail is written into a table, in the transaction of what it tells, and sent from there: none is sent for what was rolled
// back, and none is lost when the process ends.

import type { Database, Queries } from "outgrow/db";

export type Template =
  | "verify-email"
  | "account-exists"
  | "reset-password"
  | "password-changed"
  | "order-confirmed"
  | "order-shipped"
  | "order-cancelled";

export interface Mail {
  id: number;
  recipient: string;
  template: Template;
  payload: Record<string, unknown>;
}

export async function queueMail(
  queries: Queries,
  recipient: string,
  template: Template,
  payload: Record<string, unknown>,
): Promise<void> {
  await queries.execute("insert into outbox (recipient, template, payload) values (?, ?, ?)", [
    recipient,
    template,
    payload,
  ]);
}

const MOST_ATTEMPTS = 10;

/**
 * Sends what waits, one after the other, and gives how many went out. Where the process ends between sending and marking, a
 * mail goes out twice rather than never.
 */
export async function sendMails(db: Database, send: (mail: Mail) => Promise<void>): Promise<number> {
  const waiting = await db.query<Mail>(
    "select id, recipient, template, payload from outbox where sent_at is null and attempts < ? order by id limit 100",
    [MOST_ATTEMPTS],
  );
  let sent = 0;
  for (const mail of waiting) {
    await db.execute("update outbox set attempts = attempts + 1 where id = ?", [mail.id]);
    try {
      await send(mail);
    } catch {
      continue; // its attempts are counted
    }
    await db.execute("update outbox set sent_at = ? where id = ?", [new Date(), mail.id]);
    sent += 1;
  }
  return sent;
}
