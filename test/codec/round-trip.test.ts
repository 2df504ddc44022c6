// Every codec, over a real SQLite and a real PostgreSQL: what fits crosses exactly, and what does not is a misfit.
import fc from "fast-check";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { codecFor, documentedCodecs } from "#outgrow/codec/index.js";
import { testDatabase } from "../support/server.js";
import { CASES, type Case } from "./cases.js";
import { cross, profileOf, SESSION, Source, Target, type Value } from "./crossing.js";
import { anyValue } from "./values.js";

const RUNS = Number(process.env.OUTGROW_CODEC_RUNS ?? 8);

let client: pg.Client;
let target: Target;

beforeAll(async () => {
  client = await (await testDatabase("codec")).client();
  await client.query(SESSION);
  target = new Target(client);
});

/** Rows whose stored value is not the expected one. */
async function strangers(each: Case, values: readonly Value[]): Promise<unknown[]> {
  const { rows } = await client.query(
    `select t.*, e from t join unnest($1::int[], $2::text[]) as x (n, e) on n = id where ${each.differs}`,
    [values.map((_, i) => i + 1), values.map((value) => each.expected(value))],
  );
  return rows;
}

describe.each(
  CASES.map((each) => [`${each.id}${each.declared ? ` of ${each.declared}` : ""}`, each] as const),
)("%s", (_, each) => {
  const codec = codecFor(each.id);
  const source = new Source(each.declared);

  const createTarget = () => target.create(each.id === "input" ? "text" : codec.type);

  it("carries what fits", async () => {
    await createTarget();
    const column = fc.array(fc.option(each.fitting, { freq: 20 }), {
      minLength: 1,
      maxLength: 60,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(column, async (values) => {
        source.fill(values);
        expect(source.evaluate(codec.misfit('"v"'))).toEqual(values.map(() => 0n));
        const evidence = profileOf(values, each.needs);
        expect(codec.refuses({ ...evidence, misfits: { [each.id]: 0 } })).toBeNull();
        const reason = codec.refuses(evidence) ?? NOT_PROFILED;
        expect(reason === NOT_PROFILED || isCautious(each.id, reason) ? "" : reason).toBe("");
        expect(await cross(codec, source, target)).toEqual([]);
        expect(await strangers(each, values)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  // A declared type would change the mixture on its way into SQLite.
  it.skipIf(each.declared !== undefined)(
    "calls everything that it would change a misfit, and refuses columns that hold one",
    async () => {
      await createTarget();
      const column = fc.array(fc.oneof(anyValue, each.fitting), { maxLength: 40, size: "max" });
      await fc.assert(
        fc.asyncProperty(column, async (mixture) => {
          source.fill(mixture);
          const misfit = source.evaluate(codec.misfit('"v"'));
          expect(misfit.every((answer) => answer === 0n || answer === 1n)).toBe(true);
          const fits = mixture.filter((_value, i) => misfit[i] === 0n);
          for (const values of [mixture, fits]) {
            const misfits = values === fits ? 0 : mixture.length - fits.length;
            const evidence = profileOf(values, each.needs);
            const alone = codec.refuses(evidence);
            if (alone === null) expect(misfits).toBe(0);
            else if (misfits === 0)
              expect(alone === NOT_PROFILED || isCautious(each.id, alone) ? "" : alone).toBe("");
            expect(codec.refuses({ ...evidence, misfits: { [each.id]: misfits } }) === null).toBe(
              misfits === 0,
            );
          }
          source.fill(fits);
          expect(await cross(codec, source, target)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );

  it("gives NULL for NULL", async () => {
    source.fill([null]);
    expect(source.evaluate(codec.encode('"v"'))).toEqual([null]);
    expect(source.evaluate(codec.canonical('"v"'))).toEqual([null]);
    await createTarget();
    await client.query("insert into t values (1, null)");
    const { rows } = await client.query(`select ${codec.decode("v")} as v from t`);
    expect(rows).toEqual([{ v: null }]);
  });
});

const NOT_PROFILED = "not profiled";

/** Refusals that may be wrong about a column, and say so in the codec: the profile cannot tell more. */
function isCautious(id: string, reason: string): boolean {
  return id === "numeric-int" && reason.includes("64-bit");
}

it("tests every documented family", () => {
  const tested = new Set(CASES.map(({ id }) => id.replace(/\(.*/s, "")));
  const documented = documentedCodecs().flatMap(({ id }) =>
    id.split(", ").map((form) => form.replace(/\(.*/s, "")),
  );
  expect([...tested].sort()).toEqual([...new Set(documented)].filter((name) => /^[a-z]/.test(name)).sort());
});
