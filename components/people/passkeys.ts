import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/browser";
import { type Answer, call } from "@/lib/api/client";

/** What the server has a browser do: the library that made it there reads it here. */
type Options = { readonly challenge: string };

/** Has the browser make a passkey. */
export function makePasskey(options: Options): Promise<Answer<RegistrationResponseJSON>> {
  return asked(({ startRegistration }) =>
    startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }),
  );
}

/** Has the browser show a passkey. */
export function showPasskey(options: Options): Promise<Answer<AuthenticationResponseJSON>> {
  return asked(({ startAuthentication }) =>
    startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }),
  );
}

/** Shows by a passkey that it is still the one who is signed in. */
export async function proveByPasskey(): Promise<Answer<null>> {
  const options = await call("POST /me/proof/passkey", {});
  if (!options.ok) return options;
  const shown = await showPasskey(options.value);
  return shown.ok ? call("POST /me/proof", { body: { passkey: { ...shown.value } } }) : shown;
}

type Library = typeof import("@simplewebauthn/browser");

async function asked<Value>(work: (library: Library) => Promise<Value>): Promise<Answer<Value>> {
  try {
    const library = await import("@simplewebauthn/browser");
    if (!library.browserSupportsWebAuthn()) {
      return failed("Passkeys need a browser that knows them, and https or http://localhost.");
    }
    return { ok: true, value: await work(library) };
  } catch (error) {
    return failed(reasons[nameOf(error)] ?? "The passkey did not work. Please try again.");
  }
}

/** The library wraps the browser's own error, and keeps its name. */
const nameOf = (error: unknown) => (error instanceof Error ? error.name : "");

const reasons: Readonly<Record<string, string>> = {
  NotAllowedError: "The browser was not let go on, or it took too long. Please try again.",
  AbortError: "The browser was not let go on. Please try again.",
  InvalidStateError: "This device or key has a passkey for you already.",
  SecurityError: "Passkeys belong to a name: open Gainsay by its name, over https or at localhost.",
};

function failed(message: string): Answer<never> {
  return { ok: false, message, field: null, code: "unreachable" };
}
