// Removes passwords from connection strings and from any text that repeats one.

/** `postgres://user:secret@host/db?password=x` → `postgres://user:***@host/db?password=***`. */
export function redact(text: string): string {
  return text
    .replace(/(\bpostgres(?:ql)?:\/\/[^\s:/?#@]*):[^\s@]*@/gi, "$1:***@")
    .replace(/\b((?:ssl)?password)=('[^']*'|[^\s&]+)/gi, "$1=***");
}
