import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { operator, type UserActor } from "@/lib/access/actor";
import { MAX_BATCH } from "@/lib/domain/limits";
import type { Operation } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { importFiles } from "@/lib/workflow/importing/index";
import { addMember } from "@/lib/workflow/members";
import { createProject } from "@/lib/workflow/projects";
import { addUser } from "@/lib/workflow/users";
import { findBrowser } from "@/scripts/browser.mjs";

const person = { email: "reader@example.org", password: "vermilion otter 9 quilts" };

/** A reviewer in the project "corpus". */
export async function aReader(): Promise<UserActor> {
  await createProject(operator, { slug: "corpus", title: "Corpus" });
  const { id: userId } = await addUser(operator, {
    ...person,
    name: "Reader",
    siteAdmin: false,
  });
  await addMember(operator, "corpus", { email: person.email, role: "reviewer" });
  return {
    kind: "user",
    userId,
    email: person.email,
    name: "Reader",
    siteAdmin: false,
  };
}

/** @property overlapping the share of the spans that begin within the one before; most do, of so many labels, if left out */
export type Size = {
  readonly slug: string;
  readonly characters: number;
  readonly spans: number;
  readonly overlapping?: number;
};

const sentence =
  "The ministry denied that any officer had seen the forged file which anonymous accounts spread before the vote. ";

/** Paragraphs of that many characters, or a few more. */
function paragraphsOf(characters: number): string {
  const paragraphs = Math.ceil(characters / (sentence.length * 5));
  return `${sentence.repeat(5).trim()}\n\n`.repeat(paragraphs);
}

/** Places for spans of some labels in a text, spread over it, many of them overlapping. */
function* placesFor(
  labels: readonly string[],
  { length, spans }: { length: number; spans: number },
) {
  const step = Math.floor(length / (spans / labels.length));
  for (let index = 0; index < spans; index += 1) {
    const label = labels[index % labels.length] ?? "claim";
    const start = Math.floor(index / labels.length) * step + (index % labels.length) * 9 + 12;
    yield { label, start, end: Math.min(length, start + Math.floor(step * 0.6)) };
  }
}

function placesOf(
  labels: readonly string[],
  { overlapping, ...size }: { length: number; spans: number; overlapping: number | undefined },
) {
  return overlapping === undefined
    ? placesFor(labels, size)
    : fewOverlapping(labels, { ...size, overlapping });
}

/** As {@link placesFor}, but one after the other with room between them, save for those that overlap. */
function* fewOverlapping(
  labels: readonly string[],
  { length, spans, overlapping }: { length: number; spans: number; overlapping: number },
) {
  const step = length / (spans + 1);
  for (let index = 0; index < spans; index += 1) {
    const label = labels[index % labels.length] ?? "claim";
    const isOver = (index * overlapping) % 1 >= 1 - overlapping;
    const start = Math.floor((index + 0.2 - (isOver ? 0.6 : 0)) * step);
    yield { label, start, end: start + Math.max(3, Math.floor(step * 0.55)) };
  }
}

/** An article out of Markdown that has a title of its own; it is known by its file. */
export async function anArticleFrom(slug: string, markdown: string): Promise<string> {
  async function* stream() {
    yield Buffer.from(markdown);
  }
  const path = `${slug}.md`;
  await importFiles(operator, "corpus", {
    format: "markdown",
    files: [{ path, stream: stream() }],
  });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles ORDER BY created_at DESC, id DESC LIMIT 1",
  );
  return rows[0]?.id ?? "";
}

async function imported(slug: string, format: "markdown" | "jsonl", text: string): Promise<string> {
  async function* stream() {
    yield Buffer.from(text);
  }
  await importFiles(operator, "corpus", {
    format,
    files: [{ path: `${slug}.${format === "jsonl" ? "jsonl" : "md"}`, stream: stream() }],
  });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE title = $1",
    [slug],
  );
  return rows[0]?.id ?? "";
}

/** An article of a size with imported spans, none of them the reader's own. */
export async function anImportedArticle({
  slug,
  characters,
  spans,
  overlapping,
}: Size): Promise<string> {
  const text = `${slug}\n\n${paragraphsOf(characters)}`.trim();
  const { labels } = defaultScheme;
  const places = placesOf(
    labels.map(({ name }) => name),
    { length: text.length, spans, overlapping },
  );
  const sound = [...places].filter(({ start, end }) => /[a-z]/.test(text.slice(start, end)));
  return imported(slug, "jsonl", JSON.stringify({ title: slug, text, spans: sound }));
}

/** An article of a size in which nobody has marked anything. */
export function anUnmarkedArticle({
  slug,
  characters,
}: Pick<Size, "slug" | "characters">): Promise<string> {
  return imported(slug, "markdown", `# ${slug}\n\n${paragraphsOf(characters)}`);
}

/** An article of a size with spans of all labels in it, many of them overlapping. */
export async function anArticle(
  user: UserActor,
  { slug, characters, spans, overlapping }: Size,
): Promise<string> {
  const id = await anUnmarkedArticle({ slug, characters });
  const { article } = await openArticle(user, id);
  const { annotation_set: set, scheme } = article;
  if (!set) throw new Error("The reviewer has no annotation set.");
  const text = new ArticleText(article.text);
  const labels = scheme.labels.map(({ name }) => name);
  const operations: Operation[] = [];
  for (const { label, start, end } of placesOf(labels, {
    length: text.length,
    spans,
    overlapping,
  })) {
    const fragments = [{ start, end }];
    const quote = text.slice({ start, end });
    if (!/[a-z]/.test(quote)) continue;
    const span = { id: uuidv7(), label, fragments, quote, attributes: {} };
    operations.push({ id: uuidv7(), type: "add_span", span });
  }
  let { revision } = set;
  for (let at = 0; at < operations.length; at += MAX_BATCH) {
    const batch = { revision, operations: operations.slice(at, at + MAX_BATCH) };
    ({ revision } = await annotate(user, set.id, batch));
  }
  return id;
}

/** A Chromium, which the caller closes. */
export async function aBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("There is no browser: set CHROME_PATH.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
}

export type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** The reviewer signs in. */
export async function signIn(browser: Browser, url: string): Promise<Session> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/projects**");
  const session = await context.storageState();
  await context.close();
  return session;
}

export async function aWindow(browser: Browser, storageState: Session): Promise<Page> {
  const context = await browser.newContext({
    storageState,
    viewport: { width: 1360, height: 860 },
  });
  // tsx wraps functions in a helper of its own, which functions sent to the page then call.
  await context.addInitScript("globalThis.__name = (named) => named");
  return context.newPage();
}

type DevTools = Awaited<ReturnType<ReturnType<Page["context"]>["newCDPSession"]>>;

/** What a page is asked by that is no business of its scripts. */
export function devToolsOf(page: Page): Promise<DevTools> {
  return page.context().newCDPSession(page);
}

/** A figure of Chromium's own, by its name: "TaskDuration" in seconds, "JSHeapUsedSize" in bytes. */
export async function metric(devTools: DevTools, name: string): Promise<number> {
  await devTools.send("Performance.enable");
  const { metrics } = await devTools.send("Performance.getMetrics");
  return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
}
