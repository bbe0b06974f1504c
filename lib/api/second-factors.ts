import { z } from "zod";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, Time, WrittenText } from "./endpoint";
import { PasskeyAnswer, PasskeyOptions } from "./sessions";

/** What somebody shows after the password. */
export const Factor = z.strictObject({
  id: z.uuid(),
  /** "totp": an authenticator app. */
  kind: z.enum(["totp", "passkey"]),
  name: z.string(),
  created_at: Time,
  last_used_at: Time.nullable(),
});
export type Factor = Shape<typeof Factor>;

export const Factors = z.strictObject({
  factors: z.array(Factor),
  /** How many recovery codes are left. */
  recovery_codes: Count,
  /** Whether the caller must have one. */
  required: z.boolean(),
});
export type Factors = Shape<typeof Factors>;

const RecoveryCodes = z.array(z.string());

/** A second factor that was added; with the first come recovery codes, which are told this once. */
export const NewFactor = z.strictObject({
  factor: Factor,
  recovery_codes: RecoveryCodes.nullable(),
});
export type NewFactor = Shape<typeof NewFactor>;

/** What an authenticator app needs. */
export const TotpSetUp = z.strictObject({
  /** In base 32, to be typed. */
  secret: z.string(),
  /** The same as an `otpauth:` address. */
  uri: z.string(),
  /** The same as a QR code: an SVG. */
  qr: z.string(),
  /** To be sent back with a code of it, within half an hour. */
  sealed: z.string(),
});
export type TotpSetUp = Shape<typeof TotpSetUp>;

/** By what somebody who signs in can go on. */
export const SecondStep = z.strictObject({
  code: z.boolean(),
  /** Of this host: a passkey belongs to one. */
  passkey: z.boolean(),
  recovery_code: z.boolean(),
});
export type SecondStep = Shape<typeof SecondStep>;

/** What site admins decide for everybody. */
export const Settings = z.strictObject({
  /** Of whom a second factor is asked. */
  second_factors: z.enum(["of_nobody", "of_site_admins", "of_everybody"]),
  /** Whether whoever imports may have articles fetched from the web. */
  pages_by_address: z.boolean(),
});
export type Settings = Shape<typeof Settings>;

/** What is left out stays as it is. */
const SettingsChange = Settings.partial().prefault({});
export type SettingsChange = Shape<typeof SettingsChange>;

export const secondFactorEndpoints = {
  "GET /me/factors": {
    summary: "The caller's second factors",
    access: "signed_in",
    scope: null,
    inPerson: true,
    lackingFactor: true,
    answer: Factors,
    status: 200,
  },
  "POST /me/factors/totp/begin": {
    summary: "A new secret for an authenticator app",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    lackingFactor: true,
    answer: TotpSetUp,
    status: 200,
  },
  "POST /me/factors/totp": {
    summary: "Add an authenticator app by a code that it shows",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    lackingFactor: true,
    body: z.strictObject({ name: WrittenText, sealed: WrittenText, code: WrittenText }),
    answer: NewFactor,
    status: 201,
  },
  "POST /me/factors/passkey/begin": {
    summary: "What a browser is to make a passkey by",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    lackingFactor: true,
    answer: PasskeyOptions,
    status: 200,
  },
  "POST /me/factors/passkey": {
    summary: "Add a passkey",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    lackingFactor: true,
    body: z.strictObject({ name: WrittenText, passkey: PasskeyAnswer }),
    answer: NewFactor,
    status: 201,
  },
  "DELETE /me/factors/{id}": {
    summary: "Remove one of the caller's second factors",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    status: 204,
  },
  "POST /me/recovery-codes": {
    summary: "New recovery codes in the place of the old ones, told once",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    answer: z.strictObject({ recovery_codes: RecoveryCodes }),
    status: 201,
  },
  "POST /second-step/passkey": {
    summary: "What a browser is to show a passkey by, to go on signing in",
    access: "second_step",
    scope: null,
    inPerson: true,
    answer: PasskeyOptions,
    status: 200,
  },
  "POST /second-step": {
    summary: "Show a second factor, to go on signing in",
    access: "second_step",
    scope: null,
    inPerson: true,
    body: z.union([
      z.strictObject({ code: z.string().max(100) }),
      z.strictObject({ recovery_code: z.string().max(100) }),
      z.strictObject({ passkey: PasskeyAnswer }),
    ]),
    status: 204,
  },
  "DELETE /users/{id}/factors": {
    summary: "Take all second factors from a user who lost them; their sessions end",
    access: "site_admin",
    scope: null,
    inPerson: "proven",
    status: 204,
  },
  "GET /settings": {
    summary: "What site admins have decided for everybody",
    access: "site_admin",
    scope: null,
    inPerson: true,
    answer: Settings,
    status: 200,
  },
  "PUT /settings": {
    summary:
      "Decide of whom a second factor is asked, and whether articles may be fetched from the web",
    access: "site_admin",
    scope: null,
    inPerson: "proven",
    body: SettingsChange,
    answer: Settings,
    status: 200,
  },
} as const satisfies Endpoints;
