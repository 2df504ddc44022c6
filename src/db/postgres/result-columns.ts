// The types of a result's columns, by the server's type numbers (pg_type.dat).

import type { ClientBase, FieldDef } from "pg";
import type { ColumnType } from "../values/column-type.js";
import { chosenType, type ResultColumn } from "../values/read-rows.js";

const TYPES: ReadonlyMap<number, ColumnType> = new Map<number, ColumnType>([
  [16, "boolean"],
  [17, "blob"],
  [20, "integer"],
  [21, "integer"],
  [23, "integer"],
  [26, "integer"],
  [114, "json"],
  [700, "real"],
  [701, "real"],
  [1082, "date"],
  [1114, "timestamp"],
  [1184, "timestamp"],
  [1700, "decimal"],
  [3802, "json"],
]);

/** Finds `table.column` of result columns, and remembers. */
export class Origins {
  readonly #names = new Map<string, string | null>();

  /** Whether the settings type any column by its origin: else nothing need be asked. */
  readonly areNeeded: boolean;

  constructor(readonly columns: Readonly<Record<string, ColumnType>>) {
    this.areNeeded = Object.keys(columns).length > 0;
  }

  /** Of origins that were learnt. */
  resultColumns(
    fields: readonly FieldDef[],
    types: Readonly<Record<string, ColumnType>> | undefined,
  ): ResultColumn[] {
    return fields.map((field) => {
      const origin = this.#names.get(keyOf(field)) ?? null;
      const declared = TYPES.get(field.dataTypeID) ?? "any";
      return {
        name: field.name,
        origin,
        type: chosenType(field.name, origin, declared, types, this.columns),
      };
    });
  }

  /** The result tells tables and columns by their numbers. */
  async learn(fields: readonly FieldDef[], client: ClientBase): Promise<void> {
    const unknown = fields.filter((field) => field.tableID !== 0 && !this.#names.has(keyOf(field)));
    if (unknown.length === 0) {
      return;
    }
    const { rows } = await client.query<{ key: string; origin: string }>(
      `select a.attrelid || '.' || a.attnum as key, c.relname || '.' || a.attname as origin
         from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
        where a.attrelid = any($1::oid[])`,
      [[...new Set(unknown.map((field) => field.tableID))]],
    );
    for (const { key, origin } of rows) {
      this.#names.set(key, origin);
    }
    for (const field of unknown) {
      this.#names.set(keyOf(field), this.#names.get(keyOf(field)) ?? null);
    }
  }
}

const keyOf = (field: FieldDef) => `${field.tableID}.${field.columnID}`;
