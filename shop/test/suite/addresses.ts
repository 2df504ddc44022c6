// A customer's addresses.

import { beforeAll, describe, expect, it } from "vitest";
import { badOptionalText, badText, refusesBadFields } from "./bad-input.js";
import type { Client } from "./client.js";
import { ADDRESS, type Given, makeCustomer } from "./given.js";
import type { Address, List } from "./shapes.js";

const BAD_COUNTRIES = ["", "G", "GBR", "gb", "G1", "ÄÖ", " GB", "GB\n", 5, null];

/** Of an address, where it stands alone or inside of a purchase. */
export const BAD_ADDRESS: Record<string, readonly unknown[]> = {
  firstName: badText(100),
  lastName: badText(100),
  company: badOptionalText(100),
  line1: badText(255),
  line2: badOptionalText(255),
  city: badText(100),
  state: badText(100),
  postalCode: badText(20),
  country: BAD_COUNTRIES,
};

export function addressChecks(given: Given): void {
  describe("addresses", () => {
    let client: Client;
    const make = async (more: object) =>
      (await client.post<Address>("/api/addresses", { ...ADDRESS, ...more })).body;
    const defaults = async () =>
      (await client.get<List<Address>>("/api/addresses")).body.items
        .filter(({ isDefault }) => isDefault)
        .map(({ id }) => id);

    beforeAll(async () => {
      client = (await makeCustomer(given())).client;
    });

    it("are none at first", async () => {
      expect(await client.get("/api/addresses")).toMatchObject({ status: 200, body: { items: [] } });
    });

    it("are kept as they were written, blanks around them aside", async () => {
      const answer = await client.post<Address>("/api/addresses", {
        ...ADDRESS,
        firstName: "  Zoë ",
        company: "",
        line2: "Hinterhof, 3. Stock links ß",
        phone: null,
      });
      expect(answer).toMatchObject({
        status: 201,
        body: {
          ...ADDRESS,
          type: "shipping",
          firstName: "Zoë",
          company: null,
          line2: "Hinterhof, 3. Stock links ß",
          phone: null,
          isDefault: true, // the first one
        },
      });
      expect((await client.get(`/api/addresses/${answer.body.id}`)).body).toEqual(answer.body);
    });

    it("have one default of each type", async () => {
      const before = await defaults();
      const second = await make({ isDefault: true });
      expect(await defaults()).toEqual([second.id]);
      const billing = await make({ type: "billing" });
      expect(await defaults()).toEqual([second.id, billing.id]);
      const third = await make({});
      expect(third.isDefault).toBe(false);
      const [first = 0] = before;
      expect((await client.patch(`/api/addresses/${first}`, { isDefault: true })).status).toBe(200);
      expect(await defaults()).toEqual([first, billing.id]);
    });

    it("have one default also when several are made at once", async () => {
      const quiet = given().quietClient();
      Object.assign(quiet, { cookie: client.cookie, csrf: client.csrf });
      const answers = await Promise.all(
        [1, 2, 3, 4].map(() => quiet.post("/api/addresses", { ...ADDRESS, isDefault: true })),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(await defaults()).toHaveLength(2); // one to ship to, one to bill
    });

    it("change what is sent and keep the rest", async () => {
      const made = await make({ company: "Engines & Co", phone: "1" });
      const changed = await client.patch<Address>(`/api/addresses/${made.id}`, { city: "Bath", phone: null });
      expect(changed.body).toEqual({ ...made, city: "Bath", phone: null });
      expect((await client.patch(`/api/addresses/${made.id}`, {})).body).toEqual(changed.body);
    });

    it("are gone when they are deleted", async () => {
      const { id } = await make({});
      expect((await client.delete(`/api/addresses/${id}`)).status).toBe(204);
      for (const answer of [
        await client.get(`/api/addresses/${id}`),
        await client.patch(`/api/addresses/${id}`, {}),
        await client.delete(`/api/addresses/${id}`),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { type: "urn:outgrow-shop:not-found" } });
      }
    });

    it.each(["0", "-1", "1.5", "a", "2147483648", "1e300", "%00", "1'", "null"])(
      "have no id %s",
      async (id) => {
        for (const method of ["GET", "PATCH", "DELETE"]) {
          const { status } = await client.ask(
            method,
            `/api/addresses/${id}`,
            method === "PATCH" ? {} : undefined,
          );
          expect(status).toBe(400);
        }
      },
    );

    refusesBadFields(() => client, {
      method: "POST",
      path: "/api/addresses",
      good: ADDRESS,
      required: Object.keys(ADDRESS),
      bad: {
        ...BAD_ADDRESS,
        type: ["", "home", "SHIPPING", 5, null],
        phone: badOptionalText(20),
        isDefault: [0, 1, "true", null],
      },
    });

    refusesBadFields(() => client, {
      method: "PATCH",
      path: "/api/addresses/1",
      good: { city: "Paris" },
      required: [],
      bad: { ...BAD_ADDRESS, phone: badOptionalText(20), isDefault: [false, 1, "true", null] },
    });

    it("do not change their type", async () => {
      const { id } = await make({});
      expect((await client.patch(`/api/addresses/${id}`, { type: "billing" })).status).toBe(400);
    });
  });
}
