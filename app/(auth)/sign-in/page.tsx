import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentSigned, restOfSignIn } from "@/app/session";
import { signInProviders } from "@/app/sign-in-providers";
import { Or, ProviderButtons } from "@/components/people/provider-buttons";
import { SignInForm } from "@/components/people/sign-in-form";
import { AuthFrame } from "@/components/ui/auth-frame";
import { Notice } from "@/components/ui/notice";
import { pathOnThisSite } from "@/lib/web/next-path";
import { setupProgress } from "@/lib/workflow/setting-up";
import { refusalSentence } from "../refused-sign-in";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const query = await searchParams;
  // next-auth calls it callbackUrl.
  const next = pathOnThisSite(query.next ?? query.callbackUrl);
  const signed = await currentSigned();
  if (signed) redirect(restOfSignIn(signed, next) ?? next);
  const refused = refusalSentence(query);
  const { isSetUp, isEmpty } = await setupProgress();
  if (isEmpty) {
    return (
      <AuthFrame title="Gainsay is not set up yet">
        <WhereTheLinkIs />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Sign in"
      footer="No account? Ask an admin of your project for an invite link."
    >
      {!isSetUp && (
        <div className="mb-4">
          <Notice tone="warn">
            <p className="mb-2 font-semibold">There is no site admin who can sign in.</p>
            <WhereTheLinkIs />
          </Notice>
        </div>
      )}
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

/** How whoever has the machine becomes its first site admin; nobody else is to learn the link. */
function WhereTheLinkIs() {
  return (
    <div className="space-y-3">
      <p>
        The first site admin comes in by a link. It stands in the terminal in which Gainsay was
        started with <code>npm start</code>, or in its log, behind “Set up the first administrator”.
      </p>
      <p>
        If it is gone, start Gainsay again, or print a new one in its folder on the machine it runs
        on:
      </p>
      <pre className="rounded-md bg-sunken px-3 py-2 text-sm whitespace-pre-wrap">
        <code>npm run -s gainsay -- user setup-link</code>
      </pre>
    </div>
  );
}
