import { expect, test } from "vitest";
import { failedInstall } from "@/scripts/launch.mjs";

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
