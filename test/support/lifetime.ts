// Gives things that a test made a lifetime: that of the test, or of the test file when a hook made them.
import { afterAll, afterEach, onTestFinished, TestRunner } from "vitest";

type Cleanup = (failed: boolean) => Promise<void> | void;

let fileFailed = false;
const ofFile: Cleanup[] = [];

afterEach(({ task }) => {
  fileFailed ||= task.result?.state === "fail";
});

afterAll(async () => {
  for (const cleanup of ofFile.splice(0).reverse()) await cleanup(fileFailed);
});

/**
 * Runs `cleanup` when the running test has ended, or after the file when no test runs (beforeAll, describe). It is
 * told whether the test, or any of the file, failed. In concurrent tests, call it before the first await.
 */
export function whenOver(cleanup: Cleanup): void {
  if (TestRunner.getCurrentTest()) onTestFinished(({ task }) => cleanup(task.result?.state === "fail"));
  else ofFile.push(cleanup);
}
