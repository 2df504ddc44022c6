import { defineConfig } from "vitest/config";

// `--mode long` runs what takes minutes (npm run test:long) in place of the rest.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts"] : ["test/**/*.test.ts", "shop/test/**/*.test.ts"],
    exclude: mode === "long" ? [] : ["test/long/**"],
    reporters: ["default", "./test/support/closing-line.ts"],
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
}));
