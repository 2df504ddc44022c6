// Fills categories and products of the sample shop.

import { CLOSING_MS, DAY_MS, OPENING_MS, sqlTime } from "./shop-clock.js";
import { type Cell, type MadeProduct, openTable, type ShopWriter } from "./shop-writer.js";
import { CATEGORY_WORDS, COLOURS, PRODUCT_ADJECTIVES, PRODUCT_NOUNS, SENTENCES } from "./words.js";

/**
 * A tree three levels deep. One root was later put under a category with a higher id, as an admin does it:
 * rows in the order of their ids do not satisfy the foreign key.
 */
export function makeCategories(shop: ShopWriter): void {
  const { random, size } = shop;
  const rows = openTable(shop.db, "categories", [
    "name",
    "slug",
    "description",
    "icon",
    "image",
    "parent_id",
    "sort_order",
    "is_active",
    "created_at",
    "updated_at",
  ]);
  const rootCount = CATEGORY_WORDS.length;
  for (let id = 1; id <= size.categories; id++) {
    const word = CATEGORY_WORDS[(id - 1) % rootCount] ?? "Other";
    const time = sqlTime(OPENING_MS + id * 60_000);
    rows.add([
      id <= rootCount ? word : `${word} ${id}`,
      slugOf(id <= rootCount ? word : `${word} ${id}`),
      random.chance(0.3) ? null : random.pick(SENTENCES),
      random.chance(0.5) ? random.pick(["👟", "📚", "🎧", "icon-bag"]) : null,
      random.chance(0.4) ? `/img/categories/${id}.webp` : null,
      id <= rootCount
        ? null
        : id <= 3 * rootCount
          ? ((id - 1) % rootCount) + 1
          : rootCount + 1 + random.below(2 * rootCount),
      id % 10,
      random.chance(0.95) ? 1 : 0,
      time,
      time,
    ]);
  }
  rows.flush();
  shop.db.prepare("update categories set parent_id = ? where id = 1").run(rootCount + 2);
}

/** Writes `size.products` products and remembers what an order repeats of them. */
export function makeProducts(shop: ShopWriter): void {
  const rows = openTable(shop.db, "products", [
    "name",
    "slug",
    "description",
    "short_description",
    "sku",
    "price",
    "original_price",
    "cost_price",
    "category_id",
    "stock",
    "weight",
    "dimensions",
    "images",
    "featured_image",
    "tags",
    "attributes",
    "status",
    "is_featured",
    "meta_title",
    "meta_description",
    "sales_count",
    "view_count",
    "rating",
    "review_count",
    "specifications",
    "shipping",
    "created_at",
    "updated_at",
  ]);
  for (let id = 1; id <= shop.size.products; id++) {
    const product = makeProduct(shop, id);
    shop.products.push(product);
    rows.add(productCells(shop, id, product));
  }
  rows.flush();
}

function makeProduct({ random }: ShopWriter, id: number): MadeProduct {
  return {
    name: `${random.pick(PRODUCT_ADJECTIVES)} ${random.pick(PRODUCT_NOUNS)}${random.chance(0.1) ? " ✨" : ""}`,
    sku: random.chance(0.05) ? null : `SKU-${String(id).padStart(6, "0")}`,
    image: random.chance(0.1) ? null : `/img/products/${id}/main.webp`,
    cents: random.chance(0.3) ? 100 * (1 + random.below(300)) : 100 + random.below(30_000),
  };
}

function productCells({ random, size }: ShopWriter, id: number, product: MadeProduct): Cell[] {
  const madeMs = OPENING_MS + random.below(CLOSING_MS - OPENING_MS - 100 * DAY_MS);
  const featured = random.chance(0.1);
  const describe = (sentenceCount: number): string =>
    Array.from({ length: sentenceCount }, () => random.pick(SENTENCES)).join(" ");
  return [
    product.name,
    `${slugOf(product.name)}-${id}`,
    random.chance(0.05) ? null : describe(3 + random.below(4)),
    random.chance(0.2) ? "" : describe(1),
    product.sku,
    product.cents / 100,
    random.chance(0.3) ? (product.cents + 100 * (1 + random.below(50))) / 100 : null,
    random.chance(0.9) ? Math.floor(product.cents * 0.6) / 100 : null,
    1 + random.below(size.categories),
    random.below(500),
    random.chance(0.15) ? null : random.below(20_000) / 1_000,
    random.chance(0.2)
      ? null
      : JSON.stringify({ length: random.below(1000) / 10, width: random.below(90), unit: "cm" }),
    JSON.stringify([0, 1, 2].map((nth) => `/img/products/${id}/${nth}.webp`)),
    product.image,
    random.chance(0.1) ? "[]" : JSON.stringify([random.pick(COLOURS), "neu", "50% off"]),
    random.chance(0.3)
      ? null
      : JSON.stringify({
          colour: random.pick(COLOURS),
          sizes: [38, 39, 40.5],
          eco: random.chance(0.5),
          note: 'say "hi" 👋',
        }),
    random.pick(["active", "active", "active", "active", "inactive", "draft"]),
    featured ? 1 : 0,
    featured ? `${product.name} | Shop` : null,
    featured ? describe(1) : null,
    random.below(5_000),
    random.below(100_000),
    random.below(501) / 100,
    random.below(400),
    random.chance(0.4)
      ? null
      : JSON.stringify({ Material: "Baumwolle", "Weight (kg)": random.below(9_999) / 1_000, parts: null }),
    random.chance(0.2)
      ? null
      : JSON.stringify({ free: random.chance(0.3), days: [1 + random.below(3), 7], zones: ["EU", "US"] }),
    sqlTime(madeMs),
    sqlTime(madeMs + random.below(100 * DAY_MS)),
  ];
}

/** Lower-case ASCII letters and digits with dashes: `Crème Brûlée` → `creme-brulee`. */
function slugOf(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
