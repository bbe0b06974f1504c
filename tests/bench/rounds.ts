import { Client } from "pg";
import type { UserActor } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import { assignmentOf, storiesOf } from "@/lib/domain/rounds";
import { database } from "@/lib/store/database";
import { migrate } from "@/lib/store/schema/migrate";
import { openArticle, submit } from "@/lib/workflow/annotating";
import { nextOfRound } from "@/lib/workflow/assigning";
import { createRound } from "@/lib/workflow/planning-rounds";
import { aMember, aProject } from "../setup/world";
import type { BenchEnvironment, Figure } from "./figure";
import { quantile } from "./figure";

const REVIEWERS = 50;
/** How many articles each reviewer takes from the queue, beside how many others. */
const TAKEN = 20;
const LANGUAGES = ["en", "fa", "ar", "ru", "zh"];

/** Within how long it is worked out who gets what, in seconds, for so many places. */
const WORKED_OUT = 1.5;
const PLACES = 20_000;

/** Twice as many may take so many times as long: it is linear but for noise. */
const GROWTH = 3;

/** How long an admin waits for a round of 10,000 assignments, and a reviewer for the next article of a queue. */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const articles = Math.round(5000 * env.scale);
  await migrate(env.databaseUrl);
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  const team: UserActor[] = [];
  for (let n = 0; n < REVIEWERS; n += 1) team.push(await aMember(project.id));
  env.log(`making ${articles} articles`);
  await fill(env.databaseUrl, project.id, articles);
  const written = (rest: object) =>
    NewRound.parse({
      title: "Round",
      overlap: 2,
      seed: 1,
      order: "random",
      reviewers: team.map(({ userId }, n) => ({
        user: userId,
        languages: [...LANGUAGES.slice(n % 3), "en"],
      })),
      ...rest,
    });

  const making: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const began = performance.now();
    const { progress } = await createRound(admin, project.slug, written({ title: `Round ${run}` }));
    making.push((performance.now() - began) / 1000);
    if (progress.queued !== 2 * articles)
      throw new Error(`There are ${progress.queued} assignments.`);
  }
  await database().pool.query("UPDATE rounds SET closed_at = now()");

  const queue = await createRound(admin, project.slug, written({ way: "queue" }));
  const waits: number[] = [];
  env.log(`${REVIEWERS} reviewers take ${TAKEN} each`);
  // Each comes back after some time with the article: one after the other, while the others hold theirs.
  for (let round = 0; round < TAKEN; round += 1) {
    for (const reviewer of team) {
      const began = performance.now();
      const article = await nextOfRound(reviewer, project.slug, String(queue.number));
      waits.push(performance.now() - began);
      if (!article) throw new Error("The queue is empty.");
      const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
      await submit(reviewer, set?.id ?? "", { revision: 0 });
    }
  }
  const rush: number[] = [];
  await Promise.all(
    team.map(async (reviewer) => {
      const began = performance.now();
      await nextOfRound(reviewer, project.slug, String(queue.number));
      rush.push(performance.now() - began);
    }),
  );
  const assignments = 2 * articles;
  const [whole, double] = [workingOut(PLACES), workingOut(2 * PLACES)];
  return [
    {
      name: `working out who gets ${PLACES.toLocaleString("en")} places`,
      value: whole,
      unit: "s",
      limit: { atMost: WORKED_OUT },
    },
    {
      name: "the same for twice as many",
      value: double / whole,
      unit: "× as long",
      limit: { atMost: GROWTH },
    },
    {
      name: `making a round of ${assignments.toLocaleString("en")} assignments`,
      value: quantile(making, 0.5),
      unit: "s",
      limit: { atMost: 2 * Math.max(env.scale, 0.1) },
    },
    {
      name: `the next article from a queue of ${REVIEWERS} reviewers`,
      value: quantile(waits, 0.5),
      unit: "ms",
      limit: { atMost: 20 },
    },
    {
      name: `the same, 95th percentile`,
      value: quantile(waits, 0.95),
      unit: "ms",
    },
    {
      name: `the same, all ${REVIEWERS} in one moment, the last one served`,
      value: Math.max(...rush),
      unit: "ms",
    },
  ];
}

/** Seconds to give so many places, two of each article, to reviewers who read two languages each: the median of five. */
function workingOut(places: number): number {
  const articles = Array.from({ length: places / 2 }, (_, n) => ({
    id: String(n).padStart(6, "0"),
    language: LANGUAGES[n % LANGUAGES.length] ?? null,
    publisher: null,
    length: 1000,
    story: String(n),
  }));
  const stories = storiesOf(articles, { reviewers: 2, doubledPercent: null }, 1);
  const people = Array.from({ length: REVIEWERS }, (_, n) => ({
    id: `r${n}`,
    languages: [n, n + 2].map((at) => LANGUAGES[at % LANGUAGES.length] ?? "en"),
  }));
  const times = Array.from({ length: 5 }, (_, seed) => {
    const began = performance.now();
    assignmentOf(stories, people, seed);
    return (performance.now() - began) / 1000;
  });
  return quantile(times, 0.5);
}

async function fill(url: string, projectId: string, count: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `BEGIN;
       INSERT INTO articles (id, project_id, source_key, title, language, publisher)
       SELECT gen_random_uuid(), '${projectId}', n::text, 'Title ' || n,
         ('{${LANGUAGES.join(",")}}'::text[])[1 + n % ${LANGUAGES.length}], 'Publisher ' || n % 20
       FROM generate_series(1, ${count}) n;
       INSERT INTO article_versions (id, project_id, article_id, number, title, language, publisher, text, text_sha256, text_length, blocks)
       SELECT gen_random_uuid(), project_id, id, 1, title, language, publisher, t.text,
         encode(sha256(convert_to(t.text, 'UTF8')), 'hex'), char_length(t.text), '[]'
       FROM articles, LATERAL (SELECT source_key || repeat(' They denied it.', 100) AS text) t;
       COMMIT; ANALYZE`,
    );
  } finally {
    await client.end();
  }
}
