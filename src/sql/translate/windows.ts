// Window functions ("Window Functions"): those that both engines have by the same name and meaning.

import type { Call, Expr, Frame, FrameBound, OrderTerm } from "../ast.js";
import { Untranslatable } from "./meaning.js";
import { orderBy } from "./order.js";
import type { Scope } from "./scope.js";
import { asCondition, asValue, type Typed, typed, volatilityOf } from "./typed.js";

type Translate = (expr: Expr, scope: Scope) => Typed;

const RANKS = /^(?:row_number|rank|dense_rank|ntile)$/;
const VALUES = /^(?:lag|lead|first_value|last_value|nth_value)$/;

export function translateWindow(
  call: Call,
  scope: Scope,
  translate: Translate,
  aggregate: (call: Call, scope: Scope, translate: Translate) => Typed,
): Typed {
  if (call.over === null || typeof call.over === "string" || call.over.base !== null) {
    throw new Untranslatable("it uses a named window");
  }
  const { partitionBy, orderBy: order, frame } = call.over;
  const parts = [
    partitionBy.length === 0
      ? ""
      : `partition by ${partitionBy.map((expr) => key(translate(expr, scope))).join(", ")}`,
    order.length === 0 ? "" : `order by ${orderBy(order, (term: OrderTerm) => translate(term.expr, scope))}`,
    frame === null ? "" : frameSql(frame),
  ];
  const over = ` over (${parts.filter((part) => part !== "").join(" ")})`;
  const args = call.args.map((arg) => translate(arg, scope));
  const filter = call.filter === null ? "" : ` filter (where ${asCondition(translate(call.filter, scope))})`;
  if (RANKS.test(call.name)) {
    return typed(
      `${call.name}(${args.map((arg) => `${arg.sql}::integer`).join(", ")})${over}`,
      "integer",
      "bigint",
      { atom: true },
    );
  }
  if (call.name === "percent_rank" || call.name === "cume_dist") {
    return typed(`${call.name}()${over}`, "real", "double precision", { atom: true });
  }
  const [first, ...rest] = args;
  if (
    VALUES.test(call.name) &&
    first !== undefined &&
    rest.every((arg) => arg.literal !== null && arg.class === "integer")
  ) {
    const value = asValue(first);
    const sql = `${call.name}(${[value.sql, ...rest.map((arg) => arg.sql)].join(", ")})${filter}${over}`;
    return typed(sql, value.class, value.type, { atom: true, volatility: volatilityOf(args) });
  }
  const plain = aggregate({ ...call, over: null }, scope, translate);
  const cast = /^(.*)(::[a-z ]+)$/s.exec(plain.sql);
  if (plain.sql.startsWith("coalesce(") || call.name === "group_concat") {
    throw new Untranslatable(`it calls ${call.name} over a window`);
  }
  return cast === null || plain.atom
    ? { ...plain, sql: `${plain.sql}${over}` }
    : { ...plain, sql: `(${cast[1]}${over})${cast[2]}` };
}

const key = (value: Typed) => value.column?.sql ?? value.sql;

function frameSql({ unit, start, end, exclude }: Frame): string {
  const bounds = end === null ? bound(start) : `between ${bound(start)} and ${bound(end)}`;
  return `${unit} ${bounds}${exclude === null ? "" : ` exclude ${exclude}`}`;
}

function bound(one: FrameBound): string {
  if ("offset" in one) {
    if (one.offset.kind !== "number") {
      throw new Untranslatable("its window frame is no constant");
    }
    return `${one.offset.text} ${one.kind}`;
  }
  return one.kind;
}
