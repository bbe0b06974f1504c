import { expect, test } from "vitest";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";

/** What lets people in, changes their ways in, or makes them more: all that is below these. */
const ofPeople = /^(?!GET ).* \/(?:me|users|tokens|invites|projects\/\{project\}\/invites)(?:\/|$)/;

/** What a script may do there: it is seen, and gives nobody anything. */
const forScripts = [
  "PATCH /me",
  "PUT /me/keys",
  "PUT /me/mail",
  "DELETE /tokens/{id}",
  "DELETE /invites/{id}",
  "DELETE /projects/{project}/invites/{id}",
];

/** What is done in a session that was left open, too: it ends one, tells, or asks for a proof by itself. */
const withoutProof = [
  "DELETE /me/sessions/{id}",
  "POST /me/password",
  "POST /me/proof",
  "POST /me/proof/passkey",
  "POST /me/proof/provider",
  "POST /me/sign-out-elsewhere",
  "POST /me/sign-out-everywhere",
  "POST /second-step",
  "POST /second-step/passkey",
];

const isAsked = ([, { access }]: [string, Endpoint]) => access !== "anyone";

test("what lets people in or changes their ways in is for people in a browser, never for an API token", () => {
  const byScripts = Object.entries<Endpoint>(contract)
    .filter(isAsked)
    .filter(([name, { inPerson }]) => ofPeople.test(name) && !inPerson)
    .map(([name]) => name);
  expect(byScripts.sort()).toEqual([...forScripts].sort());
});

test("what is done in person and changes something asks for a proof that is not old", () => {
  const unproven = Object.entries<Endpoint>(contract)
    .filter(([name, { inPerson }]) => inPerson === true && !name.startsWith("GET "))
    .map(([name]) => name);
  expect(unproven.sort()).toEqual(withoutProof);
});
