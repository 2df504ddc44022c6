// The man page in roff ("groff_man(7)"), from what the commands say of themselves.
import type { CommandHelp, Term } from "./command-help.js";

/** No line may begin with a mark of a request; hyphens are minus signs that can be copied. */
function text(words: string): string {
  return words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replace(/^\./gm, "\\&.");
}

const term = ({ term: name, says }: Term) => `.TP\n.B ${text(name)}\n${text(says)}`;

export function manPage(
  helps: readonly CommandHelp[],
  codes: readonly [string, string][],
  version: string,
): string {
  const [root, ...commands] = helps;
  const names = commands.filter(({ name }) => !name.includes(" "));
  return `${[
    `.TH OUTGROW 1 "" "outgrow ${version}" "User Commands"`,
    ".SH NAME",
    "outgrow \\- move a SQLite database into PostgreSQL and prove that every value arrived",
    ".SH SYNOPSIS",
    ".B outgrow",
    "[command] [options]",
    ".SH DESCRIPTION",
    text(root?.description ?? ""),
    ".SH COMMANDS",
    ...names.map(({ name, summary }) => term({ term: name, says: summary })),
    ...commands.flatMap(section),
    ".SH EXIT STATUS",
    ...codes.map(([code, meaning]) => term({ term: code, says: meaning })),
    ".SH ENVIRONMENT",
    term({ term: "OUTGROW_TARGET", says: "the target, where none is typed" }),
    term({ term: "DATABASE_URL", says: "the target, where it begins with postgres:// or postgresql://" }),
    term({ term: "DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_SSL", says: "the target in parts" }),
    term({
      term: "PGHOST, PGSERVICE, PGDATABASE and the others of libpq",
      says: "the target, as psql reads them",
    }),
    term({ term: "NO_COLOR", says: "no colours on a terminal" }),
    ".SH SEE ALSO",
    ".BR psql (1),",
    ".BR pg_dump (1)",
  ].join("\n")}\n`;
}

function section({ name, description, usage, terms, notes, examples }: CommandHelp): string[] {
  return [
    `.SH ${text(name).toUpperCase()}`,
    ".B",
    text(usage),
    ".PP",
    text(description),
    ...terms.arguments.map(term),
    ...terms.options.map(term),
    ...notes.flatMap((note) => [".PP", text(note)]),
    ...(examples.length === 0 ? [] : [".PP", "Examples:", ".PP", ".nf", ...examples.map(text), ".fi"]),
  ];
}
