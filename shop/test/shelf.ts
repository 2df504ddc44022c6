// Rows that tests begin with, written as the shop's other parts write them.
import type { Database } from "../../dist/db/index.js";

let count = 0;

export async function makeCategory(db: Database, name = `Category ${++count}`): Promise<number> {
  const { id } = await db.execute("insert into categories (name, slug) values (?, ?)", [
    name,
    `category-${++count}`,
  ]);
  return Number(id);
}

export interface Shelved {
  id: number;
  slug: string;
}

export async function makeProduct(
  db: Database,
  categoryId: number,
  columns: Readonly<Record<string, unknown>> = {},
): Promise<Shelved> {
  const slug = `product-${++count}`;
  const row = {
    name: `Product ${count}`,
    slug,
    price: "10.00",
    category_id: categoryId,
    stock: 10,
    ...columns,
  };
  const { id } = await db.execute(
    `insert into products (${Object.keys(row).join(", ")}) values (${Object.keys(row).map(() => "?")})`,
    Object.values(row),
  );
  return { id: Number(id), slug };
}

export interface OrderOf {
  userId?: number;
  status?: string;
  paymentStatus?: string;
  total?: string;
  /** As text, since old shops wrote several forms. */
  createdAt?: string;
  items?: readonly { productId: number; quantity: number; total: string }[];
}

export async function makeOrder(db: Database, order: OrderOf): Promise<number> {
  const address = ["first_name", "last_name", "address_line_1", "city", "state", "postal_code", "country"];
  const places = ["billing", "shipping"].flatMap((kind) => address.map((field) => `${kind}_${field}`));
  const { id } = await db.execute(
    `insert into orders (order_number, user_id, email, status, payment_status, subtotal, total, created_at,
                         ${places.join(", ")})
     values (?, ?, ?, ?, ?, ?, ?, ?, ${places.map(() => "?")})`,
    [
      `O-${++count}`,
      order.userId ?? null,
      "ada@example.org",
      order.status ?? "delivered",
      order.paymentStatus ?? "paid",
      order.total ?? "10.00",
      order.total ?? "10.00",
      order.createdAt ?? "2024-03-01 12:00:00",
      ...places.map((place) => (place.endsWith("country") ? "GB" : "x")),
    ],
  );
  for (const { productId, quantity, total } of order.items ?? []) {
    await db.execute(
      `insert into order_items (order_id, product_id, product_name, quantity, price, total)
       values (?, ?, ?, ?, ?, ?)`,
      [Number(id), productId, "as it was called then", quantity, total, total],
    );
  }
  return Number(id);
}
