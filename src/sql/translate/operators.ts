// Operators on numbers, bits and truth values ("SQL Language Expressions" section 2).

import { Untranslatable } from "./meaning.js";
import { asCondition, asNumber, operand, type Typed, typed, volatilityOf, words } from "./typed.js";

export function unary(op: "-" | "+" | "~" | "not", value: Typed): Typed {
  const volatility = value.volatility;
  switch (op) {
    case "not":
      return typed(`not ${parenthesised(asCondition(value))}`, "condition", "boolean", {
        atom: false,
        volatility,
      });
    case "+":
      return { ...value, affinity: null, column: null };
    case "-": {
      const number = asNumber(value);
      const literal = number.literal === null ? null : negated(number.literal);
      return typed(
        literal !== null && value.type !== "double precision" ? literal : `- ${operand(number)}`,
        number.class,
        number.type,
        { atom: false, literal, volatility },
      );
    }
    case "~":
      return typed(`~ ${operand(integer(value))}`, "integer", "bigint", { atom: false, volatility });
  }
}

const negated = (literal: string) => (literal.startsWith("-") ? literal.slice(1) : `-${literal}`);

export const parenthesised = (sql: string) => (/^[\w".]+$/.test(sql) ? sql : `(${sql})`);

function integer(value: Typed): Typed {
  const number = asNumber(value);
  if (number.class !== "integer" && number.class !== "null") {
    throw new Untranslatable(`${words(value)} is used for its bits`);
  }
  return number.literal === null ? number : { ...number, sql: `${operand(number)}::bigint`, atom: false };
}

/** PostgreSQL shifts by the last six bits; SQLite shifts everything out, and the other way for a negative count. */
export function bits(op: "&" | "|" | "<<" | ">>", left: Typed, right: Typed): Typed {
  const volatility = volatilityOf([left, right]);
  const isShift = op === "<<" || op === ">>";
  if (isShift && !(right.literal !== null && /^\d+$/.test(right.literal) && Number(right.literal) < 64)) {
    throw new Untranslatable("it shifts by a number that is not known");
  }
  const by = isShift ? (right.literal ?? "") : operand(integer(right));
  return typed(`${operand(integer(left))} ${op} ${by}`, "integer", "bigint", { atom: false, volatility });
}

export function logical(op: "and" | "or", left: Typed, right: Typed): Typed {
  const side = (value: Typed) => {
    const sql = asCondition(value);
    return /^[\w".]+$/.test(sql) ? sql : `(${sql})`;
  };
  return typed(`${side(left)} ${op} ${side(right)}`, "condition", "boolean", {
    atom: false,
    volatility: volatilityOf([left, right]),
  });
}

/** Integers stay integers, and what is divided by zero is NULL ("SQL Language Expressions" section 2). */
export function arithmetic(op: "+" | "-" | "*" | "/" | "%", left: Typed, right: Typed): Typed {
  const [a, b] = [asNumber(left), asNumber(right)];
  const volatility = volatilityOf([left, right]);
  const isInteger = (value: Typed) => value.class === "integer" || value.class === "null";
  if (op === "%") {
    if (!isInteger(a) || !isInteger(b)) {
      throw new Untranslatable("it takes a remainder of numbers that are no integers");
    }
    return typed(`${wide(a)} % ${divisor(b)}`, "integer", "bigint", { atom: false, volatility });
  }
  if (isInteger(a) && isInteger(b)) {
    const sql = op === "/" ? `${wide(a)} / ${divisor(b)}` : `${wide(a)} ${op} ${wide(b)}`;
    return typed(sql, "integer", "bigint", { atom: false, volatility });
  }
  const isWhole = (value: Typed) => value.class === "number";
  if (op === "/" && ((isWhole(a) && b.class !== "real") || (isWhole(b) && a.class !== "real"))) {
    throw new Untranslatable("it divides numbers of which both may be integers");
  }
  const [x, y] = [double(a), op === "/" ? `nullif(${double(b)}, 0)` : double(b)];
  return typed(`${x} ${op} ${y}`, isWhole(a) && isWhole(b) ? "number" : "real", "double precision", {
    atom: false,
    volatility,
  });
}

/** A literal alone is PostgreSQL's integer of four bytes. */
const wide = (value: Typed) => (value.literal === null ? operand(value) : `${operand(value)}::bigint`);
const divisor = (value: Typed) =>
  value.literal !== null && BigInt(value.literal) !== 0n ? wide(value) : `nullif(${value.sql}, 0)`;
const double = (value: Typed) =>
  value.type === "double precision" ? operand(value) : `${operand(value)}::double precision`;
