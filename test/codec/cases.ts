// Every codec with values that fit it, and what PostgreSQL must hold for each, computed apart from the codec.
import fc from "fast-check";
import type { ProfileNeeds, Value } from "./crossing.js";
import { anyBlob, anyInt, anyReal, cleanText, clock, day, digits, int, MAX, MIN } from "./values.js";

export interface Case {
  id: string;
  fitting: fc.Arbitrary<Value>;
  /** SQL that is true where the stored `v` is not what `e`, the text of `expected`, says. */
  differs: string;
  expected(value: Value): string | null;
  /** Declared type of the source column; without one all storage classes stay as they are. */
  declared?: string;
  needs?: ProfileNeeds;
}

const typed = (type: string) => `v is distinct from e::${type}`;
const asText = "v::text is distinct from e";
const bits = (type: string) => `float8send(v::float8) is distinct from float8send(e::${type}::float8)`;
const micros = "extract(epoch from v)*1000000 is distinct from e::numeric";

const text = (value: Value) => (value === null ? null : String(value));
const double = (value: Value) => (Object.is(value, -0) ? "-0" : text(value));
const hex = (value: Value) => (Buffer.isBuffer(value) ? `\\x${value.toString("hex")}` : null);

const FIRST = -62_135_596_800n;
const LAST = 253_402_300_799n;
const instants = (perSecond: bigint, at1970: bigint, step = 1n): fc.Arbitrary<bigint> => {
  const [low, high] = [FIRST * perSecond + at1970, LAST * perSecond + perSecond - 1n + at1970];
  return int((low < MIN ? MIN : low) / step, (high > MAX ? MAX : high) / step).map((n) => n * step);
};

/** Each count as a rational of microseconds: value * numerator / denominator + offset. */
const count = (id: string, perSecond: bigint, at1970 = 0n, step = 1n): Case[] =>
  [id, `${id}(timestamp)`].map((name) => ({
    id: name,
    fitting: instants(perSecond, at1970, step),
    differs: micros,
    expected: (v) => (typeof v === "bigint" ? String(((v - at1970) * 1_000_000n) / perSecond) : null),
    needs: { remainder: step },
  }));

const seconds = (id: string, offset: number): Case[] =>
  [id, `${id}(timestamp)`].map((name) => ({
    id: name,
    // Up to 2^53 microseconds, where each microsecond is a double of its own.
    fitting: fc
      .oneof(
        fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }).map((n) => Number(n) / 1e6),
        fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }),
        fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }).map((n) => n / 1e3),
      )
      .filter((v) => !Object.is(v, -0)),
    differs: micros,
    expected: (v) => (v === null ? null : String(microsOfDecimal(Number(v)) + BigInt(offset) * 1_000_000n)),
    needs: { scale: 5 },
  }));

function microsOfDecimal(value: number): bigint {
  const [whole = "0", fraction = ""] = value.toFixed(6).split(".");
  return BigInt(whole + fraction);
}

const julian = ["julian", "julian(timestamp)"].map(
  (id): Case => ({
    id,
    fitting: fc.oneof(
      fc.double({ min: 1_721_425.5, max: 5_373_484.499999, noNaN: true }),
      fc.integer({ min: 1_721_426, max: 5_373_484 }),
      fc.integer({ min: 1_721_425, max: 5_373_483 }).map((n) => n + 0.5),
      fc.constantFrom(1_721_425.5, 2_440_587.5, 5_373_484.499999999),
    ),
    differs: `abs(extract(epoch from v)*1000000 - e::numeric) > 0.5001`,
    // A double is a multiple of 2^-32 here, so this is exact but for the last division.
    expected(v) {
      if (v === null) return null;
      const units = BigInt(Math.round((Number(v) - 2_440_587.5) * 2 ** 32));
      const nanos = (units * 86_400_000_000_000n) / 2n ** 32n;
      return `${nanos < 0n ? "-" : ""}${(nanos < 0n ? -nanos : nanos) / 1000n}.${String((nanos < 0n ? -nanos : nanos) % 1000n).padStart(3, "0")}`;
    },
  }),
);

const FRACTIONS: Record<string, fc.Arbitrary<string>> = {
  none: fc.constant(""),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [String(n), digits(n)])),
  min: fc.oneof(...[1, 2, 3, 4, 5, 6].map(digits)).map((part) => part.replace(/\.?0*$/, "")),
  "0or3": fc.oneof(
    fc.constant(""),
    digits(3).filter((part) => part !== ".000"),
  ),
  "0or6": fc.oneof(
    fc.constant(""),
    digits(6).filter((part) => part !== ".000000"),
  ),
};

const times = (fraction: string) =>
  fraction === "minute"
    ? clock.map((time) => time.slice(0, 5))
    : fc.tuple(clock, FRACTIONS[fraction] ?? fc.constant("")).map((parts) => parts.join(""));

const FRACTION_STYLES = ["none", "1", "2", "3", "4", "5", "6", "min", "0or3", "0or6", "minute"];
const ZONES = [
  "none",
  "none,utc",
  "Z",
  "Z,naive",
  "+00:00",
  " +00:00",
  "-07:00",
  "+0530",
  "+00",
  " +00:00,naive",
];

/** Every fraction with a third of the zones, and the two that PostgreSQL prints by itself with more. */
const ISO_DIALECTS = new Set([
  ...FRACTION_STYLES.flatMap((fraction, i) =>
    ZONES.filter((_, j) => (i + j) % 3 === 0).map((zone) => `${i % 2 ? "T" : "space"},${fraction},${zone}`),
  ),
  ...["space,none", "space,min", "T,none", "T,min"].flatMap((start) =>
    ["none", "none,utc", "Z", "Z,naive", "-07:00"].map((zone) => `${start},${zone}`),
  ),
]);

const iso = (parameters: string): Case => {
  const [separator, fraction = "", zone = ""] = parameters.split(",");
  const mark = separator === "T" ? "T" : " ";
  return {
    id: `iso(${parameters})`,
    fitting: fc
      .tuple(day, times(fraction))
      .map(([date, time]) => `${date}${mark}${time}${zone === "none" ? "" : zone}`),
    differs: micros,
    expected: (v) => (v === null ? null : String(microsOfIso(String(v)))),
  };
};

function microsOfIso(value: string): bigint {
  const [, y, mo, d, h, mi, s = "0", f = "", sign, zh = "0", zm = "0"] =
    /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z| ?([+-])(\d\d):?(\d\d)?)?$/.exec(
      value,
    ) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(y), Number(mo) - 1, Number(d));
  const offset = (Number(zh) * 60 + Number(zm ?? 0)) * (sign === "-" ? -1 : 1);
  const minutes = Number(h) * 60 + Number(mi) - offset;
  return (
    (BigInt(date.getTime()) / 1000n + BigInt(minutes * 60 + Number(s))) * 1_000_000n +
    BigInt(f.padEnd(6, "0"))
  );
}

const uuidBytes = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.alloc(16),
    Buffer.alloc(16, 255),
    Buffer.from("00112233445566778899aabbccddeeff", "hex"),
  ),
);
const dashed = (hexText: string) => hexText.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const lower = (bytes: Buffer) => bytes.toString("hex");
const isSpelt = (pattern: RegExp) => (hexText: string) => !/[a-f]/i.test(hexText) || pattern.test(hexText);
const uuidText = (id: string, spell: (hexText: string) => string, pattern: RegExp): Case => ({
  id,
  fitting: uuidBytes.map(lower).filter(isSpelt(/[a-f]/)).map(spell).filter(isSpelt(pattern)),
  differs: typed("uuid"),
  expected: text,
});

const words = (no: string, yes: string): Case => ({
  id: `bool(${no},${yes})`,
  fitting: fc.constantFrom(no, yes),
  differs: typed("boolean"),
  expected: (v) => (v === null ? null : v === yes ? "true" : "false"),
});

const decimal = (scale: number): Case => {
  const limit = 10n ** 15n - 1n;
  return {
    id: `numeric(${scale})`,
    fitting: fc.oneof(
      int(-limit, limit).map((n) => Number(decimalText(n, scale)) || 0),
      int(-limit / 10n ** BigInt(scale), limit / 10n ** BigInt(scale)),
    ),
    differs: `v is distinct from e::numeric or scale(v) <> ${scale}`,
    expected: (v) => (typeof v === "number" ? v.toFixed(scale) : text(v)),
    needs: { scale },
  };
};

function decimalText(units: bigint, scale: number): string {
  const all = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  return `${units < 0n ? "-" : ""}${all.slice(0, all.length - scale)}${scale ? `.${all.slice(-scale)}` : ""}`;
}

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), fc.integer({ min: 0, max: 40 }))
  .map(([units, scale]) => decimalText(units, scale))
  .map((value) => (/^-[0.]*$/.test(value) ? value.slice(1) : value));

const singles = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, 1.5),
);
const jsonText = fc.oneof(
  fc.json({ noUnicodeString: false } as object),
  fc.constantFrom(
    '{"a" : 1}',
    "[1.50, 1e400]",
    '"\\u00e9\\ud83d\\ude00"',
    " [ ] ",
    "true",
    "null",
    "12",
    '"\\n\\t\x7f"',
  ),
);
/** A bare number with an exponent has the shape `number`, which jsonb refuses to be on the safe side. */
const isKeptByJsonb = (value: string) =>
  !/^-?[\d.]+e/i.test(value) && !/\\u(?:0000|d[89a-f])|-0(?![.\d])|__proto__/i.test(value);
/** Without trailing blanks, of at most that many characters. */
const short = (length: number) => cleanText.map((value) => [...value].slice(0, length).join(""));

export const CASES: Case[] = [
  { id: "int64", fitting: anyInt, differs: typed("bigint"), expected: text },
  { id: "int32", fitting: int(-(2n ** 31n), 2n ** 31n - 1n), differs: typed("integer"), expected: text },
  { id: "int16", fitting: int(-32_768n, 32_767n), differs: typed("smallint"), expected: text },
  { id: "bool", fitting: fc.constantFrom(0n, 1n), differs: typed("boolean"), expected: (v) => text(v) },
  ...[
    "f,t",
    "false,true",
    "False,True",
    "FALSE,TRUE",
    "no,yes",
    "No,Yes",
    "n,y",
    "N,Y",
    "F,T",
    "off,on",
    "OFF,ON",
  ].map((pair) => {
    const [no = "", yes = ""] = pair.split(",");
    return words(no, yes);
  }),
  { ...words("0", "1"), id: "bool('0','1')" },
  { id: "text", fitting: cleanText, differs: asText, expected: text },
  { id: "varchar(5)", fitting: short(5), differs: asText, expected: text },
  { id: "char(5)", fitting: short(5).map((v) => v.replace(/ +$/, "")), differs: asText, expected: text },
  { id: "input", fitting: cleanText, differs: asText, expected: text },
  {
    id: "double",
    fitting: fc.oneof(anyReal, int(-(2n ** 53n), 2n ** 53n)),
    differs: bits("float8"),
    expected: double,
  },
  {
    id: "double",
    declared: "real",
    fitting: anyReal.map((v) => (v === 0 ? 0 : v)),
    differs: bits("float8"),
    expected: double,
  },
  {
    id: "real32",
    fitting: fc.oneof(
      singles.filter((v) => v === 0 || Math.abs(v) > 1.2e-38),
      int(-(2n ** 24n), 2n ** 24n),
    ),
    differs: bits("real"),
    expected: double,
  },
  {
    id: "numeric-real",
    fitting: anyReal.filter((v) => Number.isFinite(v) && !Object.is(v, -0)),
    differs: bits("numeric"),
    expected: text,
  },
  ...[0, 1, 2, 3, 6, 8, 18].map(decimal),
  { id: "numeric-text", fitting: decimals, differs: asText, expected: text },
  {
    id: "numeric-text(2)",
    fitting: int(MIN * 10n ** 20n, MAX * 10n ** 20n).map((n) => decimalText(n, 2)),
    differs: asText,
    expected: text,
  },
  {
    id: "numeric-text(0)",
    fitting: int(MIN * 10n ** 20n, MAX * 10n ** 20n).map(String),
    differs: asText,
    expected: text,
  },
  {
    id: "numeric-int",
    fitting: fc.oneof(
      anyInt,
      anyReal.map((v) => Math.trunc(v)).filter((v) => Number.isFinite(v) && !Object.is(v, -0)),
    ),
    differs: "v is distinct from e::numeric and v::float8 is distinct from e::float8",
    expected: text,
  },
  { id: "blob", fitting: anyBlob, differs: typed("bytea"), expected: hex },
  ...["bytes", "bytes(utf16)"].map(
    (id): Case => ({
      id,
      fitting: fc.oneof(anyBlob, cleanText, anyInt),
      differs: typed("bytea"),
      expected: (v) => (v === null ? null : hex(Buffer.isBuffer(v) ? v : Buffer.from(String(v)))),
    }),
  ),
  {
    id: "mixed-text",
    fitting: fc.oneof(anyInt, fc.constantFrom("a", "", "n/a", "\x01 ")),
    differs: asText,
    expected: text,
  },
  { id: "json", fitting: jsonText, differs: asText, expected: text },
  { id: "jsonb", fitting: jsonText.filter(isKeptByJsonb), differs: typed("jsonb"), expected: text },
  uuidText("uuid", dashed, /^[^A-F]*[a-f][^A-F]*$/),
  uuidText("uuid-upper", (v) => dashed(v).toUpperCase(), /[A-F]/),
  uuidText("uuid-hex", (v) => v, /[a-f]/),
  uuidText("uuid-hex-upper", (v) => v.toUpperCase(), /[A-F]/),
  {
    id: "uuid-blob",
    fitting: uuidBytes,
    differs: typed("uuid"),
    expected: (v) => (Buffer.isBuffer(v) ? lower(v) : null),
  },
  {
    id: "uuid-dotnet",
    fitting: uuidBytes,
    differs: typed("uuid"),
    expected(v) {
      if (!Buffer.isBuffer(v)) return null;
      const groups = [
        v.subarray(0, 4).toReversed(),
        v.subarray(4, 6).toReversed(),
        v.subarray(6, 8).toReversed(),
        v.subarray(8),
      ];
      return Buffer.concat(groups).toString("hex");
    },
  },
  ...[...ISO_DIALECTS].map(iso),
  iso("space,3,+15:59"),
  iso("T,min,-15:59"),
  {
    id: "instant(timestamptz,6,ms)",
    fitting: fc.oneof(
      int(-9_007_199_254_740n, 9_007_199_254_740n),
      day,
      fc
        .tuple(day, clock, fc.constantFrom(" ", "T"), fc.constantFrom("", "Z", "+00:00", ".5Z", ".1234560"))
        .map(([d, t, sep, end]) => `${d}${sep}${t.slice(0, 8)}${end}`),
    ),
    differs: micros,
    expected(v) {
      if (typeof v === "bigint") return String(v * 1000n);
      if (typeof v !== "string") return null;
      const [, date, time = "00:00:00", fraction = ""] = /^(.{10})(?:.(.{8})(?:\.(\d+))?)?/.exec(v) ?? [];
      return String(
        BigInt(Date.parse(`${date}T${time}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6)),
      );
    },
  },
  {
    id: "decimal(20,2)",
    fitting: fc.oneof(
      int(-(10n ** 17n), 10n ** 17n),
      int(-(10n ** 12n), 10n ** 12n)
        .map((n) => Number(n) / 100)
        .filter((n) => !Object.is(n, -0)),
      int(1n, 10n ** 17n).map(String),
      fc
        .tuple(int(1n, 10n ** 17n), digits(2), fc.constantFrom("", "-"))
        .map(([n, d, sign]) => `${sign}${n}${d}`),
      fc.constantFrom("1.500", "-0.10", "0.00"),
    ),
    differs: typed("numeric"),
    expected: text,
  },
  {
    id: "bool-any",
    fitting: fc.constantFrom<Value>(0n, 1n, "t", "f", "TRUE", "False", "yes", "n", "ON", "off", "1", "0"),
    differs: typed("boolean"),
    expected: text,
  },
  { id: "date", fitting: day, differs: typed("date"), expected: text },
  {
    id: "date-compact",
    fitting: day.filter((v) => v >= "1000").map((v) => v.replaceAll("-", "")),
    differs: typed("date"),
    expected: (v) => (v === null ? null : String(v).replace(/^(....)(..)/, "$1-$2-")),
  },
  ...FRACTION_STYLES.map(
    (fraction): Case => ({
      id: `time(${fraction})`,
      fitting: times(fraction),
      differs: micros,
      expected: (v) => (v === null ? null : String(microsOfIso(`1970-01-01 ${v}`))),
    }),
  ),
  ...count("epoch-s", 1n),
  ...count("epoch-ms", 1_000n),
  ...count("epoch-us", 1_000_000n),
  ...count("epoch-ns", 1_000_000_000n, 0n, 1_000n),
  ...count("ticks", 10_000_000n, 621_355_968_000_000_000n, 10n),
  ...count("webkit", 1_000_000n, 11_644_473_600_000_000n),
  ...count("cocoa-s", 1n, -978_307_200n),
  ...seconds("epoch-s-real", 0),
  ...seconds("cocoa", 978_307_200),
  ...julian,
];
