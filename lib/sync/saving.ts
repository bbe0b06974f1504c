import type { Trouble } from "./transport";

/** What the save indicator says; `unsent` counts operations the server has not acknowledged. */
export type Saving = {
  /** "opening" until it is known whether an earlier visit left something unsent. */
  readonly state: "opening" | "saved" | "saving" | "offline" | "signed_out" | "failed";
  readonly unsent: number;
  /** Whether everything unsent is stored in this browser and outlives the page. */
  readonly kept: boolean;
  /** Why it is not saved, for "failed". */
  readonly reason: string | null;
};

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Why nothing can be sent: a trouble of the way there, or a set that was submitted meanwhile. */
export type Standstill = Trouble | { readonly kind: "closed" };

/** What to tell the reviewer about it. */
export function reasonOf(trouble: Standstill): string {
  switch (trouble.kind) {
    case "unreachable":
      return "You are offline. Your changes are kept here until the server can be reached.";
    case "signed_out":
      return "You are signed out. Sign in again in another tab; your changes are kept here.";
    case "closed":
      return "It was submitted in another tab or on another device. Reopen it to save these.";
    default:
      return trouble.reason;
  }
}
