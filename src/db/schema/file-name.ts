// Names of migration files: `NNN_name.sql`, and `NNN_name.down.sql` for the way back.

import { printable } from "../../base/printable.js";

export interface FileName {
  number: number;
  name: string;
  isDown: boolean;
}

/** Enough for 20240131235959, and exact as a JavaScript number. */
export const MOST_DIGITS = 15;

/** What the name of a `.sql` file says, or what is wrong with it. Null for files that are none of the runner's. */
export function parseFileName(file: string): FileName | { problem: string } | null {
  // Hidden files are editors' and archives' (._001_first.sql).
  if (!/\.sql$/i.test(file) || file.startsWith(".")) {
    return null;
  }
  const parts = /^(\d+)_(.+?)(\.down)?\.sql$/s.exec(file);
  if (parts === null) {
    return { problem: "is not named NNN_name.sql or NNN_name.down.sql" };
  }
  const [, digits = "", name = "", down] = parts;
  if (printable(file) !== file) {
    return { problem: "has control characters in its name" };
  }
  if (digits.length > MOST_DIGITS) {
    return { problem: `has a number of more than ${MOST_DIGITS} digits` };
  }
  const number = Number(digits);
  if (number === 0) {
    return { problem: "has the number 0; numbers begin at 1" };
  }
  return { number, name, isDown: down !== undefined };
}
