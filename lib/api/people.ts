import { z } from "zod";
import { roles, tokenScopes } from "@/lib/domain/roles";
import type { Shape } from "@/lib/domain/schemas";
import { type Endpoints, NextCursor, PageQuery, Time, WrittenText } from "./endpoint";

const Secret = z.string().min(1).max(200);

/** What somebody says of themselves when they get an account. */
const Newcomer = z.strictObject({ name: WrittenText, email: WrittenText, password: WrittenText });
export type Newcomer = Shape<typeof Newcomer>;

/** Where to begin: the slug of a project that has just been joined. */
const Joined = z.strictObject({ project: z.string().nullable() });
export type Joined = Shape<typeof Joined>;

const user = { id: z.uuid(), email: z.string(), name: z.string(), site_admin: z.boolean() };

export const User = z.strictObject({
  ...user,
  /** Whether they must have a second factor, whatever the site asks of everybody. */
  factor_required: z.boolean(),
  disabled_at: Time.nullable(),
  created_at: Time,
});
export type User = Shape<typeof User>;

export const UserPage = z.strictObject({
  users: z.array(
    z.strictObject({
      ...User.shape,
      projects: z.number().int(),
      /** Whether they have a second factor. */
      has_factor: z.boolean(),
    }),
  ),
  next_cursor: NextCursor,
});
export type UserPage = Shape<typeof UserPage>;

/** What is left out stays. */
const UserChange = z
  .strictObject({ disabled: z.boolean(), site_admin: z.boolean(), factor_required: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "Say what to change.");
export type UserChange = Shape<typeof UserChange>;

/** What users see of their own account. */
export const Account = z.strictObject({
  ...user,
  has_password: z.boolean(),
  /** The providers' accounts that one can sign in through. */
  identities: z.array(z.strictObject({ id: z.uuid(), provider: z.string() })),
});
export type Account = Shape<typeof Account>;

export const Invite = z.strictObject({
  id: z.uuid(),
  email: z.string().nullable(),
  site_admin: z.boolean(),
  project: z.strictObject({ slug: z.string(), title: z.string(), role: z.enum(roles) }).nullable(),
  /** The name of whoever made it; null for the command line. */
  from: z.string().nullable(),
  created_at: Time,
  expires_at: Time,
});
export type Invite = Shape<typeof Invite>;

export const InvitePage = z.strictObject({ invites: z.array(Invite), next_cursor: NextCursor });
export type InvitePage = Shape<typeof InvitePage>;

/** An invite with the path of its link, which is told this once. */
export const NewInvite = z.strictObject({ invite: Invite, path: z.string() });
export type NewInvite = Shape<typeof NewInvite>;

const TokenScopes = z.array(z.enum(tokenScopes)).min(1).max(20);

export const ApiToken = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  scopes: TokenScopes,
  /** The only ones it is for, without those that are deleted; null for all that its user may see. */
  projects: z.array(z.strictObject({ slug: z.string(), title: z.string() })).nullable(),
  created_at: Time,
  last_used_at: Time.nullable(),
  /** From when on it is refused; null for one that works until it is revoked. */
  expires_at: Time.nullable(),
});
export type ApiToken = Shape<typeof ApiToken>;

export const ApiTokenPage = z.strictObject({ tokens: z.array(ApiToken), next_cursor: NextCursor });
export type ApiTokenPage = Shape<typeof ApiTokenPage>;

/** The token itself is told this once. */
export const NewApiToken = z.strictObject({ ...ApiToken.shape, token: z.string() });
export type NewApiToken = Shape<typeof NewApiToken>;

/** A key as it is pressed: modifiers, then a letter, a digit, a sign, or a key's own name. */
const Chord = z
  .string()
  .regex(/^(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[!-`{-~]|[A-Z]\w{1,24})$/)
  .meta({ examples: ["Ctrl+Shift+Z"] });

/** What somebody has changed of the keys of the annotate page and, under names that begin with "desk_", of the curator's desk. */
export const KeySettings = z.strictObject({
  /** The keys of an action, by its id; no key at all if empty. Others have their usual ones. */
  keys: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), z.array(Chord).max(4))
    .refine((keys) => Object.keys(keys).length <= 200, "There are not so many actions."),
  /**
   * Whether a letter, a digit or a sign alone does something. Who dictates or whose hands tremble
   * switches them off (WCAG 2.1.4).
   */
  single: z.boolean(),
});
export type KeySettings = Shape<typeof KeySettings>;

export const peopleEndpoints = {
  "POST /setup": {
    summary: "Make the first site admin by the setup link, and sign in",
    access: "anyone",
    scope: null,
    body: z.strictObject({ token: Secret, ...Newcomer.shape }),
    answer: Joined,
    status: 201,
  },
  "POST /invites/accept": {
    summary: "Accept an invite with a new account, or as the caller",
    access: "anyone",
    scope: null,
    body: z.strictObject({ token: Secret, newcomer: Newcomer.optional() }),
    answer: Joined,
    status: [200, 201],
  },
  "POST /invites/hold": {
    summary: "Keep an invite in a cookie while signing in through a provider",
    access: "anyone",
    scope: null,
    body: z.strictObject({ token: Secret }),
    status: 204,
  },
  "GET /invites": {
    summary: "All open invites, the latest first",
    access: "site_admin",
    scope: "manage",
    query: PageQuery,
    answer: InvitePage,
    status: 200,
  },
  "POST /invites": {
    summary: "Make an invite to the site or into a project; its link is told once",
    access: "site_admin",
    scope: null,
    inPerson: "proven",
    body: z
      .strictObject({
        email: WrittenText.nullable().default(null),
        site_admin: z.boolean().default(false),
        project: z
          .strictObject({ project: z.string().max(100), role: z.enum(roles) })
          .nullable()
          .default(null),
      })
      .prefault({}),
    answer: NewInvite,
    status: 201,
  },
  "DELETE /invites/{id}": {
    summary: "Withdraw an invite",
    access: "site_admin",
    scope: "manage",
    status: 204,
  },
  "GET /projects/{project}/invites": {
    summary: "A project's open invites, the latest first",
    access: "manage",
    scope: "manage",
    query: PageQuery,
    answer: InvitePage,
    status: 200,
  },
  "POST /projects/{project}/invites": {
    summary: "Make an invite into a project; its link is told once",
    access: "manage",
    scope: null,
    inPerson: "proven",
    body: z.strictObject({ email: WrittenText.nullable().default(null), role: z.enum(roles) }),
    answer: NewInvite,
    status: 201,
  },
  "DELETE /projects/{project}/invites/{id}": {
    summary: "Withdraw an invite into a project",
    access: "manage",
    scope: "manage",
    status: 204,
  },
  "GET /me": {
    summary: "The caller's own account",
    access: "signed_in",
    scope: "read",
    answer: Account,
    status: 200,
  },
  "PATCH /me": {
    summary: "Change the caller's name",
    access: "signed_in",
    scope: "manage",
    body: z.strictObject({ name: WrittenText }),
    answer: Account,
    status: 200,
  },
  "GET /me/keys": {
    summary: "What the caller has changed of the keys of the annotate page",
    access: "signed_in",
    scope: "read",
    answer: KeySettings,
    status: 200,
  },
  "PUT /me/keys": {
    summary: "Change the keys of the annotate page for the caller",
    access: "signed_in",
    scope: "manage",
    body: KeySettings,
    answer: KeySettings,
    status: 200,
  },
  "POST /me/password": {
    summary: "Change the caller's password; every other session ends",
    access: "signed_in",
    scope: null,
    inPerson: true,
    body: z.strictObject({
      current: WrittenText,
      replacement: WrittenText,
      /** Whether API tokens end too. */
      end_tokens: z.boolean().default(false),
    }),
    status: 204,
  },
  "POST /me/connect": {
    summary: "Let the next sign-in through a provider connect its account",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    status: 204,
  },
  "DELETE /me/identities/{id}": {
    summary: "Disconnect a provider's account",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    status: 204,
  },
  "GET /tokens": {
    summary: "The caller's API tokens, the latest first",
    access: "signed_in",
    scope: "manage",
    query: PageQuery,
    answer: ApiTokenPage,
    status: 200,
  },
  "POST /tokens": {
    summary: "Make an API token, which is told once",
    access: "signed_in",
    scope: null,
    inPerson: "proven",
    body: z.strictObject({
      name: WrittenText,
      /** What it is for; everything if left out. */
      scopes: TokenScopes.default([...tokenScopes]),
      /** The only projects it is for, by slug or id; null for all that its user may see, later ones too. */
      projects: z.array(z.string().max(100)).min(1).max(100).nullable().default(null),
      /** From when on it is refused; null for one that works until it is revoked. */
      expires_at: Time.nullable().default(null),
    }),
    answer: NewApiToken,
    status: 201,
  },
  "DELETE /tokens/{id}": {
    summary: "Revoke one of the caller's API tokens",
    access: "signed_in",
    scope: "manage",
    status: 204,
  },
  "GET /users": {
    summary: "Everybody with an account, by e-mail address",
    access: "site_admin",
    scope: "manage",
    query: z.strictObject({
      /** Part of a name or an e-mail address. */
      q: z.string().max(320).default(""),
      ...PageQuery.shape,
    }),
    answer: UserPage,
    status: 200,
  },
  "PATCH /users/{id}": {
    summary:
      "Disable or enable a user, or change whether they are a site admin or must have a second factor",
    access: "site_admin",
    scope: null,
    inPerson: "proven",
    body: UserChange,
    answer: User,
    status: 200,
  },
  "POST /users/{id}/password-link": {
    summary: "Make a link by which a user can choose a new password, once, for a day",
    access: "site_admin",
    scope: null,
    inPerson: "proven",
    /** The path of the link, which is told this once. */
    answer: z.strictObject({ path: z.string() }),
    status: 201,
  },
  "POST /password": {
    summary: "Choose a password by a password link, and sign in",
    access: "anyone",
    scope: null,
    body: z.strictObject({
      token: Secret,
      password: WrittenText,
      /** Whether the user's API tokens end too. */
      end_tokens: z.boolean().default(false),
    }),
    status: 204,
  },
} as const satisfies Endpoints;
