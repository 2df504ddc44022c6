// A framework's own types: taken where every value fits, and otherwise the general rule with the reason told.

import { describe, expect, it } from "vitest";
import type { Plan } from "#outgrow/plan/plan.js";
import type { PlanOptions } from "#outgrow/plan/plan-input.js";
import { planOf } from "./plan-of.js";

const HEX = "0190163d8694739baea5966c26f8ad91";
const DASHED = "0190163d-8694-739b-aea5-966c26f8ad91";

/** Type and codec of the columns of table t. */
function columnsOf(plan: Plan, table = "t") {
  return plan.tables.find(({ source }) => source === table)?.columns ?? [];
}

function typeOf(framework: string, declared: string, values: string[], more: Partial<PlanOptions> = {}) {
  const rows = values.map((value) => `(${value})`).join(",");
  const plan = planOf(
    `create table t (c ${declared}); ${rows === "" ? "" : `insert into t values ${rows};`}`,
    { framework, ...more },
  );
  const [column] = columnsOf(plan);
  return { type: column?.type, codec: column?.codec, why: column?.why ?? "", plan };
}

it.each([
  ["prisma", "INTEGER", ["1", "-2147483648", "null"], "integer", "int32"],
  ["prisma", "INTEGER", ["2147483648"], "bigint", "int64"],
  ["prisma", "INTEGER", ["'x'"], "text", "text"],
  ["prisma", "INTEGER", [], "integer", "int32"],
  ["prisma", "BIGINT", ["1"], "bigint", "int64"],
  ["prisma", "BOOLEAN", ["1", "0"], "boolean", "bool"],
  ["prisma", "DATETIME", ["1767225600123"], "timestamp(3)", "epoch-ms(timestamp)"],
  ["prisma", "DATETIME", ["'2026-01-01T00:00:00.123Z'"], "timestamp(3)", "iso(T,3,Z,naive)"],
  ["prisma", "DATETIME", ["'2026-01-01T00:00:00.123+00:00'"], "timestamp(3)", "iso(T,3,+00:00,naive)"],
  ["prisma", "DATETIME", ["'2026-01-01 00:00:00.123456'"], "timestamp", "iso(space,6,none)"],
  ["prisma", "DATETIME", ["'soon'"], "text", "text"],
  ["prisma", "DATETIME", [], "timestamp(3)", "iso(space,none,none)"],
  ["prisma", "JSONB", ["'{\"a\": 1}'"], "jsonb", "jsonb"],
  ["prisma", "JSONB", ['\'{"a": 1, "a": 2}\''], "json", "json"],
  ["prisma", "TEXT", ["'x'"], "text", "text"],
  ["django", "datetime", ["'2026-01-01 00:00:00.5'"], "timestamptz", "iso(space,1,none,utc)"],
  ["django", "datetime", ["'2026-01-01'"], "date", "date"],
  ["django", "char(32)", [`'${HEX}'`], "uuid", "uuid-hex"],
  ["django", "char(32)", ["'x'"], "text", "text"],
  ["django", "char(32)", [], "uuid", "uuid"],
  ["django", "integer unsigned", ["7"], "integer", "int32"],
  ["django", "smallint", ["70000"], "bigint", "int64"],
  ["django", "bool", ["1"], "boolean", "bool"],
  ["django", "text", ["'{}'"], "text", "text"],
  ["laravel", "datetime", ["'2026-01-01 00:00:00'"], "timestamp(0)", "iso(space,none,none)"],
  ["laravel", "datetime", ["'2026-01-01 00:00:00.5'"], "timestamp", "iso(space,1,none)"],
  ["laravel", "tinyint(1)", ["1"], "boolean", "bool"],
  ["laravel", "integer", ["1"], "bigint", "int64"],
  ["sequelize", "DATETIME", ["'2026-01-01 00:00:00.000 +00:00'"], "timestamptz", "iso(space,3, +00:00)"],
  ["sequelize", "DATETIME", ["'2026-01-01 00:00:00'"], "timestamptz", "iso(space,none,none,utc)"],
  ["sequelize", "UUID", [`'${DASHED}'`], "uuid", "uuid"],
  ["knex", "datetime", ["1767225600123"], "timestamptz", "epoch-ms"],
  ["knex", "datetime", ["20260101"], "bigint", "int64"],
  ["knex", "char(36)", [`'${DASHED}'`], "uuid", "uuid"],
  ["mikro-orm", "json", ["'[1]'"], "jsonb", "jsonb"],
  ["typeorm", "datetime", ["'2026-01-01 00:00:00.000'"], "timestamp", "iso(space,3,none)"],
  ["gorm", "numeric", ["1", "0"], "boolean", "bool"],
  ["gorm", "numeric", ["2"], "numeric", "numeric-int"],
  ["gorm", "numeric(10,2)", ["1"], "numeric(10,2)", "numeric(2)"],
  ["gorm", "datetime", ["'2026-01-01 00:00:00.5+02:00'"], "timestamptz", "iso(space,1,+02:00)"],
  ["gorm", "integer", ["1"], "bigint", "int64"],
  ["diesel", "INTEGER", ["1"], "integer", "int32"],
  ["diesel", "BIGINT", ["1"], "bigint", "int64"],
  ["diesel", "CHAR(36)", [`'${DASHED}'`], "text", "text"],
  ["sqlalchemy", "CHAR(32)", [`'${HEX}'`], "uuid", "uuid-hex"],
  ["sqlalchemy", "DATETIME", ["'2026-01-01 00:00:00.000000'"], "timestamp", "iso(space,6,none)"],
  ["drizzle", "integer", ["1767225600"], "bigint", "int64"],
  ["ef-core", "TEXT", [`'${DASHED.toUpperCase()}'`], "text", "text"],
  ["none", "INTEGER", ["1"], "bigint", "int64"],
])("%s: %s with %j becomes %s", (framework, declared, values, type, codec) => {
  expect(typeOf(framework, declared, values)).toMatchObject({ type, codec });
});

it("says whose type it is, or why that type was not taken", () => {
  expect(typeOf("prisma", "INTEGER", ["1"]).why).toBe(
    "Prisma's own type for INTEGER; 1 value, all of which it holds",
  );
  expect(typeOf("prisma", "INTEGER", ["2147483648"]).why).toMatch(
    /Prisma's integer would not hold it: integers up to 2147483648$/,
  );
  expect(typeOf("prisma", "JSONB", ['\'{"a": 1, "a": 2}\'']).why).toContain(
    "Prisma's jsonb would not hold it",
  );
});

it("lets a type set by hand win, and a decision", () => {
  const overrides = { tables: {}, columns: { t: { c: { type: "bigint" } } } };
  expect(typeOf("prisma", "INTEGER", ["1"], { overrides })).toMatchObject({
    type: "bigint",
    why: "set by hand",
  });
  const plan = typeOf("prisma", "DATETIME", ["1767225600123"]).plan;
  expect(plan.findings.find(({ code }) => code === "time-from-number")).toMatchObject({ decided: "instant" });
});

describe("keys", () => {
  const keys = (framework: string, id: string, reference: string, values: string) =>
    planOf(
      `create table p (id ${id}); create table t (p_id ${reference} references p (id), n integer);
       insert into p values ${values}; insert into t select id, 1 from p;`,
      { framework },
    );
  const types = (plan: Plan) => [columnsOf(plan, "p")[0]?.type, ...columnsOf(plan).map(({ type }) => type)];

  it("have one type on both sides, the wider where one side needs it", () => {
    const id = "integer primary key autoincrement not null";
    expect(types(keys("prisma", id, "integer", "(1)"))).toEqual(["integer", "integer", "integer"]);
    expect(types(keys("prisma", id, "integer", "(1), (3000000000)"))).toEqual([
      "bigint",
      "bigint",
      "integer",
    ]);
    expect(types(keys("sequelize", id, "bigint", "(1)"))).toEqual(["bigint", "bigint", "integer"]);
    expect(types(keys("django", id, "bigint", "(1)"))).toEqual(["bigint", "bigint", "integer"]);
    expect(types(keys("django", id, "integer", "(1)"))).toEqual(["integer", "integer", "integer"]);
    expect(types(keys("rails", id, "integer", "(1)"))).toEqual(["bigint", "bigint", "integer"]);
    expect(types(keys("sqlalchemy", id, "integer", "(1)"))).toEqual(["bigint", "bigint", "integer"]);
  });

  it("of one type on both sides need no warning", () => {
    const plan = keys("rails", "integer primary key not null", "integer", "(1)");
    expect(plan.findings.filter(({ code }) => code === "key-type")).toEqual([]);
  });

  it("stay bigint where no id of 4 bytes is left", () => {
    const sql = "create table t (id integer primary key autoincrement); insert into t values (2147483647);";
    expect(columnsOf(planOf(sql, { framework: "prisma" }))[0]?.type).toBe("bigint");
    const used = `${sql} delete from t; insert into t values (1);`;
    expect(columnsOf(planOf(used, { framework: "prisma" }))[0]?.type).toBe("bigint");
  });
});

it("takes a text for JSON where Django's CHECK says so, and its CHECK is converted", () => {
  const plan = planOf(
    `create table t (c text CHECK ((JSON_VALID("c") OR "c" IS NULL)), d text CHECK (d = 'JSON_VALID("d")'));
     insert into t values ('{"a":1}', null), (null, null);`,
    { framework: "django" },
  );
  expect(columnsOf(plan).map(({ type }) => type)).toEqual(["jsonb", "text"]);
  expect(plan.conversions?.filter(({ kind, reason }) => kind === "check" && reason !== null)).toEqual([]);
});
