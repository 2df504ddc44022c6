// Takes a postgres:// URL apart, after libpq's rules (PostgreSQL 34.1.1.2), with ORMs' query words left in.

import { OutgrowError } from "../../base/errors.js";

const SHAPE = "postgres://USER@HOST:5432/DATABASE";

/**
 * `postgres://user:password@host:port/database?key=value` as libpq's keywords (`host`, `port`, `user`, `password`,
 * `dbname`, `sslmode`, …) and whatever else the query names. The password may hold any character but `/`
 * unescaped. Throws `settings`; no message repeats a part that could be a password.
 */
export function parseUrl(text: string): Map<string, string> {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !/^postgres(ql)?(\+[a-z0-9]+)?$/.test(scheme)) {
    throw new OutgrowError(
      "settings",
      scheme === undefined
        ? "this is not a URL"
        : `the database's URL begins with "${scheme}:" and not with "postgres://"`,
      { hint: `write the target as ${SHAPE}` },
    );
  }
  const parts =
    /^\s*[a-z0-9+.-]+:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^/]*))?@)?(?<hosts>[^/?@#]*)(?:\/(?<database>[^?#@]*))?(?:\?(?<query>[^#]*))?\s*$/i.exec(
      text,
    )?.groups;
  if (parts === undefined) {
    throw new OutgrowError("settings", "the database's URL cannot be read", {
      hint: `write ${SHAPE}; in a password write / as %2F, # as %23, @ as %40 and % as %25`,
    });
  }
  const params = new Map<string, string>();
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined && value !== "") {
      params.set(key, value);
    }
  };
  put("user", decode(parts.user));
  put("password", decode(parts.password));
  const { host, port } = splitHost(parts.hosts ?? "");
  put("host", decode(host));
  put("port", port);
  put("dbname", decode(parts.database));
  for (const pair of (parts.query ?? "").split("&")) {
    const [key, ...value] = pair.split("=");
    put(decode(key) ?? "", decode(value.join("=")));
  }
  return params;
}

function splitHost(hosts: string): { host: string; port: string | undefined } {
  if (hosts.includes(",")) {
    throw new OutgrowError("settings", "the database's URL names several hosts", {
      hint: "name the one host that takes writes (the primary)",
    });
  }
  const found = /^(?:\[(?<six>[^\]]*)\]|(?<name>[^:]*))(?::(?<port>.*))?$/.exec(hosts)?.groups;
  if (found === undefined) {
    throw new OutgrowError("settings", "the host in the database's URL cannot be read", {
      hint: `write ${SHAPE}; an IPv6 address goes between brackets`,
    });
  }
  return { host: found.six ?? found.name ?? "", port: found.port };
}

/** Percent-decoded; as typed where a lone % makes that impossible, which passwords often have. */
function decode(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return text;
    }
    throw error;
  }
}
