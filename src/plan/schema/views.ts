// Views: each is translated after those it reads, and has the columns that SQLite gives it ("CREATE VIEW").

import { quoteName, quotePath } from "../../base/quote.js";
import type { SourceCatalog, SourceView } from "../../source/catalog.js";
import type { CreateView } from "../../sql/ast.js";
import { parseStatement, SqlSyntaxError } from "../../sql/parse.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { derived } from "../../sql/translate/from.js";
import { withSchema } from "../../sql/translate/helpers.js";
import { tableNamed, Untranslatable } from "../../sql/translate/meaning.js";
import type { TranslatedSelect } from "../../sql/translate/scope.js";
import { selectScope, translateSelect } from "../../sql/translate/select.js";
import type { NameBook } from "../names.js";
import { commented } from "./comments.js";
import { type Converting, convert, leave } from "./conversions.js";

export function planViews(
  views: SourceCatalog["views"],
  relations: NameBook,
  spelling: "keep" | "fold",
  converting: Converting,
): void {
  const waiting = new Map(views.map((view) => [lowerAscii(view.name), view]));
  // A view may read one that stands later in the file.
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [key, view] of waiting) {
      if (!readsOneOf(view.sql, waiting, key)) {
        waiting.delete(key);
        planView(view, relations, spelling, converting);
      }
    }
  }
  for (const view of waiting.values()) {
    leave(converting, subjectOf(view), "it reads itself by way of other views");
  }
}

/** By its tokens: a name that only looks like a view's costs nothing but the order. */
function readsOneOf(sql: string, waiting: ReadonlyMap<string, unknown>, self: string): boolean {
  const words =
    sql.match(/"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g) ?? [];
  return words.some((word) => {
    const name = lowerAscii(/^["`[]/.test(word) ? word.slice(1, -1) : word);
    return name !== self && waiting.has(name);
  });
}

function subjectOf(view: SourceCatalog["views"][number]) {
  return { kind: "view" as const, table: null, name: view.name, source: view.sql };
}

function planView(
  view: SourceCatalog["views"][number],
  relations: NameBook,
  spelling: "keep" | "fold",
  converting: Converting,
): void {
  if (!view.readable) {
    leave(converting, subjectOf(view), `SQLite itself cannot read it: ${view.reason}`);
    return;
  }
  let columns: TranslatedSelect["columns"] = [];
  let comment: string | null = null;
  const made = convert(converting, subjectOf(view), (helpers) => {
    const statement = parseView(view.sql);
    comment = statement.comment;
    const select = translateSelect(statement.select, selectScope(converting.meanings, helpers));
    columns = named(select.columns, view);
    if (tableNamed(converting.meanings, view.name) !== undefined) {
      throw new Untranslatable("a table of that name moves");
    }
    const name = relations.take(spelling === "fold" ? lowerAscii(view.name) : view.name, "view");
    return { target: renamed(select, columns), made: name };
  });
  if (made === null) {
    return;
  }
  const path = quotePath(converting.schema, made.made);
  const meaning = derived(view.name, path, columns);
  converting.meanings.set(lowerAscii(view.name), meaning);
  converting.views.push({
    source: view.name,
    target: made.made,
    sql: withSchema(made.target, converting.schema),
    columns: meaning.columns.map((column) => ({
      name: column.source,
      codec: column.codec,
      class: column.class,
    })),
    ...commented(comment),
  });
}

function parseView(sql: string): CreateView {
  const statement = parseStatement(sql);
  if (statement.kind !== "createView") {
    throw new SqlSyntaxError("it is no CREATE VIEW", 0);
  }
  return statement;
}

/** By the names that SQLite gives them, which are none twice. */
function named(columns: TranslatedSelect["columns"], view: SourceView): TranslatedSelect["columns"] {
  if (columns.length !== view.columns.length) {
    throw new Untranslatable(`SQLite gives it ${view.columns.length} columns, not ${columns.length}`);
  }
  return columns.map(({ value }, i) => {
    const name = view.columns[i] ?? "";
    if (Buffer.byteLength(name) > 63) {
      throw new Untranslatable(`its column "${name}" has a name longer than PostgreSQL's 63 bytes`);
    }
    return { name, value };
  });
}

function renamed(select: TranslatedSelect, columns: TranslatedSelect["columns"]): string {
  const isAlike = select.columns.every(({ name }, i) => name === columns[i]?.name);
  return isAlike
    ? select.sql
    : `select * from (${select.sql}) as view_columns (${columns.map(({ name }) => quoteName(name)).join(", ")})`;
}
