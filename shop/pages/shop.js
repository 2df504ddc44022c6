// A small storefront over the shop's API: browse, cart, checkout, order. Whatever a product is called stays text.

const page = document.getElementById("page");
let csrfToken = "";

/** The answer, or a problem as an Error that says what the server said. */
async function ask(method, path, body, headers = {}) {
  const answer = await fetch(`/api${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "GET" ? {} : { "x-csrf-token": csrfToken }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    throw Object.assign(new Error(told.title), { told });
  }
  return told;
}

/** An element with attributes, listeners (`onclick`) and children; texts become text nodes. */
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children);
  return element;
}

/** Runs what a person asked for; what goes wrong is told on the page. */
async function act(work) {
  page.querySelector(".problem")?.remove();
  try {
    await work();
  } catch (error) {
    page.prepend(h("p", { class: "problem", role: "alert" }, error.message));
  }
}

const button = (label, work) => h("button", { type: "button", onclick: () => act(work) }, label);

async function showCount(cart) {
  const { items } = cart ?? (await ask("GET", "/cart"));
  document.getElementById("count").textContent = String(
    items.reduce((sum, { quantity }) => sum + quantity, 0),
  );
}

async function addToCart(productId) {
  await showCount(await ask("POST", "/cart/items", { productId, quantity: 1 }));
}

async function browse(query) {
  const wanted = new URLSearchParams({ sort: "popular", perPage: "12", ...Object.fromEntries(query) });
  const found = await ask("GET", `/products?${wanted}`);
  const last = Math.max(1, Math.ceil(found.total / found.perPage));
  const to = (number) => `#/?${new URLSearchParams({ ...Object.fromEntries(query), page: String(number) })}`;
  return [
    h("h1", {}, query.get("q") === null ? "Products" : `Results for “${query.get("q")}”`),
    h("p", {}, found.total === 1 ? "1 product" : `${found.total} products`),
    h("ul", { class: "products" }, ...found.items.map(card)),
    h(
      "p",
      {},
      ...(found.page > 1 ? [h("a", { href: to(found.page - 1) }, "previous"), " "] : []),
      `page ${found.page} of ${last}`,
      ...(found.page < last ? [" ", h("a", { href: to(found.page + 1) }, "next")] : []),
    ),
  ];
}

const card = (product) =>
  h(
    "li",
    {},
    h("a", { href: `#/product/${encodeURIComponent(product.slug)}` }, product.name),
    h("p", {}, product.price),
    product.available > 0 ? button("Add to cart", () => addToCart(product.id)) : "sold out",
  );

async function product(slug) {
  const found = await ask("GET", `/products/${encodeURIComponent(slug)}`);
  return [
    h("h1", {}, found.name),
    h("p", {}, found.description ?? ""),
    h("p", {}, `${found.price}, ${found.available} in stock, rated ${found.rating} by ${found.reviewCount}`),
    found.available > 0 ? button("Add to cart", () => addToCart(found.id)) : "sold out",
  ];
}

async function cart() {
  const { items, subtotal } = await ask("GET", "/cart");
  if (items.length === 0) {
    return [h("h1", {}, "Cart"), h("p", {}, "There is nothing in it.")];
  }
  const change = (item, quantity) =>
    button(quantity < item.quantity ? "−" : "+", async () => {
      await (quantity === 0
        ? ask("DELETE", `/cart/items/${item.id}`)
        : ask("PATCH", `/cart/items/${item.id}`, { quantity }));
      await show();
    });
  const row = (item) =>
    h(
      "tr",
      {},
      h("td", {}, item.name, item.priceBefore === null ? "" : ` (was ${item.priceBefore} when you added it)`),
      h("td", {}, change(item, item.quantity - 1), ` ${item.quantity} `, change(item, item.quantity + 1)),
      h("td", {}, item.price),
      h("td", {}, item.total),
    );
  return [
    h("h1", {}, "Cart"),
    h("table", {}, h("tbody", {}, ...items.map(row))),
    h("p", {}, `Together ${subtotal}. `, h("a", { href: "#/checkout" }, "Check out")),
  ];
}

const FIELDS = [
  ["email", "E-mail", "email"],
  ["firstName", "First name", "given-name"],
  ["lastName", "Last name", "family-name"],
  ["line1", "Street", "address-line1"],
  ["city", "City", "address-level2"],
  ["state", "State", "address-level1"],
  ["postalCode", "Postal code", "postal-code"],
  ["country", "Country, as two letters", "country"],
];

async function checkout() {
  const quote = await ask("POST", "/checkout/quote", {});
  const key = crypto.randomUUID(); // one page, one order: a second click asks for the same
  const form = h(
    "form",
    { class: "checkout" },
    ...FIELDS.map(([name, label, autocomplete]) =>
      h("label", {}, label, h("input", { name, autocomplete, required: "" })),
    ),
    h("p", {}, `Goods ${quote.subtotal}, shipping ${quote.shipping}, tax ${quote.tax}: ${quote.total}`),
    h("button", { type: "submit" }, `Pay ${quote.total}`),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void act(async () => {
      const { email, ...shippingAddress } = Object.fromEntries(new FormData(form));
      const order = await ask(
        "POST",
        "/checkout",
        { email, shippingAddress, paymentToken: "tok_page", expectedTotal: quote.total },
        { "idempotency-key": key },
      );
      await showCount();
      page.replaceChildren(
        h("h1", {}, "Thank you"),
        h("p", {}, `Your order is ${order.orderNumber}, ${order.total}. It is ${order.status}.`),
      );
    });
  });
  return [h("h1", {}, "Check out"), form];
}

/** What the address after # names. */
async function show() {
  const [path = "/", query = ""] = location.hash.slice(1).split("?");
  const [, part = "", rest = ""] = path.split("/");
  await act(async () => {
    const pages = { product: () => product(decodeURIComponent(rest)), cart, checkout };
    const children = await (pages[part]?.() ?? browse(new URLSearchParams(query)));
    page.replaceChildren(...children);
    await showCount();
  });
}

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const q = new FormData(event.target).get("q").trim();
  location.hash = q === "" ? "#/" : `#/?${new URLSearchParams({ q })}`;
});
addEventListener("hashchange", () => void show());
({ csrfToken } = await ask("GET", "/session"));
await show();
