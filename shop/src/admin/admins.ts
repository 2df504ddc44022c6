// Who may administer the shop. A super admin decides; one who is active always stays.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound, Problem } from "../problem.js";
import { hashPassword } from "../secrets.js";
import { adminOf } from "../sessions.js";
import type { Shop } from "../shop.js";
import { byId, email, password, requiredText } from "../words.js";

export const ROLES = ["admin", "super_admin"] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;
export const adminName = requiredText(100);

export const adminProfile = z.object({
  id: z.number(),
  email: z.string(),
  name: z.string(),
  role,
  isActive: z.boolean(),
  lastLogin: z.date().nullable(),
  createdAt: z.date().nullable(),
});

interface AdminRow {
  id: number;
  email: string;
  password: string;
  name: string;
  role: Role | null;
  is_active: boolean | null;
  last_login: Date | null;
  created_at: Date | null;
}

const COLUMNS = "id, email, password, name, role, is_active, last_login, created_at";

export const shownAdmin = (row: AdminRow): z.infer<typeof adminProfile> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role ?? "admin",
  isActive: row.is_active === true,
  lastLogin: row.last_login,
  createdAt: row.created_at,
});

/** Old ones may differ in case alone; then the one whose case is that of the question, or else the oldest. */
export async function findAdmin(queries: Queries, address: string): Promise<AdminRow | null> {
  const rows = await queries.query<AdminRow>(
    `select ${COLUMNS} from admins where lower(email) = ? order by id`,
    [address.toLowerCase()],
  );
  return rows.find((row) => row.email === address) ?? rows[0] ?? null;
}

export async function adminById(queries: Queries, id: number): Promise<AdminRow> {
  const admin = await queries.get<AdminRow>(`select ${COLUMNS} from admins where id = ?`, [id]);
  if (admin === null) {
    throw notFound("admin");
  }
  return admin;
}

export interface NewAdmin {
  email: string;
  name: string;
  role: Role;
  password: string;
}

/** The key of the new one. Refuses an address that another has, in whatever case. */
export async function addAdmin(queries: Queries, admin: NewAdmin): Promise<number> {
  const hashed = await hashPassword(admin.password);
  return queries.transaction(async (tx) => {
    if ((await findAdmin(tx, admin.email)) !== null) {
      throw new Problem(409, "taken", "another admin has this e-mail address");
    }
    const { id } = await tx.execute("insert into admins (email, password, name, role) values (?, ?, ?, ?)", [
      admin.email.toLowerCase(),
      hashed,
      admin.name,
      admin.role,
    ]);
    return Number(id);
  });
}

export const adminAccountRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook("onRequest", async (request) => {
      adminOf(request, "super_admin");
    });

    app.get(
      "/admins",
      { schema: { response: { 200: z.object({ items: z.array(adminProfile) }) } } },
      async () => ({
        items: (await db.query<AdminRow>(`select ${COLUMNS} from admins order by id`)).map(shownAdmin),
      }),
    );

    app.post(
      "/admins",
      {
        schema: {
          body: z.strictObject({ email, name: adminName, password, role: role.default("admin") }),
          response: { 201: adminProfile },
        },
      },
      async ({ body }, reply) => {
        const id = await addAdmin(db, body);
        return reply.code(201).send(shownAdmin(await adminById(db, id)));
      },
    );

    app.patch(
      "/admins/:id",
      {
        schema: {
          params: byId,
          body: z.strictObject({ name: adminName, role, isActive: z.boolean() }).partial(),
          response: { 200: adminProfile },
        },
      },
      async ({ params, body }) =>
        db.transaction(async (tx) => {
          const before = shownAdmin(await adminById(tx, params.id));
          const after = {
            name: body.name ?? before.name,
            role: body.role ?? before.role,
            isActive: body.isActive ?? before.isActive,
          };
          await tx.execute("update admins set name = ?, role = ?, is_active = ? where id = ?", [
            after.name,
            after.role,
            after.isActive,
            before.id,
          ]);
          if (!after.isActive) {
            await tx.execute("delete from sessions where admin_id = ?", [before.id]);
          }
          await refuseNoSuperAdmin(tx);
          return shownAdmin(await adminById(tx, before.id));
        }),
    );
  };

/** Two who take the right from each other at once are kept apart by the transaction being serializable. */
async function refuseNoSuperAdmin(tx: Queries): Promise<void> {
  const left = await tx.get("select 1 as found from admins where role = ? and is_active is true", [
    "super_admin",
  ]);
  if (left === null) {
    throw new Problem(409, "last-super-admin", "the last active super admin has to stay one");
  }
}
