import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { NOTIFICATION_DAYS } from "@/lib/domain/notifications";
import { database } from "@/lib/store/database";
import { forgetNotifications, tellOfDueRounds } from "@/lib/store/notifications";
import { annotate, openArticle, reopen, setAside, submit } from "@/lib/workflow/annotating";
import {
  changeRound,
  giveFreePlaces,
  reassign,
  removeReviewer,
  returnWork,
  setReviewer,
} from "@/lib/workflow/assigning";
import { deleteArticles, deleteProject } from "@/lib/workflow/deleting";
import { changeRole, removeMember } from "@/lib/workflow/members";
import {
  changeMailChoices,
  mailChoicesOf,
  notificationsPage,
  readNotifications,
  unreadNotifications,
} from "@/lib/workflow/notifying";
import { aDatabase, sql } from "../setup/database";
import { aRound, aTeam, everything, work } from "../setup/rounds";
import { aMember, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** What somebody is told: kinds and what each leads to, the latest first. */
async function toldTo(actor: UserActor, unread = false) {
  const { notifications } = await notificationsPage(actor, { unread });
  return notifications.map(({ kind, article, round, articles, remark }) => ({
    kind,
    article: article?.id ?? null,
    round: round?.number ?? null,
    articles,
    remark,
  }));
}

const kindsOf = async (actor: UserActor) => (await toldTo(actor)).map(({ kind }) => kind);

/** How far somebody's set has come. */
async function revisionOf(setId: string): Promise<{ revision: number }> {
  const { rows } = await sql("SELECT revision FROM annotation_sets WHERE id = $1", [setId]);
  return { revision: rows[0]?.revision };
}

async function named(user: UserActor, name: string): Promise<UserActor> {
  await sql("UPDATE users SET name = $2 WHERE id = $1", [user.userId, name]);
  return { ...user, name };
}

describe("who is given work", () => {
  test("is told once of a round, with how much it is, and who made it is not", async () => {
    const world = await aTeam({ reviewers: 2, articles: 3 });
    await aRound({ ...world, team: [...world.team, world.admin] }, { overlap: 2 });
    const counts: number[] = [];
    for (const reviewer of world.team) {
      const told = await toldTo(reviewer);
      expect(told).toMatchObject([{ kind: "assigned", round: 1 }]);
      counts.push(told[0]?.articles ?? 0);
    }
    const given = await everything(world, 1);
    expect(counts).toEqual([0, 1].map((n) => given.filter((one) => one.reviewer === n).length));
    expect(await toldTo(world.admin)).toEqual([]);
  });

  test("is told the article, if it is one", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    await aRound(world);
    const [given] = await everything(world, 1);
    const to = world.team[given?.reviewer === 0 ? 1 : 0] as UserActor;
    const path = { number: "1", id: given?.id ?? "", userId: to.userId };
    await reassign(world.admin, world.project.slug, path);
    expect(await toldTo(to)).toEqual([
      { kind: "assigned", article: world.articles[0], round: 1, articles: 1, remark: null },
    ]);
  });

  test("is told of a queue, also when they come to it later, once", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const [ana, ben] = world.team as [UserActor, UserActor];
    await aRound({ ...world, team: [ana] }, { way: "queue" });
    const joining = { number: "1", userId: ben.userId, languages: [] };
    await setReviewer(world.admin, world.project.slug, joining);
    await setReviewer(world.admin, world.project.slug, { ...joining, languages: ["fa"] });
    const told = { kind: "assigned", article: null, round: 1, articles: 0, remark: null };
    expect(await toldTo(ana)).toEqual([told]);
    expect(await toldTo(ben)).toEqual([told]);
  });

  test("is not told of what they have submitted before", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    await work(world.team[0] as UserActor, world.articles[0] ?? "");
    await aRound(world);
    expect(await toldTo(world.team[0] as UserActor)).toEqual([]);
  });
});

/** A round with work that is submitted, and a curator. */
async function aSubmittedRound() {
  const world = await aTeam({ reviewers: 1, articles: 1 });
  const curator = await named(await aMember(world.project.id, "curator"), "Cleo Vance");
  await aRound(world);
  const ana = await named(world.team[0] as UserActor, "Ana Berg");
  const article = world.articles[0] ?? "";
  const setId = await work(ana, article);
  await readNotifications(ana, undefined);
  const [given] = await everything(world, 1);
  const returned = (comment: string) =>
    returnWork(world.admin, world.project.slug, { number: "1", id: given?.id ?? "", comment });
  return { ...world, curator, ana, article, setId, returned };
}

describe("whose work is returned", () => {
  test("is told why, and those are whom the comment mentions, once", async () => {
    const { ana, curator, article, admin, returned } = await aSubmittedRound();
    const comment = "Ask @cleo vance, @Ana Berg, and @Cleo Vance again.";
    await returned(comment);
    const about = { article, round: 1, articles: 0, remark: comment };
    expect(await toldTo(ana, true)).toEqual([{ kind: "returned", ...about }]);
    expect(await toldTo(curator)).toEqual([{ kind: "mentioned", ...about }]);
    expect(await toldTo(admin)).toEqual([]);
  });

  test("is told nothing where returning fails", async () => {
    const { ana, returned } = await aSubmittedRound();
    await returned("Once.");
    await expect(returned("Twice.")).rejects.toMatchObject({ code: "conflict" });
    expect(await toldTo(ana, true)).toHaveLength(1);
  });
});

describe("who is mentioned", () => {
  test("in a flag or a skip is told if they see everybody's work, when it is new", async () => {
    const { project, ana, curator, setId, article } = await aSubmittedRound();
    const other = await named(await aMember(project.id), "Ben Oak");
    const stranger = await named(await aUser(), "Zed");
    await setAside(ana, setId, { flag_reason: "@Cleo Vance @Ben Oak @Zed: is this one?" });
    expect(await toldTo(curator)).toMatchObject([{ kind: "mentioned", article, round: null }]);
    expect(await toldTo(other)).toEqual([]);
    expect(await toldTo(stranger)).toEqual([]);
    await setAside(ana, setId, { flag_reason: "@Cleo Vance: is this one, really?" });
    expect(await kindsOf(curator)).toEqual(["mentioned"]);
  });

  test("in the note on an article is told the line when it is submitted, and once", async () => {
    const { project, admin, ana, curator, setId, article, returned } = await aSubmittedRound();
    const other = await named(await aMember(project.id), "Ben Oak");
    await named(admin, "Ada Moss");
    await reopen(ana, setId, await revisionOf(setId));
    const write = async (note: string) =>
      annotate(ana, setId, {
        ...(await revisionOf(setId)),
        operations: [{ id: uuidv7(), type: "set_article_note", note }],
      });
    const again = async () => submit(ana, setId, await revisionOf(setId));
    await write("Odd.\n @Cleo Vance: is this a claim? @Ben Oak\n\nAnd @Cleo Vance again.");
    expect(await toldTo(curator)).toEqual([]);
    await again();
    const about = { kind: "mentioned", article, round: null, articles: 0 };
    const asked = { ...about, remark: "@Cleo Vance: is this a claim? @Ben Oak" };
    expect(await toldTo(curator)).toEqual([asked]);
    expect(await toldTo(other)).toEqual([]);
    await again(); // which changes nothing
    await returned("Not yet.");
    await write("Odd.\n@Cleo Vance: is this a claim at all?\n@Ada Moss, what do you say?");
    await again();
    expect(await toldTo(curator)).toEqual([asked]);
    expect(await toldTo(admin)).toEqual([{ ...about, remark: "@Ada Moss, what do you say?" }]);
    // What was said elsewhere is another matter.
    await setAside(ana, setId, { flag_reason: "@Cleo Vance?" });
    expect(await kindsOf(curator)).toEqual(["mentioned", "mentioned"]);
  });

  test("is told no more of it once they see only their own work", async () => {
    const { project, admin, ana, curator, setId } = await aSubmittedRound();
    await setAside(ana, setId, { flag_reason: "@Cleo Vance?" });
    await changeRole(admin, project.slug, { userId: curator.userId, role: "reviewer" });
    expect(await toldTo(curator)).toEqual([]);
    expect(await unreadNotifications(curator)).toBe(0);
  });
});

describe("what is not there any more", () => {
  test("is not told: an article in the trash, a project in it, a project one has left", async () => {
    const world = await aSubmittedRound();
    await world.returned("Look again.");
    const { ana, admin, article } = world;
    expect(await kindsOf(ana)).toEqual(["returned", "assigned"]);
    await deleteArticles(admin, [article]);
    expect(await kindsOf(ana)).toEqual([]);

    const second = await aSubmittedRound();
    await second.returned("Look again.");
    await removeMember(second.admin, second.project.slug, second.ana.userId);
    expect(await toldTo(second.ana)).toEqual([]);
    expect(await unreadNotifications(second.ana)).toBe(0);

    const third = await aSubmittedRound();
    await third.returned("Look again.");
    await deleteProject(third.admin, third.project.slug);
    expect(await toldTo(third.ana)).toEqual([]);
  });

  test("is not told to who is out of the round", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    await aRound(world);
    const [ana] = world.team as [UserActor];
    expect(await kindsOf(ana)).toEqual(["assigned"]);
    await removeReviewer(world.admin, world.project.slug, { number: "1", userId: ana.userId });
    expect(await kindsOf(ana)).toEqual([]);
  });

  test("goes with its project, and after a time", async () => {
    const world = await aSubmittedRound();
    await sql("DELETE FROM projects WHERE id = $1", [world.project.id]);
    const left = () => sql("SELECT FROM notifications WHERE user_id = $1", [world.ana.userId]);
    expect((await left()).rowCount).toBe(0);

    const other = await aSubmittedRound();
    await sql(
      "UPDATE notifications SET created_at = now() - make_interval(days => $2, mins => -5) WHERE user_id = $1",
      [other.ana.userId, NOTIFICATION_DAYS],
    );
    const aged = () => sql("SELECT FROM notifications WHERE user_id = $1", [other.ana.userId]);
    await forgetNotifications(database().pool, { days: NOTIFICATION_DAYS });
    expect((await aged()).rowCount).toBe(1);
    await sql("UPDATE notifications SET created_at = created_at - interval '10 minutes'");
    await forgetNotifications(database().pool, { days: NOTIFICATION_DAYS });
    expect((await aged()).rowCount).toBe(0);
  });
});

describe("a round that is due", () => {
  const look = () => tellOfDueRounds(database().pool, { isMailed: false });
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

  async function aDueRound(due: string) {
    const world = await aTeam({ reviewers: 2, articles: 2 });
    await aRound(world, { due_at: due, overlap: 2 });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const change = (to: Parameters<typeof changeRound>[3]) =>
      changeRound(world.admin, world.project.slug, "1", to);
    return { ...world, ana, ben, change };
  }

  test("is told a day before to who has work left, once, however many look at once", async () => {
    const { ana, ben, articles } = await aDueRound(hours(23));
    for (const article of articles) await work(ben, article);
    await Promise.all([look(), look(), look()]);
    await look();
    expect(await kindsOf(ana)).toEqual(["round_due", "assigned"]);
    expect(await kindsOf(ben)).toEqual(["assigned"]);
  });

  test("is told again for another date, and the first is told no more", async () => {
    const { ana, change } = await aDueRound(hours(-2));
    await look();
    expect(await kindsOf(ana)).toEqual(["round_due", "assigned"]);
    await change({ due_at: hours(72) });
    await look();
    expect(await kindsOf(ana)).toEqual(["assigned"]);
    await change({ due_at: hours(12) });
    await look();
    expect(await kindsOf(ana)).toEqual(["round_due", "assigned"]);
  });

  test("is not told when it is closed, paused, far off or long ago", async () => {
    const closed = await aDueRound(hours(2));
    await closed.change({ closed: true });
    const paused = await aDueRound(hours(2));
    await paused.change({ paused: true });
    const far = await aDueRound(hours(30));
    const old = await aDueRound(hours(-31 * 24));
    await look();
    for (const { ana } of [closed, paused, far, old]) {
      expect(await kindsOf(ana)).toEqual(["assigned"]);
    }
  });
});

describe("reading", () => {
  test("is one's own, one by one or all at once", async () => {
    const world = await aSubmittedRound();
    await world.returned("Look again, @Cleo Vance.");
    const { ana, curator } = world;
    expect(await unreadNotifications(ana)).toBe(1);
    const [told] = (await notificationsPage(ana)).notifications;
    await readNotifications(curator, [told?.id ?? ""]);
    expect(await unreadNotifications(ana)).toBe(1);
    await readNotifications(ana, [told?.id ?? ""]);
    expect(await unreadNotifications(ana)).toBe(0);
    expect(await toldTo(ana, true)).toEqual([]);
    expect(await toldTo(ana)).toHaveLength(2);
    await readNotifications(curator, undefined);
    expect(await unreadNotifications(curator)).toBe(0);
  });

  test("goes page by page, each once", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const [ana] = world.team as [UserActor];
    for (let n = 0; n < 5; n += 1) await aRound(world, { way: "queue", title: `Round ${n}` });
    const seen: string[] = [];
    for (let cursor: string | undefined, page = 0; page < 5; page += 1) {
      const asked = cursor === undefined ? { limit: 2 } : { limit: 2, cursor };
      const { notifications, next_cursor } = await notificationsPage(ana, asked);
      seen.push(...notifications.map(({ round }) => round?.title ?? ""));
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    expect(seen).toEqual(["Round 4", "Round 3", "Round 2", "Round 1", "Round 0"]);
  });
});

test("what somebody gets by mail is what they chose", async () => {
  const ana = await aUser();
  const all = await mailChoicesOf(ana);
  expect(all).toEqual({
    offered: false,
    kinds: ["assigned", "returned", "mentioned", "round_due", "decided", "commented"],
  });
  expect((await changeMailChoices(ana, { kinds: ["returned"] })).kinds).toEqual(["returned"]);
  expect((await changeMailChoices(ana, { kinds: [] })).kinds).toEqual([]);
});

describe("free places", () => {
  test("are given as evenly as can be, to nobody twice, and who comes later is told", async () => {
    const world = await aTeam({ reviewers: 3, articles: 6 });
    const { team, admin, project } = world;
    const [ana, , late] = team as [UserActor, UserActor, UserActor];
    await aRound({ ...world, team: [ana] }, { overlap: 2 });
    expect(await giveFreePlaces(admin, project.slug, "1")).toEqual({ given: 0, left: 6 });
    for (const { userId } of team.slice(1)) {
      await setReviewer(admin, project.slug, { number: "1", userId, languages: [] });
    }
    expect(await giveFreePlaces(admin, project.slug, "1")).toEqual({ given: 6, left: 0 });
    const all = await everything(world, 1);
    expect(all).toHaveLength(12);
    expect(new Set(all.map(({ article, reviewer }) => `${article} ${reviewer}`)).size).toBe(12);
    expect([0, 1, 2].map((n) => all.filter((one) => one.reviewer === n).length)).toEqual([6, 3, 3]);
    expect(await toldTo(late)).toMatchObject([{ kind: "assigned", articles: 3 }]);
    expect(await giveFreePlaces(admin, project.slug, "1")).toEqual({ given: 0, left: 0 });
  });

  test("of who is taken out go to the others, and what they submitted stays", async () => {
    const world = await aTeam({ reviewers: 3, articles: 6 });
    const { team, admin, project, articles } = world;
    await aRound(world);
    const [ana] = team as [UserActor];
    const mine = (await everything(world, 1)).filter(({ reviewer }) => reviewer === 0);
    await work(ana, articles[mine[0]?.article ?? 0] ?? "");
    await removeReviewer(admin, project.slug, { number: "1", userId: ana.userId });
    const gone = (await everything(world, 1)).filter(({ reviewer }) => reviewer === 0);
    expect(gone.map(({ state }) => state).sort()).toEqual(["skipped", "submitted"]);
    expect(await giveFreePlaces(admin, project.slug, "1")).toEqual({ given: 1, left: 0 });
    const now = (await everything(world, 1)).filter(({ state }) => state === "queued");
    expect(now.every(({ reviewer }) => reviewer !== 0)).toBe(true);
    const again = removeReviewer(admin, project.slug, { number: "1", userId: ana.userId });
    await expect(again).rejects.toMatchObject({ code: "not_found" });
  });

  test("may go back to who was taken out and is in again, not to who gave them up", async () => {
    const world = await aTeam({ reviewers: 1, articles: 2 });
    const { team, admin, project, articles } = world;
    const [ana] = team as [UserActor];
    await aRound(world);
    const { annotation_set: set } = (await openArticle(ana, articles[0] ?? "")).article;
    await setAside(ana, set?.id ?? "", { skip_reason: "Too long." });
    await removeReviewer(admin, project.slug, { number: "1", userId: ana.userId });
    await setReviewer(admin, project.slug, { number: "1", userId: ana.userId, languages: [] });
    expect(await giveFreePlaces(admin, project.slug, "1")).toEqual({ given: 1, left: 1 });
    // What they take up themselves is theirs again.
    await setAside(ana, set?.id ?? "", { skip_reason: null });
    expect((await everything(world, 1)).map(({ state }) => state)).toEqual(["open", "queued"]);
  });

  test("of one round are given once, by however many at once", async () => {
    const world = await aTeam({ reviewers: 3, articles: 8 });
    const { team, admin, project } = world;
    await aRound({ ...world, team: team.slice(0, 1) }, { overlap: 2 });
    for (const { userId } of team.slice(1)) {
      await setReviewer(admin, project.slug, { number: "1", userId, languages: [] });
    }
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => giveFreePlaces(admin, project.slug, "1")),
    );
    expect(outcomes.map(({ given }) => given).sort()).toEqual([0, 0, 8]);
    expect(await everything(world, 1)).toHaveLength(16);
  });

  test("are not given of a queue or a closed round, nor by who does not manage it", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const { admin, project, team } = world;
    await aRound(world, { way: "queue" });
    const queue = giveFreePlaces(admin, project.slug, "1");
    await expect(queue).rejects.toMatchObject({ code: "conflict" });
    await aRound(world);
    await changeRound(admin, project.slug, "2", { closed: true });
    const closed = giveFreePlaces(admin, project.slug, "2");
    await expect(closed).rejects.toMatchObject({ code: "conflict" });
    const curator = await aMember(project.id, "curator");
    for (const actor of [team[0] as UserActor, curator]) {
      const refused = giveFreePlaces(actor, project.slug, "1");
      await expect(refused).rejects.toMatchObject({ code: "forbidden" });
    }
    const stranger = giveFreePlaces(await aUser(), project.slug, "1");
    await expect(stranger).rejects.toMatchObject({ code: "not_found" });
  });
});

test("who is out of a queue takes nothing from it any more", async () => {
  const { nextOfRound, ownWork } = await import("@/lib/workflow/assigning");
  const world = await aTeam({ reviewers: 1, articles: 2 });
  const [ana] = world.team as [UserActor];
  await aRound(world, { way: "queue" });
  expect(await nextOfRound(ana, world.project.slug, "1")).not.toBeNull();
  await removeReviewer(world.admin, world.project.slug, { number: "1", userId: ana.userId });
  const next = nextOfRound(ana, world.project.slug, "1");
  await expect(next).rejects.toMatchObject({ code: "not_found" });
  expect((await ownWork(ana)).rounds).toEqual([]);
});
