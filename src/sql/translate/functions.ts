// SQLite's built-in functions in PostgreSQL ("Built-In Scalar SQL Functions", "Built-in Aggregate Functions"). Each entry
// takes translated arguments and refuses those of which the outcome would not be SQLite's.

import type { Call, Expr } from "../ast.js";
import { aggregate } from "./aggregate-functions.js";
import { isAggregate } from "./aggregates.js";
import { compare, underCollation } from "./compare.js";
import { translateDate } from "./dates.js";
import { format } from "./format.js";
import { translateJson } from "./json-functions.js";
import { Untranslatable } from "./meaning.js";
import type { Scope } from "./scope.js";
import {
  asClass,
  asCondition,
  asNumber,
  asText,
  asValue,
  call as callOf,
  commonClass,
  isNumeric,
  operand,
  type Typed,
  typed,
  volatilityOf,
} from "./typed.js";
import { translateWindow } from "./windows.js";

type Translate = (expr: Expr, scope: Scope) => Typed;

/** Throws Untranslatable for what has no entry, or not for these arguments. */
export function translateCall(call: Call, scope: Scope, translate: Translate): Typed {
  if (call.over !== null) {
    return translateWindow(call, scope, translate, aggregate);
  }
  if (isAggregate(call)) {
    return aggregate(call, scope, translate);
  }
  if (call.distinct || call.star || call.filter !== null || call.orderBy.length > 0) {
    throw new Untranslatable(`it calls ${call.name} as an aggregate`);
  }
  const date = translateDate(call, scope, translate);
  if (date !== null) {
    return date;
  }
  const args = call.args.map((arg) => translate(arg, scope));
  const json = translateJson(call, args, scope);
  if (json !== null) {
    return json;
  }
  const entry = Object.hasOwn(SCALARS, call.name) ? SCALARS[call.name] : undefined;
  const result = entry?.(args, scope);
  if (!result) {
    throw new Untranslatable(
      `it calls ${call.name}()${entry === undefined ? "" : " with arguments that PostgreSQL takes otherwise"}`,
    );
  }
  return { ...result, volatility: volatilityOf([result, ...args]) };
}

type Scalar = (args: Typed[], scope: Scope) => Typed | null;

const texts = (name: string, args: readonly Typed[]) =>
  callOf(
    name,
    args.map((arg) => asText(arg).sql),
    "text",
    "text",
    args,
  );

/** Folds ASCII letters only, as SQLite does without ICU. */
const folded =
  (name: string): Scalar =>
  ([value]) =>
    value === undefined
      ? null
      : callOf(name, [`${operand(asText(value))} collate "C"`], "text", "text", [value]);

const trimmed =
  (name: string): Scalar =>
  ([value, characters]) => {
    if (value === undefined) {
      return null;
    }
    const set = characters === undefined ? "' '" : asText(characters).sql;
    return callOf(name, [asText(value).sql, set], "text", "text", [value]);
  };

const coalesce: Scalar = (args) => {
  const shared = commonClass(args);
  const values = args.map((arg) => asClass(arg, shared));
  const type = values.find((value) => value.class !== "null")?.type ?? "text";
  return typed(`coalesce(${values.map((value) => value.sql).join(", ")})`, shared, type, { atom: true });
};

/** NULL where one argument is; PostgreSQL's least and greatest pass NULLs over. */
const extreme =
  (name: "least" | "greatest"): Scalar =>
  (args) => {
    const shared = commonClass(args);
    const values = args.map((arg) => asValue(asClass(arg, shared)));
    const keys =
      shared === "text"
        ? values.map((value) => `${operand(value)} collate "C"`)
        : values.map((value) => value.sql);
    const isNull = values
      .filter((value) => value.literal === null)
      .map((value) => `${operand(value)} is null`)
      .join(" or ");
    const type = values.find((value) => value.class !== "null")?.type ?? "text";
    const both = `${name}(${keys.join(", ")})`;
    return typed(isNull === "" ? both : `case when not (${isNull}) then ${both} end`, shared, type, {
      atom: isNull === "",
    });
  };

const iif: Scalar = ([test, yes, no = typed("null", "null", "unknown")]) => {
  if (test === undefined || yes === undefined) {
    return null;
  }
  const shared = commonClass([yes, no]);
  const type = asClass(yes.class === "null" ? no : yes, shared).type;
  return typed(
    `case when ${asCondition(test)} then ${asClass(yes, shared).sql} else ${asClass(no, shared).sql} end`,
    shared,
    type,
    { atom: false },
  );
};

const substr: Scalar = ([value, start, length], scope) => {
  if (value === undefined || start === undefined || value.class !== "text") {
    return null;
  }
  const isPlain = (number: Typed | undefined, least: number) =>
    number === undefined ||
    (number.literal !== null &&
      /^\d+$/.test(number.literal) &&
      Number(number.literal) >= least &&
      Number(number.literal) < 2 ** 31);
  const text = asText(value).sql;
  if (isPlain(start, 1) && isPlain(length, 0)) {
    return callOf(
      "substr",
      [text, start.sql, ...(length === undefined ? [] : [length.sql])],
      "text",
      "text",
      [value],
    );
  }
  const [from, count] = [asNumber(start), length === undefined ? null : asNumber(length)];
  if (from.class !== "integer" || (count !== null && count.class !== "integer")) {
    return null;
  }
  return callOf(
    scope.helpers.add("sqlite_substr"),
    [text, from.sql, count?.sql ?? "2147483648"],
    "text",
    "text",
    [value],
  );
};

/** Functions over the geometries of a GeoPackage; `convert` lets them through only where the file is one. */
const ofGeometry =
  (at: number): Scalar =>
  ([geometry], scope) =>
    geometry?.class === "blob"
      ? typed(`(${scope.helpers.add("gpkg_envelope")}(${geometry.sql}))[${at}]`, "real", "double precision", {
          atom: true,
        })
      : null;

const SCALARS: Record<string, Scalar> = {
  st_minx: ofGeometry(1),
  st_maxx: ofGeometry(2),
  st_miny: ofGeometry(3),
  st_maxy: ofGeometry(4),
  st_isempty: ([geometry], scope) =>
    geometry?.class === "blob"
      ? callOf(scope.helpers.add("gpkg_is_empty"), [geometry.sql], "condition", "boolean", [geometry])
      : null,
  length: ([value]) => {
    if (value === undefined) return null;
    if (value.class === "blob") return callOf("octet_length", [value.sql], "integer", "integer", [value]);
    return callOf("char_length", [asText(value).sql], "integer", "integer", [value]);
  },
  octet_length: ([value]) =>
    value === undefined
      ? null
      : callOf(
          "octet_length",
          [value.class === "blob" ? value.sql : asText(value).sql],
          "integer",
          "integer",
          [value],
        ),
  lower: folded("lower"),
  upper: folded("upper"),
  trim: trimmed("btrim"),
  ltrim: trimmed("ltrim"),
  rtrim: trimmed("rtrim"),
  substr,
  substring: substr,
  replace: (args) => (args.length === 3 ? texts("replace", args) : null),
  instr: ([value, part]) =>
    value === undefined || part === undefined || value.class === "blob" || part.class === "blob"
      ? null
      : callOf("strpos", [asText(value).sql, asText(part).sql], "integer", "integer", [value, part]),
  like: ([pattern, value]) =>
    pattern === undefined || value === undefined
      ? null
      : typed(
          `${underCollation(asText(value), "NOCASE")} like ${underCollation(asText(pattern), "NOCASE")} escape ''`,
          "condition",
          "boolean",
          { atom: false },
        ),
  coalesce,
  ifnull: coalesce,
  nullif: ([a, b]) => {
    if (a === undefined || b === undefined) return null;
    const value = asValue(a);
    return typed(
      `case when ${asCondition(compare("=", a, b))} then null else ${value.sql} end`,
      value.class,
      value.type,
      { atom: false },
    );
  },
  iif,
  if: iif,
  abs: ([value]) => {
    if (value === undefined || !isNumeric(value)) return null;
    const number = asNumber(value);
    return callOf("abs", [number.sql], number.class, number.type, [value]);
  },
  sign: ([value]) =>
    value === undefined || !isNumeric(value)
      ? null
      : typed(`sign(${asNumber(value).sql})::integer`, "integer", "integer", { atom: false }),
  round: ([value, digits], scope) => {
    if (value === undefined || !isNumeric(value)) return null;
    if (digits !== undefined && !(digits.literal !== null && /^\d{1,2}$/.test(digits.literal))) return null;
    if (value.class === "integer")
      return { ...asClass(asNumber({ ...value, class: "number" }), "number"), class: "real", column: null };
    return callOf(
      scope.helpers.add("sqlite_round"),
      [asNumber(value).sql, digits?.literal ?? "0"],
      "real",
      "double precision",
      [value],
    );
  },
  ceil: rounded("ceil"),
  ceiling: rounded("ceil"),
  floor: rounded("floor"),
  trunc: rounded("trunc"),
  mod: ([a, b]) =>
    a?.class === "integer" && b?.class === "integer"
      ? typed(
          `mod(${asNumber(a).sql}::numeric, nullif(${asNumber(b).sql}, 0)::numeric)::double precision`,
          "real",
          "double precision",
          { atom: false },
        )
      : null,
  sqrt: ([value]) =>
    value === undefined || !isNumeric(value)
      ? null
      : typed(
          `case when ${asNumber(value).sql} >= 0 then sqrt(${operand(asNumber(value))}::double precision) end`,
          "real",
          "double precision",
          { atom: false },
        ),
  min: extreme("least"),
  max: extreme("greatest"),
  hex: ([value]) => {
    if (value === undefined) return null;
    const bytes = value.class === "blob" ? value.sql : `convert_to(${asText(value).sql}, 'UTF8')`;
    return typed(`upper(encode(coalesce(${bytes}, ''), 'hex'))`, "text", "text", { atom: true });
  },
  unicode: ([value]) =>
    value === undefined
      ? null
      : typed(`nullif(ascii(${asText(value).sql}), 0)`, "integer", "integer", { atom: true }),
  char: ([code, ...others]) =>
    code?.literal && others.length === 0 && Number(code.literal) > 0
      ? callOf("chr", [code.sql], "text", "text", [])
      : null,
  quote: ([value]) => {
    if (value === undefined) return null;
    if (value.class === "text")
      return typed(
        `case when ${asText(value).sql} is null then 'NULL' else '''' || replace(${asText(value).sql}, '''', '''''') || '''' end`,
        "text",
        "text",
        { atom: false },
      );
    if (asValue(value).class === "integer")
      return typed(`coalesce(${asText(value).sql}, 'NULL')`, "text", "text", { atom: true });
    return null;
  },
  typeof: ([value]) => {
    const names: Partial<Record<Typed["class"], string>> = {
      integer: "integer",
      condition: "integer",
      real: "real",
      text: "text",
      blob: "blob",
    };
    if (value?.class === "null") return typed("'null'", "text", "text", { literal: "null" });
    const name = value === undefined ? undefined : names[value.class];
    if (value === undefined || name === undefined) return null;
    const test = value.column?.sql ?? operand(value);
    return typed(`case when ${test} is null then 'null' else '${name}' end`, "text", "text", { atom: false });
  },
  randomblob: ([size]) => {
    // gen_random_uuid is the only source of random bytes without an extension; six bits of its sixteen bytes are fixed.
    const bytes = size?.literal && /^\d+$/.test(size.literal) ? Number(size.literal) : 0;
    if (bytes < 1 || bytes > 64) return null;
    const parts = Array.from(
      { length: Math.ceil(bytes / 12) },
      () => "overlay(uuid_send(gen_random_uuid()) placing '' from 7 for 4)",
    );
    return typed(`substr(${parts.join(" || ")}, 1, ${bytes})`, "blob", "bytea", {
      atom: true,
      volatility: "volatile",
    });
  },
  random: (args) =>
    args.length > 0
      ? null
      : typed("((random() - 0.5) * 18446744073709549568)::bigint", "integer", "bigint", {
          atom: false,
          volatility: "volatile",
        }),
  likely: ([value]) => value ?? null,
  unlikely: ([value]) => value ?? null,
  likelihood: ([value]) => value ?? null,
  concat: (args) =>
    typed(args.map((arg) => `coalesce(${asText(arg).sql}, '')`).join(" || "), "text", "text", {
      atom: false,
    }),
  printf: format,
  format,
};

function rounded(name: string): Scalar {
  return ([value]) => {
    if (value === undefined || !isNumeric(value)) return null;
    const number = asNumber(value);
    return number.class === "integer"
      ? number
      : number.class === "real"
        ? callOf(name, [number.sql], "real", "double precision", [value])
        : null;
  };
}
