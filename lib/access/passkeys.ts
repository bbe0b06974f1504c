import { isIP } from "node:net";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { Refusal } from "@/lib/domain/refusal";

/** EdDSA, ES256 and RS256, as COSE numbers them: what the library would ask Node for beyond them is experimental there. */
const algorithms = [-8, -7, -257];

/** Where a passkey is made and used: it belongs to the host, and is asked for by pages of the origin. */
export type PasskeySite = { readonly origin: string; readonly host: string };

/** A passkey, as it is kept. */
export type Passkey = {
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly string[];
};

/** @param origin of the page, which has been checked */
export function passkeySite(origin: string): PasskeySite {
  return { origin, host: new URL(origin).hostname };
}

/**
 * What a browser is to make a passkey by.
 *
 * @param known those that there are already: no device makes a second one
 * @throws Refusal "unprocessable" where Gainsay is reached by an address without a name
 */
export async function passkeyCreation(
  site: PasskeySite,
  user: { readonly email: string; readonly name: string },
  known: readonly Passkey[],
) {
  if (isIP(site.host.replace(/^\[|\]$/g, "")) !== 0) {
    throw new Refusal(
      "unprocessable",
      "Passkeys belong to a name, and this address is a number: open Gainsay by its name, such as http://localhost.",
    );
  }
  return generateRegistrationOptions({
    rpName: "Gainsay",
    rpID: site.host,
    userName: user.email,
    userDisplayName: user.name,
    attestationType: "none",
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: known.map(named),
    // It is shown after the password, by its name: it need not be found by itself.
    authenticatorSelection: { residentKey: "discouraged", userVerification: "preferred" },
  });
}

/** What a browser is to show one of these passkeys by. */
export function passkeyRequest(
  site: PasskeySite,
  known: readonly Passkey[],
  userVerification: "preferred" | "required",
) {
  return generateAuthenticationOptions({
    rpID: site.host,
    allowCredentials: known.map(named),
    userVerification,
  });
}

const named = ({ credentialId, transports }: Passkey) => ({
  id: credentialId,
  transports: [...transports],
});

/** The passkey that a browser has made; null if it is not what was asked for. */
export async function passkeyMade(
  response: unknown,
  { challenge, site }: { challenge: string; site: PasskeySite },
): Promise<Passkey | null> {
  const result: VerifiedRegistrationResponse = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON, // what is not one is refused
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    supportedAlgorithmIDs: algorithms,
    requireUserVerification: false,
  }).catch(() => ({ verified: false }));
  if (!result.verified) return null;
  const { id, publicKey, counter, transports } = result.registrationInfo.credential;
  return { credentialId: id, publicKey, counter, transports: transports ?? [] };
}

/**
 * Whether a browser has shown a passkey.
 *
 * @param verified whether the device had to make sure who holds it, by a finger or a PIN
 * @returns its new counter; null if it has not
 */
export async function passkeyShown(
  response: unknown,
  {
    challenge,
    site,
    passkey,
    verified,
  }: { challenge: string; site: PasskeySite; passkey: Passkey; verified: boolean },
): Promise<number | null> {
  const { credentialId: id, publicKey, counter, transports } = passkey;
  const result = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON, // what is not one is refused
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    credential: { id, publicKey, counter, transports: [...transports] },
    requireUserVerification: verified,
  }).catch(() => null);
  return result?.verified ? result.authenticationInfo.newCounter : null;
}
