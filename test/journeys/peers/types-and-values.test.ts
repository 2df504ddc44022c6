// What other tools' users lost or waited for in types, dates and defaults (docs/peers.md).
import { expect, it } from "vitest";
import { codes, moveOf, texts, typesOf } from "./moved.js";

it("booleans are recognised by what they hold, without a list of names", async () => {
  const moved = await moveOf(`
    create table series (id integer primary key, "Monitored" boolean not null, flag tinyint(1), n integer, t bool);
    insert into series values (1, 1, 0, 1, 'true'), (2, 0, 1, 0, 'false'), (3, 1, null, 5, 'true')`);
  expect(await typesOf(moved.client, "series")).toEqual([
    "id bigint",
    "Monitored boolean",
    "flag boolean",
    "n bigint",
    "t boolean",
  ]);
});

it("booleans of an application's own table take 0 and 1, and texts", async () => {
  const { client } = await moveOf(
    `create table users (id integer primary key, a integer, b text); insert into users values (1, 1, 'true'), (2, 0, 'f')`,
    { prepare: "create table users (id int primary key, a boolean, b boolean)" },
  );
  expect(await texts(client, "select a, b from users order by id")).toEqual([
    ["t", "t"],
    ["f", "f"],
  ]);
});

it("a default is judged together with the type of its column", async () => {
  const { client } = await moveOf(`
    create table peers (id integer primary key, ssh numeric default false, n integer default '0', d decimal(10,2) default '1.50',
      s text default 0, "nothing" integer default 'null', also text default null);
    insert into peers (id, ssh, n, "nothing") values (1, 0, 2, 5)`);
  await client.query("insert into peers (id) values (2)");
  expect(await texts(client, "select ssh, n, d, s, also from peers where id = 2")).toEqual([
    ["0", "0", "1.50", "0", null],
  ]);
});

it("text in an INTEGER column ends the move at once, whole", async () => {
  const begun = Date.now();
  const { client } = await moveOf(`
    create table t (id integer primary key, n integer);
    insert into t values (1, 5), (2, 'lots-of-it'), (3, '12.3D0'), (4, 9223372036854775807), (5, 12.5)`);
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(await texts(client, "select n from t order by id")).toEqual([
    ["5"],
    ["lots-of-it"],
    ["12.3D0"],
    ["9223372036854775807"],
    ["12.5"],
  ]);
});

it("a type of any name becomes what its values are", async () => {
  const { client } = await moveOf(`
    create table t (id integer primary key, a longtext, b timestampz, c "byte[]", d long varchar, e "text nocase", f intege, g unsigned big int,
      h "TEXT[]", i jsonb);
    insert into t values (1, 'x', '2024-01-02 03:04:05', x'00ff', 'y', 'z', 7, 18, '{a,b}', '{"a": [1]}')`);
  expect((await texts(client, "select a, c, d, e, f, g, h, i ->> 'a' from t"))[0]).toEqual([
    "x",
    "\\x00ff",
    "y",
    "z",
    "7",
    "18",
    "{a,b}",
    "[1]",
  ]);
});

it("a text longer than its VARCHAR moves whole", async () => {
  const { client } = await moveOf(
    `create table t (id integer primary key, name varchar(10)); insert into t values (1, '${"x".repeat(300)}')`,
  );
  expect(await texts(client, "select length(name) from t")).toEqual([["300"]]);
});

it("bytes in a column declared as UUID or CHAR stay the same bytes", async () => {
  const { client } = await moveOf(`
    create table dashboards (id integer primary key, uuid numeric(16), key char(36));
    insert into dashboards values (1, x'0102030405060708090a0b0c0d0e0fff', x'ff00'), (2, x'000102030405060708090a0b0c0d0e0f', null)`);
  expect(await texts(client, "select replace(uuid::text, '-', '') from dashboards order by id")).toEqual([
    [expect.stringMatching(/^(?:\\x)?0102030405060708090a0b0c0d0e0fff$/)],
    [expect.stringMatching(/^(?:\\x)?000102030405060708090a0b0c0d0e0f$/)],
  ]);
});

it("milliseconds since 1970 in a DATETIME are found to be such", async () => {
  const { client, report } = await moveOf(`
    create table strapi (id integer primary key, created_at datetime, s datetime);
    insert into strapi values (1, 1627303906122, 1627303906), (2, 1700000000001, 0)`);
  expect(await texts(client, "select created_at::text, s::text from strapi order by id")).toEqual([
    ["2021-07-26 12:51:46.122+00", "2021-07-26 12:51:46+00"],
    ["2023-11-14 22:13:20.001+00", "1970-01-01 00:00:00+00"],
  ]);
  expect(report.findings.length).toBeGreaterThan(0);
});

it("0 beside dates, and a year alone, move as they are", async () => {
  const { client } = await moveOf(`
    create table stamps (id integer primary key, at datetime);
    insert into stamps values (1, 0), (2, 2024), (3, '2024-01-01 00:00:00'), (4, null)`);
  expect(await texts(client, "select at::text from stamps order by id")).toEqual([
    ["0"],
    ["2024"],
    ["2024-01-01 00:00:00"],
    [null],
  ]);
});

it("a time without a zone is not shifted by the zone of the server", async () => {
  const { client } = await moveOf(
    `create table t (id integer primary key, at timestamp); insert into t values (1, '2024-07-01 12:00:00'), (2, '2024-01-01 00:30:00')`,
    {
      prepare: `do $$ begin execute format('alter database %I set timezone = %L', current_database(), 'America/New_York'); end $$`,
    },
  );
  await client.query("set timezone = 'Asia/Tokyo'");
  expect(await texts(client, "select at::timestamp::text from t order by id")).toEqual([
    ["2024-07-01 12:00:00"],
    ["2024-01-01 00:30:00"],
  ]);
});

it("defaults of the clock keep their meaning, however they are written", async () => {
  const { client } = await moveOf(`
    create table t (id integer primary key, a datetime default (datetime('now')), b text default current_timestamp,
      c integer default (strftime('%s', 'now')), d timestamp default (strftime('%Y-%m-%d %H:%M:%S', 'now')), e date default current_date,
      f text default 'current_timestamp', g datetime default (DATETIME('now', 'localtime')));
    insert into t values (1, '2024-01-01 00:00:00', '2024-01-01 00:00:00', 1704067200, '2024-01-01 00:00:00', '2024-01-01', 'x', '2024-01-01 00:00:00')`);
  await client.query("insert into t (id) values (2)");
  const [row] = await texts(
    client,
    `select abs(extract(epoch from now() - a::timestamp at time zone 'UTC')) < 60, b ~ '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$',
            abs(c - extract(epoch from now())) < 60, abs(extract(epoch from now() - d::timestamp at time zone 'UTC')) < 60,
            e = (now() at time zone 'UTC')::date, f from t where id = 2`,
  );
  expect(row).toEqual(["t", "t", "t", "t", "t", "current_timestamp"]);
});

it.each([
  ["U+0000 in a text", "'a' || char(0) || 'b'", "610062", "ab"],
  ["bytes that are no UTF-8", "cast(x'61ff62' as text)", "61ff62", "a\ufffdb"],
])(
  "%s: a decision, which keeps the bytes or puts the original aside",
  async (_what, value, bytes, repaired) => {
    const sql = `create table m (id integer primary key, body text); insert into m values (1, ${value}), (2, 'whole')`;
    const blocked = await moveOf(sql, { exit: 3 });
    expect(codes(blocked)).toContain("text-not-storable");
    expect(await texts(blocked.client, "select count(*) from pg_class where relname = 'm'")).toEqual([["0"]]);
    const kept = await moveOf(sql, { args: ["--decide", "recommended"] });
    expect(await texts(kept.client, "select encode(body, 'hex') from m order by id")).toEqual([
      [bytes],
      ["77686f6c65"],
    ]);
    const { client } = await moveOf(sql, { args: ["--decide", "text-not-storable:m.body=repair"] });
    expect(await texts(client, "select body from m order by id")).toEqual([[repaired], ["whole"]]);
    expect(await texts(client, "select encode(bytes, 'hex') from outgrow.originals")).toEqual([[bytes]]);
  },
);

it("a text in a BLOB column is not taken for base64", async () => {
  const { client } = await moveOf(`
    create table keys (id integer primary key, key blob); insert into keys values (1, 'aGVsbG8='), (2, 'not base64 - at all')`);
  expect(await texts(client, "select key from keys order by id")).toEqual([
    ["aGVsbG8="],
    ["not base64 - at all"],
  ]);
});
