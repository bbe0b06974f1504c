import { AuthFrame } from "@/components/ui/auth-frame";
import { ButtonLink } from "@/components/ui/button";
import { Refusal } from "@/lib/domain/refusal";
import type { InviteState } from "@/lib/workflow/invite-links";

type Closed = Exclude<InviteState, "open">;

const titles: Record<Closed, string> = {
  used: "This link has been used",
  revoked: "This link has been withdrawn",
  expired: "This link has expired",
  unknown: "There is no such link",
};

type What = "invite" | "setup" | "password";

const remedies: Record<What, Partial<Record<Closed, string>> & { unknown: string }> = {
  password: {
    unknown:
      "Password links work once, for a day. It may have been used already: try to sign in, or ask a site admin for a new one.",
  },
  invite: {
    used: "Each invite works once. If it was you, sign in; if not, ask for a new one.",
    revoked: "Ask whoever invited you for a new one.",
    expired: "Invites work for seven days. Ask whoever invited you for a new one.",
    unknown: "Was it copied whole? If so, ask whoever invited you for a new one.",
  },
  setup: {
    used: "Gainsay has been set up already. Sign in, or ask a site admin for an invite.",
    revoked: "Gainsay has been set up already. Sign in, or ask a site admin for an invite.",
    expired: "Setup links work for seven days. Start Gainsay again to get a new one.",
    unknown: "Was it copied whole? Each start of Gainsay prints a new one until it is set up.",
  },
};

/** What somebody sees whose link does not let them in, and what to do about it. */
export function ClosedLink({ what, state }: { what: What; state: Closed }) {
  return (
    <AuthFrame title={what === "password" ? "This link does not work" : titles[state]}>
      <p className="mb-5">{remedies[what][state] ?? remedies[what].unknown}</p>
      <ButtonLink href="/sign-in" className="w-full">
        Sign in
      </ButtonLink>
    </AuthFrame>
  );
}

/** What somebody sees at whose address too many links were tried. */
export function GuessesSpent() {
  return (
    <AuthFrame title="Please wait a little">
      <p>
        Too many links that do not exist were tried from here. Try again in a quarter of an hour.
      </p>
    </AuthFrame>
  );
}

/** The work's result, or null where there were too many guesses from this address. */
export async function unlessSpent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal && error.code === "rate_limited") return null;
    throw error;
  }
}
