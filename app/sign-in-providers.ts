import type { NextAuthOptions, Profile } from "next-auth";
import GithubProvider from "next-auth/providers/github";
import type { OAuthConfig } from "next-auth/providers/oauth";

/** A provider to sign in through, as its button shows it. */
export type SignInProvider = { readonly id: "oidc" | "github"; readonly name: string };

/** What of a provider's answer is used. */
type Claims = Profile & {
  readonly email_verified?: unknown;
  readonly auth_time?: unknown;
};

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, GITHUB_ID, GITHUB_SECRET } =
  process.env;

/** In milliseconds; the default of 3.5 s is short for a provider that has been asleep. */
const patience = { timeout: 10_000 };

function openIdConnect(
  issuer: string,
  clientId: string,
  clientSecret: string,
): OAuthConfig<Claims> {
  return {
    id: "oidc",
    name: OIDC_NAME || "single sign-on",
    type: "oauth",
    wellKnown: `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    clientId,
    clientSecret,
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    httpOptions: patience,
    userinfo: {
      async request({ client, tokens }) {
        const claims = claimsOf(tokens.id_token);
        if (claims.email || !client.issuer.metadata.userinfo_endpoint) return claims;
        // Some providers tell the address only here.
        const told: Claims = await client.userinfo(tokens.access_token ?? "");
        if (told.sub !== claims.sub) throw new Error("The userinfo is about somebody else.");
        return { ...told, ...claims };
      },
    },
    profile: (claims) => ({ id: claims.sub ?? "" }),
  };
}

/** What an ID token says; its signature, issuer, audience and nonce have been checked by then. */
function claimsOf(idToken: string | undefined): Claims & { sub: string } {
  const payload = idToken?.split(".")[1] ?? "";
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

function github(clientId: string, clientSecret: string) {
  return GithubProvider({
    clientId,
    clientSecret,
    httpOptions: patience,
    userinfo: {
      async request({ client, tokens }) {
        const profile: Claims = await client.userinfo(tokens.access_token ?? "");
        // The public address of a profile may be unconfirmed or old.
        const response = await fetch("https://api.github.com/user/emails", {
          headers: { Authorization: `Bearer ${tokens.access_token}`, "User-Agent": "gainsay" },
          signal: AbortSignal.timeout(patience.timeout),
        });
        const emails: { email: string; primary: boolean; verified: boolean }[] = response.ok
          ? await response.json()
          : [];
        const primary = emails.find((email) => email.primary && email.verified);
        const { email: _public, ...rest } = profile;
        return primary ? { ...rest, email: primary.email, email_verified: true } : rest;
      },
    },
    profile: (profile) => ({ id: String(profile.id), name: profile.name ?? profile.login }),
  });
}

/** The providers that the environment names, for next-auth. */
export const providers: NextAuthOptions["providers"] = [
  ...(OIDC_ISSUER && OIDC_CLIENT_ID && OIDC_CLIENT_SECRET
    ? [openIdConnect(OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET)]
    : []),
  ...(GITHUB_ID && GITHUB_SECRET ? [github(GITHUB_ID, GITHUB_SECRET)] : []),
];

/** The same, for people. */
export const signInProviders: readonly SignInProvider[] = providers.map(({ id, name }) => ({
  id: id === "github" ? "github" : "oidc",
  name,
}));

/**
 * Under which name a provider's accounts are kept: of OpenID Connect with the issuer, since another
 * issuer may give the same subject to somebody else.
 */
export function keptAs(providerId: string): string {
  return providerId === "oidc" ? `oidc:${OIDC_ISSUER}` : providerId;
}

/** The providers by the name that their accounts are kept under. */
export const keptNames: ReadonlyMap<string, SignInProvider> = new Map(
  signInProviders.map((provider) => [keptAs(provider.id), provider]),
);

/** The providers, still in use, at which somebody has connected an account. */
export function connectedProviders(
  identities: readonly { readonly provider: string }[],
): SignInProvider[] {
  return identities.flatMap(({ provider }) => keptNames.get(provider) ?? []);
}

/**
 * When somebody last showed the provider who they are, in seconds since 1970; null where it does not say.
 * OpenID Connect has it said where `max_age` was asked for.
 */
export function authenticatedAt(profile: Profile | undefined): number | null {
  const { auth_time: time }: Claims = profile ?? {};
  return typeof time === "number" ? time : null;
}

/** The e-mail address, if the provider says that it is confirmed. */
export function confirmedEmail(profile: Profile | undefined): string | null {
  const { email, email_verified: verified }: Claims = profile ?? {};
  return email && (verified === true || verified === "true") ? email : null;
}
