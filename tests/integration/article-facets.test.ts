import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import { articleFacets } from "@/lib/workflow/articles";
import { importFiles } from "@/lib/workflow/importing";
import { createRound } from "@/lib/workflow/planning-rounds";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { refusal } from "../setup/refusal";
import { aMember, aProject, aUser } from "../setup/world";

/** What a project's articles can be picked by. */
beforeAll(async () => {
  await aDatabase();
});

test("are languages and publishers by how many articles they have, and rounds for those who see all work", async () => {
  const project = await aProject();
  const records = [
    { title: "One", text: "One.", language: "en-GB", publisher: "Harbour Post" },
    { title: "Two", text: "Two.", language: "en", publisher: "Harbour Post" },
    { title: "Three", text: "سه.", language: "fa", publisher: "A courier" },
    { title: "Four", text: "Four." },
  ];
  const source = records.map((record) => JSON.stringify(record)).join("\n");
  const files = [aFile("articles.jsonl", source)];
  await importFiles(operator, project.slug, { format: "jsonl", files });
  const reviewer = await aMember(project.id);
  const round = { title: "The first", reviewers: [{ user: reviewer.userId }] };
  await createRound(operator, project.slug, NewRound.parse(round));
  const known = {
    languages: [
      { value: "en", articles: 2 },
      { value: "fa", articles: 1 },
      { value: "und", articles: 1 },
    ],
    publishers: [
      { value: "Harbour Post", articles: 2 },
      { value: "A courier", articles: 1 },
    ],
  };
  const curator = await aMember(project.id, "curator");
  expect(await articleFacets(curator, project.slug)).toEqual({
    ...known,
    rounds: [{ number: 1, title: "The first" }],
  });
  expect(await articleFacets(reviewer, project.slug)).toEqual({ ...known, rounds: [] });
  await expect(articleFacets(await aUser(), project.slug)).rejects.toEqual(refusal("not_found"));
});
