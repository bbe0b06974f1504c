import { expect, test } from "vitest";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";

/** What lets people in, changes their ways in, or makes them more: all that is below these. */
const ofPeople = /^(?!GET ).* \/(?:me|users|tokens|invites|projects\/\{project\}\/invites)(?:\/|$)/;

/** What a script may do there: it is seen, and gives nobody anything. */
const forScripts = [
  "PATCH /me",
  "DELETE /tokens/{id}",
  "DELETE /invites/{id}",
  "DELETE /projects/{project}/invites/{id}",
];

const isAsked = ([, { access }]: [string, Endpoint]) => access !== "anyone";

test("what lets people in or changes their ways in is for people in a browser, never for an API token", () => {
  const byScripts = Object.entries<Endpoint>(contract)
    .filter(isAsked)
    .filter(([name, { inPerson }]) => ofPeople.test(name) && !inPerson)
    .map(([name]) => name);
  expect(byScripts.sort()).toEqual([...forScripts].sort());
});
