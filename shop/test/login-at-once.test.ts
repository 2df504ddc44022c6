// Logins that meet in the database run their transaction again, and each still does all that it should.
import { expect, it } from "vitest";
import { makeCategory, makeProduct } from "./shelf.js";
import { clientOf, makeCustomer, onBothEngines, openShop, PASSWORD } from "./support.js";

onBothEngines("logins at once", (engine) => {
  it("take every guest's cart with them, and end every guest's session", async () => {
    const { app, db } = await openShop(engine);
    const category = await makeCategory(db);
    // Which of them the database stops, and where, is chance: three rounds.
    for (let round = 0; round < 3; round++) {
      const guests = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const client = clientOf(app);
          const product = await makeProduct(db, category);
          const customer = await makeCustomer(db);
          await client.get("/session");
          expect((await client.post("/cart/items", { productId: product.id })).status).toBe(200);
          return { client, email: customer.email, product: product.id };
        }),
      );
      const answers = await Promise.all(
        guests.map(({ client, email }) => client.post("/login", { email, password: PASSWORD })),
      );
      expect(answers.map(({ status }) => status)).toEqual(guests.map(() => 200));
      for (const { client, product } of guests) {
        const { items } = (await client.get("/cart")).body;
        expect(items.map((item: { productId: number }) => item.productId)).toEqual([product]);
      }
    }
    expect(await db.query("select id from sessions where user_id is null")).toEqual([]);
  });
});
