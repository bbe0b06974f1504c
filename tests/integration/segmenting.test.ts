import { expect, test } from "vitest";
import { paragraphsOf } from "@/lib/domain/article";
import { Segmentation } from "@/lib/domain/segmentation";
import { ArticleText } from "@/lib/domain/text";
import { openArticle } from "@/lib/workflow/annotating";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { segmentationOf } from "@/lib/workflow/segmenting";
import { aDatabase, sql } from "../setup/database";
import { broken } from "../setup/health";
import { aMember, anArticle, aProject } from "../setup/world";

const text = "外交部否认了报道。\n\nDr. Smith said so. 😀 She did not.";

async function anOpenedArticle() {
  await aDatabase();
  const project = await aProject();
  const reader = await aMember(project.id, "viewer");
  const { id } = await anArticle(project.id, text);
  await repair(await diagnose()); // makes it searchable
  const { article } = await openArticle(reader, id);
  return { project, article };
}

const check = "words_are_of_their_texts";
test("the words of a version are found when it is first opened, and are the same from then on", async () => {
  const { project, article } = await anOpenedArticle();
  const first = await segmentationOf(article);
  const value = new ArticleText(text);
  const found = new Segmentation(value, paragraphsOf(text), first);
  expect(found.words.map((word) => value.slice(word))).toEqual(
    "外交部 否认 了 报道 Dr Smith said so She did not".split(" "),
  );
  expect(found.sentences).toHaveLength(3);

  // As another machine might have found them.
  const other = Buffer.from([1, 0, 0]);
  await sql("UPDATE segmentations SET bytes = $1", [other]);
  expect(Buffer.from(await segmentationOf(article))).toEqual(other);
  const { rows } = await sql("SELECT version_id, project_id FROM segmentations");
  expect(rows).toEqual([{ version_id: article.version.id, project_id: project.id }]);
  expect(await broken()).toEqual([]);
});

test("of two that open a version at once, both get what is kept", async () => {
  const { article } = await anOpenedArticle();
  const [one, other] = await Promise.all([segmentationOf(article), segmentationOf(article)]);
  expect(Buffer.from(one)).toEqual(Buffer.from(other));
  expect((await sql("SELECT FROM segmentations")).rowCount).toBe(1);
});

test("on a database that takes no changes they are found each time", async () => {
  const { article } = await anOpenedArticle();
  await sql("ALTER TABLE segmentations RENAME TO elsewhere");
  await sql(
    `CREATE VIEW segmentations AS SELECT * FROM elsewhere;
     CREATE FUNCTION takes_none() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE read_only_sql_transaction; END $$;
     CREATE TRIGGER takes_none INSTEAD OF INSERT ON segmentations FOR EACH ROW EXECUTE FUNCTION takes_none()`,
  );
  expect((await segmentationOf(article)).length).toBeGreaterThan(3);
});

test("they go with their article", async () => {
  const { article } = await anOpenedArticle();
  await segmentationOf(article);
  await sql("DELETE FROM articles WHERE id = $1", [article.id]);
  expect((await sql("SELECT FROM segmentations")).rowCount).toBe(0);
});

test.for([
  { name: "bytes that cannot be read", bytes: [9] },
  { name: "words beyond the text", bytes: [1, 1, 0xff, 0x7f, 0] },
  { name: "a word that is in no sentence", bytes: [1, 1, 0, 0] },
  { name: "a sentence over two blocks", bytes: [1, 0, 1, 4 * 14] },
  { name: "a word of another project", bytes: null },
])("the doctor finds $name, and has them found again", async ({ bytes }) => {
  const { article } = await anOpenedArticle();
  const right = Buffer.from(await segmentationOf(article));
  await (bytes
    ? sql("UPDATE segmentations SET bytes = $1", [Buffer.from(bytes)])
    : sql("UPDATE segmentations SET project_id = gen_random_uuid()"));
  const findings = await diagnose();
  expect(await broken()).toEqual([check]);
  expect(await repair(findings)).toEqual([{ check, rows: 1 }]);
  expect(await broken()).toEqual([]);
  expect(Buffer.from(await segmentationOf(article))).toEqual(right);
});
