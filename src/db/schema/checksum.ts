// The text of a migration file, and the checksum by which a later run knows that it is still the same.

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";

export type FileText = { text: string } | { problem: string };

/**
 * UTF-8 without its byte order mark, and with LF for CR LF: git writes either, by the machine. What is hashed is what
 * is run, so that a line end within a string is one value on all machines.
 */
export function normalizedText(bytes: Buffer): FileText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: "is UTF-16, not UTF-8" };
  }
  if (!isUtf8(bytes)) {
    return { problem: "holds bytes that are not UTF-8" };
  }
  if (bytes.includes(0)) {
    return { problem: "holds a NUL character" };
  }
  const text = bytes.toString("utf8");
  return { text: (text.startsWith("\ufeff") ? text.slice(1) : text).replaceAll("\r\n", "\n") };
}

/** SHA-256 of the normalised text, in hexadecimal digits. */
export function checksumOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
