// Compares two rows of the same key field by field, and names what differs.

import type { Codec } from "../codec/codec.js";
import type { PlannedTable } from "../plan/plan.js";
import { addDifference, type TableComparison } from "./comparison.js";
import { fieldsEqual } from "./equal-fields.js";
import { type RowFields, shownText } from "./row-fields.js";
import { showField, showPair } from "./show-values.js";

/** Counts the fields of two rows into `result`, with a difference for each that is not equal. */
export function compareRows(
  table: PlannedTable,
  codecs: readonly Codec[],
  keyFields: readonly number[],
  source: RowFields,
  target: RowFields,
  result: TableComparison,
): void {
  for (let field = 0; field < codecs.length; field += 1) {
    if (!fieldsEqual(codecs[field]?.equality ?? "bytes", source, target, field)) {
      const column = table.columns[field]?.source ?? "";
      addDifference(result, () => ({
        kind: "value",
        key: showKey(table, keyFields, source),
        column,
        ...showPair(column, shownText(source, field), shownText(target, field)),
      }));
    }
  }
  result.values += codecs.length;
}

/** The key of a row: its value, or `a=1, b=x` where it has several columns; the whole row where there is no key. */
export function showKey(table: PlannedTable, keyFields: readonly number[], row: RowFields): string {
  const [only, ...more] = keyFields;
  if (only !== undefined && more.length === 0) {
    return showField(table.columns[only]?.source ?? "", shownText(row, only));
  }
  const fields = keyFields.length > 0 ? keyFields : table.columns.map((_, i) => i);
  return fields
    .map((field) => {
      const column = table.columns[field]?.source ?? "";
      return `${column}=${showField(column, shownText(row, field))}`;
    })
    .join(", ");
}

/** A row with another number of fields would put values under the wrong names: a fault of a codec, not of data. */
export function expectFields(table: PlannedTable, row: RowFields, side: string): void {
  if (row.count !== table.columns.length) {
    throw new Error(
      `a row of ${table.source} has ${row.count} fields in the ${side}, and ${table.columns.length} columns are compared`,
    );
  }
}
