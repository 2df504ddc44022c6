// Settings of a session that the values of its results rest on, whatever the server, the database or the role say.

import type { ClientBase } from "pg";

/** Names that a server does not know yet are left out for it. Gives the server's version, such as `15.18`. */
export async function setForSession(
  client: ClientBase,
  settings: Readonly<Record<string, string>>,
  timeoutMs = 0,
): Promise<string> {
  const query = {
    text: `select pg_catalog.current_setting('server_version') as version,
              pg_catalog.set_config(s.name, w.value, false)
         from pg_catalog.json_each_text($1::pg_catalog.json) as w(name, value)
         join pg_catalog.pg_settings as s on pg_catalog.lower(s.name) = pg_catalog.lower(w.name)`,
    values: [JSON.stringify(settings)],
    ...(timeoutMs > 0 ? { query_timeout: timeoutMs } : {}),
  };
  const { rows } = await client.query<{ version: string }>(query);
  return rows[0]?.version.split(" ")[0] ?? "";
}

/** What an application's session needs so that its values are those of docs/db-values.md. */
export const VALUE_SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  DateStyle: "ISO, YMD",
  TimeZone: "UTC",
  IntervalStyle: "iso_8601",
  extra_float_digits: "1",
  bytea_output: "hex",
  standard_conforming_strings: "on",
};
