import { expect, test } from "vitest";
import { isArticleFile, textArticle } from "@/lib/formats/text";
import { blocksOf, itemsIn, refusalOf } from "../setup/files";

test.for([
  {
    name: "a short first line above a blank one is the title",
    source: "Who said so\n\nShe did.\nHe did not.",
    title: "Who said so",
    blocks: ["title|Who said so", "paragraph|She did.\nHe did not."],
  },
  {
    name: "a first line with more right below is a paragraph",
    source: "She did.\nHe did not.\n\nSo.",
    title: "She did.",
    blocks: ["paragraph|She did.\nHe did not.", "paragraph|So."],
  },
  {
    name: "a single paragraph has its first words for a title",
    source: "She did.",
    title: "She did.",
    blocks: ["paragraph|She did."],
  },
  {
    name: "a line of 200 characters may be a title",
    source: `${"t".repeat(200)}\n\nx`,
    title: "t".repeat(200),
    blocks: [`title|${"t".repeat(200)}`, "paragraph|x"],
  },
  {
    name: "a longer one is a paragraph, cut where a title is needed",
    source: `${"t".repeat(201)}\n\nx`,
    title: `${"t".repeat(119)}…`,
    blocks: [`paragraph|${"t".repeat(201)}`, "paragraph|x"],
  },
  {
    name: "blank lines may have spaces on them",
    source: " \n\t\n Who \n \t\nx",
    title: "Who",
    blocks: ["title| Who ", "paragraph|x"],
  },
  {
    name: "the same words further down do not count",
    source: "Who\nWho\n\nx",
    title: "Who",
    blocks: ["paragraph|Who\nWho", "paragraph|x"],
  },
  {
    name: "a title with nothing but blanks below is a paragraph",
    source: "Who\n\n \n",
    title: "Who",
    blocks: ["paragraph|Who"],
  },
  {
    name: "a first line in which nothing is seen gives no title",
    source: "\u200b\n\nShe did.",
    title: "She did.",
    blocks: ["title|\u200b", "paragraph|She did."],
  },
  {
    name: "Markdown is not interpreted",
    source: "*She*\n\n- did",
    title: "*She*",
    blocks: ["title|*She*", "paragraph|- did"],
  },
])("$name", ({ source, title, blocks }) => {
  const article = textArticle(source);
  expect(article.title).toBe(title);
  expect(blocksOf(article)).toEqual(blocks);
});

test("nothing of the text is lost, but for carriage returns", () => {
  expect(textArticle("\r\n  a  \r\n\r\n\tb\rc\r\n").text).toBe("\n  a  \n\n\tb\nc\n");
});

test("a text file of the seeds' form is read as one, with its time", async () => {
  const [item] = await itemsIn("a.txt", "# T\n\nPublished :`2024-07-30 14:35:34`\n\n---\n\n*x*\n");
  expect(item).toMatchObject({
    article: { title: "T", publishedAt: "2024-07-30T14:35:34Z", text: "T\n\nx" },
  });
});

test("a byte-order mark is dropped", async () => {
  const [item] = await itemsIn("a.txt", "\ufeffword");
  expect(item).toMatchObject({ article: { text: "word" } });
});

test("blank lines are no article", async () => {
  expect(await refusalOf("a.txt", " \n\n\t")).toBe("There is no text in it.");
  expect(await refusalOf("a.txt", "\u200b\n\n\ufeff")).toBe("There is no text in it.");
});

test("has no metadata but its title, and no annotations", () => {
  expect(textArticle("Who\n\nx")).toMatchObject({
    sourceId: null,
    publishedAt: null,
    meta: {},
    annotations: [],
  });
});

test("more than an article may have is refused", async () => {
  expect(await refusalOf("a.txt", "word ".repeat(1_700_000))).toBe(
    "The file has more than 8 MiB, the most one article may have.",
  );
});

test.for([
  { source: "# Who said so\nPublished :`2024-07-30`", is: true },
  { source: "\n # Who\n\n  Published: 2024-07-30", is: true },
  { source: "# Who\n\nPublished", is: false },
  { source: "#Who\nPublished:", is: false },
  { source: "x # Who\nPublished:", is: false },
  { source: "# Who\nwords\nPublished:", is: false },
  { source: "# Who\nPublishedly:", is: false },
])("$source is of the seeds' form: $is", ({ source, is }) => {
  expect(isArticleFile(source)).toBe(is);
});
