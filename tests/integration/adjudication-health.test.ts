import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { beforeEach, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { migrate } from "@/lib/store/schema/migrate";
import { adjudicationOf, beginAdjudication, comment, submitSet } from "@/lib/workflow/adjudicating";
import { annotate } from "@/lib/workflow/annotating";
import { backUp, restore } from "@/lib/workflow/backup";
import { deleteArticles, purge } from "@/lib/workflow/deleting";
import { aDatabase, sql } from "../setup/database";
import { type Breach, broken, everythingIn, expectSeen } from "../setup/health";
import { aTeam, markAndSubmit } from "../setup/rounds";

/* The rules of decisions that no constraint can hold, each broken once. */

const tables = ["decisions", "decision_sources", "decision_spans", "decision_comments"];

let article = "";
let admin: UserActor;

beforeEach(async () => {
  const url = await aDatabase();
  const world = await aTeam({ reviewers: 2, articles: 1 });
  ({ admin } = world);
  [article = ""] = world.articles;
  const [ana, ben] = world.team as [UserActor, UserActor];
  await markAndSubmit(ana, article, [
    ["claim", 0, 7],
    ["denial", 8, 9],
  ]);
  await markAndSubmit(ben, article, [["claim", 0, 7]]);
  const { gold, sources } = await beginAdjudication(admin, article);
  const denial = sources[0]?.spans.find(({ label }) => label === "denial");
  const source = { set: sources[0]?.id ?? "", span: denial?.id ?? "" };
  const id = gold?.id ?? "";
  const decision = {
    id: uuidv7(),
    sources: [source],
    outcome: "rejected" as const,
    spans: [],
    reason: "«نه»",
  };
  const { revision } = await annotate(admin, id, {
    revision: gold?.revision ?? 0,
    operations: [{ id: uuidv7(), type: "add_decision", decision }],
  });
  await comment(admin, id, { ...source, text: "\\N" });
  await submitSet(admin, id, { revision });
  await migrate(url); // makes the articles searchable
});

test("gold that only the workflow has written is healthy", async () => {
  expect(await broken()).toEqual([]);
});

test.for<Breach>([
  {
    name: "decisions of another project",
    breaking: tables.map((table) => `UPDATE ${table} SET project_id = '${uuidv7()}'`).join(";"),
    seen: ["one_project_along_the_chain"],
    repaired: true,
  },
  {
    name: "a decision about nothing",
    breaking:
      "DELETE FROM decision_sources WHERE decision_id IN (SELECT id FROM decisions WHERE outcome = 'rejected')",
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "a rejection that comes to something",
    breaking: "UPDATE decisions SET outcome = 'rejected'",
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "what is agreed and comes to nothing",
    breaking: "DELETE FROM decision_spans",
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "a span that is not there",
    breaking: `UPDATE decision_spans SET span_id = '${uuidv7()}'`,
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "a source that nobody ever had",
    breaking: `UPDATE decision_sources SET source_span_id = gen_random_uuid()`,
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "decisions in what is no gold",
    breaking: "UPDATE annotation_sets SET kind = 'imported' WHERE kind = 'gold'",
    seen: ["decisions_are_about_reviewers_spans", "histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "another reason than the history has",
    breaking: "UPDATE decisions SET reason = 'x'",
    seen: ["histories_give_what_is_stored"],
    repaired: false,
  },
  {
    name: "a rule that is none",
    breaking: `UPDATE projects SET adjudication_rule = '{"needed": 0, "match": "strict"}'`,
    seen: ["decisions_are_about_reviewers_spans"],
    repaired: false,
  },
])("finds $name, and repairs it if it can: $repaired", (breach) => expectSeen(breach, tables));

test("a backup has the decisions and what was said of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gainsay-adjudication-"));
  try {
    const before = await everythingIn(tables);
    expect(before).not.toEqual([]);
    await backUp(join(folder, "all.gainsay"));
    await aDatabase();
    await restore(join(folder, "all.gainsay"), { replace: true });
    expect(await everythingIn(tables)).toEqual(before);
    expect(await broken()).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an article takes its decisions to the trash, back, and away for good", async () => {
  await deleteArticles(admin, [article], { force: true });
  await expect(adjudicationOf(admin, article)).rejects.toMatchObject({ code: "not_found" });
  expect(await everythingIn(tables)).not.toEqual([]);
  expect(await broken()).toEqual([]);
  await sql("UPDATE articles SET deleted_at = now() - interval '31 days'");
  await purge(database());
  expect(await everythingIn(tables)).toEqual([]);
  expect(await broken()).toEqual([]);
});
