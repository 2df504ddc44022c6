// How a target's URL and environment are understood.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { findPassword } from "#outgrow/db/settings/password-file.js";
import { parseTarget, targetFromEnvironment } from "#outgrow/target/settings.js";
import { tempDir } from "../support/files.js";

function failure(run: () => unknown): OutgrowError {
  try {
    run();
  } catch (error) {
    if (error instanceof OutgrowError) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was thrown");
}

function fileWith(text: string, name: string, mode = 0o600): string {
  const path = join(tempDir(), name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("a URL", () => {
  it("names host, port, user, password and database", () => {
    expect(parseTarget("postgresql://ann:s3cret@db.example:6432/shop")).toMatchObject({
      host: "db.example",
      port: 6432,
      user: "ann",
      password: "s3cret",
      database: "shop",
      from: "argument",
      displayUrl: "postgres://ann@db.example:6432/shop",
    });
  });

  it("carries any password, percent-encoded", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (password) => {
        const url = `postgres://ann:${encodeURIComponent(password)}@h/db`;
        expect(parseTarget(url).password).toBe(password);
        expect(parseTarget(`postgres://ann@h/db?password=${encodeURIComponent(password)}`).password).toBe(
          password,
        );
      }),
    );
  });

  it.each(["p@ss", "p#ss", "p?ss=1", "p:ss", "100%", "%zz", "a&b", "ü", "p ss", "$(x)`'\""])(
    "takes the password %s as typed",
    (password) => {
      expect(parseTarget(`postgres://ann:${password}@h/db`)).toMatchObject({
        password,
        host: "h",
        database: "db",
      });
    },
  );

  it.each([
    "postgres://ann:top/secret@h/db",
    "postgres://ann:topsecret",
    "postgres://ann:top:secret@h:topsecret/db",
  ])("that cannot be read is refused without a piece of its password: %s", (url) => {
    const error = failure(() => parseTarget(url));
    expect(error.code).toBe("settings");
    expect(`${error.message} ${error.hint} ${error.cause}`).not.toContain("secret");
    expect(error.hint).toContain("%2F");
  });

  it.each([
    ["postgres://ann@/shop?host=/var/run/x", "/var/run/x", 5432],
    ["postgres://ann@%2Fvar%2Frun%2Fx:6432/shop", "/var/run/x", 6432],
    ["postgres:///shop?host=/var/run/x&port=6432&user=ann", "/var/run/x", 6432],
    ["postgres://ann@[::1]:6432/shop", "::1", 6432],
    ["postgresql+psycopg2://ann@h/shop", "h", 5432],
    ["postgres://h?user=ann&dbname=shop", "h", 5432],
  ])("in the form %s is read", (url, host, port) => {
    const settings = parseTarget(url);
    expect(settings).toMatchObject({ host, port, user: "ann", database: "shop" });
    expect(parseTarget(settings.displayUrl)).toMatchObject({ host, port, user: "ann", database: "shop" });
  });

  it("with an empty host takes a socket directory or localhost", () => {
    expect(parseTarget("postgres:///shop?port=1").host).toBe("localhost");
  });

  it.each([
    ["mysql://h/db", /begins with "mysql:"/],
    ["sqlite:store.db", /begins with "sqlite:"/],
    ["store.db", /not a URL/],
    ["postgres://h", /names no database/],
    ["postgres://h/", /names no database/],
    ["postgres://h:0/db", /port is not a number/],
    ["postgres://h:65536/db", /port is not a number/],
    ["postgres://h:x/db", /port is not a number/],
    ["postgres://a,b/db", /several hosts/],
    ["postgres://h/db?host=a,b", /several hosts/],
    ["postgres://h/db?sslmode=always", /sslmode "always" is not known/],
    ["postgres://h/db?connect_timeout=soon", /connect_timeout "soon"/],
    ["postgres://h/db?sslrootcert=/no/such/file", /\/no\/such\/file, cannot be read/],
  ])("%s is refused with a hint", (url, message) => {
    const error = failure(() => parseTarget(url));
    expect(error.code).toBe("settings");
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it("may hold ORMs' words: the schema is taken, the rest is named as ignored", () => {
    const settings = parseTarget(
      "postgres://ann@localhost/shop?schema=store&pgbouncer=true&connection_limit=5&target_session_attrs=read-write",
    );
    expect(settings.schema).toBe("store");
    expect(settings.warnings.join("\n")).toMatch(
      /PgBouncer[\s\S]*"connection_limit"[\s\S]*"target_session_attrs"/,
    );
    expect(parseTarget("postgres://h/db?currentSchema=a").schema).toBe("a");
    expect(parseTarget("postgres://h/db?options=-c%20search_path%3Db").schema).toBe("b");
    expect(parseTarget("postgres://h/db?options=-csearch_path=a,b").schema).toBeNull();
  });

  it("carries server options and a connection timeout", () => {
    const settings = parseTarget("postgres://h/db?options=-c%20work_mem%3D64MB&connect_timeout=3");
    expect(settings).toMatchObject({ options: "-c work_mem=64MB", connectTimeoutMs: 3000 });
    expect(parseTarget("postgres://h/db")).toMatchObject({ options: null, connectTimeoutMs: 10_000 });
  });
});

describe("TLS", () => {
  const authority = "-----BEGIN CERTIFICATE-----\n";

  it.each([
    ["localhost", "disable", "none"],
    ["127.0.0.1", "disable", "none"],
    ["[::1]", "disable", "none"],
    ["", "disable", "none"],
    ["db.example", "verify-full", "full"],
    ["10.0.0.5", "verify-full", "full"],
  ])("without sslmode at host %s is %s", (host, mode, verify) => {
    expect(parseTarget(`postgres://u@${host}/db${host === "" ? "?host=/tmp" : ""}`).ssl).toMatchObject({
      mode,
      verify,
    });
  });

  it.each([
    ["disable", "none", "none"],
    ["allow", "none", "none"],
    ["prefer", "none", "none"],
    ["require", "none", "ca"],
    ["verify-full", "full", "full"],
  ])("sslmode=%s verifies %s, with an authority %s", (mode, alone, withAuthority) => {
    const url = `postgres://u@db.example/db?sslmode=${mode}`;
    expect(parseTarget(url).ssl).toMatchObject({ mode, verify: alone });
    const file = fileWith(authority, "ca.pem");
    expect(parseTarget(`${url}&sslrootcert=${file}`).ssl).toMatchObject({ mode, verify: withAuthority });
  });

  it("warns where the server is not verified", () => {
    expect(parseTarget("postgres://u@db.example/db?sslmode=require").warnings.join()).toMatch(
      /does not verify/,
    );
    expect(parseTarget("postgres://u@db.example/db?sslmode=disable").warnings.join()).toMatch(/unencrypted/);
    expect(parseTarget("postgres://u@db.example/db").warnings).toEqual([]);
    expect(parseTarget("postgres://u@localhost/db").warnings).toEqual([]);
  });

  it("sslmode=verify-ca wants an authority", () => {
    expect(failure(() => parseTarget("postgres://u@h/db?sslmode=verify-ca")).hint).toContain(
      "sslrootcert=FILE",
    );
    const file = fileWith(authority, "ca.pem");
    expect(parseTarget(`postgres://u@h/db?sslmode=verify-ca&sslrootcert=${file}`).ssl).toMatchObject({
      verify: "ca",
      ca: authority,
    });
  });

  it("an authority without sslmode asks for verify-full, on this machine too", () => {
    const file = fileWith(authority, "ca.pem");
    expect(parseTarget(`postgres://u@localhost/db?sslrootcert=${file}`).ssl.verify).toBe("full");
  });

  it("sslrootcert=system means the authorities that come with Node, for verify-full only", () => {
    expect(parseTarget("postgres://u@h/db?sslrootcert=system").ssl).toMatchObject({
      verify: "full",
      ca: null,
    });
    expect(failure(() => parseTarget("postgres://u@h/db?sslrootcert=system&sslmode=require")).code).toBe(
      "settings",
    );
  });

  it("is not used on Unix sockets, as libpq does", () => {
    expect(parseTarget("postgres://u@/db?host=/tmp&sslmode=require").ssl.mode).toBe("disable");
  });

  it.each([
    ["ssl=true", "verify-full"],
    ["ssl=1", "verify-full"],
    ["ssl=false", "disable"],
    ["ssl=no-verify", "require"],
    ["ssl=true&sslmode=require", "require"],
  ])("drivers' word %s means %s", (query, mode) => {
    expect(parseTarget(`postgres://u@db.example/db?${query}`).ssl.mode).toBe(mode);
  });
});

describe("the environment", () => {
  const base = { HOME: "/nowhere" };

  it("names no target without its variables", () => {
    expect(targetFromEnvironment(base)).toBeNull();
    expect(
      targetFromEnvironment({ ...base, PGUSER: "u", PGPORT: "1", PGPASSWORD: "x", DB_NAME: "store.db" }),
    ).toBeNull();
    expect(targetFromEnvironment({ ...base, DATABASE_URL: "file:./dev.db" })).toBeNull();
  });

  it("is asked in order: OUTGROW_TARGET, DATABASE_URL, DB_*, PG*", () => {
    const all = {
      ...base,
      OUTGROW_TARGET: "postgres://u@one/db",
      DATABASE_URL: "postgres://u@two/db",
      DB_HOST: "three",
      DB_NAME: "db",
      PGHOST: "four",
      PGDATABASE: "db",
      PGUSER: "u",
    };
    const host = (env: Record<string, string | undefined>) => targetFromEnvironment(env)?.host;
    expect(host(all)).toBe("one");
    expect(host({ ...all, OUTGROW_TARGET: undefined })).toBe("two");
    expect(host({ ...all, OUTGROW_TARGET: undefined, DATABASE_URL: "file:dev.db" })).toBe("three");
    const last = { ...all, OUTGROW_TARGET: undefined, DATABASE_URL: undefined, DB_HOST: undefined };
    expect(host(last)).toBe("four");
    expect(targetFromEnvironment(last)?.from).toBe("PGHOST");
  });

  it("has the names of the shop's plan", () => {
    const env = {
      ...base,
      DB_HOST: "db.example",
      DB_PORT: "6432",
      DB_NAME: "eshop_production",
      DB_USER: "eshop_user",
      DB_PASSWORD: "p@ss/w:rd",
      DB_SSL: "true",
      PGPORT: "9999",
    };
    expect(targetFromEnvironment(env)).toMatchObject({
      host: "db.example",
      port: 6432,
      database: "eshop_production",
      user: "eshop_user",
      password: "p@ss/w:rd",
      ssl: { mode: "verify-full" },
    });
    expect(targetFromEnvironment({ ...env, DB_SSL: "false" })?.ssl.mode).toBe("disable");
    expect(targetFromEnvironment({ ...env, DB_SSL: "require" })?.ssl.mode).toBe("require");
    expect(failure(() => targetFromEnvironment({ ...env, DB_SSL: "maybe" })).code).toBe("settings");
    expect(failure(() => targetFromEnvironment({ ...env, DB_NAME: "" })).message).toMatch(/DB_NAME is not/);
  });

  it("hands secrets over in files too", () => {
    const file = fileWith("from-file\n", "secret");
    const env = { ...base, DB_HOST: "h", DB_NAME: "d", DB_USER: "u", DB_PASSWORD_FILE: file };
    expect(targetFromEnvironment(env)?.password).toBe("from-file");
    expect(failure(() => targetFromEnvironment({ ...env, DB_PASSWORD: "x" })).message).toMatch(/both/);
    expect(failure(() => targetFromEnvironment({ ...env, DB_PASSWORD_FILE: "/no/file" })).code).toBe(
      "settings",
    );
    const url = fileWith("postgres://u:pw@h/d\n", "url");
    expect(targetFromEnvironment({ ...base, DATABASE_URL_FILE: url })?.password).toBe("pw");
  });

  it("fills what a URL leaves open, as libpq does", () => {
    const env = {
      ...base,
      PGUSER: "bob",
      PGPASSWORD: "pw",
      PGPORT: "6432",
      PGSSLMODE: "require",
      PGDATABASE: "other",
    };
    expect(parseTarget("postgres://db.example/shop", env)).toMatchObject({
      user: "bob",
      password: "pw",
      port: 6432,
      database: "shop",
      ssl: { mode: "require" },
    });
    expect(parseTarget("postgres://db.example/shop?ssl=true", env).ssl.mode).toBe("verify-full");
    expect(parseTarget("postgres://ann:own@db.example:1/shop?sslmode=disable", env)).toMatchObject({
      user: "ann",
      password: "own",
      port: 1,
      ssl: { mode: "disable" },
    });
  });

  it("names a service, whose keywords come before PG* and after the URL's", () => {
    const file = fileWith(
      "# ours\n[other]\nhost=no\n\n[shop]\nhost=svc.example\nport=6000\ndbname=shop\nuser=svc\n",
      "svc",
    );
    const env = { ...base, PGSERVICE: "shop", PGSERVICEFILE: file, PGUSER: "bob" };
    expect(targetFromEnvironment(env)).toMatchObject({
      host: "svc.example",
      port: 6000,
      user: "svc",
      database: "shop",
    });
    expect(parseTarget("postgres://ann@/x?service=shop", { ...base, PGSERVICEFILE: file })).toMatchObject({
      host: "svc.example",
      user: "ann",
      database: "x",
    });
    expect(failure(() => targetFromEnvironment({ ...env, PGSERVICE: "none" })).message).toMatch(
      /no service "none"/,
    );
  });
});

describe("the password file", () => {
  const question = { host: "h", port: 5432, database: "db", user: "ann" };

  it.each([
    ["h:5432:db:ann:pw", "pw"],
    ["*:*:*:*:any", "any"],
    ["other:*:*:*:no\n#h:5432:db:ann:no\nh:*:*:ann:second", "second"],
    ["h:5432:db:ann:with:colon", "with:colon"],
    ["h:5432:db:ann:esc\\:aped\\\\", "esc:aped\\"],
    ["h:5433:db:ann:pw", null],
    ["", null],
  ])("%j gives %j", (file, password) => {
    expect(findPassword(file, question)).toBe(password);
  });

  it("calls a socket directory localhost too", () => {
    expect(findPassword("localhost:*:*:*:pw", { ...question, host: "/tmp" })).toBe("pw");
  });

  it("is used where nothing else names a password, unless others may read it", () => {
    const path = fileWith("*:*:*:*:from-file\n", "pgpass");
    expect(parseTarget("postgres://ann@h/db", { PGPASSFILE: path }).password).toBe("from-file");
    expect(parseTarget("postgres://ann:url@h/db", { PGPASSFILE: path }).password).toBe("url");
    expect(parseTarget("postgres://ann@h/db", { PGPASSFILE: path, PGPASSWORD: "env" }).password).toBe("env");
    chmodSync(path, 0o644);
    const settings = parseTarget("postgres://ann@localhost/db", { PGPASSFILE: path });
    expect(settings.password).toBeNull();
    expect(settings.warnings.join()).toMatch(/chmod 600/);
  });
});
