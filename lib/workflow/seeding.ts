import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load as parseYaml } from "js-yaml";
import { z } from "zod";
import { operator } from "@/lib/access/actor";
import type { IncomingArticle } from "@/lib/domain/article";
import { Guideline } from "@/lib/domain/guideline-schemas";
import { defaultScheme } from "@/lib/domain/scheme";
import { type Fragment, quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { readArticles } from "@/lib/formats/index";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { loadingAlone, sampleState } from "@/lib/store/seeding";
import { guidelinesOf, saveGuidelines } from "./guidelines";
import { sha256 } from "./importing/article-identity";
import { importFiles } from "./importing/index";
import { readPage } from "./importing/page-reader";
import { makeSearchable } from "./making-searchable";
import { createProject } from "./projects";

const committed = fileURLToPath(new URL("../../seeds", import.meta.url));

const project = { slug: "sample", title: "Sample: influence operations" };

/** Under which name the annotations of the samples are kept. */
const annotator = "sample";

/** Annotations as people write them: by their words, which are looked up in the text. */
const Annotations = z.strictObject({
  articles: z.array(
    z.strictObject({
      file: z.string(),
      spans: z.array(
        z.strictObject({
          key: z.string(),
          label: z.string(),
          /** One text a fragment. */
          quote: z.array(z.string().min(1)).min(1),
          /** Which of the first fragment's occurrences is meant, from 0. */
          occurrence: z.number().int().min(0),
          attributes: z.record(z.string(), z.string()),
        }),
      ),
      relations: z.array(z.strictObject({ type: z.string(), from: z.string(), to: z.string() })),
    }),
  ),
});
type Annotated = z.infer<typeof Annotations>["articles"][number];

/**
 * Makes the project of the samples, once: what people change or delete in it stays so. A loading
 * that was interrupted is finished.
 *
 * @param dir holds articles in Markdown, `annotations.yaml`, and `guidelines.yaml` if there are some: not JSON, in which somebody who imports
 *   the folder would have articles
 * @throws Error if an annotation is not to be found in its article: the samples are ours
 */
export async function loadSeeds({ dir = committed }: { dir?: string } = {}): Promise<void> {
  const state = () => sampleState(database().pool, project.slug);
  if ((await state()) === "there") return;
  // A loading that has begun was interrupted, or is another node's, which started at the same moment.
  await loadingAlone(database(), async () => {
    const now = await state();
    if (now === "there") return;
    // Before there is a project: one without its articles would be taken for somebody else's.
    const guidelines = await guidelinesIn(dir);
    if (now === "missing") await createProject(operator, project);
    if (guidelines) await loadGuidelines(guidelines);
    await load(dir);
  });
}

/** The guidelines of the samples; null where there are none. */
async function guidelinesIn(dir: string): Promise<Guideline | null> {
  const written = await readFile(join(dir, "guidelines.yaml"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    },
  );
  return written === null ? null : Guideline.parse(parseYaml(written));
}

/** Writes guidelines for the samples, where a start before this one has not. */
async function loadGuidelines(content: Guideline): Promise<void> {
  const { current } = await guidelinesOf(operator, project.slug);
  if (!current) await saveGuidelines(operator, project.slug, { from: 0, content, note: "" });
}

async function load(dir: string): Promise<void> {
  // The last to come in stands first in the list: let that be the first of the annotated ones.
  const names = (await readdir(dir))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .reverse();
  const annotated = new Map((await annotations(dir)).map((given) => [given.file, given]));
  const files: SourceFile[] = names.map((name) => {
    const given = annotated.get(name);
    return given
      ? { path: name.replace(/\.md$/, ".json"), stream: annotatedRecord(dir, given) }
      : { path: name, stream: createReadStream(join(dir, name)) };
  });
  const { rejected } = await importFiles(operator, project.slug, { format: "auto", files });
  const [first] = rejected;
  if (first) throw new Error(`A sample was rejected: ${first.path}: ${first.reason}`);
  await makeSearchable();
}

async function annotations(dir: string): Promise<readonly Annotated[]> {
  const written: unknown = parseYaml(await readFile(join(dir, "annotations.yaml"), "utf8"));
  return Annotations.parse(written).articles;
}

/** An article as a record with its spans. */
async function* annotatedRecord(dir: string, annotated: Annotated): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(recordOf(await readArticle(dir, annotated.file), annotated)));
}

async function readArticle(dir: string, name: string): Promise<IncomingArticle> {
  const file = { path: name, stream: createReadStream(join(dir, name)) };
  for await (const item of readArticles(file, {
    format: "markdown",
    scheme: defaultScheme,
    sha256,
    readPage,
  })) {
    if (item.kind === "article") return item.article;
    throw new Error(`${name}: ${item.reason}`);
  }
  throw new Error(`${name} holds no article.`);
}

function recordOf(
  {
    title,
    text: value,
    blocks,
    publishedAt,
    publisher,
    author,
    url,
    language,
    meta,
  }: IncomingArticle,
  { file, spans, relations }: Annotated,
) {
  const text = new ArticleText(value);
  return {
    title,
    published_at: publishedAt,
    publisher,
    author,
    url,
    language,
    meta,
    text: value,
    blocks,
    spans: spans.map(({ key, label, quote, occurrence, attributes }) => {
      const fragments = find(text, quote, occurrence);
      if (!fragments)
        throw new Error(`${file}: “${quote.join(" … ")}” (${occurrence}) is not in the text.`);
      return { id: key, label, fragments, quote: quoteOf(text, fragments), attributes, annotator };
    }),
    relations: relations.map(({ type, from, to }) => ({
      id: `${type} ${from} ${to}`,
      type,
      from,
      to,
      annotator,
    })),
  };
}

/** The fragments with these words: the first by its occurrence, each further one the next after it. */
function find(text: ArticleText, quote: readonly string[], occurrence: number): Fragment[] | null {
  const fragments: Fragment[] = [];
  let from = 0;
  for (const [index, words] of quote.entries()) {
    let at = text.value.indexOf(words, from);
    for (let seen = 0; index === 0 && seen < occurrence && at >= 0; seen += 1) {
      at = text.value.indexOf(words, at + 1);
    }
    if (at < 0) return null;
    from = at + words.length;
    fragments.push({ start: text.fromUtf16(at), end: text.fromUtf16(from) });
  }
  return fragments;
}
