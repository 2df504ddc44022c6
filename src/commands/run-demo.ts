// Carries out `outgrow demo`: makes a shop, moves it, asks both sides, changes a value and finds it.

import { join } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { type MoveOptions, move } from "../move/move.js";
import { verifyPair } from "../move/verify-pair.js";
import { NO_OVERRIDES } from "../plan/overrides.js";
import { makeShop, shopOfRows } from "../sample/make-shop.js";
import type { TargetSettings } from "../target/settings.js";
import type { DemoFlags } from "./demo.js";
import { askBothSides, changeOneValue } from "./demo-questions.js";
import { openStage, type Stage } from "./demo-stage.js";
import { type Progress, showProgress } from "./progress.js";
import { renderDifferences } from "./render-differences.js";
import { renderMove } from "./render-move.js";
import { withSignals } from "./signals.js";
import { type Colors, colorsFor, counted } from "./terminal.js";

/** Gives exit code 0; throws `failed` where anything is not as it tells. */
export async function runDemo(flags: DemoFlags): Promise<number> {
  const progress = showProgress(process.stderr, false);
  try {
    await withSignals(
      (signal) => play(flags, progress, signal),
      () => process.stderr.write("\nstopping and tidying up\n"),
    );
    return 0;
  } finally {
    progress.stop();
  }
}

async function play(flags: DemoFlags, progress: Progress, signal: AbortSignal): Promise<void> {
  const color = colorsFor(process.stdout);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const stage = await openStage(flags, say);
  let isDone = false;
  try {
    signal.throwIfAborted();
    await show({ flags, stage, progress, signal, color, say });
    isDone = true;
  } finally {
    await stage.close(flags.keep && isDone);
  }
}

interface Scene {
  flags: DemoFlags;
  stage: Stage;
  progress: Progress;
  signal: AbortSignal;
  color: Colors;
  say(text: string): void;
}

async function show(scene: Scene): Promise<void> {
  const { flags, stage, color, say } = scene;
  const title = (text: string) => say(`\n${color.bold(text)}\n`);
  const shop = join(stage.folder, "shop.db");

  title("1. A shop that outgrew SQLite");
  const counts = makeShop(shop, shopOfRows(flags.rows));
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  say(`${counted(Object.keys(counts).length, "table")}, ${counted(rows, "row")}: ${shop}`);
  scene.signal.throwIfAborted();

  title("2. It moves, and every value is compared");
  say(`outgrow migrate shop.db ${stage.target.displayUrl} --schema ${stage.schema}\n`);
  await moveShop(scene, shop, rows);

  title("3. Both sides give the same answers");
  say(await askBothSides(shop, stage.target, stage.schema));

  title("4. A value that is changed is found");
  const change = await changeOneValue(stage.target, stage.schema);
  say(`${change.sql}\n\noutgrow verify shop.db …`);
  const found = await compare(scene, shop, stage.target);
  say(renderDifferences(found, color));
  const [only] = found.examples;
  expect(
    found.differences === 1 && only?.kind === "value" && only.table === "orders" && only.column === "total",
    "the comparison should have found the one value that was changed",
  );
  await change.undo();
  const again = await compare(scene, shop, stage.target);
  expect(again.differences === 0, "with the value put back, nothing should differ");
  say(`\nput back: ${counted(again.values, "value")} compared, no difference`);
  say(`\n${color.green("done")} your own file: outgrow assess FILE, then outgrow migrate FILE postgres://…`);
}

async function moveShop(
  { stage, progress, signal, say }: Scene,
  source: string,
  rows: number,
): Promise<void> {
  const options: MoveOptions = {
    source,
    target: stage.target,
    schema: stage.schema,
    include: [],
    exclude: [],
    names: "keep",
    integers: "int8",
    existingRows: "stop",
    dropExisting: false,
    overrides: NO_OVERRIDES,
    decisions: [],
    jobs: null,
    verify: true,
    sample: null,
    dryRun: false,
    restart: false,
    examples: true,
    signal,
    onEvent: progress.onEvent,
  };
  const { report } = await move(options);
  progress.stop();
  signal.throwIfAborted();
  say(renderMove(report, process.stdout));
  expect(
    report.result === "moved" && report.verified?.rows === rows && report.verified.differences === 0,
    `the shop should have moved with all its ${rows} rows, but it is ${report.result}`,
  );
}

async function compare({ stage, signal }: Scene, source: string, target: TargetSettings) {
  const { verified } = await verifyPair({
    source,
    target,
    schema: stage.schema,
    include: [],
    exclude: [],
    sample: null,
    jobs: null,
    signal,
    onEvent: () => undefined,
  });
  return verified;
}

function expect(isAsTold: boolean, message: string): void {
  if (!isAsTold) {
    throw new OutgrowError("failed", message, { hint: "this is a bug in outgrow; please report it" });
  }
}
