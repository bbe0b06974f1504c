// What `npm run mutation` changes, and how it judges the tests by it.

/** Holds the report, what is known from earlier runs, and the copy of the project that is changed. */
export const output = ".mutation";

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "tests/mutation/vitest.config.ts" },
  mutate: ["lib/{domain,formats,search,annotator,sync}/**/*.ts"],
  // Strings and templates are nearly all sentences for people, which no test should repeat word by
  // word. Those that mean something (keys, kinds, codes) are compared somewhere, and the comparison
  // is mutated.
  mutator: { excludedMutations: ["StringLiteral"] },
  // A mutant runs against the tests that reach it, and not again while neither has changed. Nobody
  // knows which tests reach what runs as a module is loaded (patterns, tables): after new tests for
  // those, `npm run mutation -- --force lib/search` judges everything again.
  coverageAnalysis: "perTest",
  // Each of those needs all tests, thousands of times: hours. `npm run mutation -- FILE --force
  // --ignoreStatic=false` judges them, too.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `${output}/known.json`,
  concurrency: 2,
  // A mutant that hangs is a killed one; a busy machine is no reason to call it so.
  timeoutMS: 15_000,
  timeoutFactor: 3,
  tempDirName: `${output}/copies`,
  ignorePatterns: [".next*", "bench-results"],
  // `scripts/mutation.mjs` lists the mutants that no test noticed.
  reporters: ["progress", "json", "html"],
  jsonReporter: { fileName: `${output}/report.json` },
  htmlReporter: { fileName: `${output}/report.html` },
  thresholds: { high: 95, low: 85, break: 85 },
  allowConsoleColors: false,
};
