import { generateSync } from "otplib";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Entrant, operator, type Person, type UserActor } from "@/lib/access/actor";
import { passkeySite } from "@/lib/access/passkeys";
import { database } from "@/lib/store/database";
import { makePasswordLink, setPassword, spendPasswordLink } from "@/lib/workflow/passwords";
import {
  addTotp,
  askForPasskey,
  beginPasskey,
  beginTotp,
  factorsOf,
  passSecondStep,
  removeFactor,
  renewRecoveryCodes,
  resetFactors,
  type ShownFactor,
  secondStepWays,
} from "@/lib/workflow/second-factors";
import { actorOfSession, beginSession, sessionsPage, signedIn } from "@/lib/workflow/sessions";
import { changeSettings, settingsOf } from "@/lib/workflow/settings";
import { changeUser, usersPage } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aUser, inSession } from "../setup/world";

const key = "a secret of the tests, longer than 32 characters";
const site = passkeySite("http://localhost:3000");
const address = "198.51.100.1";

beforeAll(async () => {
  await aDatabase();
});

beforeEach(async () => {
  await changeSettings(operator, { second_factors: "of_nobody" });
});

/** The code of a secret, so many steps of 30 seconds from now. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });

/** Gives somebody an authenticator app. */
async function withTotp(person: Person) {
  const { secret, sealed } = beginTotp(person, key);
  const added = await addTotp(person, { name: "Phone", sealed, code: codeOf(secret) }, key);
  return { secret, codes: added.recovery_codes ?? [], factor: added.factor };
}

/** Somebody who has shown a password, and awaits the second step. */
async function entering({ userId }: UserActor): Promise<Entrant> {
  const { rows } = await database().pool.query("SELECT session_version FROM users WHERE id = $1", [
    userId,
  ]);
  const id = await beginSession(
    { userId, sessionVersion: rows[0]?.session_version },
    { userAgent: null, instead: null },
  );
  const signed = await signedIn(id);
  if (signed?.state !== "awaits_factor") throw new Error("Nothing is awaited.");
  return signed.entrant;
}

const pass = (entrant: Entrant, shown: ShownFactor) =>
  passSecondStep(entrant, shown, { site, key, address });

const stateOf = async (id: string) => (await signedIn(id))?.state;

describe("an authenticator app", () => {
  test("is asked for after the password, and lets in by its code", async () => {
    const person = await inSession(await aUser());
    const { secret } = await withTotp(person);
    const entrant = await entering(person);
    expect(await actorOfSession(entrant.session)).toBeNull();
    expect(await secondStepWays(entrant, site.host)).toEqual({
      code: true,
      passkey: false,
      recovery_code: true,
    });
    await expect(pass(entrant, { code: codeOf(secret, 7) })).rejects.toEqual(
      refusal("invalid", { field: "code" }),
    );
    await expect(pass(entrant, { code: "nonsense" })).rejects.toEqual(refusal("invalid"));
    expect(await stateOf(entrant.session)).toBe("awaits_factor");
    const code = codeOf(secret, 1);
    await pass(entrant, { code: ` ${code.slice(0, 3)} ${code.slice(3)}` });
    expect(await actorOfSession(entrant.session)).toMatchObject({
      userId: person.userId,
      session: { isProven: true },
    });
  });

  test("lets in once by each code: not by the one it was added with, nor by an earlier one", async () => {
    const person = await inSession(await aUser());
    const { secret } = await withTotp(person);
    const added = codeOf(secret);
    const [one, other] = [await entering(person), await entering(person)];
    await expect(pass(one, { code: added })).rejects.toEqual(refusal("invalid"));
    await pass(one, { code: codeOf(secret, 1) });
    await expect(pass(other, { code: codeOf(secret, 1) })).rejects.toEqual(refusal("invalid"));
    await expect(pass(other, { code: codeOf(secret, -1) })).rejects.toEqual(refusal("invalid"));
    expect(await stateOf(other.session)).toBe("awaits_factor");
  });

  test("lets in one of two who show a code at once", async () => {
    const person = await inSession(await aUser());
    const { secret } = await withTotp(person);
    const entrants = [await entering(person), await entering(person), await entering(person)];
    const code = codeOf(secret, 1);
    const outcomes = await Promise.allSettled(entrants.map((entrant) => pass(entrant, { code })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
    ]);
  });

  test("is not found by trying, nor is a recovery code", async () => {
    const person = await inSession(await aUser());
    const { secret } = await withTotp(person);
    const entrant = await entering(person);
    for (let i = 0; i < 5; i += 1) {
      await expect(pass(entrant, { code: "000000" })).rejects.toEqual(refusal("invalid"));
      await expect(pass(entrant, { recovery_code: "0000" })).rejects.toEqual(refusal("invalid"));
    }
    const again = await entering(person);
    await expect(pass(again, { code: codeOf(secret, 1) })).rejects.toEqual(refusal("rate_limited"));
  });

  test("is added only by a code of its secret, by whom it was shown to, and in time", async () => {
    const person = await inSession(await aUser());
    const { secret, sealed } = beginTotp(person, key);
    const give = (who: Person, sent: string, code: string, under = key) =>
      addTotp(who, { name: "Phone", sealed: sent, code }, under);
    await expect(give(person, sealed, "000000")).rejects.toEqual(
      refusal("invalid", { field: "code" }),
    );
    const code = codeOf(secret);
    for (const [who, sent, under] of [
      [await inSession(await aUser()), sealed, key],
      [person, `A${sealed.slice(1)}`, key],
      [person, "", key],
      [person, sealed, `${key}!`],
    ] as const) {
      await expect(give(who, sent, code, under)).rejects.toEqual(
        refusal("invalid", { field: "sealed" }),
      );
    }
    expect((await factorsOf(person)).factors).toEqual([]);
  });

  test("has its secret in the database only as what nobody else can open", async () => {
    const person = await inSession(await aUser());
    const { secret, codes } = await withTotp(person);
    const { rows } = await database().pool.query<{ all: string }>(
      `SELECT string_agg(encode(secret, 'escape') || encode(secret, 'hex'), '')
         || (SELECT string_agg(r::text, '') FROM recovery_codes r)
         || (SELECT string_agg(a::text, '') FROM audit_events a) AS all FROM second_factors`,
    );
    const all = rows[0]?.all ?? "";
    expect(all.length).toBeGreaterThan(100);
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret).toString("hex"));
    for (const code of codes) expect(all).not.toContain(code);
    const entrant = await entering(person);
    const underAnother = passSecondStep(
      entrant,
      { code: codeOf(secret, 1) },
      { site, key: `${key}!`, address },
    );
    await expect(underAnother).rejects.toEqual(refusal("invalid"));
    await pass(entrant, { recovery_code: codes[0] ?? "" });
  });
});

describe("recovery codes", () => {
  test("come with the first second factor, and let in once each, however they are typed", async () => {
    const person = await inSession(await aUser());
    const { codes } = await withTotp(person);
    expect(new Set(codes).size).toBe(10);
    expect(codes[0]).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    expect((await withTotp(person)).codes).toEqual([]);
    const [first = "", second = ""] = codes;
    const one = await entering(person);
    await pass(one, { recovery_code: ` ${first.toUpperCase().replaceAll("-", " ")} ` });
    expect(await stateOf(one.session)).toBe("in");
    expect((await factorsOf(person)).recovery_codes).toBe(9);
    const other = await entering(person);
    await expect(pass(other, { recovery_code: first })).rejects.toEqual(refusal("invalid"));
    await pass(other, { recovery_code: second.replaceAll("0", "O").replaceAll("1", "l") });
  });

  test("of somebody else let nobody in", async () => {
    const ana = await withTotp(await inSession(await aUser()));
    const omid = await inSession(await aUser());
    await withTotp(omid);
    const entrant = await entering(omid);
    await expect(pass(entrant, { recovery_code: ana.codes[0] ?? "" })).rejects.toEqual(
      refusal("invalid"),
    );
  });

  test("are void once there are new ones, or no second factor", async () => {
    const person = await inSession(await aUser());
    await expect(renewRecoveryCodes(person)).rejects.toEqual(refusal("conflict"));
    const { codes, factor } = await withTotp(person);
    const renewed = await renewRecoveryCodes(person);
    expect(renewed.filter((code) => codes.includes(code))).toEqual([]);
    const entrant = await entering(person);
    await expect(pass(entrant, { recovery_code: codes[0] ?? "" })).rejects.toEqual(
      refusal("invalid"),
    );
    await removeFactor(person, factor.id);
    expect(await factorsOf(person)).toEqual({ factors: [], recovery_codes: 0, required: false });
  });
});

describe("a session that awaits the second factor", () => {
  test("ends after a quarter of an hour, and is in no list", async () => {
    const person = await inSession(await aUser());
    await withTotp(person);
    const entrant = await entering(person);
    expect((await sessionsPage(person)).sessions).toHaveLength(1);
    await database().pool.query(
      "UPDATE sessions SET created_at = now() - interval '15 minutes 1 second' WHERE id = $1",
      [entrant.session],
    );
    expect(await signedIn(entrant.session)).toBeNull();
  });

  test("is what a password link begins, too", async () => {
    const user = await aUser();
    await setPassword(operator, user.email, "lantern gravel tuesday moss");
    await withTotp(await inSession(user));
    const token = (await makePasswordLink(operator, user.userId, key)).replace("/password/", "");
    const password = "copper village noon harp";
    const known = await spendPasswordLink({ token, password }, "198.51.100.1", key);
    const id = await beginSession(known, { userAgent: null, instead: null });
    expect(await stateOf(id)).toBe("awaits_factor");
  });
});

describe("a passkey", () => {
  test("needs a name to belong to", async () => {
    const person = await inSession(await aUser());
    const numbered = passkeySite("http://127.0.0.1:3000");
    await expect(beginPasskey(person, numbered)).rejects.toEqual(refusal("unprocessable"));
    await expect(beginPasskey(person, passkeySite("http://[::1]:3000"))).rejects.toEqual(
      refusal("unprocessable"),
    );
    expect(await beginPasskey(person, site)).toMatchObject({ rp: { id: "localhost" } });
  });

  test("is not asked for where there is none", async () => {
    const person = await inSession(await aUser());
    await expect(askForPasskey(person, site)).rejects.toEqual(refusal("not_found"));
  });
});

describe("a second factor", () => {
  test.for([
    { of: "of_nobody", reviewer: "in", admin: "in" },
    { of: "of_site_admins", reviewer: "in", admin: "lacks_factor" },
    { of: "of_everybody", reviewer: "lacks_factor", admin: "lacks_factor" },
  ] as const)("is asked $of by the site from the next request on", async (row) => {
    const [reviewer, admin] = [
      await inSession(await aUser()),
      await inSession(await aUser({ siteAdmin: true })),
    ];
    await changeSettings(operator, { second_factors: row.of });
    expect(await settingsOf(admin)).toMatchObject({ second_factors: row.of });
    expect(await stateOf(reviewer.session.id)).toBe(row.reviewer);
    expect(await stateOf(admin.session.id)).toBe(row.admin);
    await withTotp(admin);
    expect(await stateOf(admin.session.id)).toBe("in");
  });

  test("is asked of one person, who cannot remove the last then", async () => {
    const admin = await aUser({ siteAdmin: true });
    const person = await inSession(await aUser());
    await changeUser(admin, { id: person.userId }, { factor_required: true });
    expect(await stateOf(person.session.id)).toBe("lacks_factor");
    const first = await withTotp(person);
    expect(await stateOf(person.session.id)).toBe("in");
    await expect(removeFactor(person, first.factor.id)).rejects.toEqual(refusal("conflict"));
    const second = await withTotp(person);
    await removeFactor(person, first.factor.id);
    await expect(removeFactor(person, second.factor.id)).rejects.toEqual(refusal("conflict"));
    expect(await factorsOf(person)).toMatchObject({ required: true, recovery_codes: 10 });
    await changeUser(admin, { id: person.userId }, { factor_required: false });
    await removeFactor(person, second.factor.id);
  });

  test("is decided about by site admins only", async () => {
    const ana = await aUser();
    await expect(settingsOf(ana)).rejects.toEqual(refusal("forbidden"));
    await expect(changeSettings(ana, { second_factors: "of_everybody" })).rejects.toEqual(
      refusal("forbidden"),
    );
    await expect(resetFactors(ana, { id: ana.userId })).rejects.toEqual(refusal("forbidden"));
  });

  test("of somebody else is not there to remove", async () => {
    const { factor } = await withTotp(await inSession(await aUser()));
    const stranger = await inSession(await aUser());
    for (const id of [factor.id, "nonsense"]) {
      await expect(removeFactor(stranger, id)).rejects.toEqual(refusal("not_found"));
    }
  });

  test("that was lost is reset by a site admin, which ends sessions and voids recovery codes", async () => {
    const admin = await aUser({ siteAdmin: true });
    const person = await inSession(await aUser());
    await withTotp(person);
    const listed = async () =>
      (await usersPage(admin, { q: person.email })).users.map(({ has_factor }) => has_factor);
    expect(await listed()).toEqual([true]);
    await resetFactors(admin, { email: person.email });
    expect(await listed()).toEqual([false]);
    expect(await signedIn(person.session.id)).toBeNull();
    await expect(entering(person)).rejects.toThrow("Nothing is awaited.");
    const { rows } = await database().pool.query("SELECT FROM recovery_codes WHERE user_id = $1", [
      person.userId,
    ]);
    expect(rows).toEqual([]);
    await expect(resetFactors(admin, { id: person.userId })).rejects.toEqual(refusal("conflict"));
    await expect(resetFactors(admin, { id: "1" })).rejects.toEqual(refusal("not_found"));
  });

  test("is one of twenty at most", async () => {
    const person = await inSession(await aUser());
    for (let at = 0; at < 20; at += 1) await withTotp(person);
    await expect(withTotp(person)).rejects.toEqual(refusal("conflict"));
  });
});

test("what was done about second factors is in the trail", async () => {
  const admin = await aUser({ siteAdmin: true });
  const person = await inSession(await aUser());
  await database().pool.query("DELETE FROM audit_events");
  const { codes, factor } = await withTotp(person);
  const entrant = await entering(person);
  await expect(pass(entrant, { code: "000000" })).rejects.toThrow();
  await pass(entrant, { recovery_code: codes[0] ?? "" });
  const other = await withTotp(person);
  await removeFactor(person, other.factor.id);
  await changeUser(admin, { id: person.userId }, { factor_required: true });
  await changeUser(admin, { id: person.userId }, { factor_required: false });
  await changeSettings(admin, { second_factors: "of_site_admins" });
  await changeSettings(admin, { second_factors: "of_site_admins" }); // which changes nothing
  await resetFactors(admin, { id: person.userId });
  const { rows } = await database().pool.query(
    "SELECT action, user_id AS who, subject, details FROM audit_events ORDER BY at, id",
  );
  const [own, by] = [person.userId, admin.userId];
  const kind = { kind: "totp" };
  expect(rows.map(({ action, who, subject, details }) => [action, who, subject, details])).toEqual([
    ["factor.added", own, factor.id, kind],
    ["recovery_codes.made", own, own, {}],
    ["session.awaits_factor", own, null, { how: null }],
    ["session.refused", null, own, { how: "code", reason: "wrong_factor" }],
    ["session.started", own, null, { how: "recovery_code" }],
    ["factor.added", own, other.factor.id, kind],
    ["factor.removed", own, other.factor.id, kind],
    ["user.factor_required", by, own, {}],
    ["user.factor_not_required", by, own, {}],
    ["settings.changed", by, null, { from: "of_nobody", to: "of_site_admins" }],
    ["user.factors_reset", by, own, { factors: 1 }],
  ]);
});
