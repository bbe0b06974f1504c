import { afterEach, beforeEach, vi } from "vitest";

/** What the code under test wrote to console.error, and nobody expected. */
let unexpected: unknown[][] = [];

/** What Node warns of as going to break, such as a connection that is asked two things at once. It warns once of each. */
const deprecated: string[] = [];
process.on("warning", ({ name, message }) => {
  if (name === "DeprecationWarning") deprecated.push(message);
});

beforeEach(() => {
  unexpected = [];
  vi.spyOn(console, "error").mockImplementation((...args: unknown[]) => {
    unexpected.push(args);
  });
});

afterEach(() => {
  // A test that expects errors spies on console.error itself, which replaces the spy above.
  vi.restoreAllMocks();
  const warned = deprecated.splice(0);
  if (warned.length > 0)
    throw new Error(`Node warned in this test or before it:\n${warned.join("\n")}`);
  if (unexpected.length === 0) return;
  const said = unexpected.map((args) => args.map(String).join(" ")).join("\n");
  throw new Error(`The test wrote to console.error:\n${said}`);
});
