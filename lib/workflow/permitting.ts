import { type Actor, isAlmighty } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";

/** @throws Refusal "forbidden" unless the actor is a site admin or the operator */
export function requireSiteAdmin(actor: Actor): void {
  if (!isAlmighty(actor)) throw new Refusal("forbidden", "Only a site admin may do this.");
}
