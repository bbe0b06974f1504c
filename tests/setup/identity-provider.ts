import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the provider will say of the next person who signs in at it. */
export type Person = {
  readonly sub: string;
  readonly name?: string;
  readonly email?: string;
  readonly email_verified?: boolean | string;
};

export type IdentityProvider = {
  readonly issuer: string;
  /** Who signs in next. */
  person: Person;
  /** Tells the address in the userinfo only, as some providers do. */
  tellsAddressLate: boolean;
  /** Takes a session of its own, an hour old, for an answer even where it is told to ask. */
  neverAsks: boolean;
  /** Sends people back without saying who they are, as those who leave it before they have said. */
  vouchesForNobody: boolean;
  stop(): Promise<void>;
};

/** An OpenID Connect provider (code flow with PKCE) that lets in whoever the test says. */
export async function anIdentityProvider(): Promise<IdentityProvider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<
    string,
    { challenge: string; nonce: string; clientId: string; asked: boolean }
  >();
  const state = {
    person: { sub: "nobody" } as Person,
    tellsAddressLate: false,
    neverAsks: false,
    vouchesForNobody: false,
  };
  let issuer = "";

  const idToken = (nonce: string, audience: string, asked: boolean) => {
    const now = Math.floor(Date.now() / 1000);
    const { email, email_verified, ...bare } = state.person;
    const told = state.tellsAddressLate ? bare : state.person;
    const auth_time = asked ? now : now - 3600;
    const issued = { iss: issuer, aud: audience, iat: now, exp: now + 300, nonce };
    const claims = { ...told, ...issued, auth_time };
    const head = base64url({ alg: "RS256", kid: "1", typ: "JWT" });
    const signed = `${head}.${base64url(claims)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };

  const routes: Record<string, (url: URL, body: URLSearchParams) => unknown> = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    "/keys": () => ({
      keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }],
    }),
    "/token": (_url, body) => {
      const code = codes.get(body.get("code") ?? "");
      codes.delete(body.get("code") ?? "");
      const verifier = body.get("code_verifier") ?? "";
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      if (!code || code.challenge !== challenge) return { error: "invalid_grant" };
      return {
        access_token: randomUUID(),
        token_type: "Bearer",
        expires_in: 300,
        id_token: idToken(code.nonce, code.clientId, code.asked),
      };
    },
    "/userinfo": () => state.person,
  };

  const server: Server = createServer(
    async (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", issuer);
      if (url.pathname === "/authorize") {
        const asked = url.searchParams;
        const code = randomUUID();
        codes.set(code, {
          challenge: asked.get("code_challenge") ?? "",
          nonce: asked.get("nonce") ?? "",
          clientId: asked.get("client_id") ?? "",
          asked: asked.get("prompt") === "login" && !state.neverAsks,
        });
        const back = new URL(asked.get("redirect_uri") ?? "");
        if (state.vouchesForNobody) back.searchParams.set("error", "access_denied");
        else back.searchParams.set("code", code);
        back.searchParams.set("state", asked.get("state") ?? "");
        response.writeHead(302, { Location: back.href }).end();
        return;
      }
      let body = "";
      for await (const chunk of request) body += chunk;
      const answer = routes[url.pathname]?.(url, new URLSearchParams(body));
      const status = answer === undefined ? 404 : isError(answer) ? 400 : 200;
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on a TCP port has such an address.
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    issuer,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const isError = (answer: unknown) =>
  typeof answer === "object" && answer !== null && "error" in answer;
