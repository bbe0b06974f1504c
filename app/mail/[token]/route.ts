import { redirect } from "next/navigation";
import { secret } from "@/app/session";
import { noContent, respond } from "@/lib/web/respond";
import { endMail } from "@/lib/workflow/mailing";

/**
 * Ends the mails of whoever got this link: what mail programs send when their button for it is pressed (RFC 8058). They
 * come from anywhere and are nobody in particular; what they may is in the link.
 */
export function POST(_request: Request, { params }: RouteContext<"/mail/[token]">) {
  return respond(async () => {
    const { token } = await params;
    await endMail(token, secret());
    return noContent();
  });
}

/** Leads people to where they choose. Looking changes nothing: programs that check mails follow every link. */
export function GET(): never {
  redirect("/account#mail");
}
