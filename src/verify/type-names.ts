// Brings a type's name as DDL spells it and as PostgreSQL prints it (format_type) to one form.

/** Other names of built-in types (PostgreSQL, table 8.1) → the name format_type prints. */
const NAMES = new Map([
  ["int8", "bigint"],
  ["int", "integer"],
  ["int4", "integer"],
  ["int2", "smallint"],
  ["bool", "boolean"],
  ["float8", "double precision"],
  ["float", "double precision"],
  ["float4", "real"],
  ["decimal", "numeric"],
  ["varchar", "character varying"],
  ["char", "character"],
  ["bpchar", "character"],
  ["varbit", "bit varying"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz", "timestamp with time zone"],
  ["time", "time without time zone"],
  ["timetz", "time with time zone"],
]);

/** `varchar( 20 )` and `character varying(20)` alike become `character varying(20)`, `timestamptz(3)[]` keeps its parts. */
export function typeName(type: string): string {
  const text = type.trim().replace(/\s+/g, " ");
  // A quoted name is a user's own type, and its case counts.
  if (text.includes('"')) {
    return text;
  }
  const parts = /^([a-z_][a-z0-9_. ]*?) ?(\([^)]*\))? ?((?:with|without) time zone)?((?: ?\[\])*)$/i.exec(
    text,
  );
  if (parts === null) {
    return text.toLowerCase();
  }
  const [, base = "", modifier = "", zone, array = ""] = parts;
  const name = base.toLowerCase().replace(/^pg_catalog\./, "");
  const full = zone === undefined ? (NAMES.get(name) ?? name) : `${name} ${zone.toLowerCase()}`;
  const [first = "", ...rest] = full.split(" ");
  const digits = fullModifier(full, modifier.replaceAll(" ", ""));
  // PostgreSQL writes the precision of a time before its zone, every other one behind the name.
  const named = /^time(stamp)?$/.test(first) ? [first + digits, ...rest].join(" ") : full + digits;
  return named + array.replaceAll(" ", "");
}

/** numeric(10) is numeric(10,0), and char is char(1). */
function fullModifier(name: string, modifier: string): string {
  if (name === "character" && modifier === "") {
    return "(1)";
  }
  return name === "numeric" && /^\(\d+\)$/.test(modifier) ? modifier.replace(")", ",0)") : modifier;
}
