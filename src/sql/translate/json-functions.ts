// SQLite's JSON functions over texts ("JSON Functions And Operators"), where PostgreSQL's json says the same.

import { quoteLiteral } from "../../base/quote.js";
import type { Call } from "../ast.js";
import { Untranslatable } from "./meaning.js";
import type { Scope } from "./scope.js";
import { asText, call as callOf, type Typed, typed, volatilityOf } from "./typed.js";

/** Null where the function is none of these. */
export function translateJson(call: Call, args: readonly Typed[], scope: Scope): Typed | null {
  const [value, path] = args;
  switch (call.name) {
    case "json_valid": {
      if (value === undefined || args.length > 1) {
        throw new Untranslatable("it calls json_valid with flags");
      }
      if (value.column !== null && /^jsonb?$/.test(value.column.meaning.type)) {
        return typed(`case when ${value.column.sql} is not null then true end`, "condition", "boolean", {
          atom: false,
        });
      }
      return callOf(scope.helpers.add("sqlite_json_valid"), [asText(value).sql], "condition", "boolean", [
        value,
      ]);
    }
    case "json_extract":
    case "->>": {
      if (value === undefined || path === undefined || args.length > 2 || path.literal === null) {
        throw new Untranslatable("it reads JSON by a path that is not known");
      }
      const keys = pathKeys(path, call.name === "->>");
      const at = `${jsonOf(value)} #> ${quoteLiteral(`{${keys.map(arrayElement).join(",")}}`)}`;
      return typed(
        callOf(scope.helpers.add("sqlite_json_text"), [at], "text", "text", [value]).sql,
        "any",
        "text",
        {
          atom: true,
          volatility: volatilityOf([value]),
          json: at,
        },
      );
    }
    case "json_array_length":
      if (value === undefined || args.length > 1) {
        throw new Untranslatable("it measures a JSON array by a path");
      }
      return typed(
        `case when json_typeof(${jsonOf(value)}) = 'array' then json_array_length(${jsonOf(value)}) when ${asText(value).sql} is not null then 0 end`,
        "integer",
        "integer",
        { atom: false, volatility: volatilityOf([value]) },
      );
    default:
      return null;
  }
}

function jsonOf(value: Typed): string {
  const column = value.column;
  if (column !== null && /^jsonb?$/.test(column.meaning.type)) {
    return column.meaning.type === "json" ? column.sql : `${column.sql}::json`;
  }
  return `(${asText(value).sql})::json`;
}

/** `$.a."b c"[0]`; `->>` also takes a bare name or place. */
function pathKeys(path: Typed, isOperator: boolean): string[] {
  const text = path.literal ?? "";
  if (path.class === "integer" && isOperator && /^\d+$/.test(text)) {
    return [text];
  }
  if (isOperator && !text.startsWith("$")) {
    return [text];
  }
  const steps = [...text.slice(1).matchAll(/\.(?:"([^"]*)"|([^."[\]]+))|\[(\d+)\]/g)];
  const whole = steps.map((step) => step[0]).join("");
  if (!text.startsWith("$") || whole !== text.slice(1) || steps.length === 0) {
    throw new Untranslatable(`it reads JSON by the path ${text}`);
  }
  return steps.map((step) => step[1] ?? step[2] ?? step[3] ?? "");
}

/** One element of a text array's literal. */
const arrayElement = (key: string) => `"${key.replace(/[\\"]/g, "\\$&")}"`;
