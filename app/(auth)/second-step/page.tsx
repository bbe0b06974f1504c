import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { currentSigned, restOfSignIn } from "@/app/session";
import { SecondStepForm } from "@/components/people/second-step";
import { AuthFrame } from "@/components/ui/auth-frame";
import { pathOnThisSite } from "@/lib/web/next-path";
import { hostOf } from "@/lib/web/request";
import { secondStepWays } from "@/lib/workflow/second-factors";

export const metadata: Metadata = { title: "Second step" };

/** Asks somebody who has shown the password, or came from a provider, for the second factor. */
export default async function SecondStepPage({ searchParams }: PageProps<"/second-step">) {
  const next = pathOnThisSite((await searchParams).next);
  const signed = await currentSigned();
  if (signed?.state !== "awaits_factor") redirect(restOfSignIn(signed, next) ?? next);
  const ways = await secondStepWays(signed.entrant, hostOf(await headers()));
  return (
    <AuthFrame
      title="One more step"
      lead={<>You sign in as {signed.entrant.email}.</>}
      footer="Lost everything? A site admin can reset your second factors."
    >
      <SecondStepForm ways={ways} next={next} />
    </AuthFrame>
  );
}
