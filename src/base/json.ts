// JSON for documents that hold 64-bit integers and bytes.

/** BigInts become numbers where a double holds them exactly, else decimal strings; bytes become `\x` and hex. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => {
      if (typeof item === "bigint") {
        return Number.isSafeInteger(Number(item)) ? Number(item) : item.toString();
      }
      return item instanceof Uint8Array ? `\\x${Buffer.from(item).toString("hex")}` : item;
    },
    indent,
  );
}
