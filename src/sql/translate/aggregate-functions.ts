// Aggregates ("Built-in Aggregate Functions").

import type { Call, Expr } from "../ast.js";
import { collationOf } from "./compare.js";
import { Untranslatable } from "./meaning.js";
import type { Scope } from "./scope.js";
import {
  asCondition,
  asNumber,
  asText,
  asValue,
  operand,
  type Typed,
  typed,
  volatilityOf,
  words,
} from "./typed.js";

type Translate = (expr: Expr, scope: Scope) => Typed;

/** Without OVER; `windows.ts` adds that. */
export function aggregate(call: Call, scope: Scope, translate: Translate): Typed {
  const filter = call.filter === null ? "" : ` filter (where ${asCondition(translate(call.filter, scope))})`;
  const [first, second] = call.args.map((arg) => translate(arg, scope));
  const distinct = call.distinct ? "distinct " : "";
  const volatility = volatilityOf([...(first ? [first] : []), ...(second ? [second] : [])]);
  const made = (sql: string, valueClass: Typed["class"], type: string, extra: Partial<Typed> = {}) =>
    typed(sql, valueClass, type, { atom: true, volatility, ...extra });
  if (call.name === "count") {
    return made(
      first === undefined
        ? `count(*)${filter}`
        : `count(${distinct}${distinctValue(first, call.distinct)})${filter}`,
      "integer",
      "bigint",
    );
  }
  if (first === undefined) {
    throw new Untranslatable(`it calls ${call.name} without arguments`);
  }
  switch (call.name) {
    case "sum": {
      const value = asValue(first);
      if (value.class === "integer") {
        return made(`sum(${distinct}${value.sql})${filter}::bigint`, "integer", "bigint", { atom: false });
      }
      // Of a numeric column the exact sum; SQLite's is that of doubles.
      return value.class === "real" || value.class === "number"
        ? made(`sum(${distinct}${value.sql})${filter}`, value.class, value.type)
        : refuseAggregate(call.name, value);
    }
    case "total": {
      const value = asNumber(first);
      return made(
        `coalesce(sum(${distinct}${value.sql})${filter}, 0)::double precision`,
        "real",
        "double precision",
        { atom: false },
      );
    }
    case "avg": {
      const value = asNumber(first);
      return made(`avg(${distinct}${operand(value)}::double precision)${filter}`, "real", "double precision");
    }
    case "min":
    case "max": {
      const value = asValue(first);
      if (value.class === "any" || value.class === "blob") {
        return refuseAggregate(call.name, value);
      }
      const native =
        first.class === "text" &&
        first.column !== null &&
        /^(?:uuid|json|jsonb)$/.test(first.column.meaning.type)
          ? null
          : value;
      const key =
        value.class === "text" && value.type !== "citext" ? `${operand(value)} collate "C"` : value.sql;
      if (value.class === "text" && collationOf(value, value) !== "BINARY" && value.type !== "citext") {
        return refuseAggregate(call.name, value);
      }
      return made(
        `${call.name}(${native === null ? asText(first).sql : key})${filter}`,
        value.class,
        value.type,
      );
    }
    case "group_concat":
    case "string_agg": {
      const text = call.distinct && second !== undefined ? null : asText(first);
      if (text === null || call.orderBy.length > 0) {
        throw new Untranslatable(`it calls ${call.name} with an order`);
      }
      return made(
        `string_agg(${distinct}${text.sql}, ${second === undefined ? "','" : asText(second).sql})${filter}`,
        "text",
        "text",
      );
    }
    default:
      throw new Untranslatable(`it calls ${call.name}()`);
  }
}

function refuseAggregate(name: string, value: Typed): never {
  throw new Untranslatable(`it takes the ${name} of ${words(value)}`);
}

/** What DISTINCT tells apart: bytes for BINARY, and the value rather than the column where that has no equality. */
function distinctValue(value: Typed, distinct: boolean): string {
  if (!distinct) {
    return value.column?.sql ?? value.sql;
  }
  return value.column !== null && /^jsonb?$/.test(value.column.meaning.type)
    ? value.sql
    : (value.column?.sql ?? value.sql);
}
