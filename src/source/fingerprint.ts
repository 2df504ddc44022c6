// A short text that changes when the content of a SQLite file may have changed.

import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";

/** "Write-Ahead Log File Format": salts and checksum change whenever the log starts anew. */
const WAL_HEADER_BYTES = 32;

/**
 * Size and time of the last write, in nanoseconds, of the file and of its `-wal`, and the header of the `-wal`.
 * An absent log and an empty one are the same: reading a file in WAL mode makes an empty one. A checkpoint changes
 * the fingerprint though not the content.
 *
 * The file itself is looked at with stat alone. Its header has a change counter, but to read it the file must be
 * opened and closed, and that drops the POSIX locks that SQLite connections of this process hold on the same file
 * (howtocorrupt.html 2.2): another program could then take itself for the only one. No lock is ever held on a `-wal`.
 */
export function fingerprint(path: string): string {
  // SQLite keeps the log beside the file that a link leads to.
  const file = realpathSync(path);
  const main = statSync(file, { bigint: true });
  const log = statSync(`${file}-wal`, { bigint: true, throwIfNoEntry: false });
  const parts = [main.size, main.mtimeNs];
  if (log === undefined || log.size === 0n) {
    return parts.join("-");
  }
  return [...parts, log.size, log.mtimeNs, walHeader(`${file}-wal`)].join("-");
}

function walHeader(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(WAL_HEADER_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes)).toString("hex");
  } finally {
    closeSync(descriptor);
  }
}
