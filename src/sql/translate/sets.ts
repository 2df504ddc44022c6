// IN: a list is a row of comparisons, of which only the left side's affinity and collation count ("SQL Language
// Expressions" section 10).

import type { Expr, InSet } from "../ast.js";
import { collationOf, compare } from "./compare.js";
import { Untranslatable } from "./meaning.js";
import { unary } from "./operators.js";
import { type Scope, subselect } from "./scope.js";
import { asValue, type Typed, typed, volatilityOf, words } from "./typed.js";

type Translate = (expr: Expr, scope: Scope) => Typed;

export function inSet(value: Typed, set: InSet, not: boolean, scope: Scope, translate: Translate): Typed {
  if (set.kind !== "list") {
    return inSelect(value, set, not, scope);
  }
  if (set.items.length === 0) {
    return typed(not ? "true" : "false", "condition", "boolean");
  }
  // Only the left side's affinity is applied, and its collation compares ("SQL Language Expressions" section 10).
  const items = set.items.map((item) => {
    const right = translate(item, scope);
    const isUncollated = right.collation === null || !right.collation.explicit;
    return { ...right, affinity: null, collation: isUncollated ? null : right.collation };
  });
  const tests = items.map((item) => compare("=", value, item));
  const list = commonList(tests.map((test) => test.sql));
  const sql = list ?? tests.map((test) => `(${test.sql})`).join(" or ");
  const all = typed(sql, "condition", "boolean", {
    atom: false,
    volatility: volatilityOf([value, ...items]),
  });
  if (!not) {
    return all;
  }
  return list === null
    ? unary("not", all)
    : { ...all, sql: sql.replace(list, list.replace(" in (", " not in (")) };
}

/** `a = 1`, `a = 2` as `a in (1, 2)`; null where they are not all of one left side. */
function commonList(tests: readonly string[]): string | null {
  const parts = tests.map((test) =>
    /^((?:"(?:[^"]|"")*"\.?)+(?: collate "C")?|lower\([^()]*\)) = ('(?:[^']|'')*'|-?[\d.]+)$/.exec(test),
  );
  const left = parts[0]?.[1];
  return left !== undefined && parts.every((part) => part?.[1] === left)
    ? `${left} in (${parts.map((part) => part?.[2]).join(", ")})`
    : null;
}

function inSelect(value: Typed, set: InSet, not: boolean, scope: Scope): Typed {
  if (set.kind === "table") {
    throw new Untranslatable("it looks into a table by IN");
  }
  if (set.kind === "list") {
    throw new Untranslatable("it looks into a list");
  }
  const select = subselect(set.select, scope);
  const [first, ...others] = select.columns;
  if (first === undefined || others.length > 0) {
    throw new Untranslatable("it looks for a value in a subquery of several columns");
  }
  const left = value.column?.sql ?? asValue(value).sql;
  const isSame =
    (value.column !== null &&
      first.value.column !== null &&
      value.column.meaning.codec === first.value.column.meaning.codec &&
      value.column.meaning.type === first.value.column.meaning.type) ||
    (asValue(value).class === "integer" && asValue(first.value).class === "integer");
  const isPlainText =
    value.class === "text" &&
    first.value.class === "text" &&
    value.type === "text" &&
    first.value.type === "text";
  if (!isSame && !(isPlainText && collationOf(value, first.value) === "BINARY")) {
    throw new Untranslatable(`it looks for ${words(value)} among values of another kind`);
  }
  return typed(`${left} ${not ? "not " : ""}in (${select.sql})`, "condition", "boolean", {
    atom: false,
    volatility: "stable",
  });
}
