// Looks at the file and the server that a move would be between.

import { dirname } from "node:path";
import { openSource } from "../source/open-source.js";
import { readCatalog } from "../source/read-catalog.js";
import { checkServer } from "../target/check-server.js";
import { withClient } from "../target/connect.js";
import { parseTarget, type TargetSettings, targetFromEnvironment } from "../target/settings.js";
import { type Check, freeDisk, missing, ok } from "./check-machine.js";
import { counted, size } from "./terminal.js";

export function checkSource(location: string): Check[] {
  try {
    const source = openSource(location);
    try {
      const catalog = readCatalog(source);
      const bytes = size(catalog.pageSize * catalog.pageCount);
      return [
        ok(
          "source",
          `${source.path}: ${bytes}, ${counted(catalog.tables.length, "table")}, journal mode ${catalog.journalMode}`,
          catalog.journalMode === "wal"
            ? null
            : "while its rows are read, a program that writes has to wait: stop it for the move, or set it to WAL mode",
        ),
        ok("disk beside the source", freeDisk(dirname(source.path))),
      ];
    } finally {
      source.close();
    }
  } catch (error) {
    return [missing("source", error)];
  }
}

/** Of the argument, else of the environment; where neither names a target that is said and is no failure. */
export async function checkTarget(argument: string | undefined, schema: string | null): Promise<Check[]> {
  try {
    const settings =
      argument === undefined ? targetFromEnvironment(process.env) : parseTarget(argument, process.env);
    if (settings === null) {
      return [
        {
          name: "target",
          state: "absent",
          found: "none named",
          hint: "outgrow doctor SOURCE postgres://USER@HOST/DATABASE looks at one",
          exitCode: 0,
        },
      ];
    }
    return await checkReachable(settings, schema ?? settings.schema ?? "public");
  } catch (error) {
    return [missing("target", error)];
  }
}

async function checkReachable(settings: TargetSettings, schema: string): Promise<Check[]> {
  const from = settings.from === "argument" ? "" : ` (from ${settings.from})`;
  const server = await withClient(settings, (client) => checkServer(client, schema));
  const notes = [...settings.warnings, ...server.notes];
  return [
    ok(
      "target",
      `PostgreSQL ${server.version} at ${settings.displayUrl}${from}, ${server.encrypted ? "with" : "without"} TLS`,
      notes.length === 0 ? null : notes.join("; "),
    ),
    ok(
      "rights",
      `${server.user} may create tables in schema ${schema}${server.schemaExists ? "" : ", which is made by the move"}`,
    ),
    ok(
      "connections",
      `${server.openConnections} open of ${server.maxConnections}; database ${size(server.databaseBytes)}`,
    ),
  ];
}
