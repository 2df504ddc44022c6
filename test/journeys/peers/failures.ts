// The failures that users of other tools met, by what they reported, and the test that shows that it does not happen here.

export interface Failure {
  what: string;
  /** `owner/repository#number` on GitHub. */
  threads: string[];
  /** What outgrow does. */
  here: string;
  /** File below test/, and the beginning of the test's title. */
  tests: [file: string, title: string][];
}

const VALUES = "journeys/peers/types-and-values.test.ts";
const KEYS = "journeys/peers/keys-and-schemas.test.ts";
const EXISTING = "journeys/existing-schema.test.ts";
const OBJECTS = "journeys/schema-objects.test.ts";

export const FAILURES: Failure[] = [
  {
    what: "INTEGER became bigint, which the application's driver could not read; every login failed",
    threads: ["dani-garcia/vaultwarden#7133"],
    here: "types come from the application's own tables; `--integers int4` asks for integer elsewhere",
    tests: [
      [EXISTING, "takes the rows by its own types"],
      ["journeys/types-by-hand.test.ts", "makes integer columns of 4 bytes"],
    ],
  },
  {
    what: "The application expects boolean, the column was made bigint, or refused 'true'",
    threads: ["Radarr/Radarr#7387", "grafana/grafana#15267", "dani-garcia/vaultwarden#656"],
    here: "a column declared as a boolean that holds 0 and 1 becomes boolean, and so do words",
    tests: [[VALUES, "booleans are recognised by what they hold"]],
  },
  {
    what: "Lists of boolean columns in the tool broke with every release of the application",
    threads: ["wbh1/grafana-sqlite-to-postgres#38", "wbh1/grafana-sqlite-to-postgres#54"],
    here: "there is no list: the target's catalog says which columns are boolean",
    tests: [[VALUES, "booleans of an application's own table take 0 and 1"]],
  },
  {
    what: "`numeric DEFAULT false` failed",
    threads: ["netbirdio/netbird#4342"],
    here: "a default is translated for the type of its column",
    tests: [[VALUES, "a default is judged together with the type"]],
  },
  {
    what: "Text in an INTEGER column made the tool hang for ever, or fail",
    threads: [
      "dimitri/pgloader#1622",
      "dimitri/pgloader#1236",
      "dimitri/pgloader#249",
      "dimitri/pgloader#756",
    ],
    here: "every value is looked at before a type is chosen",
    tests: [[VALUES, "text in an INTEGER column ends the move at once"]],
  },
  {
    what: "An unknown type name was passed on, and PostgreSQL refused it",
    threads: ["foxcpp/maddy#494", "dimitri/pgloader#521", "dimitri/pgloader#1231", "dimitri/pgloader#548"],
    here: "a type name is a hint; the values decide",
    tests: [[VALUES, "a type of any name becomes what its values are"]],
  },
  {
    what: "`value too long for type character varying(n)`",
    threads: ["jeremyevans/sequel#1350", "btcpayserver/btcpayserver#4771"],
    here: "VARCHAR(n), which SQLite does not enforce, becomes text",
    tests: [[VALUES, "a text longer than its VARCHAR moves whole"]],
  },
  {
    what: "Bytes in a column declared numeric(16) or uuid broke the copy",
    threads: ["jeremyevans/sequel#1957"],
    here: "bytes stay bytes",
    tests: [[VALUES, "bytes in a column declared as UUID or CHAR"]],
  },
  {
    what: "JSON, JSONB, TEXT[] and BYTE[] columns were not mapped",
    threads: ["dimitri/pgloader#1607", "dimitri/pgloader#1552"],
    here: "JSON becomes json where every value is valid; arrays are no types of SQLite and stay what they are",
    tests: [[VALUES, "a type of any name becomes what its values are"]],
  },
  {
    what: "Milliseconds since 1970 in DATETIME became years such as 54191, or were refused",
    threads: [
      "dimitri/pgloader#1314",
      "dimitri/pgloader#1381",
      "jeremyevans/sequel#2310",
      "dimitri/pgloader#1618",
    ],
    here: "the unit is found for each column from all of its values",
    tests: [[VALUES, "milliseconds since 1970 in a DATETIME"]],
  },
  {
    what: "0 in a datetime column was refused",
    threads: ["dimitri/pgloader#100"],
    here: "a column whose values have no one reading stays as it is",
    tests: [[VALUES, "0 beside dates, and a year alone, move as they are"]],
  },
  {
    what: "Naive times were shifted by the session's time zone",
    threads: ["dimitri/pgloader#1439", "dimitri/pgloader#331"],
    here: "every session of a move is in UTC, and a time without a zone becomes timestamp, with a warning",
    tests: [[VALUES, "a time without a zone is not shifted"]],
  },
  {
    what: "`DEFAULT 'null'` on a number ended the whole run",
    threads: ["dimitri/pgloader#1665", "dimitri/pgloader#377", "arp242/goatcounter#638"],
    here: "a default that is no value of the column is told and left out",
    tests: [[VALUES, "a default is judged together with the type"]],
  },
  {
    what: "`datetime('now')`, `strftime(…)` and lower-case `current_timestamp` became texts or errors",
    threads: [
      "dimitri/pgloader#1348",
      "dimitri/pgloader#1631",
      "dimitri/pgloader#1523",
      "dimitri/pgloader#1177",
    ],
    here: "defaults are translated, and both engines are asked what they put in",
    tests: [[VALUES, "defaults of the clock keep their meaning"]],
  },
  {
    what: "Generated columns vanished",
    threads: ["dimitri/pgloader#1687", "techouse/sqlite3-to-mysql#55"],
    here: "they are generated in PostgreSQL, and every value is compared",
    tests: [[OBJECTS, "fills defaults and generated columns as SQLite does"]],
  },
  {
    what: "A view ended the run, or was left out; a CHECK with SQLite's functions failed",
    threads: ["dimitri/pgloader#310", "dimitri/pgloader#699", "duckdb/duckdb-sqlite#103"],
    here: "views and CHECKs are translated and proven, or told with their SQL",
    tests: [
      [OBJECTS, "shows in views what SQLite's views show"],
      [OBJECTS, "converts all but what calls a function that PostgreSQL has not"],
    ],
  },
  {
    what: "Names of more than 63 bytes collided or hung; reserved words broke keys; a GeoPackage had no tables",
    threads: [
      "dimitri/pgloader#353",
      "dimitri/pgloader#1256",
      "dimitri/pgloader#673",
      "dimitri/pgloader#1543",
    ],
    here: "a name that PostgreSQL would cut is shortened by outgrow, differently for different names, and told",
    tests: [
      ["journeys/names.test.ts", "keeps every name that PostgreSQL takes"],
      ["journeys/limits.test.ts", "carries tables, columns and indexes of any name"],
      ["journeys/r-trees.test.ts", "of a GeoPackage are kept by its own triggers"],
    ],
  },
  {
    what: "Names were folded to lower case, and the application did not find its tables",
    threads: ["dimitri/pgloader#1105", "dimitri/pgloader#649", "dimitri/pgloader#1187"],
    here: "names keep their case and are quoted everywhere; `--names fold` folds them",
    tests: [["journeys/names.test.ts", "folds names to lower case where asked"]],
  },
  {
    what: "Keys ignored the quoting of names",
    threads: ["dimitri/pgloader#1486", "dimitri/pgloader#1577", "dimitri/pgloader#1547"],
    here: "one function quotes every name",
    tests: [[KEYS, "keys of names in mixed case and reserved words are made"]],
  },
  {
    what: "Sequences of tables in mixed case were not reset",
    threads: ["dimitri/pgloader#1651", "dimitri/pgloader#425", "diogotcorreia/dotfiles#11"],
    here: "each sequence is set, and verification looks at its next value",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "Sequences stayed at 1: the first insert failed",
    threads: ["go-gitea/gitea#740", "go-gitea/gitea#12511", "grafana/grafana#27791"],
    here: "they go on above every id that SQLite ever gave out",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "The next id was the largest that is there, not the one after it",
    threads: ["go-gitea/gitea#5728"],
    here: "the next id is one more",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "Identity columns were not reset",
    threads: ["diogotcorreia/dotfiles#89"],
    here: "identity columns and serials are treated alike",
    tests: [[KEYS, "identity columns and serials of the application's schema"]],
  },
  {
    what: "A duplicate key months later, in the application's table of schema changes",
    threads: ["home-assistant/core#115138", "home-assistant/core#57863", "home-assistant/core#89570"],
    here: "every table has its next id, whatever it is for",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "The primary key was lost, so foreign keys could not be made",
    threads: ["dimitri/pgloader#563", "dimitri/pgloader#1038"],
    here: "keys are made before what refers to them",
    tests: [[KEYS, "a primary key of any type is there before what refers to it"]],
  },
  {
    what: "An empty table, or an INTEGER PRIMARY KEY without AUTOINCREMENT, got no sequence",
    threads: ["dimitri/pgloader#882", "dimitri/pgloader#802", "dimitri/pgloader#1517"],
    here: "an INTEGER PRIMARY KEY is an identity column",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "The tool's own SQL for sequences was wrong: `SELECT MAX() FROM )`",
    threads: ["nextcloud/server#26465", "nextcloud/server#24884"],
    here: "names are data: the test's table is called `a\"b FROM )`",
    tests: [[KEYS, "every first insert after the move gets an id"]],
  },
  {
    what: "`REFERENCES parent` without a column became `REFERENCES parent()`",
    threads: ["dimitri/pgloader#602", "dimitri/pgloader#681"],
    here: "it refers to the primary key",
    tests: [[KEYS, "a foreign key that names no column refers to the primary key"]],
  },
  {
    what: "Orphans, which SQLite had let in, ended the run or were dropped",
    threads: ["dani-garcia/vaultwarden#656", "MHSanaei/3x-ui#4882", "mautrix/facebook#124"],
    here: "they are counted before anything is written, and a choice keeps them, with the key NOT VALID, or puts them aside",
    tests: [[KEYS, "orphans stop the move, and stay by recommendation"]],
  },
  {
    what: "Tables were filled in an order that foreign keys refused; rows were lost",
    threads: ["taylorwilsdon/open-webui-postgres-migration#20", "metabase/metabase#64956"],
    here: "foreign keys are made after the rows",
    tests: [[KEYS, "tables may refer to one another in a ring and to themselves"]],
  },
  {
    what: "`foreign key … cannot be implemented`: the two sides had different types",
    threads: ["directus/directus#14507"],
    here: "both sides of a key get one type",
    tests: [["plan/make-plan.test.ts", "warns that a key changes its type to agree with a column"]],
  },
  {
    what: "The application had filled its tables at its first start: duplicate keys",
    threads: ["Radarr/Radarr#7178", "wbh1/grafana-sqlite-to-postgres#11", "n8n-io/n8n#22569"],
    here: "rows that are there stop the move, are replaced (and kept in quarantine), or are kept, as told",
    tests: [
      [EXISTING, "stops at rows that are there"],
      [EXISTING, "keeps rows that are there beside the source's"],
    ],
  },
  {
    what: "Columns that only one side has broke the copy",
    threads: ["morpheus65535/bazarr#2436", "juanfont/headscale#1748", "wbh1/grafana-sqlite-to-postgres#54"],
    here: "columns are matched by name; those that only one side has are findings with choices",
    tests: [[EXISTING, "asks about values that its types do not hold"]],
  },
  {
    what: "A difference of schema versions blocked the import",
    threads: ["n8n-io/n8n#21585", "n8n-io/n8n#25133"],
    here: "no version is asked for: the columns of both sides are compared, and differences are told",
    tests: [[EXISTING, "matches names without case, leaves migration tables alone"]],
  },
  {
    what: "An empty target gave a message that nobody understood",
    threads: ["Radarr/Radarr#9317"],
    here: "in an empty target the tables are made",
    tests: [[KEYS, "an empty target gets its tables"]],
  },
  {
    what: "The tool dropped the schema that the application had made",
    threads: ["dimitri/pgloader#1040"],
    here: "nothing is dropped without --drop-existing, and then last",
    tests: [
      [KEYS, "a table of an application's schema is never dropped"],
      ["journeys/drop-existing.test.ts", "are back when the move is given up"],
    ],
  },
  {
    what: "Tables that the application makes as it runs were missing afterwards",
    threads: ["n8n-io/n8n#30132"],
    here: "a table that the target lacks is made, and told",
    tests: [[KEYS, "an empty target gets its tables"]],
  },
  {
    what: "The application's record of its migrations was wrong afterwards",
    threads: ["seerr-team/seerr#1176", "dani-garcia/vaultwarden#4616"],
    here: "tables of migration runners stay as the target has them",
    tests: [[EXISTING, "matches names without case, leaves migration tables alone"]],
  },
  {
    what: "Rows that the application makes by itself (content types, permissions) collided",
    threads: ["qatrackplus/qatrackplus#403", "HumanSignal/label-studio#1658", "wagtail/wagtail#5918"],
    here: "they are rows that are there: replaced or kept as told; keys of both sides that meet stop the move before the first write",
    tests: [[EXISTING, "stops before the first write where rows to be kept have a key of the source's"]],
  },
  {
    what: "U+0000 in a text was refused; tools strip it or drop the row",
    threads: ["FlowiseAI/Flowise#5036", "apache/devlake#3564", "HumanSignal/label-studio#3153"],
    here: "a decision: the column becomes bytea, or the texts lose it and the originals are kept",
    tests: [[VALUES, "a decision, which keeps the bytes or puts the original aside"]],
  },
  {
    what: "Texts that are no UTF-8 became NULL or ended the run",
    threads: ["dimitri/pgloader#1250", "dimitri/pgloader#99", "nextcloud/server#3536"],
    here: "a decision, as for U+0000",
    tests: [[VALUES, "a decision, which keeps the bytes or puts the original aside"]],
  },
  {
    what: "Text in a BLOB column was taken for base64",
    threads: ["dimitri/pgloader#415", "dimitri/pgloader#60"],
    here: "a text is a text",
    tests: [[VALUES, "a text in a BLOB column is not taken for base64"]],
  },
  {
    what: "The heap was exhausted, or 12 GB were asked for",
    threads: ["dimitri/pgloader#994", "dimitri/pgloader#459", "dimitri/pgloader#1237"],
    here: "SQLite writes the lines of COPY; memory does not grow with the rows",
    tests: [
      [KEYS, "a table of many times the memory it may take moves"],
      ["long/blobs.test.ts", "cross whole, and twice as many take no more memory"],
    ],
  },
  {
    what: "The conversion ran for ever",
    threads: ["nextcloud/server#173", "dimitri/pgloader#723", "go-gitea/gitea#31820"],
    here: "rows cross by COPY; every journey of the tests has a limit of time",
    tests: [
      [VALUES, "text in an INTEGER column ends the move at once"],
      ["journeys/interrupt.test.ts", "ends with exit code 7 where its connections are cut"],
    ],
  },
  {
    what: "Success was reported while rows were missing",
    threads: ["taylorwilsdon/open-webui-postgres-migration#27"],
    here: "exit code 0 means that every value was compared",
    tests: [[KEYS, "a table that was emptied afterwards is a difference"]],
  },
  {
    what: "A run that broke off could not go on",
    threads: ["matrix-org/synapse#16040", "matrix-org/synapse#2222", "darold/ora2pg#1070"],
    here: "the same command goes on, without a row lost or doubled",
    tests: [["journeys/kill.test.ts", "moments spread over the whole run"]],
  },
  {
    what: "Users ask for proof beyond row counts",
    threads: ["darold/ora2pg#743", "darold/ora2pg#1171", "mattermost/docs#9131"],
    here: "every value of both sides is compared, and random damage is found as a plain diff finds it",
    tests: [["verify/against-oracle.test.ts", "is found as a plain diff finds it"]],
  },
  {
    what: "`database is locked`; TLS words that mean something else; passwords that break the URL",
    threads: ["dimitri/pgloader#1193", "dimitri/pgloader#1476", "dimitri/pgloader#1653"],
    here: "a lock is waited for and then named; sslmode means what it means to libpq; a password may hold any character",
    tests: [
      ["journeys/bad-input.test.ts", "because another program has it locked"],
      ["target/tls.test.ts", "require alone, and prefer, encrypt without checking"],
      ["target/settings.test.ts", "carries any password, percent-encoded"],
    ],
  },
];
