// Names that PostgreSQL takes: at most 63 bytes, not empty, no system column, none twice.

import { createHash } from "node:crypto";

/** NAMEDATALEN - 1 (PostgreSQL 4.1.1); longer names are cut without a word, so that two may become one. */
const LONGEST_NAME_BYTES = 63;

/** Columns every table has by itself (PostgreSQL 5.5). */
const SYSTEM_COLUMNS = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

/** Hands out names of one namespace: the relations of a schema, or the columns of a table. */
export class NameBook {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** `wanted` where it can be had, else the nearest name that can; the same input gives the same name. */
  take(wanted: string, empty: string): string {
    let name = shortened(wanted === "" ? empty : wanted);
    for (let i = 2; this.#taken.has(name); i += 1) {
      name = shortened(`${wanted === "" ? empty : wanted}_${i}`);
    }
    this.#taken.add(name);
    return name;
  }
}

export function columnNames(): NameBook {
  return new NameBook(SYSTEM_COLUMNS);
}

/** A name within the limit; a longer one keeps its beginning and ends in eight digits of its SHA-256. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) {
    return name;
  }
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  let head = "";
  for (const character of name) {
    if (Buffer.byteLength(head + character) > LONGEST_NAME_BYTES - 9) {
      break;
    }
    head += character;
  }
  return `${head}_${digest}`;
}
