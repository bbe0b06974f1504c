import { once } from "node:events";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditEvent } from "@/lib/api/audit";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";
import { endingToken } from "@/lib/workflow/mailing";
import { PagelessBrowser } from "../setup/client";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { anIdentityProvider, type IdentityProvider } from "../setup/identity-provider";
import { throughProvider } from "../setup/people-pages";

const password = "lantern gravel tuesday moss";
const secret = "of the server of these tests, and long enough";
let provider: IdentityProvider;
let gainsay: RunningGainsay;
let admin: Client;

/** Somebody in a browser, who signs in one way or the other. */
class Client extends PagelessBrowser {
  async csrfToken(): Promise<string> {
    const { csrfToken } = await (await this.send("GET", "/api/auth/csrf")).json();
    return csrfToken;
  }

  async signIn(email: string, with_: string, headers?: Record<string, string>): Promise<Response> {
    const csrfToken = await this.csrfToken();
    const form = new URLSearchParams({ csrfToken, email, password: with_, json: "true" });
    return this.send("POST", "/api/auth/callback/credentials", form, headers);
  }

  /** Goes through the provider as a browser does. @returns the page one ends on */
  async signInThroughProvider(callbackUrl: string): Promise<string> {
    const csrfToken = await this.csrfToken();
    const form = new URLSearchParams({ csrfToken, callbackUrl, json: "true" });
    const start = await (await this.send("POST", "/api/auth/signin/oidc", form)).json();
    let location: string = start.url;
    for (let hop = 0; hop < 5; hop += 1) {
      const response = await this.send("GET", location);
      const next = response.headers.get("location");
      if (next === null) return location;
      location = next;
      if (!location.includes("/api/auth/") && location.startsWith("/")) return location;
    }
    throw new Error(`It went round in circles, last at ${location}`);
  }

  async me(): Promise<{ email: string; name: string } | null> {
    const response = await this.send("GET", "/api/v1/me");
    return response.ok ? response.json() : null;
  }
}

const someone = () => new Client(gainsay.url);

/** Somebody who asks from another address than all others here. */
class Neighbour {
  readonly #agent = new Agent({ keepAlive: true, localAddress: "127.0.0.9" });

  constructor(readonly base: string) {}

  async post(path: string, body: unknown, more: Record<string, string> = {}) {
    const headers = { origin: this.base, "content-type": "application/json", ...more };
    const asked = request(new URL(path, this.base), {
      method: "POST",
      agent: this.#agent,
      headers,
    });
    asked.end(JSON.stringify(body));
    const [answer] = await once(asked, "response");
    return { status: answer.statusCode, headers: answer.headers, body: await json(answer) };
  }
}

/** A person with a password, signed in, without any role. */
async function aPerson(email: string): Promise<Client> {
  const { path } = await (await admin.send("POST", "/api/v1/invites", {})).json();
  const person = someone();
  const token = path.split("/").at(-1);
  const newcomer = { name: "Omid", email, password };
  const answer = await person.send("POST", "/api/v1/invites/accept", { token, newcomer });
  expect(answer.status).toBe(201);
  return person;
}

const codeOf = async (response: Response) => (await response.json()).code;

beforeAll(async () => {
  provider = await anIdentityProvider();
  gainsay = await aRunningGainsay({
    env: { ...throughProvider(provider), NEXTAUTH_SECRET: secret },
  });
  admin = someone();
  const link = /\/setup\/(\S+)/.exec(gainsay.log())?.[1];
  const newcomer = { name: "Ana", email: "ana@example.org", password };
  const answer = await admin.send("POST", "/api/v1/setup", { token: link, ...newcomer });
  expect(answer.status).toBe(201);
});

afterAll(async () => {
  await gainsay?.stop();
  await provider?.stop();
});

test("what a mail program asks ends the mails of one person, from anywhere, and looking ends nothing", async () => {
  const { id } = await (await admin.send("GET", "/api/v1/me")).json();
  const kinds = async () => (await (await admin.send("GET", "/api/v1/me/mail")).json()).kinds;
  const link = `${gainsay.url}/mail/${endingToken(id, secret)}`;
  const ask = (method: string, url = link) =>
    fetch(url, {
      method,
      redirect: "manual",
      ...(method === "GET"
        ? {}
        : { body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) }),
    });
  const looked = await ask("GET");
  expect([looked.status, looked.headers.get("location")]).toEqual([307, "/account#mail"]);
  expect((await ask("PUT")).status).toBe(405);
  expect((await ask("POST", `${link.slice(0, -4)}AAAA`)).status).toBe(404);
  expect(await kinds()).toContain("assigned");
  expect((await ask("POST")).status).toBe(204);
  expect(await kinds()).toEqual([]);
});

describe("a session", () => {
  test("begins with setting up, and signing in", async () => {
    expect(await admin.me()).toMatchObject({ email: "ana@example.org", name: "Ana" });
    const again = someone();
    const answer = await again.signIn("ANA@example.org", password);
    expect(await answer.json()).toEqual({ url: expect.stringMatching(/^\//) });
    expect(await again.me()).toMatchObject({ name: "Ana" });
    const cookie = again.cookies.get("gainsay-session") ?? "";
    expect(cookie).not.toContain("ana");
  });

  test("is in a cookie that scripts and other sites do not get", async () => {
    const client = someone();
    const answer = await client.signIn("ana@example.org", password);
    for (const name of ["gainsay-session", "gainsay-device"]) {
      const cookie = answer.headers.getSetCookie().find((set) => set.startsWith(`${name}=`));
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
      expect(cookie).toMatch(/Path=\//i);
    }
  });

  test("does nothing for a request from elsewhere", async () => {
    for (const origin of ["https://evil.example", "null", `${gainsay.url}.evil.example`]) {
      const answer = await admin.send("PATCH", "/api/v1/me", { name: "X" }, { origin });
      expect([answer.status, await codeOf(answer)]).toEqual([403, "cross_origin"]);
    }
    const without = await admin.send("PATCH", "/api/v1/me", { name: "X" }, {});
    expect(without.status).toBe(403);
    const elsewhere = await someone().signIn("ana@example.org", password, {
      origin: "https://evil.example",
    });
    expect(elsewhere.status).toBe(403);
    expect(await admin.me()).toMatchObject({ name: "Ana" });
  });

  test("cannot be forged", async () => {
    for (const value of ["x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwidiI6MX0.", "%00"]) {
      const client = someone();
      client.cookies.set("gainsay-session", value);
      expect(await client.me()).toBeNull();
    }
  });

  test("ends everywhere at once, for the API, the pages and next-auth", async () => {
    const here = await aPerson("everywhere@example.org");
    const there = someone();
    await there.signIn("everywhere@example.org", password);
    expect((await here.send("POST", "/api/v1/me/sign-out-everywhere")).status).toBe(204);
    expect(await there.me()).toBeNull();
    const page = await there.send("GET", "/projects");
    expect([page.status, page.headers.get("location")]).toEqual([307, "/sign-in?next=%2Fprojects"]);
    await there.send("GET", "/api/auth/session");
    expect(there.cookies.has("gainsay-session")).toBe(false);
  });

  test("goes on where the password was changed, and nowhere else", async () => {
    const here = await aPerson("changes@example.org");
    const there = someone();
    await there.signIn("changes@example.org", password);
    const change = { current: password, replacement: "copper village noon harp" };
    expect((await here.send("POST", "/api/v1/me/password", change)).status).toBe(204);
    expect(await here.me()).not.toBeNull();
    expect(await there.me()).toBeNull();
  });

  test("ends with the next request of somebody who is disabled, and so does the API token", async () => {
    const person = await aPerson("disabled@example.org");
    const { token } = await (
      await person.send("POST", "/api/v1/tokens", { name: "script" })
    ).json();
    const bearer = { authorization: `Bearer ${token}` };
    expect((await someone().send("GET", "/api/v1/me", undefined, bearer)).status).toBe(200);
    const { users } = await (await admin.send("GET", "/api/v1/users?q=disabled@")).json();
    const path = `/api/v1/users/${users[0].id}`;
    expect((await admin.send("PATCH", path, { disabled: true })).status).toBe(200);
    expect(await person.me()).toBeNull();
    expect((await someone().send("GET", "/api/v1/me", undefined, bearer)).status).toBe(401);
    expect(await codeOf(await someone().signIn("disabled@example.org", password))).toBe(
      "unauthenticated",
    );
  });
});

describe("an API token", () => {
  test("needs no origin, counts over a cookie, and changes no tokens or passwords", async () => {
    const person = await aPerson("token@example.org");
    const { token } = await (
      await person.send("POST", "/api/v1/tokens", { name: "script" })
    ).json();
    const bearer = { authorization: `Bearer ${token}` };
    const script = someone();
    expect((await script.send("PATCH", "/api/v1/me", { name: "O." }, bearer)).status).toBe(200);
    for (const [path, body] of [
      ["/api/v1/tokens", { name: "another" }],
      ["/api/v1/me/password", { current: password, replacement: "copper village noon harp" }],
      ["/api/v1/me/sign-out-everywhere", undefined],
      ["/api/v1/me/connect", undefined],
    ] as const) {
      expect((await script.send("POST", path, body, bearer)).status).toBe(403);
    }
    for (const authorization of ["Bearer nonsense", "bearer", `Bearer ${token} x`]) {
      const answer = await admin.send("GET", "/api/v1/me", undefined, { authorization });
      expect(answer.status).toBe(401);
    }
    const byProxy = { authorization: "Basic eDp5", origin: gainsay.url };
    expect((await admin.send("GET", "/api/v1/me", undefined, byProxy)).status).toBe(200);
  });
});

test("what is for people in a browser is refused to every API token", async () => {
  const { token } = await (await admin.send("POST", "/api/v1/tokens", { name: "script" })).json();
  const headers = { authorization: `Bearer ${token}` };
  const inPerson = Object.entries<Endpoint>(contract).filter(([, endpoint]) => endpoint.inPerson);
  expect(inPerson.map(([name]) => name)).toContain("POST /invites");
  for (const [name] of inPerson) {
    const [method = "", path = ""] = name.split(" ");
    const filled = path.replace(/\{\w+\}/g, "0198c0de-0000-7000-8000-000000000000");
    const body = ["GET", "DELETE"].includes(method) ? undefined : {};
    const answer = await someone().send(method, `/api/v1${filled}`, body, headers);
    expect([name, answer.status, await codeOf(answer)]).toEqual([name, 403, "forbidden"]);
  }
});

test("each page that somebody may not look at is told to the trail by its own name, once", async () => {
  const person = await aPerson("curious@example.org");
  for (const page of ["/people?q=a", "/people/audit"]) {
    expect((await person.send("GET", page)).status).toBe(404);
  }
  const trail = await admin.send("GET", "/api/v1/audit-events?kind=refusal");
  const { events } = await trail.json();
  const told = events.filter(({ user }: AuditEvent) => user?.email === "curious@example.org");
  expect(told.map(({ times, details }: AuditEvent) => [times, details]).reverse()).toEqual([
    [1, { where: "/people" }],
    [1, { where: "/people/audit" }],
  ]);
});

describe("signing in", () => {
  test("answers too many attempts with how long to wait", async () => {
    let answer = await someone().signIn("many@example.org", "wrong");
    for (let i = 0; i < 5; i += 1) answer = await someone().signIn("many@example.org", "wrong");
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(800);
    expect(await answer.json()).toMatchObject({
      code: "rate_limited",
      detail: "Too many attempts to sign in. Try again in 15 minutes.",
    });
  });

  test("is asked for by an unknown address 120 times a minute; who is known is not counted", async () => {
    const from = new Neighbour(gainsay.url);
    for (let turn = 0; turn < 120; turn += 1) {
      // What is nonsense is counted, too.
      const { status } = await from.post("/api/v1/password", { token: turn });
      expect([turn, status]).toEqual([turn, 400]);
    }
    for (const path of ["/api/v1/password", "/api/v1/setup", "/api/v1/invites/hold"]) {
      const { status, headers, body } = await from.post(path, {});
      expect(status).toBe(429);
      const seconds = Number(headers["retry-after"]);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(headers["content-type"]).toMatch("application/problem+json");
      expect(body).toMatchObject({
        code: "rate_limited",
        detail: `Too many requests from here. Try again in ${seconds} seconds.`,
      });
    }
    const cookie = admin.cookieHeader();
    const token = await from.post("/api/v1/tokens", { name: "script" }, { cookie });
    expect(token.status).toBe(201);
    // A neighbour is somebody else.
    const other = await someone().send("POST", "/api/v1/password", {});
    expect(other.status).toBe(400);
  });

  test("reads no form of a megabyte", async () => {
    const answer = await someone().signIn("ana@example.org", "x".repeat(1024 * 1024));
    expect(answer.status).toBe(413);
  });

  test.for(["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])(
    "leads to no other site: %j",
    async (next) => {
      const page = await admin.send("GET", `/sign-in?next=${encodeURIComponent(next)}`);
      expect(page.status).toBe(307);
      expect(new URL(page.headers.get("location") ?? "", gainsay.url).origin).toBe(gainsay.url);
    },
  );

  test("leaves none of next-auth's own pages and endpoints open", async () => {
    const signIn = await someone().send(
      "GET",
      "/api/auth/signin?callbackUrl=https://evil.example/a",
    );
    expect(signIn.headers.get("location")).toBe("/sign-in?callbackUrl=%2Fa");
    const error = await someone().send("GET", "/api/auth/error?error=%E2%80%AE<script>");
    expect(error.headers.get("location")).toBe("/sign-in?refused=not_vouched_for");
    expect((await someone().send("POST", "/api/auth/_log")).status).toBe(404);
    expect((await someone().send("GET", "/api/auth/callback/credentials")).status).toBe(404);
  });

  test("writes no password and no token to the log", () => {
    expect(gainsay.log()).not.toContain(password);
    expect(gainsay.log()).not.toMatch(/gainsay_(?:api|invite)_/);
  });
});

describe("a provider", () => {
  test("lets nobody in who is not invited", async () => {
    provider.person = { sub: "stranger", email: "stranger@example.org", email_verified: true };
    const stranger = someone();
    expect(await stranger.signInThroughProvider("/projects")).toBe("/sign-in?refused=stranger");
    expect(await stranger.me()).toBeNull();
  });

  test("that vouches for nobody lets nobody in, and the trail says from where they came", async () => {
    const nobody = someone();
    provider.vouchesForNobody = true;
    const page = await nobody.signInThroughProvider("/projects");
    provider.vouchesForNobody = false;
    expect(page).toBe("/sign-in?refused=not_vouched_for");
    const trail = await admin.send("GET", "/api/v1/audit-events?kind=sign_in");
    const { events } = await trail.json();
    expect(events).toContainEqual(
      expect.objectContaining({
        action: "session.refused",
        user: null,
        address: "127.0.0.1",
        details: { how: "provider", reason: "not_vouched_for" },
      }),
    );
  });

  test("does not open an account by its address", async () => {
    provider.person = { sub: "impostor", email: "ana@example.org", email_verified: true };
    const impostor = someone();
    expect(await impostor.signInThroughProvider("/projects")).toBe("/sign-in?refused=stranger");
    expect(await impostor.me()).toBeNull();
  });

  test.for([{ late: false }, { late: true }])(
    "lets in who holds an invite, and again without one (address told late: $late)",
    async ({ late }) => {
      provider.tellsAddressLate = late;
      const email = `invited-${late}@example.org`;
      provider.person = { sub: email, name: "Bela", email, email_verified: true };
      const { path } = await (await admin.send("POST", "/api/v1/invites", {})).json();
      const bela = someone();
      const token = path.split("/").at(-1);
      expect((await bela.send("POST", "/api/v1/invites/hold", { token })).status).toBe(204);
      expect(await bela.signInThroughProvider("/projects")).toBe("/projects");
      expect(await bela.me()).toMatchObject({ email, name: "Bela" });
      const later = someone();
      await later.signInThroughProvider("/projects");
      expect(await later.me()).toMatchObject({ email });
      const other = someone();
      provider.person = { sub: "other", email: "other@example.org", email_verified: true };
      await other.send("POST", "/api/v1/invites/hold", { token });
      expect(await other.signInThroughProvider("/projects")).toBe("/sign-in?refused=stranger");
      provider.tellsAddressLate = false;
    },
  );

  test("makes no account with an address that it has not confirmed", async () => {
    provider.person = { sub: "unconfirmed", email: "boss@example.org", email_verified: false };
    const { path } = await (await admin.send("POST", "/api/v1/invites", {})).json();
    const client = someone();
    await client.send("POST", "/api/v1/invites/hold", { token: path.split("/").at(-1) });
    expect(await client.signInThroughProvider("/projects")).toBe("/sign-in?refused=unconfirmed");
  });

  test("is connected by whoever is signed in and asks for it, and only then", async () => {
    const person = await aPerson("connects@example.org");
    provider.person = { sub: "connected", email: "elsewhere@example.org", email_verified: true };
    expect(await person.signInThroughProvider("/account")).toBe("/sign-in?refused=stranger");
    expect((await person.send("POST", "/api/v1/me/connect")).status).toBe(204);
    expect(await person.signInThroughProvider("/account")).toBe("/account");
    const later = someone();
    await later.signInThroughProvider("/projects");
    expect(await later.me()).toMatchObject({ email: "connects@example.org" });
  });
});
