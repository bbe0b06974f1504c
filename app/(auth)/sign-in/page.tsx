import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentActor } from "@/app/session";
import { signInProviders } from "@/app/sign-in-providers";
import { Or, ProviderButtons } from "@/components/people/provider-buttons";
import { SignInForm } from "@/components/people/sign-in-form";
import { AuthFrame } from "@/components/ui/auth-frame";
import { Notice } from "@/components/ui/notice";
import { pathOnThisSite } from "@/lib/web/next-path";
import { refusalSentence } from "../refused-sign-in";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const query = await searchParams;
  // next-auth calls it callbackUrl.
  const next = pathOnThisSite(query.next ?? query.callbackUrl);
  if (await currentActor()) redirect(next);
  const refused = refusalSentence(query);
  return (
    <AuthFrame
      title="Sign in"
      footer="No account? Ask an admin of your project for an invite link."
    >
      {refused && (
        <div className="mb-4">
          <Notice tone="danger">{refused}</Notice>
        </div>
      )}
      <SignInForm next={next} />
      {signInProviders.length > 0 && (
        <>
          <Or />
          <ProviderButtons providers={signInProviders} verb="Continue with" callbackUrl={next} />
        </>
      )}
    </AuthFrame>
  );
}
