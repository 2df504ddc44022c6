// Registration, verification, login, passwords, the own profile, and leaving.

import { beforeAll, describe, expect, it } from "vitest";
import { BAD_EMAILS, badOptionalText, badText, refusesBadFields } from "./bad-input.js";
import type { Client } from "./client.js";
import {
  type Customer,
  type Given,
  lastToken,
  logIn,
  mailsTo,
  makeCustomer,
  newEmail,
  PASSWORD,
} from "./given.js";
import type { Profile, SessionShown } from "./shapes.js";

const HOUR_MS = 3600 * 1000;
const BAD_PASSWORDS = ["", "too short", "x".repeat(201), 5, null, ["a long enough one"]];
const BAD_TOKENS = ["", "short", "x".repeat(101), 5, null, ["x".repeat(40)]];
const NAMES = { firstName: "Zoë", lastName: "O'Neill-Ñandú" };

export function accountChecks(given: Given): void {
  describe("registering", () => {
    let email: string;
    beforeAll(() => {
      email = newEmail(given());
    });

    it("takes a new e-mail, in any case, and stores it in small letters", async () => {
      const answer = await given()
        .client()
        .post("/api/register", { email: email.toUpperCase(), password: PASSWORD, ...NAMES });
      expect(answer).toMatchObject({ status: 202, body: {} });
      const row = await given().db.get("select email, password, email_verified from users where email = ?", [
        email,
      ]);
      expect(row).toMatchObject({ email_verified: false });
      expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });

    it("answers the same for an e-mail that is taken, and tells its owner by mail", async () => {
      const client = given().client();
      const taken = { email, password: "another password", firstName: "Eve", lastName: "E" };
      const answer = await client.post("/api/register", taken);
      expect(answer).toMatchObject({ status: 202, body: {} });
      const count = await given().db.get<{ total: number }>(
        "select count(*) as total from users where lower(email) = ?",
        [email],
      );
      expect(Number(count?.total)).toBe(1);
      expect((await mailsTo(given(), email)).map(({ template }) => template)).toEqual(["account-exists"]);
      expect(await client.post("/api/login", { email, password: taken.password })).toMatchObject({
        status: 401,
      });
    });

    it("makes one account of two requests at once", async () => {
      const twice = newEmail(given());
      const body = { email: twice, password: PASSWORD, ...NAMES };
      const answers = await Promise.all([1, 2].map(() => given().quietClient().post("/api/register", body)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      const rows = await given().db.query("select id from users where email = ?", [twice]);
      expect(rows).toHaveLength(1);
    });

    it("stores tokens as their hash alone", async () => {
      const token = await lastToken(given(), email.toUpperCase(), "verify-email");
      expect(await given().db.get("select id from email_tokens where token = ?", [token])).toBeNull();
    });

    it("is verified by the token of the mail, once", async () => {
      const client = given().client();
      const token = await lastToken(given(), email.toUpperCase(), "verify-email");
      expect((await client.post("/api/verify-email", { token })).status).toBe(204);
      const again = await client.post("/api/verify-email", { token });
      expect(again).toMatchObject({ status: 400, body: { type: "urn:outgrow-shop:bad-token" } });
      await logIn(client, email);
      expect((await client.get<Profile>("/api/me")).body).toMatchObject({
        email,
        emailVerified: true,
        phone: null,
        ...NAMES,
      });
    });

    it("is not verified by a token that is 48 hours old, nor by one that is none", async () => {
      const shop = given();
      const client = shop.client();
      const late = newEmail(shop);
      await client.post("/api/register", { email: late, password: PASSWORD, ...NAMES });
      const token = await lastToken(shop, late, "verify-email");
      await at(48 * HOUR_MS + 1, async () => {
        expect(await client.post("/api/verify-email", { token })).toMatchObject({
          status: 400,
          body: { type: "urn:outgrow-shop:bad-token" },
        });
      });
      expect((await client.post("/api/verify-email", { token: "x".repeat(43) })).status).toBe(400);
      expect((await client.post("/api/password/reset", { token, password: PASSWORD })).status).toBe(400);
      await at(47 * HOUR_MS, async () => {
        expect((await client.post("/api/verify-email", { token })).status).toBe(204);
      });
    });

    refusesBadFields(() => given().client(), {
      method: "POST",
      path: "/api/register",
      good: { email: "someone@example.org", password: PASSWORD, ...NAMES },
      required: ["email", "password", "firstName", "lastName"],
      bad: {
        email: BAD_EMAILS,
        password: BAD_PASSWORDS,
        firstName: badText(100),
        lastName: badText(100),
        phone: badOptionalText(20),
      },
    });
    refusesBadFields(() => given().client(), {
      method: "POST",
      path: "/api/verify-email",
      good: { token: "x".repeat(43) },
      required: ["token"],
      bad: { token: BAD_TOKENS },
    });
  });

  describe("logging in", () => {
    let customer: Customer;
    beforeAll(async () => {
      customer = await makeCustomer(given());
    });

    it("takes the e-mail in any case", async () => {
      const client = given().client();
      const answer = await client.post<SessionShown>("/api/login", {
        email: customer.email.toUpperCase(),
        password: PASSWORD,
      });
      expect(answer).toMatchObject({ status: 200, body: { user: { email: customer.email } } });
      expect(JSON.stringify(answer.body)).not.toMatch(/argon2|password/);
    });

    it("answers the same for a wrong password and for an unknown e-mail", async () => {
      const client = given().client();
      const known = await client.post("/api/login", { email: customer.email, password: "a wrong one" });
      const unknown = await client.post("/api/login", { email: newEmail(given()), password: "a wrong one" });
      expect(known).toMatchObject({ status: 401, body: { type: "urn:outgrow-shop:wrong-login" } });
      expect(unknown.status).toBe(known.status);
      expect(unknown.body).toEqual(known.body);
      expect(client.cookie).toBeNull();
    });

    it("does not take the hash for the password, nor an account whose password is none", async () => {
      const shop = given();
      const old = newEmail(shop);
      await shop.db.execute(
        "insert into users (email, password, first_name, last_name) values (?, ?, ?, ?)",
        [old, "md5:0123456789abcdef", "Old", "Account"],
      );
      for (const password of ["md5:0123456789abcdef", "", "x"]) {
        expect((await shop.client().post("/api/login", { email: old, password })).status).toBe(401);
      }
    });

    it("of two old accounts that differ in case, takes the one that is written so", async () => {
      const shop = given();
      const small = newEmail(shop);
      const row = await shop.db.get<{ password: string }>("select password from users where id = ?", [
        customer.id,
      ]);
      for (const email of [small, small.toUpperCase()]) {
        await shop.db.execute(
          "insert into users (email, password, first_name, last_name) values (?, ?, ?, ?)",
          [email, row?.password, email === small ? "Small" : "Capital", "Letters"],
        );
      }
      for (const [email, firstName] of [
        [small, "Small"],
        [small.toUpperCase(), "Capital"],
      ]) {
        const answer = await shop.client().post<SessionShown>("/api/login", { email, password: PASSWORD });
        expect(answer.body.user).toMatchObject({ firstName });
      }
    });

    refusesBadFields(() => given().client(), {
      method: "POST",
      path: "/api/login",
      good: { email: "someone@example.org", password: "x" },
      required: ["email", "password"],
      bad: { email: BAD_EMAILS, password: ["x".repeat(201), 5, null, ["x"], {}] },
    });
  });

  describe("a forgotten password", () => {
    let customer: Customer;
    beforeAll(async () => {
      customer = await makeCustomer(given());
    });
    const forgot = (email: string) => given().client().post("/api/password/forgot", { email });

    it("is answered the same for an unknown e-mail, which gets no mail", async () => {
      const unknown = newEmail(given());
      const [known, none] = [await forgot(customer.email.toUpperCase()), await forgot(unknown)];
      expect(known.status).toBe(202);
      expect(none).toMatchObject({ status: known.status, body: known.body });
      expect(await mailsTo(given(), unknown)).toEqual([]);
      expect((await mailsTo(given(), customer.email)).map(({ template }) => template)).toEqual([
        "reset-password",
      ]);
    });

    it("is set anew by a token younger than an hour, once; every session and every other token ends", async () => {
      const shop = given();
      const client = shop.client();
      const first = await lastToken(shop, customer.email, "reset-password");
      await forgot(customer.email);
      const second = await lastToken(shop, customer.email, "reset-password");
      const reset = (token: string, password = "a new password") =>
        client.post("/api/password/reset", { token, password });
      await at(HOUR_MS + 1000, async () => expect((await reset(second)).status).toBe(400));
      expect((await client.post("/api/verify-email", { token: second })).status).toBe(400); // of another kind
      expect((await customer.client.get("/api/me")).status).toBe(200);
      expect((await reset(second)).status).toBe(204);
      expect((await reset(second, "yet another one")).status).toBe(400);
      expect((await reset(first, "yet another one")).status).toBe(400);
      expect((await customer.client.get("/api/me")).status).toBe(401);
      expect((await client.post("/api/login", { email: customer.email, password: PASSWORD })).status).toBe(
        401,
      );
      await logIn(client, customer.email, "a new password");
      expect((await client.get("/api/me")).body).toMatchObject({ emailVerified: true });
      expect((await mailsTo(shop, customer.email)).at(-1)?.template).toBe("password-changed");
    });

    refusesBadFields(() => given().client(), {
      method: "POST",
      path: "/api/password/forgot",
      good: { email: "someone@example.org" },
      required: ["email"],
      bad: { email: BAD_EMAILS },
    });
    refusesBadFields(() => given().client(), {
      method: "POST",
      path: "/api/password/reset",
      good: { token: "x".repeat(43), password: PASSWORD },
      required: ["token", "password"],
      bad: { token: BAD_TOKENS, password: BAD_PASSWORDS },
    });
  });

  describe("the own profile", () => {
    let customer: Customer;
    let client: Client;
    beforeAll(async () => {
      customer = await makeCustomer(given());
      client = customer.client;
    });

    it("changes what is sent and keeps the rest", async () => {
      const phone = await client.patch<Profile>("/api/me", { phone: " +44 20 7946 0000 " });
      expect(phone).toMatchObject({
        status: 200,
        body: { firstName: "Ada", lastName: "Lovelace", phone: "+44 20 7946 0000" },
      });
      const name = await client.patch<Profile>("/api/me", { firstName: "Augusta" });
      expect(name.body).toMatchObject({ firstName: "Augusta", phone: "+44 20 7946 0000" });
      expect((await client.patch("/api/me", {})).body).toEqual(name.body);
      expect((await client.get("/api/me")).body).toEqual(name.body);
    });

    it.each([null, ""])("empties the phone with %j", async (phone) => {
      await client.patch("/api/me", { phone: "1" });
      expect((await client.patch("/api/me", { phone })).body).toMatchObject({ phone: null });
    });

    it("keeps names as they were written", async () => {
      const firstName = "Ｚoë ‘née’ 🎁 İstanbul ß";
      expect((await client.patch("/api/me", { firstName })).body).toMatchObject({ firstName });
    });

    it("changes the password for who knows it: this session goes on as a new one, others end", async () => {
      const other = given().client();
      await logIn(other, customer.email);
      const wrong = await client.post("/api/me/password", { current: "wrong", password: "a new password" });
      expect(wrong).toMatchObject({ status: 403, body: { type: "urn:outgrow-shop:wrong-password" } });
      const before = client.cookie;
      const right = await client.post("/api/me/password", { current: PASSWORD, password: "a new password" });
      expect(right.status).toBe(200);
      expect(client.cookie).not.toBe(before);
      expect((await client.get("/api/me")).status).toBe(200);
      expect((await client.patch("/api/me", {})).status).toBe(200); // the token is that of the new session
      expect((await other.get("/api/me")).status).toBe(401);
    });

    it("is left by who knows the password; nobody can log in any more", async () => {
      const other = given().client();
      await logIn(other, customer.email, "a new password");
      expect((await client.post("/api/me/deactivate", { password: "wrong" })).status).toBe(403);
      expect((await client.post("/api/me/deactivate", { password: "a new password" })).status).toBe(204);
      expect(client.cookie).toBeNull();
      expect((await other.get("/api/me")).status).toBe(401);
      const login = await other.post("/api/login", { email: customer.email, password: "a new password" });
      expect(login).toMatchObject({ status: 401, body: { type: "urn:outgrow-shop:wrong-login" } });
      const mails = (await mailsTo(given(), customer.email)).length;
      expect((await other.post("/api/password/forgot", { email: customer.email })).status).toBe(202);
      expect(await mailsTo(given(), customer.email)).toHaveLength(mails);
    });

    describe("of a customer", () => {
      let someone: Client;
      beforeAll(async () => {
        someone = (await makeCustomer(given())).client;
      });
      refusesBadFields(() => someone, {
        method: "PATCH",
        path: "/api/me",
        good: { firstName: "Ada" },
        required: [],
        bad: {
          firstName: badText(100),
          lastName: badText(100),
          phone: badOptionalText(20),
        },
      });
      refusesBadFields(() => someone, {
        method: "POST",
        path: "/api/me/password",
        good: { current: PASSWORD, password: PASSWORD },
        required: ["current", "password"],
        bad: { current: ["x".repeat(201), 5, null, []], password: BAD_PASSWORDS },
      });
      refusesBadFields(() => someone, {
        method: "POST",
        path: "/api/me/deactivate",
        good: { password: "wrong" },
        required: ["password"],
        bad: { password: ["x".repeat(201), 5, null, []] },
      });
      it("takes no e-mail", async () => {
        expect((await someone.patch("/api/me", { email: "new@example.org" })).status).toBe(400);
      });
    });
  });

  async function at(aheadMs: number, work: () => Promise<void>): Promise<void> {
    const { clock } = given();
    clock.aheadMs = aheadMs;
    try {
      await work();
    } finally {
      clock.aheadMs = 0;
    }
  }
}
