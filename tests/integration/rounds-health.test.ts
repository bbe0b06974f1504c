import { v7 as uuidv7 } from "uuid";
import { beforeEach, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { migrate } from "@/lib/store/schema/migrate";
import { openArticle, setAside } from "@/lib/workflow/annotating";
import { nextOfRound } from "@/lib/workflow/assigning";
import { aDatabase } from "../setup/database";
import { type Breach, broken, expectSeen } from "../setup/health";
import { aRound, aTeam, gold, work } from "../setup/rounds";
import { anArticle } from "../setup/world";

/* The rules of rounds that no constraint can hold, each broken once. */

const tables = [
  "rounds",
  "round_reviewers",
  "round_stories",
  "round_articles",
  "assignments",
  "notifications",
  "gold_scores",
];

beforeEach(async () => {
  const url = await aDatabase();
  const world = await aTeam({ reviewers: 3, articles: 2 });
  const text = `Copied in ${world.project.slug}.`;
  for (const _ of [1, 2]) world.articles.push((await anArticle(world.project.id, text)).id);
  await aRound(world, { overlap: 2 });
  await aRound(world, { way: "queue" });
  const [ana] = world.team as [UserActor];
  for (const article of world.articles.slice(0, 3)) await work(ana, article);
  const { annotation_set: set } = (await openArticle(ana, world.articles[3] ?? "")).article;
  await setAside(ana, set?.id ?? "", { skip_reason: "Too long." });
  const [practised = ""] = world.articles;
  await gold(world.admin, await work(world.admin, practised));
  await aRound(world, { kind: "practice", articles: { ids: [practised] }, way: "queue" });
  const [, ben] = world.team as [UserActor, UserActor];
  await nextOfRound(ben, world.project.slug, "3");
  await work(ben, practised);
  await migrate(url); // makes the articles searchable
});

test("rounds that only the workflow has written are healthy", async () => {
  expect(await broken()).toEqual([]);
});

test.for<Breach>([
  {
    name: "a place too many",
    breaking:
      "UPDATE round_stories SET places_left = places_left + 1 WHERE number = 1 AND places > 1",
    seen: ["places_are_counted"],
    repaired: true,
  },
  {
    name: "a place too few",
    breaking: "UPDATE round_stories SET places_left = 0 WHERE places_left > 0",
    seen: ["places_are_counted"],
    repaired: true,
  },
  {
    name: "parts of a round in another project",
    breaking: tables
      .slice(1)
      .map((table) => `UPDATE ${table} SET project_id = '${uuidv7()}'`)
      .join(";"),
    seen: ["one_project_along_the_chain"],
    repaired: true,
  },
  {
    name: "a reviewer more than there are places",
    breaking: `INSERT INTO assignments (id, round_id, article_id, user_id, project_id, version_id, state)
      SELECT gen_random_uuid(), a.round_id, a.article_id, v.user_id, a.project_id, a.version_id, 'queued'
      FROM round_articles a JOIN rounds r ON r.id = a.round_id AND r.number = 1
      JOIN round_reviewers v ON v.round_id = a.round_id
      WHERE a.position = 1 AND NOT EXISTS (
        SELECT FROM assignments x WHERE x.round_id = a.round_id AND x.article_id = a.article_id AND x.user_id = v.user_id)`,
    seen: ["places_are_counted"],
    repaired: false,
  },
  {
    name: "a score by what is no gold",
    breaking:
      "DELETE FROM decisions; UPDATE annotation_sets SET kind = 'model' WHERE kind = 'gold'",
    seen: ["scores_are_of_gold"],
    repaired: false,
  },
  {
    name: "a score with more pairs than spans",
    breaking: `UPDATE gold_scores SET counts = '{"claim":{"one":1,"other":1,"exact":1,"overlap":2}}'`,
    seen: ["scores_are_of_gold"],
    repaired: false,
  },
  {
    name: "a score that counts nothing",
    breaking: `UPDATE gold_scores SET counts = '{"claim":3}'`,
    seen: ["scores_are_of_gold"],
    repaired: false,
  },
  {
    name: "submitted work whose set is open",
    // What is not submitted agrees with nothing.
    breaking: "UPDATE annotation_sets SET submitted_at = NULL; DELETE FROM agreements",
    seen: ["submitted_assignments_have_submitted_sets"],
    repaired: false,
  },
  {
    name: "copies of a text that go apart",
    breaking: `UPDATE round_articles SET story = 1 FROM rounds r
      WHERE r.id = round_id AND r.number = 2 AND position = 4`,
    seen: ["copies_go_together"],
    repaired: false,
  },
])("finds $name, and repairs it if it can: $repaired", (breach) => expectSeen(breach, tables));
