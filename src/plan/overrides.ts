// What a person sets by hand: names, types and codecs, from options or the plan file.

export interface PlanOverrides {
  /** Source table → target table. */
  tables: Readonly<Record<string, string>>;
  /** Source table → source column → what to do with it. */
  columns: Readonly<Record<string, Readonly<Record<string, ColumnOverride>>>>;
}

export interface ColumnOverride {
  name?: string | undefined;
  type?: string | undefined;
  codec?: string | undefined;
}

export const NO_OVERRIDES: PlanOverrides = { tables: {}, columns: {} };
