// Translates SQLite's expressions to PostgreSQL's, for columns whose values are known by class. What would answer
// otherwise, or cannot be told to answer alike, is refused: never a guess ("SQL Language Expressions").

import { quoteName } from "../../base/quote.js";
import type { BinaryOp, ColumnRef, Expr } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { cast } from "./casts.js";
import { type Comparison, compare } from "./compare.js";
import { translateCall } from "./functions.js";
import { literal, NULL, text } from "./literals.js";
import { type ColumnMeaning, columnNamed, Untranslatable } from "./meaning.js";
import { arithmetic, bits, logical, parenthesised, unary } from "./operators.js";
import { match } from "./patterns.js";
import { type Scope, subselect } from "./scope.js";
import { inSet } from "./sets.js";
import {
  asClass,
  asCondition,
  asText,
  commonClass,
  operand,
  type Typed,
  typed,
  volatilityOf,
} from "./typed.js";

/** PostgreSQL's boolean of an expression. Throws Untranslatable. */
export function translateCondition(expr: Expr, scope: Scope): Typed {
  const value = translate(expr, scope);
  return typed(asCondition(value), "condition", "boolean", {
    atom: value.class === "condition" && value.atom,
    volatility: value.volatility,
  });
}

/** PostgreSQL's boolean of an expression where false and NULL are one: WHERE and ON. Throws Untranslatable. */
export function translateFilter(expr: Expr, scope: Scope): Typed {
  if (expr.kind === "binary" && (expr.op === "and" || expr.op === "or")) {
    return logical(expr.op, translateFilter(expr.left, scope), translateFilter(expr.right, scope));
  }
  if (expr.kind === "binary" && expr.op === "=") {
    return compare("=", translate(expr.left, scope), translate(expr.right, scope), {
      helpers: scope.helpers,
      isFilter: true,
    });
  }
  return translateCondition(expr, scope);
}

/** Throws Untranslatable. */
export function translate(expr: Expr, scope: Scope): Typed {
  const down = (inner: Expr) => translate(inner, scope);
  switch (expr.kind) {
    case "number":
    case "string":
    case "blob":
    case "null":
    case "now":
      return literal(expr);
    case "boolean":
      // SQLite reads the words as 1 and 0 only where no column has the name.
      return (
        find({ kind: "column", schema: null, table: null, name: String(expr.value), quoted: null }, scope) ??
        literal(expr)
      );
    case "column":
      return column(expr, scope);
    case "unary":
      return unary(expr.op, down(expr.operand));
    case "binary":
      return binary(expr.op, expr.left, expr.right, scope);
    case "is":
      return isTest(expr, scope);
    case "nullTest":
      return compare(expr.not ? "is not" : "is", down(expr.operand), NULL);
    case "match":
      return match(expr, down(expr.left), down(expr.right), expr.escape === null ? null : down(expr.escape));
    case "between": {
      const value = down(expr.operand);
      const low = compare(">=", value, down(expr.low));
      const high = compare("<=", value, down(expr.high));
      const both = logical("and", low, high);
      return expr.not ? unary("not", both) : both;
    }
    case "in":
      return inSet(down(expr.operand), expr.set, expr.not, scope, translate);
    case "case":
      return caseOf(expr, scope);
    case "cast":
      return cast(down(expr.operand), expr.type, scope);
    case "collate": {
      const value = down(expr.operand);
      return { ...value, collation: { name: expr.collation.toUpperCase(), explicit: true } };
    }
    case "call":
      return translateCall(expr, scope, translate);
    case "exists": {
      const select = subselect(expr.select, scope);
      return typed(`exists (${select.sql})`, "condition", "boolean", { atom: true, volatility: "stable" });
    }
    case "subquery": {
      const select = subselect(expr.select, scope);
      const [first, ...others] = select.columns;
      if (first === undefined || others.length > 0) {
        throw new Untranslatable("a subquery of several columns is used as one value");
      }
      return {
        ...first.value,
        sql: `(${select.sql}${select.many ? " limit 1" : ""})`,
        atom: true,
        literal: null,
        column: null,
        volatility: "stable",
      };
    }
    case "row":
      throw new Untranslatable("it compares row values");
    case "parameter":
      throw new Untranslatable(`it has the parameter ${expr.text}`);
    case "raise":
      throw new Untranslatable("RAISE stands inside an expression");
  }
}

function column(ref: ColumnRef, scope: Scope): Typed {
  const found = find(ref, scope);
  if (found !== null) {
    return found;
  }
  if (ref.quoted === '"' && ref.table === null) {
    return text(ref.name);
  }
  if (ref.table === null && /^(?:rowid|_rowid_|oid)$/i.test(ref.name)) {
    throw new Untranslatable("it reads the rowid, which no column of the target holds");
  }
  const name = ref.table === null ? ref.name : `${ref.table}.${ref.name}`;
  throw new Untranslatable(`it names "${name}", which is no column here`);
}

function find(ref: ColumnRef, scope: Scope): Typed | null {
  const name = lowerAscii(ref.name);
  const alias = ref.table === null ? scope.aliases.get(name) : undefined;
  const inside = scope.sources.flatMap((source) => {
    const isIt =
      ref.table === null ? source.named !== true : lowerAscii(source.name) === lowerAscii(ref.table);
    const meaning = isIt ? columnNamed(source.table, ref.name) : undefined;
    return meaning === undefined ? [] : [{ source, meaning }];
  });
  const [first] = inside;
  if (first !== undefined) {
    const isMerged = ref.table === null && scope.merged.has(name);
    return ofColumn(first.meaning, isMerged ? "" : first.source.prefix);
  }
  if (alias !== undefined) {
    return translate(alias, { ...scope, aliases: new Map() });
  }
  return scope.outer === null ? null : find(ref, scope.outer);
}

export function ofColumn(meaning: ColumnMeaning, prefix: string): Typed {
  const sql = `${prefix}${quoteName(meaning.target)}`;
  const value = meaning.value(sql);
  return typed(value, meaning.class, typeOf(meaning, value === sql), {
    affinity: meaning.affinity,
    collation: { name: meaning.collation, explicit: false },
    column: { sql, meaning },
    atom: value === sql || /^\([^()]*\)$/.test(value),
    volatility: value === sql ? "immutable" : "stable",
  });
}

function typeOf(meaning: ColumnMeaning, isBare: boolean): string {
  if (isBare) {
    return meaning.type.replace(/\(.*$/, "");
  }
  switch (meaning.class) {
    case "integer":
      return "bigint";
    case "real":
    case "number":
      return "double precision";
    case "blob":
      return "bytea";
    default:
      return "text";
  }
}

function binary(op: BinaryOp, leftExpr: Expr, rightExpr: Expr, scope: Scope): Typed {
  const left = translate(leftExpr, scope);
  const right = translate(rightExpr, scope);
  switch (op) {
    case "and":
    case "or":
      return logical(op, left, right);
    case "=":
    case "<>":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(op, left, right, { helpers: scope.helpers, isFilter: false });
    case "||": {
      const [a, b] = [asText(left), asText(right)];
      return typed(`${operand(a)} || ${operand(b)}`, "text", "text", {
        atom: false,
        volatility: volatilityOf([left, right]),
      });
    }
    case "&":
    case "|":
    case "<<":
    case ">>":
      return bits(op, left, right);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(op, left, right);
    case "->":
    case "->>":
      return translateCall(
        {
          kind: "call",
          name: op,
          distinct: false,
          star: false,
          args: [leftExpr, rightExpr],
          orderBy: [],
          filter: null,
          over: null,
        },
        scope,
        translate,
      );
  }
}

function isTest(expr: Expr & { kind: "is" }, scope: Scope): Typed {
  const op: Comparison = expr.not ? "is not" : "is";
  // IS TRUE and IS FALSE ask for the truth of the left side, not for its being 1 or 0.
  if (expr.right.kind === "boolean") {
    const left = translate(expr.left, scope);
    const truth = parenthesised(asCondition(left));
    return typed(`${truth} ${op} ${expr.right.value}`, "condition", "boolean", {
      atom: false,
      volatility: left.volatility,
    });
  }
  return compare(op, translate(expr.left, scope), translate(expr.right, scope));
}

function caseOf(expr: Expr & { kind: "case" }, scope: Scope): Typed {
  const subject = expr.operand === null ? null : translate(expr.operand, scope);
  const whens = expr.whens.map(({ when, result }) => {
    const test = translate(when, scope);
    return {
      when: subject === null ? asCondition(test) : asCondition(compare("=", subject, test)),
      test,
      outcome: translate(result, scope),
    };
  });
  const otherwise = expr.otherwise === null ? NULL : translate(expr.otherwise, scope);
  const outcomes = [...whens.map(({ outcome }) => outcome), otherwise];
  const shared = commonClass(outcomes);
  const tests = whens.map(({ when, outcome }) => `when ${when} then ${asClass(outcome, shared).sql}`);
  const last = expr.otherwise === null ? "" : ` else ${asClass(otherwise, shared).sql}`;
  const type = typeOfAll(outcomes, shared);
  return typed(`case ${tests.join(" ")}${last} end`, shared, type, {
    atom: false,
    volatility: volatilityOf([...outcomes, ...whens.map(({ test }) => test), ...(subject ? [subject] : [])]),
  });
}

export function typeOfAll(values: readonly Typed[], shared: Typed["class"]): string {
  return (
    values.map((value) => asClass(value, shared)).find((value) => value.class !== "null")?.type ?? "text"
  );
}
