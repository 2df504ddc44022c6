// The form in which hazards are written down: a database that has it, how it is found, and what each way out makes of it.

/** A query of the test's own, and what it gives as PostgreSQL prints it. */
export interface Expected {
  sql: string;
  gives: (string | null)[][];
}

/** One database that has the hazard. */
export interface Face {
  /** What is particular about it. */
  face?: string;
  /** The statements that make the database. */
  sqlite: string;
  /** A query that gives more than 0 where the hazard is really there. */
  present: string;
  /** The finding's code; null where nothing is lost and nothing is told. */
  finding: string | null;
  /** How many rows it concerns, counted by hand. */
  count?: number;
  /** A value that it shows. */
  example?: string;
  /** Words of its reason. */
  says?: string;
  /** Options under which it is a hazard. */
  args?: string[];
  /** What stands in the target where no choice is made; absent where the move stops. */
  automatic?: Expected;
  /** By the word of the choice; all that are offered, where there is one. */
  choices?: Record<string, Expected>;
  /** Words that must not be offered. */
  withheld?: string[];
}

export interface Hazard extends Face {
  number: number;
  name: string;
  /** For the table of the documentation. */
  outcome: string;
  /** Further databases that have it otherwise. */
  faces?: Face[];
}

/** A hazard that has tests of its own. */
export interface Elsewhere {
  number: number;
  name: string;
  outcome: string;
  finding: string | null;
  tests: [file: string, title: string][];
}

/** All values of a column of the table `t`, in the order of its id. */
export const t = (column = "v", type = "text") => `select ${column}::${type} from t order by id`;

/** The column, and how many rows and originals were put aside. */
export const withAside = (column = "v") =>
  `select coalesce(${column}::text, '-') || ' ' || (select count(*) from outgrow.quarantine) || ' ' || (select count(*) from outgrow.originals)
    from t order by id`;

export const typed = (column = "v") =>
  `select pg_typeof(${column}) || ' ' || coalesce(${column}::text, '-') from t order by id`;
