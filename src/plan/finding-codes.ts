// The codes of findings, and what each means: the type of every code, and the source of docs/findings.md.

interface Meaning {
  /** When it is raised, one sentence. */
  when: string;
  /** What becomes of it where nothing is decided, or what there is to decide. */
  becomes: string;
}

export const FINDING_CODES = {
  "bookkeeping-left-alone": {
    when: "The target has the table in which a migration runner keeps its books.",
    becomes: "It stays as it is: the source's would claim that other migrations ran.",
  },
  "bookkeeping-moved": {
    when: "The table in which a migration runner keeps its books moves with the others.",
    becomes:
      "The framework takes its migrations for applied; the finding says what to type where they differ for PostgreSQL.",
  },
  "boolean-other-values": {
    when: "A column declared as a boolean holds other values than 0 and 1.",
    becomes: "It becomes a number, or text.",
  },
  "bytes-and-text": {
    when: "One column holds bytes beside texts or numbers.",
    becomes: "bytea or text; what each value was stands in outgrow.originals.",
  },
  "check-not-carried": {
    when: "A CHECK has no PostgreSQL form that answers alike.",
    becomes: "It is told with its SQL and the reason.",
  },
  "check-violated": {
    when: "Stored rows do not pass a CHECK of their table.",
    becomes: "The constraint NOT VALID, the rows set aside, or no constraint.",
  },
  "collation-not-carried": {
    when: "A column or key compares by RTRIM or a collation of the application.",
    becomes: "In PostgreSQL it compares bytes.",
  },
  "conflict-clause-not-carried": {
    when: "A key says ON CONFLICT REPLACE, IGNORE, FAIL or ROLLBACK.",
    becomes: "In PostgreSQL a row that violates it is an error, unless the INSERT says ON CONFLICT.",
  },
  "conversion-differs": {
    when: "Something converted answered differently after the load.",
    becomes: "It is taken out of the target again, and told with an example.",
  },
  "conversion-refused": {
    when: "The server refuses something converted when the schema is rehearsed before the first write.",
    becomes: "It is left out, with what needs it, and told with the server's words.",
  },
  "decimal-inexact": {
    when: "Values of a column declared DECIMAL(p,s) have more digits or places.",
    becomes: "It becomes double precision or numeric without limits, which keeps each value.",
  },
  "default-not-carried": {
    when: "A DEFAULT has no PostgreSQL form for the column's type.",
    becomes: "It is told; the column has no default.",
  },
  "drop-takes-others": {
    when: "Views or foreign keys depend on a table that --drop-existing is to drop.",
    becomes: "They go with it, or the move stops.",
  },
  "epoch-integer": {
    when: "An INTEGER column with a name like created_at holds seconds or milliseconds since 1970.",
    becomes: "It stays a number, which the application reads; timestamptz by a decision.",
  },
  "existing-key-conflict": {
    when: "Rows that are to be kept have a key that the source's rows have too.",
    becomes: "The source's rows set aside, or the target's replaced.",
  },
  "existing-rows": {
    when: "A table of the target has rows already.",
    becomes: "Replaced (they are kept in outgrow.quarantine) or kept, by --existing-rows.",
  },
  "foreign-key-not-carried": {
    when: "A foreign key cannot be made: its table or a unique key is not there, or the types differ.",
    becomes: "The rows move without it; what it needs is told.",
  },
  "foreign-key-orphans": {
    when: "Rows refer to rows that are not there.",
    becomes: "The key NOT VALID, NULL in their place, the rows set aside, or no key.",
  },
  "foreign-key-unsure": {
    when: "A foreign key refers to rows of which some are set aside or kept.",
    becomes: "It is validated where that is possible, and else stays NOT VALID.",
  },
  "form-not-kept": {
    when: "A column of an existing table holds a value, but writes it otherwise.",
    becomes: "It goes in, and is compared by what it means.",
  },
  "framework-recognised": {
    when: "The file is one of a known framework or application.",
    becomes:
      "Its own PostgreSQL types are taken where all values fit; the finding has the commands by which it moves best.",
  },
  "full-text-cut": {
    when: "Texts of a full-text table may have more words than a tsvector of PostgreSQL takes.",
    becomes: "Words beyond 1 MB are not in the index; the proof tells of how many rows.",
  },
  "full-text-index": {
    when: "A full-text table becomes a GIN index.",
    becomes: "The finding has the expression by which a query uses it.",
  },
  "generated-column": {
    when: "A column is generated.",
    becomes: "PostgreSQL generates it, or its values move by a decision.",
  },
  "generated-not-carried": {
    when: "A generated column's expression has no PostgreSQL form.",
    becomes: "Its values move into an ordinary column.",
  },
  "generated-not-computed": {
    when: "SQLite itself cannot compute a virtual generated column here.",
    becomes: "Nothing of it is stored, so nothing moves.",
  },
  "ids-go-on": {
    when: "Tables have an INTEGER PRIMARY KEY.",
    becomes: "PostgreSQL gives no id out twice, leaves gaps, and does not notice ids that an INSERT names.",
  },
  "index-damaged": {
    when: "An index of the file is damaged.",
    becomes: "Rows are read by table scan, which does not use it.",
  },
  "index-not-carried": {
    when: "An index has no PostgreSQL form.",
    becomes: "It is told with its SQL and the reason.",
  },
  "index-too-long": {
    when: "An entry of an index is longer than a B-tree of PostgreSQL takes.",
    becomes: "A hash index, a unique one over md5(), or none.",
  },
  "integer-beyond-double": {
    when: "A column holds integers beyond 2^53.",
    becomes: "They move exactly; a client that reads doubles would round them.",
  },
  "json-invalid": {
    when: "A column declared as JSON holds texts that are none.",
    becomes: "It becomes text.",
  },
  "key-type": {
    when: "Both sides of a foreign key were declared with different types.",
    becomes: "Both get one type.",
  },
  "mixed-types": {
    when: "A column holds several storage classes that one type keeps apart.",
    becomes: "It becomes that type, mostly text.",
  },
  "name-changed": {
    when: "PostgreSQL cannot take a name: longer than 63 bytes, taken already, or a system column's.",
    becomes: "It gets the nearest name that can be had; --rename gives another.",
  },
  nocase: {
    when: "A column compares by NOCASE.",
    becomes: "citext; or text with indexes on lower() where citext would fold more letters than SQLite.",
  },
  "not-null-violated": {
    when: "A NOT NULL column holds NULL.",
    becomes: "A CHECK (… IS NOT NULL) NOT VALID, or the rows set aside.",
  },
  "null-not-allowed": {
    when: "A NOT NULL column of an existing table is to take NULL.",
    becomes: "Its default in their place, or the rows set aside.",
  },
  "number-or-text": {
    when: "A column holds numbers beside texts that look the same.",
    becomes: "text; what each value was stands in outgrow.originals.",
  },
  "primary-key-null": {
    when: "A primary key holds NULL.",
    becomes: "It becomes UNIQUE.",
  },
  "r-tree": {
    when: "An R-Tree becomes a table with a GiST index.",
    becomes: "The finding has the expression by which a query uses it.",
  },
  "r-tree-not-carried": {
    when: "An R-Tree's bounds do not move as numbers.",
    becomes: "Its rows move without the index.",
  },
  "row-too-large": {
    when: "A row is longer than a line of COPY may be.",
    becomes: "The table is left out, or its last columns are kept in outgrow.originals.",
  },
  "row-too-wide": {
    when: "A row is wider than a page of PostgreSQL.",
    becomes: "The last columns are kept in outgrow.originals, or the table is left out.",
  },
  "rowid-not-carried": {
    when: "Tables have no primary key, so that only the rowid names a row.",
    becomes: "The rows move, the rowids do not.",
  },
  "schema-not-parsed": {
    when: "A CREATE TABLE cannot be read whole.",
    becomes: "Columns, keys and rows move; CHECKs and generated columns of it do not.",
  },
  "search-index-not-carried": {
    when: "A full-text table keeps no text, or its tokenizer or an argument of it has no counterpart.",
    becomes: "It is told, with what to make instead where there is something.",
  },
  "sequence-too-short": {
    when: "SQLite gave out ids beyond the end of the target's sequence.",
    becomes: "The sequence goes on after the largest id that is there.",
  },
  "table-created": {
    when: "The target has other tables, and not this one.",
    becomes: "outgrow makes it.",
  },
  "target-column-extra": {
    when: "The target's table has a column that the source has not.",
    becomes: "It gets its default.",
  },
  "target-column-generated": {
    when: "PostgreSQL computes a column that the source has values for.",
    becomes: "They are compared, or kept in outgrow.originals.",
  },
  "target-column-missing": {
    when: "The source has a column that the target's table has not.",
    becomes: "Its values are kept in outgrow.originals by a decision, or it is left out where it is empty.",
  },
  "target-column-unfilled": {
    when: "A NOT NULL column of the target has no default and no counterpart in the source.",
    becomes: "A default has to be set in the target first, or the table is left out.",
  },
  "text-not-storable": {
    when: "Texts hold U+0000 or bytes that are no UTF-8.",
    becomes: "bytea, the text without them and the original kept, or the rows set aside.",
  },
  "time-as-number": {
    when: "A column declared as a time holds numbers of no certain unit.",
    becomes: "They stay numbers.",
  },
  "time-as-text": {
    when: "A column declared as a time holds texts of several forms, or that are no dates.",
    becomes: "They stay text.",
  },
  "time-from-number": {
    when: "A column declared as a time holds numbers of one unit.",
    becomes: "They become instants, or stay numbers by a decision.",
  },
  "time-without-zone": {
    when: "Times name no zone.",
    becomes: "timestamp without time zone, or timestamptz in UTC by a decision.",
  },
  "too-many-columns": {
    when: "A table has more than 1,600 columns.",
    becomes: "The last ones are kept in outgrow.originals, or the table is left out.",
  },
  "trigger-not-carried": {
    when: "A trigger has no PostgreSQL form that does the same.",
    becomes: "It is told with its SQL and the reason.",
  },
  "trigger-not-needed": {
    when: "A trigger only kept a full-text index in step.",
    becomes: "PostgreSQL's index does so by itself.",
  },
  "type-from-alike": {
    when: "A column without values is declared like others that have some.",
    becomes: "It gets their type.",
  },
  "type-from-values": {
    when: "A column's values are not what it is declared as.",
    becomes: "It becomes what they are.",
  },
  "unique-not-carried": {
    when: "A unique key or primary key cannot be had.",
    becomes: "It is told; what it keeps unique can be there twice in PostgreSQL.",
  },
  "unique-violated": {
    when: "A damaged unique index let rows in twice.",
    becomes: "No unique key, or the later rows set aside.",
  },
  "unreadable-table": {
    when: "SQLite cannot read a table: its module, function or SQL is not known.",
    becomes: "The move goes on without it by a decision.",
  },
  "value-does-not-fit": {
    when: "Values do not fit the type of an existing table's column.",
    becomes: "What the type holds of them, NULL, the default, or the rows set aside; the originals are kept.",
  },
  "view-not-carried": {
    when: "A view has no PostgreSQL form that answers alike, or SQLite itself cannot read it.",
    becomes: "It is told with its SQL and the reason.",
  },
  "virtual-table": {
    when: "A virtual table's module is unknown to PostgreSQL.",
    becomes: "Its rows move into an ordinary table.",
  },
} as const satisfies Record<string, Meaning>;

export type FindingCode = keyof typeof FINDING_CODES;
