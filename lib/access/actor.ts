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
};

export const operator: Actor = { kind: "operator" };

/** The user's id, or null for the operator. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === "user" ? actor.userId : null;
}

/** Whether the actor may everything, in every project. */
export function isAlmighty(actor: Actor): boolean {
  return actor.kind === "operator" || actor.siteAdmin;
}
