// Streams the result of COPY … TO STDOUT to a function, piece by piece as it comes from the server.

import type { ClientBase } from "pg";
import { to as copyTo } from "pg-copy-streams";

/**
 * Runs a COPY and hands over its bytes. A failure of `onPiece` is thrown at the end, after the rest was received:
 * a COPY that is left half-way would take the connection with it.
 */
export function readTarget(
  client: ClientBase,
  copy: string,
  onPiece: (piece: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyTo(copy));
    let failure: { error: unknown } | null = null;
    stream.on("data", (piece: Buffer) => {
      if (failure === null) {
        try {
          onPiece(piece);
        } catch (error) {
          failure = { error };
        }
      }
    });
    stream.on("error", reject);
    stream.on("end", () => (failure === null ? resolve() : reject(failure.error)));
  });
}
