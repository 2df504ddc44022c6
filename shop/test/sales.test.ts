// Sales figures: right to the cent, and by the day that a moment was in UTC, in whatever form it was stored.
import { beforeAll, expect, it } from "vitest";
import { makeCategory, makeOrder, makeProduct } from "./shelf.js";
import { adminClient, type Client, makeAdmin, type Opened, onBothEngines, openShop } from "./support.js";

onBothEngines("sales figures", (engine) => {
  let shop: Opened;
  let client: Client;
  let chair: number;
  let table: number;

  beforeAll(async () => {
    shop = await openShop(engine);
    client = await adminClient(shop.app, await makeAdmin(shop.db));
    const category = await makeCategory(shop.db);
    chair = (await makeProduct(shop.db, category, { name: "Chair" })).id;
    table = (await makeProduct(shop.db, category, { name: "Table" })).id;
    const order = (createdAt: string, total: string, more: object = {}) =>
      makeOrder(shop.db, { createdAt, total, ...more });
    const chairs = (quantity: number, total: string) => ({
      items: [{ productId: chair, quantity, total }],
    });
    await order("2024-02-28 23:59:59", "1000.00", chairs(9, "1000.00"));
    await order("2024-02-29 00:00:00", "0.10", chairs(1, "0.10"));
    await order("2024-02-29 23:59:59.999", "0.20", {
      items: [
        { productId: chair, quantity: 2, total: "0.15" },
        { productId: table, quantity: 1, total: "0.05" },
      ],
    });
    await order("2024-02-29T12:00:00.000Z", "19.99", {
      items: [{ productId: table, quantity: 1, total: "19.99" }],
    });
    await order("2024-02-29 12:00:00", "5.00", {
      paymentStatus: "refunded",
      status: "refunded",
      ...chairs(4, "5.00"),
    });
    await order("2024-02-29 12:00:00", "70.00", {
      paymentStatus: "pending",
      status: "pending",
      ...chairs(1, "70.00"),
    });
    await order("2024-02-29 12:00:00", "70.00", {
      paymentStatus: "failed",
      status: "cancelled",
      ...chairs(1, "70.00"),
    });
    await order("2024-03-02T23:59:59Z", "2.00", chairs(1, "2.00"));
    await order("2024-03-03 00:00:00", "1000.00", chairs(9, "1000.00"));
  });

  it("are told by day, days without an order too", async () => {
    const { status, body } = await client.get("/admin/sales/days?from=2024-02-29&to=2024-03-02");
    expect(status).toBe(200);
    expect(body).toEqual({
      orders: 5,
      gross: "27.29",
      refunded: "5.00",
      turnover: "22.29",
      days: [
        { day: "2024-02-29", orders: 4, gross: "25.29", refunded: "5.00", turnover: "20.29" },
        { day: "2024-03-01", orders: 0, gross: "0.00", refunded: "0.00", turnover: "0.00" },
        { day: "2024-03-02", orders: 1, gross: "2.00", refunded: "0.00", turnover: "2.00" },
      ],
    });
  });

  it("are told by product, the one that sold for most first", async () => {
    const { status, body } = await client.get("/admin/sales/products?from=2024-02-29&to=2024-03-02");
    expect(status).toBe(200);
    expect(body.items).toEqual([
      { productId: table, name: "Table", quantity: 2, gross: "20.04", refunded: "0.00", turnover: "20.04" },
      { productId: chair, name: "Chair", quantity: 4, gross: "7.25", refunded: "5.00", turnover: "2.25" },
    ]);
    const one = await client.get("/admin/sales/products?from=2024-02-29&to=2024-03-02&limit=1");
    expect(one.body.items).toHaveLength(1);
  });

  it("are of a day alone where both ends are the same", async () => {
    const { body } = await client.get("/admin/sales/days?from=2024-03-03&to=2024-03-03");
    expect(body).toMatchObject({ orders: 1, turnover: "1000.00", days: [{ day: "2024-03-03" }] });
  });

  it("need two days that are in the calendar and in their order, at most a year apart", async () => {
    for (const query of [
      "",
      "from=2024-01-01",
      "from=2024-02-30&to=2024-03-01",
      "from=2024-1-1&to=2024-03-01",
      "from=2024-03-02&to=2024-03-01",
      "from=2023-01-01&to=2024-03-01",
      "from=0000-01-01&to=0000-01-02",
      "from=0001-01-01&to=0001-01-02",
      "from=9999-12-30&to=9999-12-31",
      "from=2024-01-01&to=2024-01-02&sort=x",
    ]) {
      expect((await client.get(`/admin/sales/days?${query}`)).status, query).toBe(400);
      expect((await client.get(`/admin/sales/products?${query}`)).status, query).toBe(400);
    }
    expect((await client.get("/admin/sales/days?from=2024-01-01&to=2024-12-31")).body.days).toHaveLength(366);
  });

  // A TIMESTAMP of PostgreSQL drops the zone and adds the time of day, so only a SQLite file holds such text.
  if (engine === "sqlite") {
    it("count what an old shop wrote with a zone, or without a time of day", async () => {
      await makeOrder(shop.db, { createdAt: "2023-05-01T01:30:00+02:00", total: "1.00" }); // 30 April in UTC
      await makeOrder(shop.db, { createdAt: "2023-05-01", total: "2.00" });
      await makeOrder(shop.db, { createdAt: "2023-05-01T23:30:00-02:00", total: "4.00" }); // 2 May
      const { body } = await client.get("/admin/sales/days?from=2023-04-30&to=2023-05-02");
      expect(body.days.map((day: { turnover: string }) => day.turnover)).toEqual(["1.00", "2.00", "4.00"]);
      const first = await client.get("/admin/sales/days?from=2023-04-30&to=2023-04-30");
      expect(first.body.turnover).toBe("1.00");
    });
  }
});
