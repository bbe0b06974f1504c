import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { signInProviders } from "@/app/sign-in-providers";
import { ProveByProvider, Proved } from "@/components/people/prove-by-provider";
import { AuthFrame } from "@/components/ui/auth-frame";
import { Notice } from "@/components/ui/notice";
import { TextLink } from "@/components/ui/text-link";
import { refusalSentence } from "../refused-sign-in";

export const metadata: Metadata = { title: "Is it still you?" };

/** For whom there is no window behind this one. */
const wayBack = <TextLink href="/account">Go to your account</TextLink>;

/** The window that goes to a provider, and comes back, to show that it is still the one who is signed in. */
export default async function ProvePage({ searchParams }: PageProps<"/prove">) {
  await requireActorOrSignIn({ lackingFactor: true });
  const query = await searchParams;
  if (query.done !== undefined) {
    return (
      <AuthFrame title="Thank you" footer={wayBack}>
        <Proved />
      </AuthFrame>
    );
  }
  const refused = refusalSentence(query);
  const provider = signInProviders.find(({ id }) => id === query.with);
  return (
    <AuthFrame title="Is it still you?" footer={wayBack}>
      {!refused && provider ? (
        <ProveByProvider {...provider} />
      ) : (
        <div className="space-y-4">
          <Notice tone="danger">{refused ?? "You cannot sign in through this provider."}</Notice>
          <p>Close this window to try again in the one before.</p>
        </div>
      )}
    </AuthFrame>
  );
}
