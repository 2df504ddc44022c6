// PostgreSQL functions that do what a SQLite function does and no built-in one does. Only those that a move needs are made,
// in the schema of its tables, so that a dump of that schema is whole. Each is tried against SQLite in test/sql.

import { quoteName, quotePath } from "../../base/quote.js";
import { SEARCH_HELPERS } from "./search-helpers.js";

export type HelperName = keyof typeof HELPERS;

/** The helpers that translations asked for. */
export class HelperSet {
  private readonly names = new Set<HelperName>();
  private unnamed = 0;

  /** The placeholder that `withSchema` replaces by the function's full name. */
  add(name: HelperName): string {
    this.names.add(name);
    return `\u0001${name}\u0001`;
  }

  /** A number for a subquery that has no name, as PostgreSQL before 16 demands one. */
  count(): number {
    this.unnamed += 1;
    return this.unnamed;
  }

  /** With those that they call. */
  get all(): HelperName[] {
    const all = new Set<HelperName>();
    const take = (name: HelperName) => {
      all.add(name);
      const { body } = HELPERS[name] as Helper;
      for (const [, needed] of body.matchAll(/\u0001(\w+)\u0001/g)) {
        take(needed as HelperName);
      }
    };
    this.names.forEach(take);
    return [...all].sort();
  }
}

/**
 * Puts the functions' schema into translated SQL. What stands between \u0002 is made only where a translation asks for it,
 * and not wherever the function is made that names it.
 */
export function withSchema(sql: string, schema: string): string {
  return sql.replace(/[\u0001\u0002](\w+)[\u0001\u0002]/g, (_, name: string) => quotePath(schema, name));
}

export function createHelper(name: HelperName, schema: string): string {
  const {
    kind,
    args,
    returns,
    body,
    language = "sql",
    volatility = "immutable",
    cost,
  } = HELPERS[name] as Helper;
  if (kind === "dictionary") {
    // CREATE TEXT SEARCH DICTIONARY knows neither OR REPLACE nor IF NOT EXISTS.
    return `do $sqlite$ begin
  if not exists (select from pg_catalog.pg_ts_dict
                  where dictname = '${name}' and dictnamespace = ($name$${quoteName(schema)}$name$)::regnamespace) then
    create text search dictionary ${quotePath(schema, name)} (${body});
  end if;
end $sqlite$`;
  }
  return withSchema(
    `create or replace function \u0001${name}\u0001(${args}) returns ${returns} language ${language} ${volatility} parallel safe${cost === undefined ? "" : ` cost ${cost}`} set search_path = pg_catalog, pg_temp as $sqlite$${body}$sqlite$`,
    schema,
  );
}

/** What kind of object it is, in the words of DROP. */
export function helperKind(name: HelperName): "function" | "text search dictionary" {
  return (HELPERS[name] as Helper).kind === "dictionary" ? "text search dictionary" : "function";
}

interface Helper {
  /** A function where it is left out; a dictionary's `body` are its options. */
  kind?: "dictionary";
  args: string;
  returns: string;
  body: string;
  language?: "sql" | "plpgsql";
  volatility?: "immutable" | "stable" | "volatile";
  /** By which the planner weighs an index against calling the function for every row (CREATE FUNCTION, COST). */
  cost?: number;
}

const HELPERS = {
  ...SEARCH_HELPERS,
  /** CAST(text AS INTEGER): the longest prefix that is an integer, else 0; beyond 64 bits the nearest. */
  sqlite_integer: {
    args: "value text",
    returns: "bigint",
    body: `
  select case when value is null then null
              else greatest(-9223372036854775808, least(9223372036854775807,
                     coalesce(substring(value from '^[ \\t\\n\\v\\f\\r]*([+-]?[0-9]+)')::numeric, 0)))::bigint end`,
  },
  /** What NUMERIC affinity makes of a text: the number that it is as a whole, else NULL ("Datatypes In SQLite" 3.3). */
  sqlite_number: {
    args: "value text",
    returns: "numeric",
    body: `
  select substring(value from '^[ \\t\\n\\v\\f\\r]*([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)[ \\t\\n\\v\\f\\r]*$')::numeric`,
  },
  /** CAST(text AS REAL): the longest prefix that is a number, else 0. */
  sqlite_real: {
    args: "value text",
    returns: "double precision",
    body: `
  select case when value is null then null
              else coalesce(substring(value from '^[ \\t\\n\\v\\f\\r]*([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)')::double precision, 0) end`,
  },
  /** json_valid(text): whether it is a JSON text of RFC 8259. */
  sqlite_json_valid: {
    args: "value text",
    returns: "boolean",
    language: "plpgsql",
    body: `
begin
  perform value::json;
  return case when value is not null then true end;
exception when others then
  return false;
end`,
  },
  /** What json_extract makes of a value, as text: a string without its quotes, true and false as 1 and 0. */
  sqlite_json_text: {
    args: "value json",
    returns: "text",
    body: `
  select case json_typeof(value) when 'boolean' then case when value #>> '{}' = 'true' then '1' else '0' end
                                 when 'null' then null
                                 else value #>> '{}' end`,
  },
  /** The moment that a time value names; NULL where it is none ("Date And Time Functions" section 2). */
  sqlite_moment: {
    args: "value text",
    returns: "timestamp",
    language: "plpgsql",
    body: `
declare
  part text[] := regexp_match(value, '^\\s*(?:(\\d{4})-(\\d\\d)-(\\d\\d)(?:[ T]+|$))?(?:(\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d+)?)?\\s*(?:([zZ])|([+-])(\\d\\d):(\\d\\d))?\\s*)?$');
  moment timestamp;
begin
  if part is null or (part[1] is null and part[4] is null) then
    if value !~ '^\\s*[+-]?\\d+(?:\\.\\d*)?\\s*$' then
      return null;
    elsif value::double precision not between 1721425.5 and 5373484.4 then
      raise exception using errcode = 'datetime_field_overflow',
        message = 'the Julian day ' || value || ' is not between the years 1 and 9999';
    end if;
    return timestamp '1970-01-01' + (value::double precision - 2440587.5) * interval '1 day';
  end if;
  if coalesce(part[2], '01')::integer not between 1 and 12 or coalesce(part[3], '01')::integer not between 1 and 31
     or coalesce(part[4], '0')::integer > 24 or coalesce(part[5], '0')::integer > 59 or coalesce(part[6], '0')::integer > 59 then
    return null;
  end if;
  moment := make_date(coalesce(part[1], '2000')::integer, coalesce(part[2], '01')::integer, 1)
    + (coalesce(part[3], '01')::integer - 1) * interval '1 day'
    + coalesce(part[4], '0')::integer * interval '1 hour' + coalesce(part[5], '0')::integer * interval '1 minute'
    + (coalesce(part[6], '0') || coalesce(substr(part[7], 1, 4), ''))::numeric * interval '1 second';
  return case when part[9] is null then moment
    else moment - (part[9] || '1')::integer * (part[10]::integer * 60 + part[11]::integer) * interval '1 minute' end;
end`,
  },
  /** Half away from zero, by the digits that the number prints; PostgreSQL rounds a double to even (func.c, roundFunc). */
  sqlite_round: {
    args: "value double precision, digits integer",
    returns: "double precision",
    body: `
  select case when abs(value) < 4503599627370496 then round(value::text::numeric, least(digits, 30))::double precision
              else value end`,
  },
  /** The moment that many seconds after 1970, to the millisecond; NULL outside of the years 1 to 9999. */
  sqlite_epoch: {
    args: "seconds double precision",
    returns: "timestamp",
    body: `
  select case when seconds >= -62135596800 and seconds < 253402300800 then
    timestamp '1970-01-01' + floor(seconds * 1000 + 0.5) * interval '1 millisecond' end`,
  },
  /** A moment after a modifier such as +1 month ("Date And Time Functions" section 3). */
  sqlite_moved: {
    args: "moment timestamp, modifier text",
    returns: "timestamp",
    language: "plpgsql",
    body: `
declare
  part text[] := regexp_match(modifier, '^([+-]?\\d+)(\\.\\d+)? (second|minute|hour|day|month|year)s?$');
  whole integer;
begin
  if modifier like 'start of %' then
    return date_trunc(substr(modifier, 10), moment);
  elsif modifier like 'weekday %' then
    return moment + ((7 + substr(modifier, 9)::integer - extract(dow from moment)::integer) % 7) * interval '1 day';
  elsif part[3] in ('month', 'year') then
    whole := part[1]::integer * case part[3] when 'year' then 12 else 1 end;
    -- A day that the month lacks runs over into the next.
    return date_trunc('month', moment) + whole * interval '1 month' + (moment - date_trunc('month', moment));
  end if;
  return moment + (part[1] || coalesce(part[2], ''))::double precision * ('1 ' || part[3])::interval;
end`,
  },
  /** to_char of a moment by patterns that no locale changes. */
  sqlite_print: {
    args: "moment timestamp, pattern text",
    returns: "text",
    body: "select to_char(moment, pattern)",
  },
  /** substr(text, start, length) with SQLite's negative starts and lengths. */
  sqlite_substr: {
    args: "value text, start bigint, length bigint",
    returns: "text",
    body: `
  select case when value is null or start is null or length is null then null
    else (select case when stop > first then substr(value, first::integer, (stop - first)::integer) else '' end
            from (select greatest(1, least(a, b)) as first, least(n + 1, greatest(a, b)) as stop
                    from (select n, s as a, case when length < 0 then s + length else s + length end as b
                            from (select char_length(value) as n,
                                         case when start < 0 then char_length(value) + start + 1
                                              when start = 0 then 0 else start end as s) as x) as y) as z) end`,
  },
  /** A double as a 32-bit float of C, which PostgreSQL would refuse where it is out of range; NULL counts as 0. */
  sqlite_float: {
    args: "value double precision",
    returns: "double precision",
    body: `
  select case when value is null or abs(value) <= 7.006492321624085e-46 then 0::double precision
              when value >= 3.4028235677973366e38 then 'infinity'::double precision
              when value <= -3.4028235677973366e38 then '-infinity'::double precision
              else value::real::double precision end`,
  },
  /**
   * A lower bound of an R-Tree: a float that is not above it (rtree.c of SQLite 3.53, rtreeValueDown; that of 3.54 may
   * come one float nearer).
   */
  sqlite_rtree_down: {
    args: "value double precision",
    returns: "double precision",
    body: `
  select case when \u0001sqlite_float\u0001(value) > value
              then \u0001sqlite_float\u0001(value * (1 + case when value < 0 then 1 else -1 end / 8388608.0::double precision))
              else \u0001sqlite_float\u0001(value) end`,
  },
  /** An upper bound of an R-Tree, in the same way (rtreeValueUp). */
  sqlite_rtree_up: {
    args: "value double precision",
    returns: "double precision",
    body: `
  select case when \u0001sqlite_float\u0001(value) < value
              then \u0001sqlite_float\u0001(value * (1 + case when value < 0 then -1 else 1 end / 8388608.0::double precision))
              else \u0001sqlite_float\u0001(value) end`,
  },
  /** ST_IsEmpty of a geometry in a GeoPackage: a flag of its header (OGC 12-128r19, 2.1.3). NULL for other bytes. */
  gpkg_is_empty: {
    args: "geometry bytea",
    returns: "boolean",
    body: `
  select case when substr(geometry, 1, 2) = 'GP' and octet_length(geometry) > 7 then get_byte(geometry, 3) & 16 <> 0 end`,
  },
  /** The IEEE 754 double of the eight bytes at \`at\`. */
  gpkg_double: {
    args: "bytes bytea, at integer, little boolean",
    returns: "double precision",
    language: "plpgsql",
    body: `
declare
  bits bigint := 0;
  exponent integer;
  mantissa bigint;
begin
  for i in 0..7 loop
    bits := (bits << 8) | get_byte(bytes, at + case when little then 7 - i else i end);
  end loop;
  exponent := (bits >> 52) & 2047;
  mantissa := bits & 4503599627370495;
  if exponent = 2047 then
    return case when mantissa <> 0 then 'NaN' when bits < 0 then '-infinity' else 'infinity' end;
  end if;
  return case when bits < 0 then -1 else 1 end * power(2::double precision, greatest(exponent, 1) - 1075)
    * (mantissa + case when exponent = 0 then 0 else 4503599627370496 end)::double precision;
end`,
  },
  /** The 32-bit number without a sign of the four bytes at \`at\`. */
  gpkg_count: {
    args: "bytes bytea, at integer, little boolean",
    returns: "bigint",
    body: `
  select (get_byte(bytes, at + case when little then 3 else 0 end)::bigint << 24) | (get_byte(bytes, at + case when little then 2 else 1 end) << 16)
       | (get_byte(bytes, at + case when little then 1 else 2 end) << 8) | get_byte(bytes, at + case when little then 0 else 3 end)`,
  },
  /**
   * Least x, most x, least y and most y of a geometry in a GeoPackage: from its header where that has them, else from the
   * points of its WKB (OGC 12-128r19, 2.1.3; OGC 06-103r4, 8.2). NULL where it is empty, or no such geometry.
   */
  gpkg_envelope: {
    args: "geometry bytea",
    returns: "double precision[]",
    language: "plpgsql",
    body: `
declare
  at integer := 8;
  little boolean;
  kind bigint;
  width integer;
  parts bigint;
  points bigint;
  left_to_read bigint := 1;
  x double precision;
  y double precision;
  bounds double precision[];
begin
  if \u0001gpkg_is_empty\u0001(geometry) is not false then
    return null;
  end if;
  little := get_byte(geometry, 3) & 1 = 1;
  if (get_byte(geometry, 3) >> 1) & 7 between 1 and 4 then
    return array[\u0001gpkg_double\u0001(geometry, 8, little), \u0001gpkg_double\u0001(geometry, 16, little),
                 \u0001gpkg_double\u0001(geometry, 24, little), \u0001gpkg_double\u0001(geometry, 32, little)];
  end if;
  while left_to_read > 0 loop
    left_to_read := left_to_read - 1;
    little := get_byte(geometry, at) = 1;
    kind := \u0001gpkg_count\u0001(geometry, at + 1, little);
    at := at + 5;
    width := 2 + case when kind & 2147483648 <> 0 or (kind & 65535) / 1000 in (1, 3) then 1 else 0 end
               + case when kind & 1073741824 <> 0 or (kind & 65535) / 1000 in (2, 3) then 1 else 0 end;
    if kind & 536870912 <> 0 then
      at := at + 4;
    end if;
    kind := (kind & 65535) % 1000;
    parts := 1;
    if kind in (3, 17) then
      parts := \u0001gpkg_count\u0001(geometry, at, little);
      at := at + 4;
    elsif kind not in (1, 2, 8) then
      if kind not in (4, 5, 6, 7, 9, 10, 11, 12, 15, 16) then
        return null;
      end if;
      left_to_read := left_to_read + \u0001gpkg_count\u0001(geometry, at, little);
      at := at + 4;
      continue;
    end if;
    for part in 1..parts loop
      points := 1;
      if kind <> 1 then
        points := \u0001gpkg_count\u0001(geometry, at, little);
        at := at + 4;
      end if;
      for point in 1..points loop
        x := \u0001gpkg_double\u0001(geometry, at, little);
        y := \u0001gpkg_double\u0001(geometry, at + 8, little);
        at := at + 8 * width;
        if x <> 'NaN' and y <> 'NaN' then
          bounds := array[least(bounds[1], x), greatest(bounds[2], x), least(bounds[3], y), greatest(bounds[4], y)];
        end if;
      end loop;
    end loop;
  end loop;
  return bounds;
end`,
  },
} satisfies Record<string, Helper>;
