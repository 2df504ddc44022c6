// Makes the two files of the next migration.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OutgrowError } from "../../base/errors.js";
import { printable } from "../../base/printable.js";
import { MOST_DIGITS, parseFileName } from "./file-name.js";
import { ENGINES, type Engine } from "./words.js";

/** Of the folder, or of its own folder for one engine. Gives both paths within `folder`. Throws `usage` or `settings`. */
export function newMigration(
  folder: string,
  words: string,
  engine: Engine | null = null,
  now: Date = new Date(),
): { up: string; down: string } {
  const name = nameOf(words);
  const base = `${nextNumber(numbersIn(folder), now)}_${name}`;
  const inside = engine === null ? "" : `${engine}/`;
  const up = `${inside}${base}.sql`;
  const down = `${inside}${base}.down.sql`;
  try {
    mkdirSync(join(folder, inside), { recursive: true });
    writeFileSync(join(folder, up), `-- ${name.replaceAll("_", " ")}\n\n`, { flag: "wx" });
    writeFileSync(join(folder, down), `-- the way back from ${base}\n\n`, { flag: "wx" });
  } catch (cause) {
    throw new OutgrowError(
      "settings",
      `"${printable(join(folder, up))}" cannot be written: ${(cause as Error).message}`,
      {
        hint: "name a folder that can be written with --dir",
        cause,
      },
    );
  }
  return { up, down };
}

/** Letters and digits of any script; whatever else becomes an underscore. */
function nameOf(words: string): string {
  const name = words
    .normalize("NFC")
    .replace(/\.(?:down\.)?sql$/i, "")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  if (name === "") {
    throw new OutgrowError("usage", `"${printable(words)}" has no letter or digit to make a file name of`, {
      hint: "say what it does: outgrow schema new add reviews",
    });
  }
  if (Buffer.byteLength(name) > 200) {
    throw new OutgrowError("usage", "the name is longer than 200 bytes, and file systems end at 255", {
      hint: "say it shorter",
    });
  }
  return name.toLowerCase();
}

/** Those of both engines: a number means one thing in the whole folder. */
function numbersIn(folder: string): string[] {
  return [folder, ...ENGINES.map((engine) => join(folder, engine))].flatMap((one) =>
    filesOf(one).flatMap((file) => {
      const name = parseFileName(file);
      return name === null || "problem" in name ? [] : [file.slice(0, file.indexOf("_"))];
    }),
  );
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      return [];
    }
    throw new OutgrowError("settings", `"${printable(folder)}" cannot be read: ${(cause as Error).message}`, {
      hint: "name a folder with --dir",
      cause,
    });
  }
}

/** As wide as the highest; where that is a time such as 20240131235959, the time now. */
function nextNumber(numbers: readonly string[], now: Date): string {
  const highest = numbers.reduce((a, b) => (Number(b) > Number(a) ? b : a), "000");
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const next = highest.length === 14 ? Math.max(Number(stamp), Number(highest) + 1) : Number(highest) + 1;
  const text = String(next).padStart(highest.length, "0");
  if (text.length > MOST_DIGITS) {
    throw new OutgrowError("settings", `there is no number of ${MOST_DIGITS} digits after ${highest}`, {
      hint: "number the files from 001",
    });
  }
  return text;
}
