import { Refusal } from "@/lib/domain/refusal";
import type { TokenScope } from "@/lib/domain/roles";

/**
 * Who acts. A user is somebody who signed in or showed an API token; the operator is the command
 * line on the machine itself, whose hands are on the database anyway.
 */
export type Actor = UserActor | { readonly kind: "operator" };

export type UserActor = {
  readonly kind: "user";
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly siteAdmin: boolean;
  /** The API token that was shown; left out in a session. */
  readonly token?: ActingToken;
};

/** What an API token narrows its user down to. */
export type ActingToken = {
  readonly id: string;
  readonly scopes: readonly TokenScope[];
  /** The ids of the only projects that there are for it; null for all that its user may see. */
  readonly projects: readonly string[] | null;
};

/** How far somebody has come who signs in. */
export type Signed =
  | { readonly state: "in"; readonly person: Person }
  /** They must have a second factor and have none: they may do nothing but set one up. */
  | { readonly state: "lacks_factor"; readonly person: Person }
  /** They have a second factor and have to show it: nobody acts as them yet. */
  | { readonly state: "awaits_factor"; readonly entrant: Entrant };

/** Somebody who has shown the password, or came from a provider, and not yet the second factor. */
export type Entrant = {
  readonly userId: string;
  readonly email: string;
  /** The id of the session that awaits it. */
  readonly session: string;
};

/** Somebody who acts in a browser, in a session of theirs, and not by an API token. */
export type Person = UserActor & { readonly session: CurrentSession };

export type CurrentSession = {
  readonly id: string;
  /** Whether they have just shown, in it, who they are. */
  readonly isProven: boolean;
};

export const operator: Actor = { kind: "operator" };

/** The user's id, or null for the operator. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === "user" ? actor.userId : null;
}

/** Whether the actor may everything in every project, or in those that a token is limited to. */
export function isAlmighty(actor: Actor): boolean {
  return actor.kind === "operator" || actor.siteAdmin;
}

/** The ids of the only projects that there are for the actor; null without such a limit. */
export function limitsOf(actor: Actor): readonly string[] | null {
  return actor.kind === "user" ? (actor.token?.projects ?? null) : null;
}

/** Whether the actor has come for this: always, but with an API token that was made for something else. */
export function hasScope(actor: Actor, scope: TokenScope): boolean {
  return actor.kind === "operator" || (actor.token?.scopes.includes(scope) ?? true);
}

/** @throws Refusal "token_scope" */
export function requireScope(actor: Actor, scope: TokenScope): void {
  if (hasScope(actor, scope)) return;
  throw new Refusal("token_scope", `This API token lacks the scope “${scope}” for this.`, {
    scope,
  });
}
