import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { contract, type EndpointKey } from "@/lib/api/contract";
import { type Role, roles } from "@/lib/domain/roles";
import { closeDatabase, database } from "@/lib/store/database";
import { type ApiClient, apiClient, aToken } from "../setup/client";
import { anotherDatabase } from "../setup/database";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { aRound, aTeam, everything, work } from "../setup/rounds";
import { aMember, anArticle } from "../setup/world";

/** What a machine that is slow may answer at any time: whoever asks again is served. */
const busy = new Error("The database is away, or out of connections.");

/* Rounds over HTTP, on the servers as they run. */

let first: RunningGainsay;

beforeAll(async () => {
  await closeDatabase();
  process.env.DATABASE_URL = await anotherDatabase();
  first = await aRunningGainsay({ env: { DATABASE_URL: process.env.DATABASE_URL } });
});

afterAll(async () => {
  await first?.stop();
  await closeDatabase();
});

test.for([
  { articles: 45, overlap: 1 },
  { articles: 18, overlap: 3 },
  { articles: 3, overlap: 20 },
])(
  "20 at once on two nodes, one of which is killed, $overlap an article: none twice to one, none to more, and copies of a story to the same",
  async ({ articles, overlap }) => {
    const second = await aRunningGainsay({ env: { DATABASE_URL: process.env.DATABASE_URL } });
    onTestFinished(async () => void (await second.stop()));
    const world = await aTeam({ reviewers: 20, articles });
    // Every third article is printed elsewhere, too.
    const storyOf = new Map(world.articles.map((id) => [id, id]));
    for (const [at, id] of world.articles.entries()) {
      if (at % 3 !== 0) continue;
      const { rows } = await database().pool.query<{ text: string }>(
        "SELECT text FROM article_versions WHERE article_id = $1",
        [id],
      );
      const copy = await anArticle(world.project.id, rows[0]?.text ?? "");
      storyOf.set(copy.id, id);
    }
    const places = storyOf.size * overlap;
    await aRound(world, { way: "queue", overlap });
    const path = `/projects/${world.project.slug}/rounds/1/next`;
    let done = 0;
    let broken = 0;
    let killed: Promise<void> | null = null;

    /** Takes and submits until nothing is left; where its node is gone, on the other one. */
    const review = async (actor: UserActor, at: number) => {
      const token = await aToken(actor);
      let ask: ApiClient = apiClient(at % 2 === 0 ? first.url : second.url, token);
      const taken: string[] = [];
      const answer = async (...asked: Parameters<ApiClient>): Promise<unknown> => {
        const { status, body } = await ask(...asked);
        if (status === 503) throw busy;
        expect(status).toBe(200);
        return body;
      };
      for (;;) {
        try {
          const next = await answer(path, { method: "POST" });
          const { article } = next as { article: { id: string } | null };
          if (!article) return taken;
          taken.push(article.id);
          const opened = await answer(`/articles/${article.id}`);
          const { annotation_set: set } = opened as { annotation_set: { id: string } };
          const revision = { revision: 0 };
          await answer(`/annotation-sets/${set.id}/submit`, { method: "POST", body: revision });
          done += 1;
        } catch (error) {
          if (error !== busy && !(error instanceof TypeError)) throw error; // no answer came
          broken += 1;
          if (error !== busy) ask = apiClient(first.url, token);
        }
        if (done >= places / 3) killed ??= second.kill();
      }
    };
    const taken = await Promise.all(world.team.map(review));
    await killed;
    expect(killed).not.toBeNull();
    expect(broken).toBeGreaterThan(0);

    const printed = [...storyOf.keys()];
    const given = await everything({ ...world, articles: printed }, 1);
    expect(given).toHaveLength(places);
    expect(new Set(given.map(({ state }) => state))).toEqual(new Set(["submitted"]));
    expect(new Set(given.map(({ article, reviewer }) => `${article} ${reviewer}`)).size).toBe(
      places,
    );
    const reviewersOf = (id: string) =>
      given
        .filter(({ article }) => article === printed.indexOf(id))
        .map(({ reviewer }) => reviewer)
        .sort();
    for (const [copy, story] of storyOf) {
      expect(reviewersOf(copy)).toHaveLength(overlap);
      expect(reviewersOf(copy)).toEqual(reviewersOf(story));
    }
    // Whoever got no answer asked again, and got the same; nobody else did.
    expect(taken.flat().length - places).toBeLessThanOrEqual(broken);
    const { rows } = await database().pool.query(
      `SELECT count(*)::int AS n FROM round_stories s JOIN rounds r ON r.id = s.round_id
     WHERE r.project_id = $1 AND places_left <> 0`,
      [world.project.id],
    );
    expect(rows[0]?.n).toBe(0);
  },
);

/** Each endpoint about rounds, who may, and a body in good form. */
const endpoints: Partial<
  Record<EndpointKey, { may: readonly Role[]; body?: (user: string) => unknown }>
> = {
  "GET /projects/{project}/rounds": { may: ["admin", "curator", "reviewer"] },
  "POST /projects/{project}/rounds": {
    may: ["admin"],
    body: (user) => ({ title: "Another", reviewers: [{ user }] }),
  },
  "POST /projects/{project}/round-previews": {
    may: ["admin"],
    body: (user) => ({ title: "Another", reviewers: [{ user }] }),
  },
  "GET /projects/{project}/rounds/{number}": { may: ["admin", "curator", "reviewer"] },
  "PATCH /projects/{project}/rounds/{number}": {
    may: ["admin"],
    body: () => ({ title: "Renamed" }),
  },
  "PUT /projects/{project}/rounds/{number}/reviewers/{id}": {
    may: ["admin"],
    body: () => ({ languages: [] }),
  },
  "GET /projects/{project}/rounds/{number}/assignments": { may: ["admin", "curator", "reviewer"] },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/return": {
    may: ["admin", "curator"],
    body: () => ({ comment: "Once more." }),
  },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/reassign": {
    may: ["admin"],
    body: (user) => ({ user }),
  },
  "POST /projects/{project}/rounds/{number}/next": { may: ["admin", "curator", "reviewer"] },
  "GET /projects/{project}/rounds/{number}/scores": { may: ["admin", "curator", "reviewer"] },
  "GET /projects/{project}/rounds/{number}/scored-articles": {
    may: ["admin", "curator", "reviewer"],
  },
  "POST /projects/{project}/rounds/{number}/free-places": { may: ["admin"] },
  "GET /projects/{project}/rounds/{number}/disputes": { may: ["admin", "curator"] },
  // The last: then somebody of the others is out of it.
  "DELETE /projects/{project}/rounds/{number}/reviewers/{id}": { may: ["admin"] },
};

describe("who may do what with rounds", () => {
  type Place = { readonly project: string; readonly assignment: string; readonly user: string };
  const askers = new Map<Role | "stranger", ApiClient>();
  let own: Place;
  let foreign: Place;

  /** A project with a round in which one of each role that may is a reviewer, and the first assignment is submitted. */
  async function aPlace(): Promise<Place & { actors: ReadonlyMap<Role, UserActor> }> {
    const world = await aTeam({ reviewers: 1, articles: 4 });
    const actors = new Map<Role, UserActor>([
      ["admin", world.admin],
      ["curator", await aMember(world.project.id, "curator")],
      ["viewer", await aMember(world.project.id, "viewer")],
    ]);
    const [reviewer] = world.team as [UserActor];
    actors.set("reviewer", reviewer);
    const reviewers = [...actors].flatMap(([role, { userId }]) =>
      role === "viewer" ? [] : [{ user: userId }],
    );
    await aRound(world, { overlap: 3, reviewers });
    for (const article of world.articles.slice(0, 2)) await work(reviewer, article);
    const given = (await everything(world, 1)).find(({ state }) => state === "submitted");
    return {
      actors,
      project: world.project.slug,
      assignment: given?.id ?? "",
      user: reviewer.userId,
    };
  }

  beforeAll(async () => {
    const { actors, ...place } = await aPlace();
    own = place;
    const { actors: others, ...elsewhere } = await aPlace();
    foreign = elsewhere;
    for (const [role, actor] of actors) askers.set(role, apiClient(first.url, await aToken(actor)));
    const stranger = others.get("admin");
    if (stranger) askers.set("stranger", apiClient(first.url, await aToken(stranger)));
  });

  async function ask(
    key: EndpointKey,
    role: Role | "stranger",
    { project, assignment, user }: Place,
  ) {
    const [method = "", path = ""] = key.split(" ");
    const filled = path
      .replace("{project}", project)
      .replace("{number}", "1")
      .replace("reviewers/{id}", `reviewers/${user}`)
      .replace("{id}", assignment);
    const body = endpoints[key]?.body?.(user);
    const answer = await askers.get(role)?.(filled, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    return answer?.status;
  }

  const cases = Object.entries(endpoints).flatMap(([key, { may }]) =>
    roles.map((role) => ({ key: key as EndpointKey, role, allowed: may.includes(role) })),
  );

  test.for(cases)("$key by a member who is $role: $allowed", async ({ key, role, allowed }) => {
    const status = await ask(key, role, own);
    // What was done to an assignment by one of those who may cannot be done again by the next.
    if (allowed) expect([200, 201, 204, 409]).toContain(status);
    else expect(status).toBe(403);
    expect(await ask(key, role, foreign)).toBe(404);
  });

  test.for(Object.keys(endpoints) as EndpointKey[])("%s by who is no member", async (key) => {
    expect(await ask(key, "stranger", own)).toBe(404);
  });

  test("every endpoint about rounds is among these", () => {
    const all = Object.keys(contract).filter(
      // Who sees how work compares with gold is tested where there is gold.
      (key) => /\/rounds?\b|\/round-/.test(key) && !key.includes("/feedback/"),
    );
    expect(Object.keys(endpoints).sort()).toEqual(all.sort());
  });
});
