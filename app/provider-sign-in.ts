import { cookies, headers } from "next/headers";
import type { Account, Profile, User } from "next-auth";
import type { UserActor } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { clientAddress } from "@/lib/web/request";
import { inviteForProviderSignIn } from "@/lib/workflow/invites";
import { signInThroughProvider } from "@/lib/workflow/provider-sign-in";
import { cookieName, cookieOptions } from "./cookies";
import { confirmedEmail, keptAs } from "./sign-in-providers";

/** What somebody is about, while they are away at a provider. */
const inviteCookie = cookieName("invite");
const connectCookie = cookieName("connect");
/** In seconds. */
const awayAtMost = 15 * 60;

/** Keeps an invite's token until its holder is back from a provider. */
export async function holdInvite(token: string): Promise<void> {
  (await cookies()).set(inviteCookie, token, { ...cookieOptions, maxAge: awayAtMost });
}

/** Keeps the wish to connect a provider's account to the user who is signed in. */
export async function askToConnect(actor: UserActor): Promise<void> {
  (await cookies()).set(connectCookie, actor.userId, { ...cookieOptions, maxAge: awayAtMost });
}

/**
 * Decides whether somebody who comes from a provider is let in, and writes into `user` as whom.
 *
 * @param present who is signed in in this browser
 * @returns true, or the page that says why not
 */
export async function signInFromProvider(
  user: User,
  account: Account,
  profile: Profile | undefined,
  present: UserActor | null,
): Promise<true | string> {
  const store = await cookies();
  const token = store.get(inviteCookie)?.value;
  const connects = present !== null && store.get(connectCookie)?.value === present.userId;
  store.delete({ name: inviteCookie, ...cookieOptions });
  store.delete({ name: connectCookie, ...cookieOptions });
  try {
    const address = clientAddress(await headers());
    const session = await signInThroughProvider({
      provider: keptAs(account.provider),
      subject: account.providerAccountId,
      name: user.name ?? profile?.name ?? null,
      email: confirmedEmail(profile),
      connectTo: connects ? present : null,
      invite: token ? await inviteForProviderSignIn(token, address) : null,
    });
    user.id = session.userId;
    user.sessionVersion = session.sessionVersion;
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The page knows sentences for the reasons; it shows no text out of an address.
    const { code, details } = error;
    const reason = encodeURIComponent(
      String(code === "unavailable" ? code : (details.reason ?? code)),
    );
    return connects ? `/account?refused=${reason}` : `/sign-in?refused=${reason}`;
  }
}
