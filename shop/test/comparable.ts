// Answers without what differs from one shop to another: ids, tokens, order numbers, stamps, and the suite's own prefix.

import type { Recorded } from "./suite/client.js";
import type { RunningShop } from "./suite/given.js";

export function comparable({ answers, prefix }: RunningShop): Recorded[] {
  return answers.map(({ method, path, status, body }) => ({
    method,
    path: alike(path.replaceAll(/\/\d+(?=\/|$)/g, "/<id>"), prefix),
    status,
    body: withoutIds(body, prefix),
  }));
}

function withoutIds(value: unknown, prefix: string, field = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutIds(one, prefix, field));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withoutIds(inner, prefix, name)]),
    );
  }
  if (field === "csrfToken") return "<token>";
  if (typeof value === "number" && /^(id|.*Id)$/.test(field)) return "<id>";
  return typeof value === "string" ? alike(value, prefix) : value;
}

const alike = (text: string, prefix: string): string =>
  text
    .replaceAll(new RegExp(prefix, "gi"), "<prefix>")
    .replaceAll(/ORD-\d{4}-[0-9A-Z]{10}/g, "<order>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>");
