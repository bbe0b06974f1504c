import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";
import { openApiDocument } from "@/lib/api/openapi";

test("an endpoint has no scope if and only if no API token is looked at there", () => {
  const otherwise = Object.entries<Endpoint>(contract).filter(
    ([, { access, scope, inPerson }]) =>
      (scope === null) !== (access === "anyone" || inPerson !== undefined),
  );
  expect(otherwise).toEqual([]);
});

test("the description has the scope of each endpoint, as what its token must have", () => {
  const { paths } = openApiDocument("1");
  for (const [name, { access, scope }] of Object.entries<Endpoint>(contract)) {
    const [method = "", path = ""] = name.split(" ");
    const session = access === "anyone" ? [] : [{ session: [] }];
    expect([name, paths[path]?.[method.toLowerCase()]?.security]).toEqual([
      name,
      scope === null ? session : [{ token: [scope] }, ...session],
    ]);
  }
});

/*
 * Routes that do not come out of the contract, and so ask for no scope: signing in and the way to what a
 * notification is about look at cookies alone, the others are open to anybody.
 */
test("every other route than these is an endpoint of the contract", () => {
  const others = globSync("app/**/route.ts")
    .filter((file) => !/= endpoint\(/.test(readFileSync(file, "utf8")))
    .sort();
  expect(others).toEqual([
    "app/(workbench)/notifications/[id]/route.ts",
    "app/api/[...unknown]/route.ts",
    "app/api/auth/[...nextauth]/route.ts",
    "app/healthz/route.ts",
    "app/mail/[token]/route.ts",
    "app/readyz/route.ts",
  ]);
});
