import { afterEach, beforeEach, vi } from "vitest";

/** What the code under test wrote to console.error, and nobody expected. */
let unexpected: unknown[][] = [];

beforeEach(() => {
  unexpected = [];
  vi.spyOn(console, "error").mockImplementation((...args: unknown[]) => {
    unexpected.push(args);
  });
});

afterEach(() => {
  // A test that expects errors spies on console.error itself, which replaces the spy above.
  vi.restoreAllMocks();
  if (unexpected.length === 0) return;
  const said = unexpected.map((args) => args.map(String).join(" ")).join("\n");
  throw new Error(`The test wrote to console.error:\n${said}`);
});
