// A customer's addresses, one of each type the default.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound } from "./problem.js";
import { customerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import { byId, optionalText, requiredText } from "./words.js";

/** What an order copies. */
export const addressFields = {
  firstName: requiredText(100),
  lastName: requiredText(100),
  company: optionalText(100),
  line1: requiredText(255),
  line2: optionalText(255),
  city: requiredText(100),
  state: requiredText(100),
  postalCode: requiredText(20),
  country: z.string().regex(/^[A-Z]{2}$/, "two capital letters (ISO 3166-1)"),
};

export const postalAddress = z.strictObject(addressFields);
export type PostalAddress = z.infer<typeof postalAddress>;

const type = z.enum(["shipping", "billing"]);
const phone = optionalText(20);

const shownAddress = z.object({
  id: z.number(),
  type,
  firstName: z.string(),
  lastName: z.string(),
  company: z.string().nullable(),
  line1: z.string(),
  line2: z.string().nullable(),
  city: z.string(),
  state: z.string(),
  postalCode: z.string(),
  country: z.string(),
  phone: z.string().nullable(),
  isDefault: z.boolean(),
});
type Address = z.infer<typeof shownAddress>;

/** Field and column. */
const COLUMNS = {
  type: "type",
  firstName: "first_name",
  lastName: "last_name",
  company: "company",
  line1: "address_line_1",
  line2: "address_line_2",
  city: "city",
  state: "state",
  postalCode: "postal_code",
  country: "country",
  phone: "phone",
  isDefault: "is_default",
} as const;

const SELECT = `select id, ${Object.entries(COLUMNS)
  .map(([field, column]) => `${column} as "${field}"`)
  .join(", ")} from user_addresses`;

export async function findAddress(queries: Queries, userId: number, id: number): Promise<Address> {
  const address = await queries.get<Address>(`${SELECT} where id = ? and user_id = ?`, [id, userId]);
  if (address === null) {
    throw notFound("address");
  }
  return address;
}

export const addressRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/addresses",
      { schema: { response: { 200: z.object({ items: z.array(shownAddress) }) } } },
      async (request) => ({
        items: await db.query<Address>(`${SELECT} where user_id = ? order by id`, [customerOf(request)]),
      }),
    );

    app.get(
      "/addresses/:id",
      { schema: { params: byId, response: { 200: shownAddress } } },
      async (request) => findAddress(db, customerOf(request), request.params.id),
    );

    app.post(
      "/addresses",
      {
        schema: {
          body: z.strictObject({
            type: type.default("shipping"),
            ...addressFields,
            phone,
            isDefault: z.boolean().default(false),
          }),
          response: { 201: shownAddress },
        },
      },
      async (request, reply) => {
        const userId = customerOf(request);
        const made = await db.transaction(async (tx) => {
          const { body } = request;
          const others = await tx.get(
            "select 1 as found from user_addresses where user_id = ? and type = ?",
            [userId, body.type],
          );
          const isDefault = body.isDefault || others === null;
          if (isDefault) {
            await clearDefault(tx, userId, body.type);
          }
          const values = { ...body, isDefault };
          const fields = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
          const { id } = await tx.execute(
            `insert into user_addresses (user_id, ${fields.map((field) => COLUMNS[field]).join(", ")})
             values (?, ${fields.map(() => "?").join(", ")})`,
            [userId, ...fields.map((field) => values[field] ?? null)],
          );
          return findAddress(tx, userId, Number(id));
        });
        return reply.code(201).send(made);
      },
    );

    app.patch(
      "/addresses/:id",
      {
        schema: {
          params: byId,
          body: z.strictObject({ ...addressFields, phone, isDefault: z.literal(true) }).partial(),
          response: { 200: shownAddress },
        },
      },
      async (request) => {
        const userId = customerOf(request);
        return db.transaction(async (tx) => {
          const address = await findAddress(tx, userId, request.params.id);
          if (request.body.isDefault === true) {
            await clearDefault(tx, userId, address.type);
          }
          const changed = Object.entries(request.body).filter(([, value]) => value !== undefined);
          if (changed.length > 0) {
            await tx.execute(
              `update user_addresses set ${changed.map(([field]) => `${COLUMNS[field as keyof typeof COLUMNS]} = ?`).join(", ")}
                where id = ?`,
              [...changed.map(([, value]) => value), address.id],
            );
          }
          return findAddress(tx, userId, address.id);
        });
      },
    );

    app.delete(
      "/addresses/:id",
      { schema: { params: byId, response: { 204: z.null() } } },
      async (request, reply) => {
        const { changes } = await db.execute("delete from user_addresses where id = ? and user_id = ?", [
          request.params.id,
          customerOf(request),
        ]);
        if (changes === 0) {
          throw notFound("address");
        }
        return reply.code(204).send(null);
      },
    );
  };

async function clearDefault(tx: Queries, userId: number, of: string): Promise<void> {
  await tx.execute(
    "update user_addresses set is_default = ? where user_id = ? and type = ? and is_default = ?",
    [false, userId, of, true],
  );
}
