// Literals: what SQLite reads from their spelling, written as PostgreSQL reads the same ("SQL Language Expressions" section 3).

import { quoteLiteral } from "../../base/quote.js";
import type { Literal } from "../ast.js";
import { Untranslatable } from "./meaning.js";
import { type Typed, typed } from "./typed.js";

export const NULL: Typed = typed("null", "null", "unknown", { atom: true });

export function literal(expr: Literal): Typed {
  switch (expr.kind) {
    case "number":
      return number(expr.text);
    case "string":
      return text(expr.value);
    case "blob":
      return typed(`'\\x${expr.hex}'::bytea`, "blob", "bytea", { atom: false });
    case "null":
      return NULL;
    case "boolean":
      return typed(expr.value ? "true" : "false", "condition", "boolean");
    case "now":
      return now(expr.what);
  }
}

function now(what: "current_timestamp" | "current_date" | "current_time"): Typed {
  const format = {
    current_timestamp: "YYYY-MM-DD HH24:MI:SS",
    current_date: "YYYY-MM-DD",
    current_time: "HH24:MI:SS",
  };
  return typed(
    `to_char(date_trunc('second', statement_timestamp()) at time zone 'UTC', ${quoteLiteral(format[what])})`,
    "text",
    "text",
    { atom: true, volatility: "stable" },
  );
}

function number(source: string): Typed {
  const plain = source.replaceAll("_", "");
  if (/^0x/i.test(plain)) {
    const value = BigInt.asIntN(64, BigInt(plain)).toString();
    return typed(value, "integer", "bigint", { literal: value, atom: !value.startsWith("-") });
  }
  if (/^\d+$/.test(plain)) {
    const value = BigInt(plain);
    return value < 2n ** 63n
      ? typed(value.toString(), "integer", "bigint", { literal: value.toString(), atom: true })
      : typed(`'${plain}'::double precision`, "real", "double precision", { literal: plain, atom: false });
  }
  const isPlain = /^\d*\.?\d*$/.test(plain) && plain.replace(/\D/g, "").length <= 15;
  // An unknown number takes the type of what it stands beside; double precision where it is computed with (asNumber).
  return isPlain
    ? typed(plain.replace(/^\./, "0.").replace(/\.$/, ".0"), "real", "numeric", {
        literal: plain,
        atom: true,
      })
    : typed(`'${plain}'::double precision`, "real", "double precision", { literal: plain, atom: false });
}

export function text(value: string): Typed {
  if (value.includes("\0")) {
    throw new Untranslatable("it has a text with U+0000");
  }
  return typed(quoteLiteral(value), "text", "text", { literal: value, atom: true });
}
