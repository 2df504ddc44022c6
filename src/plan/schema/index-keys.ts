// Indexes that are more than a list of columns: partial ones, expressions, and other collations than the column's.

import { quoteName } from "../../base/quote.js";
import type { SourceIndex } from "../../source/catalog.js";
import type { Expr } from "../../sql/ast.js";
import { parseStatement } from "../../sql/parse.js";
import { underCollation } from "../../sql/translate/compare.js";
import { translate, translateCondition } from "../../sql/translate/expression.js";
import type { HelperSet } from "../../sql/translate/helpers.js";
import {
  type ColumnMeaning,
  columnNamed,
  type TableMeaning,
  Untranslatable,
} from "../../sql/translate/meaning.js";
import { rowScope } from "../../sql/translate/scope.js";
import { asText, asValue, type Typed } from "../../sql/translate/typed.js";
import { columnsOf } from "../../sql/walk.js";

export interface IndexKeys {
  /** SQL of each key; null where all are plain columns in the order of the index. */
  keys: string[] | null;
  /** Target names of the columns that the keys read. */
  columns: string[];
  where: { target: string; source: string } | null;
}

/** Throws Untranslatable, or SqlSyntaxError for what the parser cannot read. */
export function indexKeys(index: SourceIndex, meaning: TableMeaning, helpers: HelperSet): IndexKeys {
  const created = index.sql === null ? null : parseStatement(index.sql);
  if (created !== null && created.kind !== "createIndex") {
    throw new Untranslatable("it is no CREATE INDEX");
  }
  const scope = rowScope(meaning, helpers);
  const parts = index.columns.map(({ name, collation }, i) => {
    if (name !== null) {
      return columnKey(meaning, name, collation);
    }
    const expr = created?.columns[i]?.expr;
    if (expr === undefined) {
      throw new Untranslatable("its expression is not known");
    }
    return expressionKey(expr, collation, translate(expr, scope), meaning);
  });
  const where = created?.where ?? null;
  return {
    keys: parts.every((part) => part.plain) ? null : parts.map((part) => part.sql),
    columns: [...new Set(parts.flatMap((part) => part.columns))],
    where:
      where === null
        ? null
        : { target: immutable(translateCondition(where, scope)).sql, source: created?.whereSource ?? "" },
  };
}

interface Key {
  sql: string;
  columns: string[];
  plain: boolean;
}

function columnKey(meaning: TableMeaning, name: string, collation: string): Key {
  const column = columnNamed(meaning, name);
  if (column === undefined) {
    throw new Untranslatable(`it is on "${name}", which does not move`);
  }
  const sql = quoteName(column.target);
  const folded = collation === "BINARY" ? null : foldedKey(column, collation, meaning);
  const isBytewise = collation === "BINARY" && /citext$/.test(column.type);
  return folded === null && !isBytewise
    ? { sql, columns: [column.target], plain: true }
    : { sql: folded ?? `(${sql}::text) collate pg_catalog."C"`, columns: [column.target], plain: false };
}

/** Null where the column itself compares so, or its values are no texts. */
function foldedKey(column: ColumnMeaning, collation: string, meaning: TableMeaning): string | null {
  const isFolded = /citext$/.test(column.type) && collation === "NOCASE";
  if (isFolded || (column.class !== "text" && column.class !== "any")) {
    return null;
  }
  const value = translate(
    { kind: "column", schema: null, table: null, name: column.source, quoted: null },
    rowScope(meaning),
  );
  return `(${underCollation(immutable(asText(value)), collation)})`;
}

function expressionKey(expr: Expr, collation: string, value: Typed, meaning: TableMeaning): Key {
  immutable(value);
  const columns = columnsOf(expr).flatMap(({ name }) => columnNamed(meaning, name)?.target ?? []);
  if (value.class === "text" || value.class === "any") {
    const text = value.class === "any" && value.json !== null ? { ...value, class: "text" as const } : value;
    return { sql: `(${underCollation(asText(text), collation)})`, columns, plain: false };
  }
  return { sql: `(${asValue(value).sql})`, columns, plain: false };
}

function immutable(value: Typed): Typed {
  if (value.volatility !== "immutable") {
    throw new Untranslatable("an index of PostgreSQL takes immutable expressions alone");
  }
  return value;
}
