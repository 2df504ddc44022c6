// Values written in several forms, into a column that exists and keeps the value but not the form: instants, decimals
// and booleans. `canonical` is the value in one form, so that both sides are compared by what was meant.

import type { CodecEvidence } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  single,
} from "./define-codec.js";
import { timestampOfMicros } from "./epochs.js";
import { isNegativeZero } from "./field.js";

/** Only a count of the misfits tells. */
function unlessEmpty(column: CodecEvidence): string | null {
  return column.integers + column.reals + column.texts + column.blobs > 0 ? NOT_PROFILED : null;
}

/** Microseconds that a JavaScript number counts singly: the years 1684 to 2255. */
const MOST_MICROS = 2n ** 53n - 1n;

const PER_SECOND: Record<string, number> = { s: 1, ms: 1_000, us: 1_000_000 };

/**
 * TYPE `timestamptz`, `timestamp` (the digits of UTC; another zone does not fit) or `utc` (into timestamp, other zones
 * reckoned to UTC); DIGITS that the type keeps; UNIT of the integers: none, s, ms or us.
 */
function instant(type: string, digits: number, unit: string) {
  const perSecond = PER_SECOND[unit] ?? 0;
  const micros = (v: string) => `(${v}*${perSecond === 0 ? 0 : 1_000_000 / perSecond})`;
  const isFiner = (text: string) => `substr(${text}, ${21 + digits}) glob '*[1-9]*'`;
  return defineCodec({
    id: `instant(${type},${digits},${unit})`,
    type: type === "timestamptz" ? "timestamptz" : "timestamp",
    normalises: "one instant may be written in several ways",
    encode(v) {
      const text = type === "utc" ? `outgrow_instant(${v})` : v;
      return `case typeof(${v}) when 'integer' then ${timestampOfMicros(micros(v))} else ${text} end`;
    },
    canonical: (v) => `outgrow_instant(case typeof(${v}) when 'integer' then ${micros(v)} else ${v} end)`,
    decode: (v) =>
      `to_char(${type === "timestamptz" ? `${v} at time zone 'UTC'` : v}, 'YYYY-MM-DD HH24:MI:SS.US')`,
    misfit(v) {
      const text = `outgrow_instant(${v})`;
      const isShifted = `length(${v}) > 10 and substr(${text}, 1, 16) <> replace(substr(${v}, 1, 16), 'T', ' ')`;
      const tests = [`${text} is null`, isFiner(text), type === "timestamp" ? `(${isShifted})` : "0"];
      const most = perSecond === 0 ? 0n : (MOST_MICROS * BigInt(perSecond)) / 1_000_000n;
      const range = `${v} between ${-most} and ${most}`;
      return misfitByClass(v, {
        text: `(${tests.join(" or ")})`,
        integer: perSecond === 0 ? "1" : `(not (${range}) or ${isFiner(`outgrow_instant(${micros(v)})`)})`,
      });
    },
    refuses: unlessEmpty,
  });
}

/** Numbers and plain decimals as text, of which numeric(P,S) keeps every digit; it prints S decimals. */
function decimal(precision: number, scale: number) {
  const zeros = "0".repeat(scale);
  const limit = `1e${precision - scale}`;
  const whole = (v: string) => (scale === 0 ? v : `${v}||'.${zeros}'`);
  return defineCodec({
    id: `decimal(${precision},${scale})`,
    type: `numeric(${precision},${scale})`,
    normalises: `all numbers have ${scale} decimals then`,
    encode: (v) => v,
    canonical: (v) => `case typeof(${v})
      when 'integer' then ${whole(v)}
      when 'real' then printf('%.${scale}f', ${v})
      else case when instr(${v}, '.') = 0 then ${whole(v)}
                else substr(${v}||'${zeros}', 1, instr(${v}, '.')${scale === 0 ? "-1" : `+${scale}`}) end end`,
    misfit(v) {
      const isLarge = `abs(cast(${v} as real)) >= ${limit}`;
      const isFiner = `instr(${v}, '.') > 0 and substr(${v}, instr(${v}, '.')+${scale + 1}) glob '*[1-9]*'`;
      const isOther = `not (outgrow_shape(${v}) = 'int' or outgrow_shape(${v}) glob 'dec|*')`;
      // A negative number below the last decimal would print as -0; the shape of '-0' is no decimal for that reason.
      const isExact = `${v} = round(${v}*1e${scale})/1e${scale} and abs(${v}*1e${scale}) < 1e15`;
      return misfitByClass(v, {
        integer: isLarge,
        real: scale > 22 ? "1" : `(not (${isExact}) or ${isLarge} or ${isNegativeZero(v)})`,
        text: `(${isOther} or ${isFiner} or ${isLarge})`,
      });
    },
    refuses: unlessEmpty,
  });
}

const TRUE = "'1', 't', 'true', 'y', 'yes', 'on'";
const FALSE = "'0', 'f', 'false', 'n', 'no', 'off'";

const anyBool = defineCodec({
  id: "bool-any",
  type: "boolean",
  normalises: "true and false may be written in several ways",
  encode: (v) => `case ${v} when 1 then 't' when 0 then 'f' else ${v} end`,
  canonical: (v) =>
    `case when lower(cast(${v} as text)) in (${TRUE}) then 't' when ${v} is not null then 'f' end`,
  misfit: (v) =>
    misfitByClass(v, {
      integer: `${v} not in (0, 1)`,
      text: `lower(${v}) not in (${TRUE}, ${FALSE})`,
    }),
  refuses: (column) => otherClasses(column, "integer", "text") ?? unlessEmpty(column),
});

export const alikeFamilies: CodecFamily[] = [
  {
    name: "instant",
    form: "instant(TYPE,DIGITS,UNIT)",
    type: "timestamp or timestamptz",
    does: "instants in several forms: texts with or without zone and fraction, dates, and integers of one unit",
    make(parameters) {
      const [, type = "", digits = "", unit = ""] =
        /^(timestamptz|timestamp|utc),([0-6]),(none|s|ms|us)$/.exec(parameters ?? "") ?? [];
      return type === "" ? null : instant(type, Number(digits), unit);
    },
  },
  {
    name: "decimal",
    form: "decimal(P,S)",
    type: "numeric",
    does: "numbers, and texts that are plain decimals, that numeric(P,S) holds; it prints S decimals of each",
    make(parameters) {
      const [, precision, scale] = /^([1-9]\d{0,3}),(0|[1-9]\d{0,2})$/.exec(parameters ?? "") ?? [];
      return precision === undefined || scale === undefined || Number(scale) > Number(precision)
        ? null
        : decimal(Number(precision), Number(scale));
    },
  },
  single(anyBool, "integers 0 and 1 and all words that PostgreSQL reads as a boolean, mixed"),
];
