import { cookies, headers } from "next/headers";
import type { Account, Profile, User } from "next-auth";
import type { Person, Signed } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { clientAddress } from "@/lib/web/request";
import { inviteForProviderSignIn } from "@/lib/workflow/invites";
import {
  noteNotVouchedFor,
  proveByProvider,
  signInThroughProvider,
} from "@/lib/workflow/provider-sign-in";
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
 * @param signed how far somebody has come in this browser
 * @param begin begins a session here, and gives its id
 * @returns true, or the page to go to where no session begins: what they came for is done, or was refused
 */
export async function signInFromProvider(
  user: User,
  account: Account,
  profile: Profile | undefined,
  signed: Signed | null,
  begin: (user: ProvenUser, how: SignInWay) => Promise<string>,
): Promise<true | string> {
  const store = await cookies();
  const token = store.get(inviteCookie)?.value;
  store.delete({ name: inviteCookie, ...cookieOptions });
  const wish = await takeWish(signed);
  const { connects, proves } = wish;
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
    return refusedAt(wish, String(code === "unavailable" ? code : (details.reason ?? code)));
  }
}

/**
 * Tells the trail of somebody for whom a provider has not vouched: they left it, its answer was not to be
 * believed, or it could not be asked.
 *
 * @param signed how far somebody has come in this browser
 * @returns the page to go to
 */
export async function notVouchedFor(signed: Signed | null): Promise<string> {
  const wish = await takeWish(signed);
  await noteNotVouchedFor({ ...wish, address: clientAddress(await headers()) });
  return refusedAt(wish, "not_vouched_for");
}

/** What somebody is about who went to a provider from a session of theirs; nothing for who only signs in. */
type Wish = { readonly connects: Person | null; readonly proves: Person | null };

/** What was asked for in the session of this browser; it is heard once. */
async function takeWish(signed: Signed | null): Promise<Wish> {
  const store = await cookies();
  const person = signed === null || signed.state === "awaits_factor" ? null : signed.person;
  const isAbout = (wish: string) =>
    person !== null && store.get(wish)?.value === person.session.id ? person : null;
  // Whoever lacks a second factor shows who they are to set one up, and may do nothing else.
  const connects = signed?.state === "in" ? isAbout(connectCookie) : null;
  const wish = { connects, proves: isAbout(proveCookie) };
  for (const name of [connectCookie, proveCookie]) store.delete({ name, ...cookieOptions });
  return wish;
}

function refusedAt({ connects, proves }: Wish, reason: string): string {
  const page = proves ? "/prove" : connects ? "/account" : "/sign-in";
  return `${page}?refused=${encodeURIComponent(reason)}`;
}
