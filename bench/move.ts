// Measures the whole move of the sample shop: outgrow with and without verification, against the floor and pgloader.
//
//   npm run bench:move -- --rows 2450000 --rounds 3 [--times-ten] [--only outgrow,floor] [--url postgres://…] [--keep] [--check]

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments, wholeNumber } from "./arguments.js";
import { barLine, barsOf, type Contestant, isMet, medianSeconds, type Result, resultLine } from "./bars.js";
import { type Contents, readContents, rowDifferences, structureDifferences } from "./compare-targets.js";
import { floorCommand, makeReadyText } from "./floor.js";
import { cliPath, outgrowCommand, partsOfReport } from "./outgrow.js";
import { pgloaderCommand, pgloaderFailures, pgloaderVersion } from "./pgloader.js";
import { canMeasureMemory, runTimed } from "./run-timed.js";
import { type BenchServer, describeSettings, dropDatabase, freshDatabase, openServer } from "./server.js";
import { ensureShop, type ShopFile } from "./shop-file.js";

const CONTESTANTS: readonly Contestant[] = ["pgloader", "floor", "outgrow --no-verify", "outgrow"];

interface Bench {
  server: BenchServer;
  folder: string;
  keep: boolean;
  contestants: Contestant[];
  /** What the last sound run of a contestant left in its database. */
  contents: Map<Contestant, Contents>;
}

const options = {
  rows: { type: "string", default: "2450000" },
  rounds: { type: "string", default: "3" },
  only: { type: "string" },
  url: { type: "string" },
  folder: { type: "string", default: ".outgrow/bench-data" },
  "times-ten": { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const given = readArguments(options);
  const folder = resolve(String(given.folder));
  mkdirSync(folder, { recursive: true });
  const keep = given.keep === true;
  const contestants = chooseContestants(given.only);
  const rows = wholeNumber("rows", given.rows);
  const server = await openServer(given.url === undefined ? undefined : String(given.url), folder, keep);
  try {
    const bench: Bench = { server, folder, keep, contestants, contents: new Map() };
    console.log(`server: ${(await describeSettings(server)).join(", ")}`);
    const results = await runSize(bench, rows, wholeNumber("rounds", given.rounds), true);
    // One round, and without pgloader, which keeps whole batches in memory and would need half an hour.
    const ten = given["times-ten"]
      ? await runSize(
          { ...bench, contestants: contestants.filter((each) => each !== "pgloader") },
          rows * 10,
          1,
          false,
        )
      : [];
    const bars = barsOf(results, ten);
    console.log(`\n${bars.map(barLine).join("\n")}`);
    if (given.check && !bars.every(isMet)) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

function chooseContestants(only: string | boolean | undefined): Contestant[] {
  const wanted = only === undefined ? [...CONTESTANTS] : String(only).split(",").map(contestantOf);
  return wanted.filter((contestant) => {
    if (contestant === "pgloader" && pgloaderVersion() === null) {
      console.log("pgloader is not installed and left out: apt-get install pgloader");
      return false;
    }
    if (contestant.startsWith("outgrow") && !existsSync(cliPath)) {
      console.log(`${contestant} is left out: ${cliPath} does not exist, run \`npm run build\``);
      return false;
    }
    return true;
  });
}

function contestantOf(name: string): Contestant {
  const found = CONTESTANTS.find((contestant) => contestant === name.trim());
  if (found === undefined) throw new Error(`--only knows ${CONTESTANTS.join(", ")}, not "${name}"`);
  return found;
}

async function runSize(bench: Bench, rows: number, rounds: number, showScripts: boolean): Promise<Result[]> {
  const shop = ensureShop(bench.folder, rows, console.log);
  const textFolder = join(bench.folder, `text-${rows}`);
  if (bench.contestants.includes("floor")) makeReadyText(shop.path, textFolder);
  console.log(`\n${shop.rowCount} rows, ${(shop.bytes / 1e6).toFixed(0)} MB of SQLite`);
  if (!canMeasureMemory) console.log("memory is not measured: install GNU time as /usr/bin/time");
  if (showScripts) printScripts(bench, shop, textFolder);
  const results: Result[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.log(`\nround ${round} of ${rounds}`);
    for (const contestant of rotated(bench.contestants, round - 1)) {
      const result = await runOnce(bench, contestant, round, shop, textFolder);
      results.push(result);
      console.log(resultLine(result));
      for (const failure of result.failures) console.log(`  FAILED: ${failure}`);
    }
  }
  printMedians(bench.contestants, results);
  printComparison(bench, rounds);
  if (!bench.keep) removeFiles(shop, textFolder);
  return results;
}

/** Each round begins with another contestant, so that none always runs after the same one. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function runOnce(
  bench: Bench,
  contestant: Contestant,
  round: number,
  shop: ShopFile,
  textFolder: string,
): Promise<Result> {
  const { server } = bench;
  const database = `bench_${contestant.replaceAll(/[^a-z]+/g, "_")}`;
  await freshDatabase(server, database);
  const run = await runTimed(commandOf(bench, contestant, database, shop, textFolder), {
    ...(contestant === "floor" ? server.environmentOf(database) : {}),
    ...(contestant.startsWith("outgrow") ? { OUTGROW_TARGET: server.urlOf(database) } : {}),
  });
  const failures =
    run.exitCode === 0 ? [] : [`exit code ${run.exitCode}: ${run.stderr.trim() || run.stdout.trim()}`];
  if (contestant === "pgloader") failures.push(...pgloaderFailures(run.stdout + run.stderr));
  if (run.exitCode === 0) {
    const contents = await readContents(server, database);
    failures.push(...rowDifferences(shop.rows, contents.rows));
    if (failures.length === 0) bench.contents.set(contestant, contents);
  }
  if (!bench.keep) await dropDatabase(server, database);
  const parts = contestant.startsWith("outgrow") && run.exitCode === 0 ? partsOfReport(run.stdout) : {};
  return { contestant, round, seconds: run.seconds, peakMb: run.peakMb, parts, failures };
}

function commandOf(
  bench: Bench,
  contestant: Contestant,
  database: string,
  shop: ShopFile,
  textFolder: string,
): string[] {
  switch (contestant) {
    case "pgloader":
      return pgloaderCommand(shop.path, bench.server.urlOf(database), bench.folder).command;
    case "floor":
      return floorCommand(shop.path, textFolder).command;
    default:
      return outgrowCommand(shop.path, contestant === "outgrow");
  }
}

function printScripts(bench: Bench, shop: ShopFile, textFolder: string): void {
  for (const contestant of bench.contestants) {
    const command = commandOf(bench, contestant, "DATABASE", shop, textFolder).join(" ");
    console.log(`\n${contestant}: ${command}`);
    if (contestant === "pgloader")
      console.log(pgloaderCommand(shop.path, bench.server.urlOf("DATABASE"), bench.folder).shown);
    if (contestant === "floor") console.log(floorCommand(shop.path, textFolder).script);
  }
}

function printMedians(contestants: readonly Contestant[], results: readonly Result[]): void {
  const floor = medianSeconds(results, "floor");
  const pgloader = medianSeconds(results, "pgloader");
  console.log("\nmedian               seconds  to floor  to pgloader");
  for (const contestant of contestants) {
    const own = medianSeconds(results, contestant);
    const to = (other: number | null): string =>
      own === null || other === null ? "-" : (own / other).toFixed(2);
    const seconds = own === null ? "-" : own.toFixed(1);
    console.log(
      `${contestant.padEnd(20)} ${seconds.padStart(7)} ${to(floor).padStart(9)} ${to(pgloader).padStart(12)}`,
    );
  }
}

function printComparison(bench: Bench, rounds: number): void {
  const floor = bench.contents.get("floor");
  const outgrow = bench.contents.get("outgrow") ?? bench.contents.get("outgrow --no-verify");
  if (floor === undefined || outgrow === undefined) return;
  const rows = rowDifferences(floor.rows, outgrow.rows);
  const total = [...floor.rows.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    rows.length === 0
      ? `\nfloor and outgrow hold the same number of rows in each of ${floor.rows.size} tables, ${total} in all (round ${rounds})`
      : `\nfloor and outgrow hold different rows: ${rows.join("; ")}`,
  );
  const structure = structureDifferences(floor, outgrow);
  if (structure.length > 0) console.log(`their structures differ:\n  ${structure.join("\n  ")}`);
}

function removeFiles(shop: ShopFile, textFolder: string): void {
  for (const path of [shop.path, `${shop.path}-wal`, `${shop.path}-shm`, textFolder, `${textFolder}.sql`]) {
    rmSync(path, { recursive: true, force: true });
  }
}

await main();
