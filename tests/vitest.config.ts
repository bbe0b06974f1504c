import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

const shared = {
  root,
  resolve: { alias: { "@": root } },
} as const;

/** How long something that is to come is waited for: on a busy machine a second is nothing. */
const patience = { expect: { poll: { timeout: 30_000 } } } as const;

/** What runs without servers and browsers; the mutation tests run it alone. */
export const unit = {
  ...shared,
  test: {
    name: "unit",
    include: ["tests/unit/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup/console.ts", "tests/setup/properties.ts"],
    testTimeout: 30_000,
    ...patience,
  },
};

export default defineConfig({
  root,
  test: {
    // Browsers, servers and a PostgreSQL run beside the tests: more workers only wait for each other.
    maxWorkers: 2,
    // The time limits below only end what hangs: a busy machine is no reason to fail.
    projects: [
      unit,
      {
        ...shared,
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          setupFiles: [
            "tests/setup/console.ts",
            "tests/setup/properties.ts",
            "tests/setup/environment.ts",
          ],
          globalSetup: ["tests/setup/server.ts"],
          ...patience,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          setupFiles: [
            "tests/setup/console.ts",
            "tests/setup/properties.ts",
            "tests/setup/environment.ts",
            "tests/setup/witness.ts",
          ],
          globalSetup: ["tests/setup/server.ts", "tests/setup/build.ts"],
          // Three thousand steps of browsers on a busy machine: one that goes wrong is tried again, and the
          // log names it with what its pages were at. At a desk nothing is.
          retry: process.env.CI ? 1 : 0,
          ...patience,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
