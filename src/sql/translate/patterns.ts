// LIKE, GLOB and their kin ("SQL Language Expressions" section 5).

import { quoteLiteral } from "../../base/quote.js";
import type { Expr } from "../ast.js";
import { underCollation } from "./compare.js";
import { Untranslatable } from "./meaning.js";
import { asText, operand, type Typed, typed, volatilityOf } from "./typed.js";

export function match(
  expr: Expr & { kind: "match" },
  value: Typed,
  pattern: Typed,
  escapeBy: Typed | null,
): Typed {
  const not = expr.not ? "not " : "";
  const volatility = volatilityOf([value, pattern]);
  if (expr.op === "like") {
    const escapedBy = expr.escape === null ? "" : (escapeBy?.literal ?? null);
    if (escapedBy === null || /[A-Za-z]/.test(escapedBy)) {
      throw new Untranslatable("it is a LIKE whose escape is no plain character");
    }
    // SQLite's LIKE knows no case of ASCII letters, and no escape where none is given.
    const [a, b] = [underCollation(asText(value), "NOCASE"), underCollation(asText(pattern), "NOCASE")];
    return typed(`${a} ${not}like ${b} escape ${quoteLiteral(escapedBy)}`, "condition", "boolean", {
      atom: false,
      volatility,
    });
  }
  if (expr.op === "glob") {
    if (pattern.literal === null || pattern.class !== "text") {
      throw new Untranslatable("it is a GLOB whose pattern is no literal");
    }
    const regex = quoteLiteral(globAsRegex(pattern.literal));
    return typed(
      `${operand(asText(value))} collate "C" ${expr.not ? "!~" : "~"} ${regex}`,
      "condition",
      "boolean",
      {
        atom: false,
        volatility,
      },
    );
  }
  throw new Untranslatable(`it uses ${expr.op.toUpperCase()}, which the application has to define`);
}

/** `*`, `?`, `[a-z]`, `[^a]` as PostgreSQL's regular expression ("SQL Language Expressions" section 5, func.c). */
export function globAsRegex(glob: string): string {
  let regex = "";
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === "*") {
      regex += ".*";
    } else if (character === "?") {
      regex += ".";
    } else if (character === "[") {
      const close = glob.indexOf("]", glob.charAt(at + 1) === "^" ? at + 3 : at + 2);
      if (close < 0) {
        throw new Untranslatable("it is a GLOB with a bracket that has no end");
      }
      const inside = glob.slice(at + 1, close).replace(/[\\[\]]/g, "\\$&");
      regex += `[${inside}]`;
      at = close;
    } else {
      regex += character.replace(/[\\^$.|?*+(){}[\]]/g, "\\$&");
    }
  }
  return `^(?:${regex})$`;
}
