import { type Actor, isAlmighty } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { isUuid } from "@/lib/store/projects";

/** @throws Refusal "forbidden" unless the actor is a site admin or the operator */
export function requireSiteAdmin(actor: Actor): void {
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
