import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failedInstall, takesAllPackages } from "@/scripts/launch.mjs";

/** What npm 10 and 11 (`npm error`) and those before (`npm ERR!`) say, shortened. */
test.for([
  {
    name: "a registry that nobody finds",
    said: "npm error code ENOTFOUND\nnpm error network request to https://registry.example/next failed",
    means: /could not reach its registry/,
  },
  {
    name: "a full disk",
    said: "npm ERR! code ENOSPC\nnpm ERR! nospc ENOSPC: no space left on device, write",
    means: /disk is full/,
  },
  {
    name: "a certificate in between",
    said: "npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://r.example failed",
    means: /certificate/,
  },
  {
    name: "a folder that is somebody else's",
    said: "npm ERR! code EACCES\nnpm ERR! path /srv/gainsay/node_modules",
    means: /may not write/,
  },
  {
    name: "a registry without a package",
    said: "npm error code E404\nnpm error 404 Not Found - GET https://r.example/next",
    means: /does not have a package/,
  },
  {
    name: "an install script that fails",
    said: "npm error code 1\nnpm error path /srv/node_modules/esbuild\nnpm error command failed\nnpm error Cannot find module './x'",
    means: /install script of the package named above failed/,
  },
  { name: "what nobody knows", said: "npm error code EWHAT", means: /npm says why above/ },
])("$name is told with npm's own lines and what they mean", ({ said, means }) => {
  const noise = "npm warn deprecated a@1: old\n";
  const log = `\nnpm error A complete log of this run can be found in: /root/.npm/_logs/2026-debug-0.log`;
  const told = failedInstall(noise + said + log);
  expect(told).toMatch(means);
  expect(told.startsWith(said)).toBe(true);
  expect(told).not.toContain("deprecated");
});

test.for([
  { node: "18.0.0", all: false },
  { node: "18.20.8", all: false },
  { node: "20.9.0", all: false },
  { node: "20.19.0", all: true },
  { node: "21.7.3", all: false },
  { node: "22.11.0", all: false },
  { node: "22.12.0", all: true },
  { node: "23.0.0", all: true },
  { node: "24.11.1", all: true },
])("npm on Node $node installs all packages: $all", ({ node, all }) => {
  expect(takesAllPackages(node)).toBe(all);
});

test("no optional package asks for a newer Node than the launcher makes sure of", () => {
  type Locked = { optional?: boolean; engines?: { node?: string } };
  const lock = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");
  const packages = Object.entries<Locked>(JSON.parse(lock).packages);
  const ranges = packages.flatMap(([path, { optional, engines }]) =>
    // Those for WebAssembly stand in where there is no native one.
    optional && engines?.node && !/wasm|webcontainers/.test(path) ? engines.node : [],
  );
  expect(ranges.length).toBeGreaterThan(20);
  const recent = new Set(ranges.filter((range) => /[=^] ?2\d\b/.test(range)));
  expect([...recent].sort()).toEqual([
    ">= 20",
    ">=20.9.0",
    "^20.19.0 || >=22.12.0",
    "^20.9.0", // 32-bit Windows alone, for which there is no Node of 22 or newer
  ]);
});
