import type { Metadata } from "next";
import { headers } from "next/headers";
import { SetupForm } from "@/components/people/newcomer-form";
import { AuthFrame } from "@/components/ui/auth-frame";
import { clientAddress } from "@/lib/web/request";
import { setupState } from "@/lib/workflow/setting-up";
import { ClosedLink, GuessesSpent, unlessSpent } from "../../closed-link";

export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetupPage({ params }: PageProps<"/setup/[token]">) {
  const { token } = await params;
  const address = clientAddress(await headers());
  const state = await unlessSpent(setupState(token, address));
  if (state === null) return <GuessesSpent />;
  if (state !== "open") return <ClosedLink what="setup" state={state} />;
  return (
    <AuthFrame
      title="Set up Gainsay"
      lead="You will be the first site admin: you make projects and invite the others."
    >
      <SetupForm token={token} />
    </AuthFrame>
  );
}
