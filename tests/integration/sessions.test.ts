import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { dropPastSessions } from "@/lib/store/sessions";
import { changePassword, setPassword } from "@/lib/workflow/passwords";
import {
  actorOfSession,
  beginSession,
  endOwnSession,
  endSession,
  proveByPassword,
  requireProof,
  sessionsPage,
  signOutElsewhere,
  signOutEverywhere,
} from "@/lib/workflow/sessions";
import { changeUser } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aUser, inSession } from "../setup/world";

const password = "lantern gravel tuesday moss";
const nobody = "0198c0de-0000-7000-8000-000000000000";

beforeAll(async () => {
  await aDatabase();
});

/** Somebody with a password. */
async function somebody(): Promise<UserActor> {
  const user = await aUser();
  await setPassword(operator, user.email, password);
  return user;
}

/** Puts a time of a session back. */
async function ago(id: string, column: "created_at" | "last_seen_at" | "proved_at", time: string) {
  await database().pool.query(
    `UPDATE sessions SET ${column} = now() - interval '${time}' WHERE id = $1`,
    [id],
  );
}

async function lastSeen(id: string): Promise<Date> {
  const { rows } = await database().pool.query("SELECT last_seen_at FROM sessions WHERE id = $1", [
    id,
  ]);
  return rows[0]?.last_seen_at;
}

/** Whether each of some sessions goes on. */
const goOn = async (...sessions: { session: { id: string } }[]) =>
  Promise.all(sessions.map(async ({ session }) => (await actorOfSession(session.id)) !== null));

describe("a session", () => {
  test("that never was is none", async () => {
    expect(await actorOfSession(nobody)).toBeNull();
  });

  test("ends with its sign-out, and no other", async () => {
    const user = await aUser();
    const [here, there] = [await inSession(user), await inSession(user)];
    await endSession(here.session.id);
    await endSession(here.session.id); // once more does no harm
    expect(await goOn(here, there)).toEqual([false, true]);
  });

  test.for([
    { column: "created_at", within: "29 days 23 hours", past: "30 days 1 minute" },
    { column: "last_seen_at", within: "6 days 23 hours", past: "7 days 1 minute" },
  ] as const)("is past its limit by $column", async ({ column, within, past }) => {
    const [used, here] = [await inSession(await aUser()), await inSession(await aUser())];
    await ago(used.session.id, column, within);
    await ago(here.session.id, column, past);
    expect(await goOn(used, here)).toEqual([true, false]);
    expect((await sessionsPage(here)).sessions).toEqual([]);
    expect(await goOn(here)).toEqual([false]); // to look at it does not bring it back
  });

  test("past its limits is forgotten, the others stay", async () => {
    const user = await aUser();
    const [old, idle, here] = [await inSession(user), await inSession(user), await inSession(user)];
    await ago(old.session.id, "created_at", "31 days");
    await ago(idle.session.id, "last_seen_at", "8 days");
    await dropPastSessions(database().pool);
    const { rows } = await database().pool.query("SELECT id FROM sessions WHERE user_id = $1", [
      user.userId,
    ]);
    expect(rows).toEqual([{ id: here.session.id }]);
  });

  test("is seen to the minute, without a request that waits for it", async () => {
    const here = await inSession(await aUser());
    await ago(here.session.id, "last_seen_at", "50 seconds");
    const before = await lastSeen(here.session.id);
    await actorOfSession(here.session.id);
    await ago(here.session.id, "proved_at", "1 second"); // after whatever was written
    expect(await lastSeen(here.session.id)).toEqual(before);
    await ago(here.session.id, "last_seen_at", "70 seconds");
    await actorOfSession(here.session.id);
    await expect
      .poll(async () => Date.now() - (await lastSeen(here.session.id)).getTime())
      .toBeLessThan(60_000);
  });

  test("ends in the browser in which another begins", async () => {
    const [ana, omid] = [await aUser(), await aUser()];
    const before = await inSession(ana);
    const id = await beginSession(
      { userId: omid.userId, sessionVersion: 1 },
      { userAgent: null, instead: before.session.id },
    );
    expect(await goOn(before)).toEqual([false]);
    expect(await actorOfSession(id)).toMatchObject({ userId: omid.userId });
  });

  test("does not begin with what was proved before all sessions ended", async () => {
    const user = await aUser();
    await signOutEverywhere(user);
    const late = beginSession(
      { userId: user.userId, sessionVersion: 1 },
      { userAgent: null, instead: null },
    );
    await expect(late).rejects.toEqual(refusal("unauthenticated"));
  });

  test("does not survive that it begins while all sessions end", async () => {
    for (let round = 0; round < 8; round += 1) {
      const user = await aUser();
      const begun: string[] = [];
      const begin = async () => {
        const proven = { userId: user.userId, sessionVersion: 1 };
        begun.push(await beginSession(proven, { userAgent: null, instead: null }));
      };
      const ending = signOutEverywhere(user);
      await Promise.allSettled([...Array.from({ length: 10 }, begin), ending]);
      await ending;
      const left = await Promise.all(begun.map((id) => actorOfSession(id)));
      expect(left.filter((actor) => actor !== null)).toEqual([]);
    }
  });

  test("of a user who is disabled ends, and is none after", async () => {
    const user = await aUser();
    const here = await inSession(user);
    await changeUser(operator, { id: user.userId }, { disabled: true });
    expect(await goOn(here)).toEqual([false]);
    await changeUser(operator, { id: user.userId }, { disabled: false });
    expect(await goOn(here)).toEqual([false]);
  });

  test("goes on where the password was changed, and nowhere else", async () => {
    const user = await somebody();
    const [here, there] = [await inSession(user), await inSession(user)];
    const replacement = "copper village noon harp";
    await changePassword(here, { current: password, replacement });
    expect(await goOn(here, there)).toEqual([true, false]);
    await setPassword(operator, user.email, password);
    expect(await goOn(here)).toEqual([false]);
  });
});

describe("the list of sessions", () => {
  test("has one's own, the latest first, and says which one this is", async () => {
    const [ana, omid] = [await aUser(), await aUser()];
    await inSession(omid);
    const proven = { userId: ana.userId, sessionVersion: 1 };
    const phone =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
    await beginSession(proven, { userAgent: phone, instead: null });
    await beginSession(proven, { userAgent: "x".repeat(100_000), instead: null });
    const here = await inSession(ana);
    await ago(here.session.id, "created_at", "1 hour");
    expect((await sessionsPage(here)).sessions).toMatchObject([
      { browser: "An unknown browser", current: false },
      { browser: "Safari on iOS", current: false },
      { browser: "Firefox on Linux", current: true },
    ]);
  });

  test("ends one of one's own, and nobody else's", async () => {
    const ana = await aUser();
    const [here, there, other] = [
      await inSession(ana),
      await inSession(ana),
      await inSession(await aUser()),
    ];
    await endOwnSession(here, there.session.id);
    for (const id of [there.session.id, other.session.id, nobody, "nonsense"]) {
      await expect(endOwnSession(here, id)).rejects.toEqual(refusal("not_found"));
    }
    expect(await goOn(here, there, other)).toEqual([true, false, true]);
  });

  test("ends all others of one's own", async () => {
    const ana = await aUser();
    const [here, there, further, other] = [
      await inSession(ana),
      await inSession(ana),
      await inSession(ana),
      await inSession(await aUser()),
    ];
    await signOutElsewhere(here);
    expect(await goOn(here, there, further, other)).toEqual([true, false, false, true]);
  });
});

describe("a proof", () => {
  test("is asked for ten minutes after the last, and given by the password", async () => {
    const { session } = await inSession(await somebody());
    const now = async () => {
      const person = await actorOfSession(session.id);
      if (!person) throw new Error("The session has ended.");
      return person;
    };
    await ago(session.id, "proved_at", "9 minutes 50 seconds");
    requireProof(await now());
    await ago(session.id, "proved_at", "10 minutes 1 second");
    const person = await now();
    expect(() => requireProof(person)).toThrow(refusal("proof_needed"));
    await expect(proveByPassword(person, "guess")).rejects.toEqual(
      refusal("invalid", { field: "password" }),
    );
    expect((await now()).session.isProven).toBe(false);
    await proveByPassword(person, password);
    requireProof(await now());
  });

  test("is of one session, not of the others", async () => {
    const user = await somebody();
    const [here, there] = [await inSession(user), await inSession(user)];
    await ago(here.session.id, "proved_at", "1 hour");
    await ago(there.session.id, "proved_at", "1 hour");
    await proveByPassword(here, password);
    expect((await actorOfSession(there.session.id))?.session.isProven).toBe(false);
  });

  test("is not found by trying", async () => {
    const person = await inSession(await somebody());
    for (let i = 0; i < 10; i += 1) {
      await expect(proveByPassword(person, "guess")).rejects.toEqual(refusal("invalid"));
    }
    await expect(proveByPassword(person, password)).rejects.toEqual(refusal("rate_limited"));
  });

  test("is not given by no password where there is none", async () => {
    const person = await inSession(await aUser());
    await expect(proveByPassword(person, "")).rejects.toEqual(refusal("invalid"));
  });
});
