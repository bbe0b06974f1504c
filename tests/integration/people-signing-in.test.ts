import { beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { passwordLinkToken, readDevices, rememberDevice } from "@/lib/access/tokens";
import { tokenScopes } from "@/lib/domain/roles";
import { database } from "@/lib/store/database";
import { takePoint } from "@/lib/store/rate-limits";
import { refreshHash } from "@/lib/store/users";
import {
  changePassword,
  makePasswordLink,
  ownerOfPasswordLink,
  setPassword,
  spendPasswordLink,
} from "@/lib/workflow/passwords";
import { actorOfSession, beginSession, signOutEverywhere } from "@/lib/workflow/sessions";
import { actorOfToken, type ProvenUser, type SignIn, signIn } from "@/lib/workflow/signing-in";
import { createToken, createTokenFor, revokeToken, tokensPage } from "@/lib/workflow/tokens";
import { addUser, changeUser, renameMyself } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aUser, inSession } from "../setup/world";

const secret = "a secret of the tests, longer than 32 characters";
const password = "lantern gravel tuesday moss";
let counter = 0;

const wrong = expect.objectContaining({
  code: "unauthenticated",
  message: "The e-mail address or the password is not right.",
});

beforeAll(async () => {
  await aDatabase();
});

/** Somebody with a password, at an address of the network that nobody else uses. */
async function somebody() {
  counter += 1;
  const email = `person${counter}@example.org`;
  const address = `198.51.100.${counter}`;
  const user = await addUser(operator, { email, name: "Ana", siteAdmin: false, password });
  const attempt = (over: Partial<SignIn> = {}) =>
    signIn({ email, password, address, devices: undefined, secret, ...over });
  const actor = { kind: "user", userId: user.id, email, name: "Ana", siteAdmin: false } as const;
  return { user, actor, email, address, attempt };
}

/** The id of a new session. */
const begin = (user: ProvenUser) => beginSession(user, { userAgent: null, instead: null });

describe("signing in", () => {
  test("takes the address and the password however they are typed", async () => {
    const { attempt, email, user } = await somebody();
    const entered = await attempt({ email: ` ${email.toUpperCase()} ` });
    expect(entered.user).toEqual({ userId: user.id, sessionVersion: 1 });
    expect(await actorOfSession(await begin(entered.user))).toMatchObject({ email });
  });

  test("says the same of a wrong password, an unknown account, no account, and a disabled user", async () => {
    const { attempt, user } = await somebody();
    await expect(attempt({ password: "wrong" })).rejects.toEqual(wrong);
    await expect(attempt({ email: "nobody@example.org" })).rejects.toEqual(wrong);
    await expect(attempt({ email: "no address" })).rejects.toEqual(wrong);
    await expect(attempt({ password: "x".repeat(1_000_000) })).rejects.toEqual(wrong);
    await expect(attempt({ password: "" })).rejects.toEqual(wrong);
    const withoutPassword = await aUser();
    await expect(attempt({ email: withoutPassword.email, password: "" })).rejects.toEqual(wrong);
    await changeUser(operator, { id: user.id }, { disabled: true });
    await expect(attempt({ address: "198.51.100.250" })).rejects.toEqual(wrong);
  });

  test("stops guessing at an account after five wrong passwords from an address, right or wrong", async () => {
    const { attempt } = await somebody();
    for (let i = 0; i < 5; i += 1) {
      await expect(attempt({ password: `guess ${i}` })).rejects.toEqual(wrong);
    }
    await expect(attempt()).rejects.toEqual(
      expect.objectContaining({
        code: "rate_limited",
        message: expect.stringMatching(
          /^Too many attempts to sign in\. Try again in 1\d minutes\.$/,
        ),
        details: { retry_after_seconds: expect.any(Number) },
      }),
    );
  });

  test("after five wrong passwords still lets others in from the same address", async () => {
    const { attempt, address } = await somebody();
    const colleague = await somebody();
    for (let i = 0; i < 5; i += 1) {
      await expect(attempt({ password: `guess ${i}` })).rejects.toEqual(wrong);
    }
    await expect(colleague.attempt({ address })).resolves.toMatchObject({});
  });

  test("stops guessing from an address, whatever the accounts", async () => {
    const { attempt } = await somebody();
    const address = "203.0.113.99";
    const limit = { name: "sign-in-address", points: 200, seconds: 900 };
    for (let i = 0; i < 200; i += 1) await takePoint(database(), limit, address);
    await expect(attempt({ address })).rejects.toEqual(refusal("rate_limited"));
  });

  test("counts attempts sent at once one by one", async () => {
    const { attempt } = await somebody();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => attempt({ password: `guess ${i}` })),
    );
    const codes = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code);
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(7);
  });

  test("lets the owner in from a known browser while the account is hammered from everywhere", async () => {
    const { attempt } = await somebody();
    const { devices } = await attempt();
    for (let i = 0; i < 60; i += 1) {
      await attempt({ password: "guess", address: `2001:db8:${i.toString(16)}::1` }).catch(
        () => {},
      );
    }
    await expect(attempt({ address: "203.0.113.1" })).rejects.toEqual(refusal("rate_limited"));
    await expect(attempt({ devices, address: "203.0.113.1" })).resolves.toMatchObject({});
  });

  test("does not take another account's device for a known one, nor one without end", async () => {
    const { attempt, user } = await somebody();
    const other = await somebody();
    const { devices } = await other.attempt();
    for (let i = 0; i < 5; i += 1) {
      await expect(attempt({ password: "guess", devices })).rejects.toEqual(wrong);
    }
    await expect(attempt({ devices })).rejects.toEqual(refusal("rate_limited"));
    const stolen = rememberDevice([], user.id, secret);
    for (let i = 0; i < 10; i += 1) {
      await expect(attempt({ password: "guess", devices: stolen })).rejects.toEqual(wrong);
    }
    await expect(attempt({ devices: stolen })).rejects.toEqual(refusal("rate_limited"));
  });

  test("counts each known browser by itself", async () => {
    const { attempt } = await somebody();
    const [one, other] = [(await attempt()).devices, (await attempt()).devices];
    for (let i = 0; i < 10; i += 1) {
      await expect(attempt({ password: "guess", devices: one })).rejects.toEqual(wrong);
    }
    await expect(attempt({ devices: one })).rejects.toEqual(refusal("rate_limited"));
    await expect(attempt({ devices: other })).resolves.toMatchObject({});
  });

  test("counts an IPv6 network as one address, however it is written", async () => {
    const { attempt } = await somebody();
    const addresses = [
      "2001:db8:f:1::1",
      "2001:0db8:000f:0001:ffff:0:0:2",
      "2001:DB8:F:1:1:2:3:4",
      "2001:db8:f:1::",
      "2001:db8:f:1:0:0:0:9",
    ];
    for (const address of addresses) {
      await expect(attempt({ password: "guess", address })).rejects.toEqual(wrong);
    }
    await expect(attempt({ address: "2001:db8:f:1:dead:beef::1" })).rejects.toEqual(
      refusal("rate_limited"),
    );
    await expect(attempt({ address: "2001:db8:f:2::1" })).resolves.toMatchObject({});
  });

  test("costs a newsroom nothing as long as the passwords are right", async () => {
    const { attempt } = await somebody();
    for (let i = 0; i < 8; i += 1) await attempt();
    const { devices } = await attempt();
    expect(readDevices(devices, secret)).toHaveLength(1);
  });

  test("makes an old hash anew", async () => {
    const { attempt, user } = await somebody();
    const { hash } = await import("@node-rs/argon2");
    const old = await hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    const pool = database().pool;
    await pool.query("UPDATE users SET password_hash = $2 WHERE id = $1", [user.id, old]);
    await attempt();
    const { rows } = await pool.query("SELECT password_hash FROM users WHERE id = $1", [user.id]);
    expect(rows[0].password_hash).toContain("m=19456,t=2,p=1");
    await attempt();
  });
});

test("a hash made anew does not bring an old password back", async () => {
  const { user } = await somebody();
  const before = await hashOf(user.id);
  await refreshHash(database(), { id: user.id, from: "the hash before a change", to: "anew" });
  expect(await hashOf(user.id)).toBe(before);
});

describe("a session", () => {
  test("does not change the password without knowing it, and not by trying", async () => {
    const actor = await inSession((await somebody()).actor);
    const replacement = "copper village noon harp";
    for (let i = 0; i < 10; i += 1) {
      await expect(changePassword(actor, { current: "guess", replacement })).rejects.toEqual(
        refusal("invalid", { field: "current" }),
      );
    }
    await expect(changePassword(actor, { current: password, replacement })).rejects.toEqual(
      refusal("rate_limited"),
    );
  });

  test("changes the password to no other than itself, however it is changed", async () => {
    const { actor, user, email } = await somebody();
    const itself = refusal("invalid", { field: "password" });
    await expect(
      changePassword(await inSession(actor), { current: password, replacement: password }),
    ).rejects.toEqual(itself);
    await expect(setPassword(operator, email, password)).rejects.toEqual(itself);
    const path = await makePasswordLink(operator, user.id, secret);
    const token = path.replace("/password/", "");
    await expect(spendPasswordLink({ token, password }, "127.0.0.1", secret)).rejects.toEqual(
      itself,
    );
    const accented = "caf\u00e9 am Fluss im Mai";
    await setPassword(operator, email, accented);
    await expect(setPassword(operator, email, accented.normalize("NFD"))).rejects.toEqual(itself);
  });

  test("changes the password as often as it is known", async () => {
    const actor = await inSession((await somebody()).actor);
    const passwords = [password, "copper village noon harp"];
    for (let i = 0; i < 12; i += 1) {
      const [current = "", replacement = ""] = i % 2 ? passwords.toReversed() : passwords;
      await expect(changePassword(actor, { current, replacement })).resolves.toMatchObject({});
    }
  });

  test("of two who change the password at once, one does", async () => {
    const actor = await inSession((await somebody()).actor);
    const outcomes = await Promise.allSettled(
      ["copper village noon harp", "gravel noon harp lantern"].map((replacement) =>
        changePassword(actor, { current: password, replacement }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a password link", () => {
  const replacement = "copper village noon harp";
  const linkFor = async (id: string) =>
    (await makePasswordLink(operator, id, secret)).replace("/password/", "");

  test("lets its user choose a password once, and ends what went before", async () => {
    const { attempt, user, address } = await somebody();
    const before = await begin((await attempt()).user);
    const [token, other] = [await linkFor(user.id), await linkFor(user.id)];
    expect(await ownerOfPasswordLink(token, address, secret)).toMatchObject({ id: user.id });
    const bad = spendPasswordLink({ token, password: "password1234" }, address, secret);
    await expect(bad).rejects.toEqual(refusal("invalid", { field: "password" }));
    const known = await spendPasswordLink({ token, password: replacement }, address, secret);
    expect(await actorOfSession(await begin(known))).toMatchObject({ userId: user.id });
    expect(await actorOfSession(before)).toBeNull();
    await attempt({ password: replacement });
    for (const used of [token, other]) {
      const again = spendPasswordLink({ token: used, password: replacement }, address, secret);
      await expect(again).rejects.toEqual(refusal("not_found"));
    }
  });

  test("has one winner when raced", async () => {
    const { user, address } = await somebody();
    const token = await linkFor(user.id);
    const outcomes = await Promise.allSettled(
      [replacement, "gravel noon harp lantern"].map((password) =>
        spendPasswordLink({ token, password }, address, secret),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("is void forged, expired, sealed by another key, and for a disabled user", async () => {
    const { user, address } = await somebody();
    const other = await somebody();
    const token = await linkFor(user.id);
    const forgeries = [
      token.replace(user.id, other.user.id),
      token.replace(/\.[0-9a-z]+\./, ".zzzzzzzz."),
      `${token}x`,
      "x",
      "..",
    ];
    for (const forged of forgeries) {
      await expect(ownerOfPasswordLink(forged, address, secret)).rejects.toEqual(
        refusal("not_found"),
      );
    }
    await expect(ownerOfPasswordLink(token, address, `${secret}!`)).rejects.toEqual(
      refusal("not_found"),
    );
    const expired = passwordLinkToken(
      { userId: user.id, expiresAt: Date.now() - 1 },
      { passwordHash: (await hashOf(user.id)) ?? null, sessionVersion: 1 },
      secret,
    );
    await expect(ownerOfPasswordLink(expired, address, secret)).rejects.toEqual(
      refusal("not_found"),
    );
    await changeUser(operator, { id: user.id }, { disabled: true });
    await expect(ownerOfPasswordLink(token, address, secret)).rejects.toEqual(refusal("not_found"));
    await changeUser(operator, { id: user.id }, { disabled: false });
    await expect(ownerOfPasswordLink(token, address, secret)).rejects.toEqual(refusal("not_found"));
  });

  test("is made by site admins only, and so is a password", async () => {
    const { user, email, attempt } = await somebody();
    const ana = await aUser();
    await expect(makePasswordLink(ana, user.id, secret)).rejects.toEqual(refusal("forbidden"));
    await expect(setPassword(ana, email, replacement)).rejects.toEqual(refusal("forbidden"));
    await expect(makePasswordLink(operator, "1", secret)).rejects.toEqual(refusal("not_found"));
    await setPassword(operator, email, replacement);
    await attempt({ password: replacement });
  });

  test("and a new password are not for a disabled user", async () => {
    const { user, email } = await somebody();
    await changeUser(operator, { id: user.id }, { disabled: true });
    await expect(linkFor(user.id)).rejects.toEqual(refusal("conflict"));
    await expect(setPassword(operator, email, replacement)).rejects.toEqual(refusal("conflict"));
  });
});

async function hashOf(id: string): Promise<string | undefined> {
  const { rows } = await database().pool.query("SELECT password_hash FROM users WHERE id = $1", [
    id,
  ]);
  return rows[0]?.password_hash;
}

describe("an API token", () => {
  test("acts for its user until it is revoked, and shows when it was used", async () => {
    const { actor } = await somebody();
    const { token, id } = await createToken(actor, "nightly export");
    expect(await actorOfToken(token)).toEqual({
      ...actor,
      token: { id, scopes: tokenScopes, projects: null },
    });
    expect(await actorOfToken(`${token}x`)).toBeNull();
    expect((await tokensPage(actor)).tokens).toMatchObject([
      { name: "nightly export", last_used_at: expect.any(String) },
    ]);
    const stranger = await aUser();
    await expect(revokeToken(stranger, id)).rejects.toEqual(refusal("not_found"));
    await expect(revokeToken(actor, "nonsense")).rejects.toEqual(refusal("not_found"));
    await revokeToken(actor, id);
    expect(await actorOfToken(token)).toBeNull();
    expect((await tokensPage(actor)).tokens).toEqual([]);
    await expect(revokeToken(actor, id)).rejects.toEqual(refusal("not_found"));
  });

  test("shows its latest use, not its first", async () => {
    const { actor } = await somebody();
    const { token, id } = await createToken(actor, "nightly export");
    await database().pool.query("UPDATE api_tokens SET last_used_at = '2024-07-30' WHERE id = $1", [
      id,
    ]);
    await actorOfToken(token);
    const [shown] = (await tokensPage(actor)).tokens;
    expect(shown?.last_used_at).not.toMatch(/^2024/);
  });

  test("is one of fifty at most, not counting those revoked", async () => {
    const { actor } = await somebody();
    const make = (name: string) => createToken(actor, name);
    for (let at = 1; at < 50; at += 1) await make(`token ${at}`);
    const { id } = await make("the fiftieth");
    await expect(make("one more")).rejects.toEqual(refusal("conflict"));
    await revokeToken(actor, id);
    await expect(make("in its place")).resolves.toMatchObject({ name: "in its place" });
  });

  test("is silent while its user is disabled, and outlives signing out everywhere", async () => {
    const { actor, user, email } = await somebody();
    const { token } = await createTokenFor(email.toUpperCase(), "script");
    await signOutEverywhere(actor);
    expect(await actorOfToken(token)).toMatchObject({ userId: user.id });
    await changeUser(operator, { email: email.toUpperCase() }, { disabled: true });
    expect(await actorOfToken(token)).toBeNull();
    await expect(createTokenFor(email, "another")).rejects.toEqual(refusal("conflict"));
  });

  test("is kept only as its hash", async () => {
    const { actor } = await somebody();
    const { token } = await createToken(actor, "script");
    const { rows } = await database().pool.query<{ all: string }>(
      "SELECT string_agg(t::text, '') || (SELECT string_agg(a::text, '') FROM audit_events a) AS all FROM api_tokens t",
    );
    expect(rows[0]?.all).toContain("script");
    expect(rows[0]?.all).not.toContain(token);
  });
});

test("a new name is seen with the next request", async () => {
  const { attempt, actor } = await somebody();
  const session = await begin((await attempt()).user);
  await renameMyself(actor, "  Ana B. ");
  expect(await actorOfSession(session)).toMatchObject({ name: "Ana B." });
});
