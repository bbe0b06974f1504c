import type { Metadata } from "next";
import { headers } from "next/headers";
import { secret } from "@/app/session";
import { ChoosePassword } from "@/components/people/choose-password";
import { AuthFrame } from "@/components/ui/auth-frame";
import { Refusal } from "@/lib/domain/refusal";
import { clientAddress } from "@/lib/web/request";
import { ownerOfPasswordLink } from "@/lib/workflow/passwords";
import { ClosedLink, GuessesSpent, unlessSpent } from "../../closed-link";

export const metadata: Metadata = { title: "New password", referrer: "no-referrer" };

export default async function PasswordPage({ params }: PageProps<"/password/[token]">) {
  const { token } = await params;
  const address = clientAddress(await headers());
  const owner = await unlessSpent(
    ownerOfPasswordLink(token, address, secret()).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "not_found") return "nobody" as const;
      throw error;
    }),
  );
  if (owner === null) return <GuessesSpent />;
  if (owner === "nobody") return <ClosedLink what="password" state="unknown" />;
  return (
    <AuthFrame title="Choose a new password" lead={<>For {owner.email}.</>}>
      <ChoosePassword token={token} email={owner.email} />
    </AuthFrame>
  );
}
