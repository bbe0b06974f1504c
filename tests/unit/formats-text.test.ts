import { expect, test } from "vitest";
import { detect } from "@/lib/formats/index";
import { textArticle } from "@/lib/formats/text";
import { blocksOf, itemsIn, refusalOf } from "../setup/files";

const bytes = (text: string) => new TextEncoder().encode(text);

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
  expect(textArticle("\r\n  a  \r\n\r\n\tb\r\n").text).toBe("\n  a  \n\n\tb\n");
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
});

test.for([
  { path: "a.MD", head: "x", format: "markdown" },
  { path: "folder.md/a", head: "x", format: "text" },
  { path: "a.ndjson", head: "x", format: "jsonl" },
  { path: "a.json", head: '[{"text":"x"}]', format: "json" },
  { path: "a.json", head: '{\n  "text": "x"\n}', format: "json" },
  { path: "a.json", head: '{"text":"x"}\n{"text":"y"}\n', format: "jsonl" },
  { path: "stdin", head: '{"text":"x"}\n', format: "jsonl" },
  { path: "stdin", head: "# T\n", format: "markdown" },
  { path: "stdin", head: "---\ntitle: T\n---\n", format: "markdown" },
  { path: "stdin", head: "Words.", format: "text" },
])("$path beginning with $head is $format", ({ path, head, format }) => {
  expect(detect(path, bytes(head))).toBe(format);
});

test.for([
  {
    name: "a picture",
    path: "a.png",
    content: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]),
    reason: "This is no text file: articles are read from Markdown, plain text and JSON.",
  },
  {
    name: "a page",
    path: "a.html",
    content: bytes("<!DOCTYPE html><p>x"),
    reason: "HTML and XML are not read: articles are read from Markdown, plain text and JSON.",
  },
])("$name is refused", async ({ path, content, reason }) => {
  expect(await refusalOf(path, content)).toBe(reason);
});
