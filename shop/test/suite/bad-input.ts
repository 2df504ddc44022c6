// Each field of a form wrong in turn, and nothing else.

import { expect, it } from "vitest";
import type { Client } from "./client.js";

export interface Form {
  method: "POST" | "PATCH";
  path: string | (() => string);
  /** What would be taken. */
  good: Record<string, unknown>;
  required: readonly string[];
  bad: Record<string, readonly unknown[]>;
  headers?: Record<string, string>;
}

const CONTROLS = ["a\u0000b", "a\nb", "a\u001bb", "a\u007fb", "a\ud800b"];

/** In texts of several lines. */
export const CONTROLS_IN_LINES = CONTROLS.filter((text) => text !== "a\nb");

export const badText = (most: number): unknown[] => [
  "",
  "   ",
  "x".repeat(most + 1),
  ...CONTROLS,
  5,
  true,
  null,
  ["a"],
  { a: "a" },
];

export const badOptionalText = (most: number): unknown[] => [
  "x".repeat(most + 1),
  ...CONTROLS,
  5,
  false,
  ["a"],
  {},
];

export const BAD_EMAILS = [
  "",
  "a",
  "a@",
  "@b.org",
  "a b@c.org",
  "a@b.org\n",
  "a@b.org\u0000",
  "a@b..org",
  `${"a".repeat(250)}@b.org`,
  5,
  null,
  ["a@b.org"],
];

/** Of ids in bodies; ids in paths are texts anyway. */
export const BAD_IDS = [0, -1, 1.5, 2_147_483_648, 1e300, "1", "a", "", true, null, [1], {}];

export const BAD_QUANTITIES = [0, -1, 1.5, 100, 1e300, "2", true, null, [2], {}];

/** `badField` is where the answer says that the mistake is. */
export function refusesBadFields(client: () => Client, form: Form): void {
  const path = () => (typeof form.path === "string" ? form.path : form.path());
  const title = `${form.method} ${typeof form.path === "string" ? form.path : "of it"}`;
  const cases = Object.entries(form.bad).flatMap(([field, values]) =>
    values.map((value) => ({ field, value, shown: show(value) })),
  );
  const refused = async (body: unknown, field: string) => {
    const answer = await client().ask(form.method, path(), body, form.headers);
    expect(answer).toMatchObject({ status: 400, body: { type: "urn:outgrow-shop:invalid" } });
    const places = answer.body.errors?.map(({ at }) => at) ?? [];
    expect(places.filter((at) => at === `/${field}` || at.startsWith(`/${field}/`))).not.toEqual([]);
    expect(places.filter((at) => !at.startsWith(`/${field}`))).toEqual([]); // and nothing else is wrong
  };

  it.each(cases)(`${title} refuses $field $shown`, ({ field, value }) =>
    refused({ ...form.good, [field]: value }, field),
  );
  if (form.required.length > 0) {
    it.each(form.required)(`${title} refuses to go without %s`, (field) => {
      const { [field]: _, ...rest } = form.good;
      return refused(rest, field);
    });
  }
  it.each(["id", "isAdmin", "userId", "price", "constructor"])(
    `${title} refuses the unknown field %s`,
    async (field) => {
      const answer = await client().ask(form.method, path(), { ...form.good, [field]: 1 }, form.headers);
      expect(answer).toMatchObject({ status: 400, body: { type: "urn:outgrow-shop:invalid" } });
      expect(JSON.stringify(answer.body.errors)).toContain(field);
    },
  );
  it.each(["[]", '"text"', "5", "null", "", "{", "{'a':1}", '{"__proto__":{"a":1}}'])(
    `${title} refuses the body %s`,
    async (body) => {
      const answer = await client().ask(form.method, path(), body, {
        ...form.headers,
        "content-type": "application/json",
      });
      expect(answer.status).toBe(400);
    },
  );
}

/** For the title of a test. */
export const cut = (text: string): string =>
  text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text;

function show(value: unknown): string {
  return cut(JSON.stringify(value));
}
