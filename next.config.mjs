import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// Said, so that a lock file in a folder above is not taken for the root of all.
const root = dirname(fileURLToPath(import.meta.url));

/** @type {import("next").NextConfig} */
export default {
  distDir: process.env.GAINSAY_DIST_DIR || ".next",
  turbopack: {
    root,
    resolveAlias: { "next/dist/compiled/process": { browser: "./app/process.cjs" } },
  },
  outputFileTracingRoot: root,
  reactStrictMode: true,
  poweredByHeader: false,
  // `next dev` would write instruction files of its own into the tree.
  agentRules: false,
  // Types are checked by `npm run types`; a build on a user's machine need not do it again.
  typescript: { ignoreBuildErrors: true },
  // Image optimisation is an attack surface that a text workbench has no use for.
  images: { unoptimized: true },
  // By default what layouts, pages and error pages share is merged into each of their scripts, to save
  // requests that cost little here: a page of the workbench loaded the same buttons three times. What is
  // always loaded together, such as React and the router, is one script, however large: it packs better.
  experimental: {
    turbopackChunking: {
      requestCost: 20_000,
      minChunkSize: 2_000_000,
      maxMergeChunkSize: 5_000_000,
    },
  },
  // Only for measuring what a page weighs: npm run bench -- --only page-weight.
  productionBrowserSourceMaps: process.env.GAINSAY_SOURCE_MAPS === "1",
  // Packages with native code, worker threads, their own file look-ups or megabytes of lists stay outside
  // the bundle.
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@prisma/driver-adapter-utils",
    "@prisma/schema-engine-wasm",
    "@zxcvbn-ts/core",
    "@zxcvbn-ts/language-common",
    "@zxcvbn-ts/language-en",
    "pg",
    "pg-boss",
    "pg-copy-streams",
    "pino",
  ],
};
