import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import type { NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { cache } from "react";
import type { Entrant, Person, Signed, UserActor } from "@/lib/access/actor";
import { readDevices, rememberDevice } from "@/lib/access/tokens";
import { Refusal } from "@/lib/domain/refusal";
import { log } from "@/lib/web/log";
import { pathOnThisSite } from "@/lib/web/next-path";
import { checkOrigin, clientAddress } from "@/lib/web/request";
import {
  beginSession,
  endSession as endSessionOf,
  SESSION_DAYS,
  type SignInWay,
  signedIn,
} from "@/lib/workflow/sessions";
import { actorOfToken, type ProvenUser, signIn } from "@/lib/workflow/signing-in";
import { cookieName, cookieOptions, isSecure } from "./cookies";
import { signInFromProvider } from "./provider-sign-in";
import { providers } from "./sign-in-providers";

export const sessionCookie = cookieName("session");
const deviceCookie = cookieName("device");

/** In seconds. */
const sessionLasts = SESSION_DAYS * 24 * 60 * 60;
/** In seconds; browsers keep no cookie longer. */
const deviceLasts = 400 * 24 * 60 * 60;

/** The key that sessions are sealed and device cookies are signed with. */
export function secret(): string {
  const key = process.env.NEXTAUTH_SECRET;
  if (!key) throw new Error("NEXTAUTH_SECRET is not set.");
  return key;
}

/** How a Refusal passes through next-auth, which hands on nothing of an error but its message. */
const mark = "refusal:";

export function toAuthError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { code, message, details } = error;
  return new Error(mark + JSON.stringify({ code, message, details }));
}

export function fromAuthError(message: string): Refusal | null {
  if (!message.startsWith(mark)) return null;
  const { code, message: told, details } = JSON.parse(message.slice(mark.length));
  return new Refusal(code, told, details);
}

/** What a browser has of its session is a sealed cookie that holds the session's id, nothing else. */
export const authOptions: NextAuthOptions = {
  session: { strategy: "jwt", maxAge: sessionLasts },
  useSecureCookies: isSecure,
  cookies: { sessionToken: { name: sessionCookie, options: cookieOptions } },
  pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
  providers: [
    CredentialsProvider({
      credentials: { email: {}, password: {} },
      async authorize(credentials) {
        try {
          const store = await cookies();
          const { user, devices } = await signIn({
            email: String(credentials?.email ?? ""),
            password: String(credentials?.password ?? ""),
            address: clientAddress(await headers()),
            devices: store.get(deviceCookie)?.value,
            secret: secret(),
          });
          store.set(deviceCookie, devices, { ...cookieOptions, maxAge: deviceLasts });
          return { id: user.userId, session: await beginHere(user, "password") };
        } catch (error) {
          throw toAuthError(error);
        }
      },
    }),
    ...providers,
  ],
  callbacks: {
    async signIn({ user, account, profile }) {
      if (!account || account.type === "credentials") return true;
      return signInFromProvider(user, account, profile, await currentSigned(), beginHere);
    },
    async jwt({ token, user }) {
      const sid = user ? user.session : token.sid;
      // next-auth takes a throw for an ended session and clears its cookie.
      if (!sid || !(await signedIn(sid))) throw new Error("The session has ended.");
      return { sid };
    },
    session: ({ session }) => ({ expires: session.expires }),
    // Relative, so that it holds for every name this server is reached by.
    redirect: ({ url }) => {
      const { pathname, search, hash } = new URL(url, "http://here.invalid");
      return pathOnThisSite(pathname + search + hash);
    },
  },
  logger: {
    // The default one prints whole answers of providers, tokens among them.
    error: (code, cause) => {
      if (code === "JWT_SESSION_ERROR") return; // an ended session
      const reason = String(cause instanceof Error ? cause : cause.error);
      log.warn({ code, reason }, "next-auth refused");
    },
    warn: () => undefined,
    debug: () => undefined,
  },
};

/** The id of the session in a cookie; null if it is forged, expired or from before sessions had one. */
async function sessionIn(cookie: string | undefined): Promise<string | null> {
  if (!cookie) return null;
  const claims = await decode({ token: cookie, secret: secret() }).catch(() => null);
  return claims?.sid ?? null;
}

/** The id of the session that the browser which made the request is in, or was. */
async function sessionHere(): Promise<string | null> {
  return sessionIn((await cookies()).get(sessionCookie)?.value);
}

/** Begins a session in the browser that made the request; its cookie is the caller's to set. */
export async function beginHere(user: ProvenUser, how: SignInWay): Promise<string> {
  const told = await headers();
  const [userAgent, address] = [told.get("user-agent"), clientAddress(told)];
  return beginSession(user, { userAgent, instead: await sessionHere(), how, address });
}

/** What a request shows as its token; other schemes are between the browser and a proxy. */
function bearerOf(request: Request): string | null {
  const [, token = null] =
    /^Bearer\b *(.*)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  return token;
}

/**
 * Who makes a request of the API: by `Authorization: Bearer`, else by the session cookie, which
 * counts on mutations only if the request comes from a page of this site. Whether the user is still
 * let in is asked of the database every time.
 *
 * @throws Refusal "unauthenticated", "cross_origin"
 */
export async function requireActor(request: Request): Promise<UserActor> {
  const bearer = bearerOf(request);
  if (bearer === null) return personOf(request);
  const actor = /^[\w.~+/=-]{1,512} *$/.test(bearer)
    ? await actorOfToken(bearer.trim(), clientAddress(request.headers))
    : null;
  if (actor) return actor;
  throw new Refusal("unauthenticated", "This API token is unknown, revoked or its user disabled.");
}

/** How far the one who makes a request has come; see {@link requireActor}. */
async function signedOf(request: Request): Promise<Signed> {
  const id = await sessionHere();
  if (id !== null) checkOrigin(request);
  const signed = id === null ? null : await signedIn(id);
  if (!signed) throw new Refusal("unauthenticated", "Sign in first.");
  return signed;
}

async function personOf(
  request: Request,
  { lackingFactor = false }: { lackingFactor?: boolean } = {},
): Promise<Person> {
  const signed = await signedOf(request);
  if (signed.state === "in" || (lackingFactor && signed.state === "lacks_factor")) {
    return signed.person;
  }
  // To the browser it is as if nobody were signed in: signing in goes on where it stands.
  throw new Refusal(
    "unauthenticated",
    signed.state === "lacks_factor"
      ? "You need a second factor here: sign in again to set one up."
      : "Show your second factor first.",
  );
}

/**
 * Who makes a request of the API in person, with a session: tokens and passwords are not changed by
 * a token, so that a stolen one cannot make itself at home.
 *
 * @param lackingFactor whether also somebody who must have a second factor and has none
 * @throws Refusal "forbidden" for a token, "unauthenticated", "cross_origin"
 */
export async function requirePerson(
  request: Request,
  options: { lackingFactor?: boolean } = {},
): Promise<Person> {
  refuseBearer(request);
  return personOf(request, options);
}

/**
 * Who signs in and still has to show a second factor.
 *
 * @throws Refusal "forbidden" for a token, "unauthenticated", "cross_origin"
 */
export async function requireEntrant(request: Request): Promise<Entrant> {
  refuseBearer(request);
  const signed = await signedOf(request);
  if (signed.state === "awaits_factor") return signed.entrant;
  throw new Refusal("unauthenticated", "Sign in first.");
}

function refuseBearer(request: Request): void {
  if (bearerOf(request) !== null) {
    throw new Refusal("forbidden", "An API token may not do this: sign in.");
  }
}

/** Begins a session in the browser that made the request, in which the user is known from now on. */
export async function startSession(user: ProvenUser, how: SignInWay): Promise<void> {
  const token = { sid: await beginHere(user, how) };
  const value = await encode({ token, secret: secret(), maxAge: sessionLasts });
  const store = await cookies();
  store.set(sessionCookie, value, { ...cookieOptions, maxAge: sessionLasts });
  const devices = readDevices(store.get(deviceCookie)?.value, secret());
  const known = rememberDevice(devices, user.userId, secret());
  store.set(deviceCookie, known, { ...cookieOptions, maxAge: deviceLasts });
}

/** Ends the session of the browser that made the request. */
export async function endSession(): Promise<void> {
  const id = await sessionHere();
  if (id !== null) await endSessionOf(id);
  (await cookies()).delete({ name: sessionCookie, ...cookieOptions });
}

/** How far the one who looks at a page has come in signing in; asked once a request. */
export const currentSigned = cache(async (): Promise<Signed | null> => {
  const id = await sessionHere();
  return id === null ? null : signedIn(id);
});

/** Who looks at a page; null also while a second factor is missing. */
export async function currentActor(): Promise<Person | null> {
  const signed = await currentSigned();
  return signed?.state === "in" ? signed.person : null;
}

/** Where signing in goes on for somebody who has come so far, to end at `next`; null for who is in. */
export function restOfSignIn(signed: Signed | null, next: string): string | null {
  if (signed?.state === "in") return null;
  const page = signed
    ? { awaits_factor: "/second-step", lacks_factor: "/second-step/set-up" }[signed.state]
    : "/sign-in";
  return next === "/" ? page : `${page}?next=${encodeURIComponent(next)}`;
}

/**
 * Who looks at a page; whoever is not signed in is sent to do so, and comes back after.
 *
 * @param lackingFactor whether also somebody who must have a second factor and has none
 */
export async function requireActorOrSignIn({ lackingFactor = false } = {}): Promise<Person> {
  const signed = await currentSigned();
  if (signed?.state === "in" || (lackingFactor && signed?.state === "lacks_factor")) {
    return signed.person;
  }
  const here = pathOnThisSite((await headers()).get("x-gainsay-path"));
  redirect(restOfSignIn(signed, here) ?? here);
}
