// What is done to the shop from the command line, on the database that the environment names.

import { parseArgs } from "node:util";
import { type Database, DatabaseError, openDatabase } from "outgrow/db";
import { addAdmin, adminName, ROLES, role } from "./admin/admins.js";
import { reindex } from "./admin/search-index.js";
import { Problem } from "./problem.js";
import { PasswordInput, readPassword } from "./read-password.js";
import { email, password } from "./words.js";

const USAGE = `usage: node shop/dist/command.js add-admin EMAIL NAME [--role ${ROLES.join("|")}]
         adds an admin; the password is asked for, or read from standard input
       node shop/dist/command.js reindex
         fills products.search_text where it is missing or outdated

The database is that of DATABASE_URL, or of DB_HOST, DB_NAME, DB_USER and DB_PASSWORD.
`;

/** The command was typed wrong, or what it was given is; nothing was changed. */
class UsageError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

const SEE_HELP = "node shop/dist/command.js --help lists the commands";

/** 0 for done, 1 for failed, 2 for input that is wrong. */
async function main(args: string[]): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parse(args);
    const [command, ...rest] = positionals;
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    switch (command) {
      case "add-admin":
        await runAddAdmin(rest, values.role);
        return 0;
      case "reindex":
        await runReindex(rest, values.role);
        return 0;
      case undefined:
        throw new UsageError("no command is named", SEE_HELP);
      default:
        throw new UsageError(`there is no command "${command}"`, SEE_HELP);
    }
  } catch (error) {
    return report(error);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { role: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    // "Unknown option '--pasword'. To specify a positional argument …": its first sentence says it.
    throw new UsageError((error as Error).message.split(/\.(\s|$)/)[0] ?? "", SEE_HELP);
  }
}

async function runAddAdmin(args: string[], wantedRole: string | undefined): Promise<void> {
  const [givenEmail, givenName] = args;
  if (givenEmail === undefined || givenName === undefined) {
    throw new UsageError(
      `add-admin needs ${givenEmail === undefined ? "an e-mail address and a name" : "a name"}`,
      'node shop/dist/command.js add-admin ada@example.org "Ada Lovelace"',
    );
  }
  if (args.length > 2) {
    throw new UsageError(
      "add-admin takes an e-mail address and a name, and nothing more",
      "put a name of several words into quotes; a password is never an argument, where others could see it",
    );
  }
  const address = email.safeParse(givenEmail);
  if (!address.success) {
    throw new UsageError(`"${givenEmail}" is no e-mail address`, "write one like ada@example.org");
  }
  const name = adminName.safeParse(givenName);
  if (!name.success) {
    throw new UsageError(`"${givenName}" is no name`, "one line of 1 to 100 characters is needed");
  }
  const chosen = role.safeParse(wantedRole ?? "admin");
  if (!chosen.success) {
    throw new UsageError(`there is no role "${wantedRole}"`, `--role takes ${ROLES.join(" or ")}`);
  }
  const secret = password.safeParse(await readPassword());
  if (!secret.success) {
    throw new UsageError(
      "the password is too short or too long",
      "10 to 200 characters are needed; on a terminal it is asked for",
    );
  }
  await withDatabase(async (db) => {
    const admin = { email: address.data, name: name.data, role: chosen.data, password: secret.data };
    await addAdmin(db, admin);
    process.stdout.write(`added ${admin.role} ${admin.email.toLowerCase()}\n`);
  });
}

async function runReindex(args: string[], wantedRole: string | undefined): Promise<void> {
  if (args.length > 0 || wantedRole !== undefined) {
    throw new UsageError("reindex takes no arguments", "node shop/dist/command.js reindex");
  }
  await withDatabase(async (db) => {
    const { products, written } = await reindex(db);
    process.stdout.write(`${products} products looked at, ${written} search texts written\n`);
  });
}

async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  const db = await openDatabase({
    sqlite: { create: false }, // a mistyped path is no new shop
    log: ({ level, message }) => {
      if (level !== "info") {
        process.stderr.write(`database: ${message}\n`);
      }
    },
  });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

function report(error: unknown): 1 | 2 {
  if (error instanceof UsageError || error instanceof PasswordInput) {
    say(error.message, error.hint);
    return 2;
  }
  if (error instanceof Problem) {
    say(error.title);
    return 1;
  }
  if (error instanceof DatabaseError) {
    const isOld = error.code === "syntax"; // a table or a column is missing
    say(error.message, isOld ? "outgrow schema up makes the shop's tables" : error.hint);
    return error.code === "settings" ? 2 : 1;
  }
  throw error;
}

function say(message: string, hint?: string): void {
  process.stderr.write(`error: ${message}\n${hint === undefined ? "" : `hint:  ${hint}\n`}`);
}

process.exitCode = await main(process.argv.slice(2));
