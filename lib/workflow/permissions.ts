import { type Actor, isAlmighty, limitsOf, userIdOf } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { isUuid } from "@/lib/store/projects";
import type { Reach } from "@/lib/store/reach";

/** The projects that there are for an actor. */
export function reachOf(actor: Actor): Reach {
  return { userId: userIdOf(actor), all: isAlmighty(actor), within: limitsOf(actor) };
}

/** @throws Refusal "forbidden" with an API token for some projects only: this is about none of them */
export function requireWholeSite(actor: Actor): void {
  if (limitsOf(actor) !== null) {
    throw new Refusal("forbidden", "This API token is for some projects only.");
  }
}

/** @throws Refusal "forbidden" unless the actor is a site admin or the operator, for the whole site */
export function requireSiteAdmin(actor: Actor): void {
  requireWholeSite(actor);
  if (!isAlmighty(actor)) throw new Refusal("forbidden", "Only a site admin may do this.");
}

/**
 * An id that PostgreSQL can look for.
 *
 * @throws Refusal "not_found" for anything else: nothing has such an id
 */
export function requireId(id: string, sentence: string): string {
  if (!isUuid(id)) throw new Refusal("not_found", sentence);
  return id;
}
