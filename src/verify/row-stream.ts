// Cuts a stream of bytes in the COPY format into rows, wherever the pieces are cut.

import { newRowFields, type RowFields, readFields } from "./row-fields.js";

export interface RowStream {
  push(piece: Buffer): void;
  /** Call after the last piece; throws where it ended within a row. */
  end(): void;
}

/** `onRow` gets every row in turn, in an object that is used again for the next. */
export function rowStream(onRow: (row: RowFields) => void): RowStream {
  const row = newRowFields();
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let enoughBytes = 0;

  return {
    push(piece) {
      waiting.push(piece);
      waitingBytes += piece.length;
      // A row of megabytes comes in many pieces. It is looked at again only when it has doubled, else the time
      // would grow with the square of its length.
      if (waitingBytes < enoughBytes) {
        return;
      }
      const rest = readRows(waiting.length === 1 ? piece : Buffer.concat(waiting, waitingBytes), row, onRow);
      waiting = rest.length > 0 ? [rest] : [];
      waitingBytes = rest.length;
      enoughBytes = 2 * rest.length;
    },
    end() {
      if (readRows(Buffer.concat(waiting, waitingBytes), row, onRow).length > 0) {
        throw new Error("the stream of rows ended within a row");
      }
    },
  };
}

/** Reads the complete rows of `bytes` and returns what is left. */
function readRows(bytes: Buffer, row: RowFields, onRow: (row: RowFields) => void): Buffer {
  let at = 0;
  while (at < bytes.length && readFields(bytes, at, row)) {
    at = row.next;
    onRow(row);
  }
  return bytes.subarray(at);
}
