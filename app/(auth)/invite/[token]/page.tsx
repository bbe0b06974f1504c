import type { Metadata } from "next";
import { headers } from "next/headers";
import { currentActor } from "@/app/session";
import { signInProviders } from "@/app/sign-in-providers";
import { AcceptInvite, JoinThrough } from "@/components/people/accept-invite";
import { JoinForm } from "@/components/people/newcomer-form";
import { Or } from "@/components/people/provider-buttons";
import { aRole } from "@/components/people/roles";
import { AuthFrame } from "@/components/ui/auth-frame";
import { TextLink } from "@/components/ui/text-link";
import { clientAddress } from "@/lib/web/request";
import { type Invitation, invitation } from "@/lib/workflow/invites";
import { ClosedLink, GuessesSpent, unlessSpent } from "../../closed-link";

export const metadata: Metadata = { title: "Invite", referrer: "no-referrer" };

export default async function InvitePage({ params }: PageProps<"/invite/[token]">) {
  const { token } = await params;
  const address = clientAddress(await headers());
  const offer = await unlessSpent(invitation(token, address));
  if (offer === null) return <GuessesSpent />;
  if (offer.state !== "open") return <ClosedLink what="invite" state={offer.state} />;
  const actor = await currentActor();
  if (actor) {
    return (
      <AuthFrame title="You are invited" lead={<Offer offer={offer} />}>
        <AcceptInvite token={token} name={actor.name} email={actor.email} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="You are invited"
      lead={<Offer offer={offer} />}
      footer={
        <>
          Have an account already?{" "}
          <TextLink href={`/sign-in?next=${encodeURIComponent(`/invite/${token}`)}`}>
            Sign in first
          </TextLink>
        </>
      }
    >
      <JoinForm token={token} email={offer.email ?? ""} />
      {signInProviders.length > 0 && (
        <>
          <Or />
          <JoinThrough token={token} providers={signInProviders} />
        </>
      )}
    </AuthFrame>
  );
}

/** "Ana invites you to the project … as a reviewer." */
function Offer({ offer: { from, project, siteAdmin } }: { offer: Invitation }) {
  return (
    <p>
      {from ? <bdi className="font-medium text-ink">{from}</bdi> : "The operator"} invites you to{" "}
      {project ? (
        <>
          the project <bdi className="font-medium text-ink">{project.title}</bdi> as{" "}
          {aRole(project.role)}.
        </>
      ) : siteAdmin ? (
        "run Gainsay as a site admin."
      ) : (
        "Gainsay."
      )}
    </p>
  );
}
