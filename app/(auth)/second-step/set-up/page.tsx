import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentSigned, restOfSignIn } from "@/app/session";
import { Proving } from "@/components/people/proving";
import { FirstFactor } from "@/components/people/second-factors";
import { SignOutLink } from "@/components/people/second-step";
import { AuthFrame } from "@/components/ui/auth-frame";
import { pathOnThisSite } from "@/lib/web/next-path";

export const metadata: Metadata = { title: "Set up a second factor" };

/** Where somebody who must have a second factor, and has none, sets one up. */
export default async function SetUpPage({ searchParams }: PageProps<"/second-step/set-up">) {
  const next = pathOnThisSite((await searchParams).next);
  const signed = await currentSigned();
  if (signed?.state !== "lacks_factor") redirect(restOfSignIn(signed, next) ?? next);
  return (
    <AuthFrame
      title="Set up a second factor"
      lead="Gainsay asks you for one here: whoever learns your password cannot sign in with it alone."
      footer={<SignOutLink />}
    >
      <FirstFactor next={next} />
      <Proving />
    </AuthFrame>
  );
}
