import { cookies, headers } from "next/headers";
import type { Account, Profile, User } from "next-auth";
import type { Person } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { clientAddress } from "@/lib/web/request";
import { inviteForProviderSignIn } from "@/lib/workflow/invites";
import { proveByProvider, signInThroughProvider } from "@/lib/workflow/provider-sign-in";
import type { SignInWay } from "@/lib/workflow/sessions";
import type { ProvenUser } from "@/lib/workflow/signing-in";
import { cookieName, cookieOptions } from "./cookies";
import { authenticatedAt, confirmedEmail, keptAs } from "./sign-in-providers";

/** What somebody is about, while they are away at a provider. */
const inviteCookie = cookieName("invite");
const connectCookie = cookieName("connect");
const proveCookie = cookieName("prove");
/** In seconds. */
const awayAtMost = 15 * 60;

/** Keeps an invite's token until its holder is back from a provider. */
export async function holdInvite(token: string): Promise<void> {
  (await cookies()).set(inviteCookie, token, { ...cookieOptions, maxAge: awayAtMost });
}

/** Keeps the wish to connect a provider's account to the user who is signed in. */
export async function askToConnect({ session }: Person): Promise<void> {
  const store = await cookies();
  store.delete({ name: proveCookie, ...cookieOptions });
  store.set(connectCookie, session.id, { ...cookieOptions, maxAge: awayAtMost });
}

/** Keeps the wish to show by a provider that it is still the user who is signed in. */
export async function askToProve({ session }: Person): Promise<void> {
  const store = await cookies();
  store.delete({ name: connectCookie, ...cookieOptions });
  store.set(proveCookie, session.id, { ...cookieOptions, maxAge: awayAtMost });
}

/**
 * What to ask a provider beyond the usual: where somebody is to show again who they are, not to take its
 * own session for it. A provider that knows no such wish, as GitHub, does not hear it.
 */
export async function askedOfProvider(): Promise<Readonly<Record<string, string>>> {
  const proves = (await cookies()).has(proveCookie);
  return proves ? { prompt: "login", max_age: "0" } : {};
}

/**
 * Decides whether somebody who comes from a provider is let in, and writes into `user` as whom.
 *
 * @param present who is signed in in this browser
 * @param begin begins a session here, and gives its id
 * @returns true, or the page to go to where no session begins: what they came for is done, or was refused
 */
export async function signInFromProvider(
  user: User,
  account: Account,
  profile: Profile | undefined,
  present: Person | null,
  begin: (user: ProvenUser, how: SignInWay) => Promise<string>,
): Promise<true | string> {
  const store = await cookies();
  const token = store.get(inviteCookie)?.value;
  const isAbout = (wish: string) =>
    present !== null && store.get(wish)?.value === present.session.id ? present : null;
  const [connects, proves] = [isAbout(connectCookie), isAbout(proveCookie)];
  for (const name of [inviteCookie, connectCookie, proveCookie]) {
    store.delete({ name, ...cookieOptions });
  }
  const subject = {
    provider: keptAs(account.provider),
    subject: account.providerAccountId,
  };
  try {
    if (proves) {
      await proveByProvider(proves, subject, authenticatedAt(profile));
      return "/prove?done=1";
    }
    const address = clientAddress(await headers());
    const known = await signInThroughProvider({
      ...subject,
      name: user.name ?? profile?.name ?? null,
      email: confirmedEmail(profile),
      connectTo: connects,
      address,
      invite: token ? await inviteForProviderSignIn(token, address) : null,
    });
    if (connects) return "/account"; // in the session that they are in already
    user.id = known.userId;
    user.session = await begin(known, "provider");
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The page knows sentences for the reasons; it shows no text out of an address.
    const { code, details } = error;
    const reason = encodeURIComponent(
      String(code === "unavailable" ? code : (details.reason ?? code)),
    );
    const page = proves ? "/prove" : connects ? "/account" : "/sign-in";
    return `${page}?refused=${reason}`;
  }
}
