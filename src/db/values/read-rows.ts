// Makes objects of the rows that an engine hands over as lists.

import type { Engine, Row } from "../contract.js";
import { DatabaseError } from "../errors.js";
import type { ColumnType } from "./column-type.js";
import { type ReadValue, readerOf, type Stored, Unreadable } from "./read-value.js";

export interface ResultColumn {
  name: string;
  type: ColumnType;
  /** Where it comes from; null for an expression. */
  origin: string | null;
}

/** Throws `bad-value` for a value that its type does not explain. Of two columns of one name the later one counts. */
export function readRows(
  columns: readonly ResultColumn[],
  lists: readonly (readonly (Stored | null)[])[],
  engine: Engine,
): Row[] {
  const readers = columns.map((column) => readerOf(column.type));
  return lists.map((list) => {
    const row: Row = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as ResultColumn;
      const stored = list[i];
      row[column.name] =
        stored === null || stored === undefined ? null : read(readers[i], stored, column, engine);
    }
    return row;
  });
}

/** The same for rows that are objects already: their texts become values in place. */
export function readObjects(columns: readonly ResultColumn[], rows: Row[], engine: Engine): Row[] {
  for (const column of columns) {
    if (column.type === "text") {
      continue;
    }
    const reader = readerOf(column.type);
    for (const row of rows) {
      const stored = row[column.name] as Stored | null;
      if (stored !== null) {
        row[column.name] = read(reader, stored, column, engine);
      }
    }
  }
  return rows;
}

function read(reader: ReadValue | undefined, stored: Stored, column: ResultColumn, engine: Engine): unknown {
  try {
    return reader?.(stored);
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      throw error;
    }
    const place = column.origin ?? column.name;
    const kind = kindOf(stored);
    throw new DatabaseError("bad-value", engine, `column ${place} holds ${kind} that is no ${column.type}`, {
      columns: [column.name],
      hint: `look at it with types: { "${column.name}": "any" }, and see docs/db-values.md for what ${column.type} takes`,
    });
  }
}

function kindOf(stored: Stored): string {
  return stored instanceof Uint8Array ? "a blob" : typeof stored === "string" ? "a text" : "a number";
}

/** The types that the caller and the settings give win over what the engine declares. */
export function chosenType(
  name: string,
  origin: string | null,
  declared: ColumnType,
  types: Readonly<Record<string, ColumnType>> | undefined,
  columns: Readonly<Record<string, ColumnType>>,
): ColumnType {
  return types?.[name] ?? (origin === null ? undefined : columns[origin]) ?? declared;
}
