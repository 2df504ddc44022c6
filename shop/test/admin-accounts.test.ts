// Who gets in as an admin, and that nobody else passes any route of theirs.
import { beforeAll, describe, expect, it } from "vitest";
import {
  adminClient,
  type Client,
  clientOf,
  customerClient,
  makeAdmin,
  makeCustomer,
  type Opened,
  onBothEngines,
  openShop,
  PASSWORD,
  type Person,
} from "./support.js";

const ROUTES: readonly [keyof Omit<Client, "forgetToken">, string, object?][] = [
  ["get", "/admin/me"],
  ["post", "/admin/logout"],
  ["post", "/admin/me/password", { current: PASSWORD, password: "another one of mine" }],
  ["get", "/admin/admins"],
  ["post", "/admin/admins", { email: "eve@example.org", name: "Eve", password: PASSWORD }],
  ["patch", "/admin/admins/1", { isActive: false }],
  ["get", "/admin/products"],
  ["get", "/admin/products/1"],
  ["post", "/admin/products", { name: "x", price: "1", categoryId: 1 }],
  ["patch", "/admin/products/1", { price: "0.01" }],
  ["put", "/admin/products/1/status", { status: "active" }],
  ["delete", "/admin/products/1"],
  ["get", "/admin/orders"],
  ["get", "/admin/orders/ORD-1"],
  ["put", "/admin/orders/ORD-1/status", { status: "shipped" }],
  ["put", "/admin/orders/ORD-1/tracking", { trackingNumber: "T" }],
  ["get", "/admin/low-stock"],
  ["get", "/admin/categories"],
  ["post", "/admin/categories", { name: "x" }],
  ["patch", "/admin/categories/1", { name: "x" }],
  ["delete", "/admin/categories/1"],
  ["get", "/admin/reviews"],
  ["post", "/admin/reviews/1/approve"],
  ["post", "/admin/reviews/1/reject"],
  ["delete", "/admin/reviews/1"],
  ["get", "/admin/sales/days?from=2024-01-01&to=2024-01-02"],
  ["get", "/admin/sales/products?from=2024-01-01&to=2024-01-02"],
];

onBothEngines("admins", (engine) => {
  let shop: Opened;
  let root: Person;
  let asRoot: Client;
  let plain: Person;
  let asPlain: Client;

  beforeAll(async () => {
    shop = await openShop(engine);
    root = await makeAdmin(shop.db, "super_admin");
    asRoot = await adminClient(shop.app, root);
    plain = await makeAdmin(shop.db, "admin");
    asPlain = await adminClient(shop.app, plain);
  });

  it("are all the routes that the document lists below /api/admin", async () => {
    const answer = await shop.app.inject({ method: "GET", url: "/openapi.json" });
    expect(answer.statusCode).toBe(200);
    const listed = Object.entries(answer.json().paths as Record<string, object>).flatMap(([path, methods]) =>
      path.startsWith("/api/admin/") ? Object.keys(methods).map((method) => `${method} ${path}`) : [],
    );
    const tested = ROUTES.map(
      ([method, path]) =>
        `${method} /api${path.replace(/\?.*/, "").replace("/1", "/{id}").replace("/ORD-1", "/{number}")}`,
    );
    expect(listed.sort()).toEqual([...tested, "post /api/admin/login"].sort());
  });

  describe.each(ROUTES)("%s %s", (method, path, body) => {
    it("refuses guests, customers, and who is no longer an admin, whatever they send", async () => {
      const customer = await customerClient(shop.app, await makeCustomer(shop.db));
      const gone = await makeAdmin(shop.db, "super_admin");
      const asGone = await adminClient(shop.app, gone);
      await shop.db.execute("update admins set is_active = ? where id = ?", [false, gone.id]);
      for (const client of [clientOf(shop.app), customer, asGone]) {
        for (const sent of method === "get" || method === "delete" ? [undefined] : [body, { wrong: 1 }]) {
          // logout takes no input, and input of no route is looked at before the session
          const { status } = await client[method](path, sent);
          if (path === "/admin/me/password" && sent !== body) expect([400, 401]).toContain(status);
          else expect(status).toBe(401);
        }
      }
    });
  });

  it("log in and out, with a new session and a new token", async () => {
    const client = clientOf(shop.app);
    await client.get("/session");
    const { status, body, headers } = await client.post("/admin/login", {
      email: plain.email.toUpperCase(),
      password: PASSWORD,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      csrfToken: expect.any(String),
      admin: {
        id: plain.id,
        email: plain.email,
        name: "An admin",
        role: "admin",
        isActive: true,
        lastLogin: expect.any(String),
        createdAt: expect.any(String),
      },
    });
    expect(Math.abs(Date.parse(body.admin.lastLogin) - Date.now())).toBeLessThan(60_000);
    expect(headers["set-cookie"]).toMatch(/^shop_session=.*HttpOnly; Secure; SameSite=Lax$/);
    expect((await client.get("/admin/me")).body.csrfToken).toBe(body.csrfToken);
    client.forgetToken();
    expect((await client.post("/admin/logout")).status).toBe(403);
    await client.get("/admin/me");
    expect((await client.post("/admin/logout")).status).toBe(204);
    expect((await client.get("/admin/me")).status).toBe(401);
  });

  it("end a session that was there before the login", async () => {
    const fixed = clientOf(shop.app);
    await fixed.get("/session");
    const [before] = await shop.db.query<{ id: string }>(
      "select id from sessions order by created_at desc, id",
    );
    expect(before).toBeDefined();
    const { n: guests } = (await shop.db.get<{ n: number }>(
      "select count(*) as n from sessions where user_id is null and admin_id is null",
    )) as { n: number };
    await fixed.post("/admin/login", { email: plain.email, password: PASSWORD });
    expect(
      await shop.db.get("select count(*) as n from sessions where user_id is null and admin_id is null"),
    ).toEqual({ n: guests - 1 });
  });

  it("are answered alike for a wrong password, an unknown address and an account that is off", async () => {
    const off = await makeAdmin(shop.db);
    await shop.db.execute("update admins set is_active = ? where id = ?", [false, off.id]);
    const customer = await makeCustomer(shop.db);
    const tries = [
      { email: plain.email, password: "not this one at all" },
      { email: "nobody@example.org", password: PASSWORD },
      { email: off.email, password: PASSWORD },
      { email: customer.email, password: PASSWORD },
    ];
    const answers = await Promise.all(tries.map((sent) => clientOf(shop.app).post("/admin/login", sent)));
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0]?.body);
    }
  });

  it("can try a password only so often", async () => {
    const strict = await openShop(engine, { triesPerMinute: 3 });
    const client = clientOf(strict.app);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      statuses.push((await client.post("/admin/login", { email: "a@example.org", password: "x" })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it("change their own password, which ends their other sessions", async () => {
    const one = await makeAdmin(shop.db);
    const [here, elsewhere] = [await adminClient(shop.app, one), await adminClient(shop.app, one)];
    const password = "a new one, long enough";
    expect((await here.post("/admin/me/password", { current: "wrong", password })).status).toBe(403);
    expect((await here.post("/admin/me/password", { current: PASSWORD, password: "short" })).status).toBe(
      400,
    );
    expect((await here.post("/admin/me/password", { current: PASSWORD, password })).status).toBe(200);
    expect((await here.get("/admin/me")).status).toBe(200);
    expect((await elsewhere.get("/admin/me")).status).toBe(401);
    expect((await clientOf(shop.app).post("/admin/login", { email: one.email, password })).status).toBe(200);
  });

  it("are added by a super admin alone, who sees no password", async () => {
    const sent = { email: "Grace@Example.org", name: "Grace Hopper", password: "a compiler it is" };
    expect((await asPlain.post("/admin/admins", sent)).status).toBe(403);
    expect((await asPlain.get("/admin/admins")).status).toBe(403);
    expect((await asPlain.patch(`/admin/admins/${plain.id}`, { role: "super_admin" })).status).toBe(403);
    const { status, body } = await asRoot.post("/admin/admins", sent);
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: "grace@example.org", name: "Grace Hopper", role: "admin" });
    expect((await asRoot.post("/admin/admins", { ...sent, email: "GRACE@example.org" })).status).toBe(409);
    for (const wrong of [
      { password: "short" },
      { email: "x" },
      { role: "owner" },
      { isActive: true },
      { id: 1 },
    ]) {
      const answer = await asRoot.post("/admin/admins", { ...sent, email: "other@example.org", ...wrong });
      expect(answer.status, JSON.stringify(wrong)).toBe(400);
    }
    const { items } = (await asRoot.get("/admin/admins")).body;
    expect(items.map((one: { email: string }) => one.email)).toContain("grace@example.org");
    expect(JSON.stringify(items)).not.toContain("argon2");
    const grace = clientOf(shop.app);
    expect((await grace.post("/admin/login", { email: sent.email, password: sent.password })).status).toBe(
      200,
    );
  });

  it("lose their sessions at once when they are made inactive, and their rights with their role", async () => {
    const other = await makeAdmin(shop.db, "super_admin");
    const asOther = await adminClient(shop.app, other);
    expect((await asOther.get("/admin/admins")).status).toBe(200);
    const { body } = await asRoot.patch(`/admin/admins/${other.id}`, { role: "admin" });
    expect(body).toMatchObject({ role: "admin", isActive: true, name: "An admin" });
    expect((await asOther.get("/admin/admins")).status).toBe(403);
    expect((await asOther.get("/admin/products")).status).toBe(200);
    await asRoot.patch(`/admin/admins/${other.id}`, { isActive: false });
    expect((await asOther.get("/admin/products")).status).toBe(401);
    await asRoot.patch(`/admin/admins/${other.id}`, { isActive: true });
    expect((await asOther.get("/admin/products")).status).toBe(401);
    expect((await asRoot.patch("/admin/admins/999999", { isActive: true })).status).toBe(404);
  });

  it("are never left without an active super admin, not even by two who depose each other at once", async () => {
    await shop.db.execute("update admins set role = ? where id <> ?", ["admin", root.id]);
    for (const change of [{ role: "admin" }, { isActive: false }]) {
      const refused = await asRoot.patch(`/admin/admins/${root.id}`, change);
      expect([refused.status, refused.body.type]).toEqual([409, "urn:outgrow-shop:last-super-admin"]);
    }
    for (let round = 0; round < 5; round++) {
      const other = await makeAdmin(shop.db, "super_admin");
      const asOther = await adminClient(shop.app, other);
      const answers = await Promise.all([
        asRoot.patch(`/admin/admins/${other.id}`, { role: "admin" }),
        asOther.patch(`/admin/admins/${root.id}`, { role: "admin" }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const left = await shop.db.query(
        "select 1 from admins where role = 'super_admin' and is_active is true",
      );
      expect(left).toHaveLength(1);
      await shop.db.execute("update admins set role = ? where id = ?", ["super_admin", root.id]);
      await shop.db.execute("update admins set role = ? where id = ?", ["admin", other.id]);
    }
  });
});
