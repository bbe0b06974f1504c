import { z } from "zod";
import type { Shape } from "@/lib/domain/schemas";
import { type Endpoints, NextCursor, PageQuery, Time, WrittenText } from "./endpoint";

/** What `navigator.credentials` gives, as JSON: the server checks it by its signature. */
export const PasskeyAnswer = z.looseObject({ id: z.string().max(2000) });

/** What `navigator.credentials` is asked by, as JSON. */
export const PasskeyOptions = z.looseObject({ challenge: z.string() });

/** Being signed in, in one browser. */
export const Session = z.strictObject({
  id: z.uuid(),
  /** Such as "Firefox on Windows". */
  browser: z.string(),
  created_at: Time,
  /** To the minute. */
  last_seen_at: Time,
  /** Whether the request was made in it. */
  current: z.boolean(),
});
export type Session = Shape<typeof Session>;

export const SessionPage = z.strictObject({ sessions: z.array(Session), next_cursor: NextCursor });
export type SessionPage = Shape<typeof SessionPage>;

/** By what somebody can show that it is still they who are signed in. */
export const ProofWays = z.strictObject({
  /** Whose password it would be. */
  email: z.string(),
  password: z.boolean(),
  /** Of this host. */
  passkey: z.boolean(),
  /** The providers whose accounts they have connected. */
  providers: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});
export type ProofWays = Shape<typeof ProofWays>;

export const sessionEndpoints = {
  "GET /me/sessions": {
    summary: "The browsers in which the caller is signed in, the latest first",
    access: "signed_in",
    scope: null,
    inPerson: true,
    query: PageQuery,
    answer: SessionPage,
    status: 200,
  },
  "DELETE /me/sessions/{id}": {
    summary: "End one of the caller's sessions",
    access: "signed_in",
    scope: null,
    inPerson: true,
    status: 204,
  },
  "POST /me/sign-out-elsewhere": {
    summary: "End every session of the caller but this one",
    access: "signed_in",
    scope: null,
    inPerson: true,
    status: 204,
  },
  "POST /me/sign-out-everywhere": {
    summary: "End every session of the caller",
    access: "signed_in",
    scope: null,
    inPerson: true,
    status: 204,
  },
  "GET /me/proof": {
    summary: "By what the caller can show that it is still they who are signed in",
    access: "signed_in",
    scope: null,
    inPerson: true,
    lackingFactor: true,
    answer: ProofWays,
    status: 200,
  },
  "POST /me/proof/provider": {
    summary: "Let the next sign-in through a provider show that it is still the caller",
    access: "signed_in",
    scope: null,
    inPerson: true,
    lackingFactor: true,
    status: 204,
  },
  "POST /me/proof": {
    summary: "Show by the password or a passkey that it is still the caller who is signed in",
    access: "signed_in",
    scope: null,
    inPerson: true,
    lackingFactor: true,
    body: z.union([
      z.strictObject({ password: WrittenText }),
      z.strictObject({ passkey: PasskeyAnswer }),
    ]),
    status: 204,
  },
  "POST /me/proof/passkey": {
    summary: "What a browser is to show a passkey by, as a proof",
    access: "signed_in",
    scope: null,
    inPerson: true,
    lackingFactor: true,
    answer: PasskeyOptions,
    status: 200,
  },
} as const satisfies Endpoints;
