// What goes into columns of an application's own schema without a question, and how what does not is asked.

import { describe, expect, it } from "vitest";
import { outgrow } from "../support/command.js";
import { makeSqlite } from "../support/files.js";
import { testDatabase } from "../support/server.js";

interface Report {
  result: string;
  findings: { code: string; severity: string; column: string | null; count: number; reason: string }[];
  verified: { differences: number } | null;
}

async function move(schema: string, source: string, ...more: string[]) {
  const database = await testDatabase("existing_values");
  const client = await database.client();
  await client.query(schema);
  const file = makeSqlite(source);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q", ...more]);
  return {
    client,
    file,
    url: database.url,
    code: ended.code,
    report: ended.json() as Report,
    stderr: ended.stderr,
  };
}

describe("a column of an existing table", () => {
  it("takes one instant written in many ways, decimals of any places and booleans in words without a question", async () => {
    const { client, code, report } = await move(
      `create table t (id integer primary key, mixed timestamptz, prisma timestamp(3), net timestamp, price numeric(18,2),
                       count numeric(6,0), flag boolean, one boolean, day date)`,
      `create table t (id integer primary key, mixed, prisma, net text, price text, count text, flag, one text, day text);
       insert into t values
         (1, '2024-05-06T07:08:09Z', 1700000000123, '2024-05-06 07:08:09.1234560', '1.5', '7', 't', '0', '2024-01-01'),
         (2, '2024-05-06T07:08:09.120Z', '2024-05-06 07:08:09', '2024-05-06 07:08:09', '-0.25', '8.00', 'false', '1', null),
         (3, '2024-05-06 07:08:09+02:00', '2024-05-06T07:08:09.120+00:00', '2024-05-06', '12', '9.0', 1, '1', null),
         (4, '2024-05-06', 1699999999999, '2024-05-06 07:08', '3.140', '-3', 'TRUE', '0', null)`,
    );
    expect(code, JSON.stringify(report)).toBe(0);
    expect(report.verified).toMatchObject({ differences: 0 });
    expect(report.findings.map(({ code: name, severity, column }) => [name, severity, column])).toEqual(
      ["mixed", "prisma", "net", "price", "count", "flag"].map((column) => [
        "form-not-kept",
        "warning",
        column,
      ]),
    );
    const { rows } = await client.query(
      `select mixed at time zone 'UTC' as m, prisma::text, net::text, price::text, count::text, flag, one from t order by id`,
    );
    expect(rows.map((row) => ({ ...row, m: undefined }))).toMatchObject([
      {
        prisma: "2023-11-14 22:13:20.123",
        net: "2024-05-06 07:08:09.123456",
        price: "1.50",
        count: "7",
        flag: true,
        one: false,
      },
      {
        prisma: "2024-05-06 07:08:09",
        net: "2024-05-06 07:08:09",
        price: "-0.25",
        count: "8",
        flag: false,
        one: true,
      },
      {
        prisma: "2024-05-06 07:08:09.12",
        net: "2024-05-06 00:00:00",
        price: "12.00",
        count: "9",
        flag: true,
        one: true,
      },
      {
        prisma: "2023-11-14 22:13:19.999",
        net: "2024-05-06 07:08:00",
        price: "3.14",
        count: "-3",
        flag: true,
        one: false,
      },
    ]);
    const { rows: instants } = await client.query(
      "select to_char(mixed at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as m from t order by id",
    );
    expect(instants.map((row) => row.m)).toEqual([
      "2024-05-06 07:08:09.000",
      "2024-05-06 07:08:09.120",
      "2024-05-06 05:08:09.000",
      "2024-05-06 00:00:00.000",
    ]);
  });

  it("of another name takes what its type needs to know, and 16 bytes as a UUID", async () => {
    const { client, code, report } = await move(
      `create table people (id integer primary key, key uuid, active boolean, share real)`,
      `create table users (id integer primary key, k blob, act text, s real);
       insert into users values (1, x'00112233445566778899aabbccddeeff', '1', 0.5), (2, null, '0', 2.25)`,
      ...["--rename", "users=people", "--rename", "users.k=key"],
      ...["--rename", "users.act=active", "--rename", "users.s=share"],
    );
    expect(code, JSON.stringify(report)).toBe(0);
    expect(report.findings.filter((finding) => finding.severity === "blocker")).toEqual([]);
    expect((await client.query("select key, active, share from people where id = 1")).rows).toEqual([
      { key: "00112233-4455-6677-8899-aabbccddeeff", active: true, share: 0.5 },
    ]);
  });

  it("tells a changed instant, decimal or word from one that is only written otherwise", async () => {
    const { client, code, file, url } = await move(
      "create table t (id integer primary key, at timestamptz, price numeric(8,2), flag boolean)",
      `create table t (id integer primary key, at text, price text, flag text);
       insert into t values (1, '2024-05-06T07:08:09Z', '1.5', 't'), (2, '2024-05-06', '2.25', 'false')`,
    );
    expect(code).toBe(0);
    for (const change of ["at = at + interval '1 microsecond'", "price = 1.51", "flag = false"]) {
      await client.query("begin");
      await client.query(`update t set ${change} where id = 1`);
      await client.query("commit");
      expect((await outgrow(["verify", file, url, "-q"])).code, change).toBe(4);
      await client.query("update t set at = '2024-05-06T07:08:09Z', price = 1.5, flag = true where id = 1");
      expect((await outgrow(["verify", file, url, "-q"])).code).toBe(0);
    }
  });

  it("that PostgreSQL computes is compared with the source's values, or keeps them aside", async () => {
    const schema =
      "create table t (id integer primary key, a integer, total integer generated always as (a * 2) stored)";
    const source = `create table t (id integer primary key, a integer, total integer);
       insert into t values (1, 5, 10), (2, 6, 99)`;
    const compared = await move(schema, source);
    expect(compared.code, compared.stderr).toBe(4);
    expect(compared.report.findings).toEqual([
      expect.objectContaining({ code: "target-column-generated", column: "total" }),
    ]);
    const aside = await move(schema, source, "--decide", "target-column-generated=keep-aside");
    expect(aside.code, aside.stderr).toBe(0);
    expect((await aside.client.query("select value from outgrow.originals order by 1")).rows).toEqual([
      { value: "10" },
      { value: "99" },
    ]);
  });

  it("takes what its type holds of a value by the recommended choice, and NULL for what is nothing of the kind", async () => {
    const { client, code, report, stderr } = await move(
      `create table t (id integer primary key, price numeric(10,2), code char(4), at timestamptz(0), net timestamptz, loc timestamp, d timestamptz)`,
      `create table t (id integer primary key, price, code text, at integer, net text, loc text, d integer);
       insert into t values
         (1, 1.257, 'abc def', 1700000000123, '2024-05-06 07:08:09.1234567', '2024-05-06T07:08:09+02:00', 5000),
         (2, 1e12, 'ok', 1700000000000, '2024-05-06', '2024-05-06 07:08:09', 1700000000),
         (3, 'xyz', 'x', null, 'never', null, null)`,
      ...["--decide", "recommended", "--decide", "value-does-not-fit:t.d=null"],
    );
    expect(code, `${stderr}${JSON.stringify(report)}`).toBe(0);
    const { rows } = await client.query(
      "select price::text, code, at::text, net::text, loc::text, d::text from t order by id",
    );
    expect(rows).toEqual([
      {
        price: "1.26",
        code: "abc ",
        at: expect.stringMatching(/^2023-11-14 22:13:20\+00/),
        net: expect.stringMatching(/07:08:09\.123456\+00/),
        loc: "2024-05-06 05:08:09",
        d: null,
      },
      expect.objectContaining({ price: null, code: "ok  ", loc: "2024-05-06 07:08:09", d: null }),
      expect.objectContaining({ price: null, code: "x   ", net: null }),
    ]);
  });

  it("that is NOT NULL takes its default; rows that others refer to are never set aside by recommendation", async () => {
    const schema = `create table p (id integer primary key, kind varchar(3) not null default 'std', n integer not null, ok boolean not null default true);
      create table c (id integer primary key, p integer references p (id))`;
    const source = `create table p (id integer primary key, kind text, n integer, ok integer);
      insert into p values (1, null, 5, null), (2, 'abc', null, 0);
      create table c (id integer primary key, p integer); insert into c values (1, 1), (2, 2)`;
    const open = await move(schema, source, "--decide", "recommended");
    expect(open.code).toBe(3);
    const whole = await move(schema, source.replace("'abc', null", "'abc', 6"), "--decide", "recommended");
    expect(whole.code, whole.stderr).toBe(0);
    expect((await whole.client.query("select kind, n, ok from p order by id")).rows).toEqual([
      { kind: "std", n: 5, ok: true },
      { kind: "abc", n: 6, ok: false },
    ]);
  });

  it("takes the codec that was asked for by hand", async () => {
    const { client, code, report } = await move(
      "create table t (id integer primary key, d timestamptz)",
      "create table t (id integer primary key, d integer); insert into t values (1, 5000), (2, 1700000000)",
      ...["--type", "t.d=timestamptz/epoch-ms"],
    );
    expect(code, JSON.stringify(report)).toBe(0);
    expect((await client.query("select d from t where id = 1")).rows).toEqual([{ d: new Date(5000) }]);
  });
});
