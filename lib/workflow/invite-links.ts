import { Refusal } from "@/lib/domain/refusal";
import type { InviteRow } from "@/lib/store/invites";

/** How long an invite can be accepted, in milliseconds. */
export const inviteLasts = 7 * 24 * 60 * 60 * 1000;

/** What became of an invite's link. */
export type InviteState = "open" | "used" | "revoked" | "expired" | "unknown";

export function stateOf(invite: InviteRow): InviteState {
  if (invite.acceptedAt) return "used";
  if (invite.revokedAt) return "revoked";
  if (invite.expiresAt <= new Date()) return "expired";
  return "open";
}

const sentences = {
  used: "This link has been used already. It works only once.",
  revoked: "This link has been withdrawn.",
  expired: "This link has expired. Links work for seven days.",
  unknown: "There is no such link. Was it copied whole?",
} as const;

export function closed(state: Exclude<InviteState, "open">): Refusal {
  return new Refusal(state === "unknown" ? "not_found" : "conflict", sentences[state], { state });
}

/** @throws Refusal "conflict" with `state` unless the link can be used; "not_found" for an unknown one */
export function refuseClosed(state: InviteState): void {
  if (state !== "open") throw closed(state);
}
