import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { countOrphans, resolveForeignKey } from "#outgrow/source/foreign-keys.js";
import { openSource } from "#outgrow/source/open-source.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { makeSqlite } from "../support/files.js";

function orphansOf(child: string, content: Parameters<typeof makeSqlite>[0]): number {
  const source = openSource(makeSqlite(content));
  try {
    const catalog = readCatalog(source);
    const table = catalog.tables.find(({ name }) => name === child);
    const [key] = table?.foreignKeys ?? [];
    if (table === undefined || key === undefined) throw new Error(`no foreign key of ${child}`);
    const resolved = resolveForeignKey(catalog, key);
    if ("problem" in resolved) throw new Error(resolved.problem);
    return countOrphans(source.db, table, key, resolved);
  } finally {
    source.close();
  }
}

describe("countOrphans", () => {
  // Whole REALs refer to integers; SQLite's own check of the same rows is the judge.
  const parents = { "without a gap": "(1), (2), (3)", "with gaps": "(1), (3), (7)" };
  for (const [gaps, ids] of Object.entries(parents)) {
    it.each(["real", "", "numeric", "integer", "double precision"])(
      `counts as SQLite does where a column declared "%s" refers to ids ${gaps}`,
      (type) => {
        const content = `
          create table parent (id integer primary key);
          create table c (n integer primary key, up ${type} references parent);
          insert into parent values ${ids};
          insert into c (up) values (1), (2.0), (3.0), (2.5), (7.0), (null), (9), (1e300), (-1.0)`;
        const db = new Database(makeSqlite(`pragma foreign_keys = off; ${content}`), { readonly: true });
        const judged = (db.pragma("foreign_key_check") as unknown[]).length;
        db.close();
        expect(judged).toBe(5);
        expect(orphansOf("c", `pragma foreign_keys = off; ${content}`)).toBe(judged);
      },
    );
  }

  it.each(["t", "p", "P", "q"])("counts the orphans of a self-reference in a table named %s", (name) => {
    expect(
      orphansOf(
        name,
        `create table ${name} (id integer primary key, up integer references ${name});
         insert into ${name} values (1, null), (2, 1), (3, 1), (4, 99), (9, 2)`,
      ),
    ).toBe(1);
  });

  it.each(["c", "p"])("counts them in a table named %s that refers to texts of another collation", (name) => {
    expect(
      orphansOf(
        name,
        `create table parent (code text primary key collate nocase);
         create table ${name} (code text references parent (code));
         insert into parent values ('a'), ('b'); insert into ${name} values ('a'), ('A'), ('c'), (null)`,
      ),
    ).toBe(2);
  });

  it.each([
    ["blob", 2], // compared as text
    ["text", 2],
  ])("looks at what is stored in a %s, where NOT NULL was declared later", (type, orphans) => {
    const other = type === "blob" ? "x'79'" : "'y'";
    expect(
      orphansOf("c", (db) => {
        db.exec(
          `create table parent (code text later unique);
           create table c (code ${type} later references parent (code));
           insert into parent values ('a'), (null);
           insert into c values ('a'), ('x'), (${other}), (null)`,
        );
        db.unsafeMode(true).pragma("writable_schema = on");
        db.exec("update sqlite_schema set sql = replace(sql, 'later', 'not null')");
      }),
    ).toBe(orphans);
  });

  it.each([
    ["without gaps, of no type", "p", "(1), (2), (3)", 2],
    ["without gaps, REAL", "p real", "(1), (2), (3)", 2],
    ["with gaps, of no type", "p", "(1), (2), (5)", 3],
    ["with gaps, REAL", "p real", "(1), (2), (5)", 3],
  ])("counts whole REALs that refer to integers as SQLite does, %s", (_, column, parents, orphans) => {
    // 1.0 and 1 are equal ("Datatypes In SQLite" 4.2); 2.5 lies between two ids and is none.
    expect(
      orphansOf(
        "c",
        `pragma foreign_keys = off; create table p (id integer primary key); create table c (${column} references p (id));
         insert into p values ${parents}; insert into c values (1.0), (2), (3.0), (2.5), (9.0), (null)`.replace(
          "(3.0)",
          orphans === 3 ? "(5.0), (3.0)" : "(3.0)",
        ),
      ),
    ).toBe(orphans);
  });

  it("compares each column of a key as its two sides are", () => {
    expect(
      orphansOf(
        "c",
        `pragma foreign_keys = off; create table p (a integer, b text, primary key (a, b));
         create table c (a, b, foreign key (a, b) references p (a, b));
         insert into p values (1, 'x'), (2, '5');
         insert into c values (1.0, 'x'), (2, 5), (2.0, '5'), (2.0, 'x'), (1.5, 'x'), ('1', 'x'), (null, 'x')`,
      ),
    ).toBe(2);
  });

  it("looks closer at what is no number among ids without gaps", () => {
    expect(
      orphansOf(
        "c",
        `pragma foreign_keys = off; create table p (id integer primary key); create table c (p references p (id));
         insert into p values (1), (2), (3); insert into c values (1), ('2'), ('x'), (4)`,
      ),
    ).toBe(2);
  });
});
