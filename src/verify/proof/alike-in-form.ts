// Values that are another each time, by the clock or by chance: instants are to be near, the rest of one form.

/** A minute: both engines are asked one after the other. */
const NEAR_MS = 60_000;

export function alikeInForm(a: string, b: string): boolean {
  const [x, y] = [instantOf(a), instantOf(b)];
  if (x !== null && y !== null) {
    return Math.abs(x - y) < NEAR_MS;
  }
  const form = (text: string) =>
    text
      .replace(/[a-z]/g, "a")
      .replace(/[A-Z]/g, "A")
      .replace(/\d/g, "a")
      .replace(/-(?=a+$)/, "");
  const isInteger = (text: string) => /^-?\d+$/.test(text);
  return isInteger(a) && isInteger(b)
    ? true
    : form(a) === form(b) || form(a).toLowerCase() === form(b).toLowerCase();
}

/** Of ISO 8601 texts, and of counts that are seconds or milliseconds of our days. */
function instantOf(text: string): number | null {
  if (/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text)) {
    const time = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`);
    return Number.isNaN(time) ? null : time;
  }
  if (/^1\d{9}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  return /^1\d{12}(?:\.\d+)?$/.test(text) ? Number(text) : null;
}
