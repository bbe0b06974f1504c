import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import type { NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { cache } from "react";
import type { UserActor } from "@/lib/access/actor";
import { readDevices, rememberDevice } from "@/lib/access/tokens";
import { Refusal } from "@/lib/domain/refusal";
import { log } from "@/lib/web/log";
import { pathOnThisSite } from "@/lib/web/next-path";
import { checkOrigin, clientAddress } from "@/lib/web/request";
import { actorOfSession, actorOfToken, type Session, signIn } from "@/lib/workflow/signing-in";
import { cookieName, cookieOptions, isSecure } from "./cookies";
import { signInFromProvider } from "./provider-sign-in";
import { providers } from "./sign-in-providers";

export const sessionCookie = cookieName("session");
const deviceCookie = cookieName("device");

/** In seconds. */
const sessionLasts = 30 * 24 * 60 * 60;
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

/** Sessions are sealed cookies that hold a user's id and session version, nothing else. */
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
          const { session, devices } = await signIn({
            email: String(credentials?.email ?? ""),
            password: String(credentials?.password ?? ""),
            address: clientAddress(await headers()),
            devices: store.get(deviceCookie)?.value,
            secret: secret(),
          });
          store.set(deviceCookie, devices, { ...cookieOptions, maxAge: deviceLasts });
          return { id: session.userId, sessionVersion: session.sessionVersion };
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
      return signInFromProvider(user, account, profile, await currentActor());
    },
    async jwt({ token, user }) {
      const session = user
        ? sessionOf(user.id, user.sessionVersion)
        : sessionOf(token.sub, token.v);
      // next-auth takes a throw for an ended session and clears its cookie.
      if (!session || !(await actorOfSession(session))) throw new Error("The session has ended.");
      return { sub: session.userId, v: session.sessionVersion };
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

function sessionOf(userId: unknown, sessionVersion: unknown): Session | null {
  return typeof userId === "string" && typeof sessionVersion === "number"
    ? { userId, sessionVersion }
    : null;
}

/** Who acts with the session in a cookie; null if it is forged, expired or ended. */
async function actorOfCookie(value: string | undefined): Promise<UserActor | null> {
  if (!value) return null;
  const claims = await decode({ token: value, secret: secret() }).catch(() => null);
  const session = sessionOf(claims?.sub, claims?.v);
  return session && actorOfSession(session);
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
  if (bearer !== null) {
    const actor = /^[\w.~+/=-]{1,512} *$/.test(bearer) ? await actorOfToken(bearer.trim()) : null;
    if (actor) return actor;
    throw new Refusal(
      "unauthenticated",
      "This API token is unknown, revoked or its user disabled.",
    );
  }
  const value = (await cookies()).get(sessionCookie)?.value;
  if (value) checkOrigin(request);
  const actor = await actorOfCookie(value);
  if (!actor) throw new Refusal("unauthenticated", "Sign in first.");
  return actor;
}

/**
 * Who makes a request of the API in person, with a session: tokens and passwords are not changed by
 * a token, so that a stolen one cannot make itself at home.
 *
 * @throws Refusal "forbidden" for a token, "unauthenticated", "cross_origin"
 */
export async function requirePerson(request: Request): Promise<UserActor> {
  if (bearerOf(request) !== null) {
    throw new Refusal("forbidden", "An API token may not do this: sign in.");
  }
  return requireActor(request);
}

/** Begins a session in the browser that made the request, in which the user is known from now on. */
export async function startSession(session: Session): Promise<void> {
  const token = { sub: session.userId, v: session.sessionVersion };
  const value = await encode({ token, secret: secret(), maxAge: sessionLasts });
  const store = await cookies();
  store.set(sessionCookie, value, { ...cookieOptions, maxAge: sessionLasts });
  const devices = readDevices(store.get(deviceCookie)?.value, secret());
  const known = rememberDevice(devices, session.userId, secret());
  store.set(deviceCookie, known, { ...cookieOptions, maxAge: deviceLasts });
}

/** Ends the session in the browser that made the request. */
export async function endSession(): Promise<void> {
  (await cookies()).delete({ name: sessionCookie, ...cookieOptions });
}

/** Who looks at a page; asked once a request. */
export const currentActor = cache(
  async (): Promise<UserActor | null> => actorOfCookie((await cookies()).get(sessionCookie)?.value),
);

/** Who looks at a page; whoever is not signed in is sent to do so, and comes back after. */
export async function requireActorOrSignIn(): Promise<UserActor> {
  const actor = await currentActor();
  if (actor) return actor;
  const here = pathOnThisSite((await headers()).get("x-gainsay-path"));
  redirect(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
}
