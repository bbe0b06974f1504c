import { NextRequest } from "next/server";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { GET } from "@/app/api/v1/projects/[project]/articles/route";
import { operator, type UserActor } from "@/lib/access/actor";
import { type ArticleListQuery, ArticlePage } from "@/lib/api/articles";
import { articleSorts, MOST_COUNTED } from "@/lib/domain/article-list";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { placesOf } from "@/lib/store/articles";
import { database } from "@/lib/store/database";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { articleTotals, listArticles, nextArticle } from "@/lib/workflow/articles";
import { importFiles } from "@/lib/workflow/importing";
import { aToken } from "../setup/client";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { haveSearchable } from "../setup/searchable";
import { aMember, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A project with an article for each text; the text's first line is its title, and all if alone. */
async function aProjectOf(texts: readonly string[], { published = [] as (string | null)[] } = {}) {
  const project = await aProject();
  const lines = texts.map((text, index) => {
    const [title = "", ...rest] = text.split("\n");
    const body = rest.join("\n") || title;
    return JSON.stringify({
      id: `s${index}`,
      title,
      text: body,
      published_at: published[index] ?? null,
    });
  });
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("articles.jsonl", lines.join("\n"))],
  });
  await haveSearchable();
  return project;
}

/** The titles of a list, all pages of it. */
async function titles(
  actor: UserActor | typeof operator,
  project: { slug: string },
  query: ArticleListQuery = {},
): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listArticles(actor, project.slug, { ...query, cursor });
    found.push(...page.articles.map(({ title }) => title));
    if (page.next_cursor === null) return found;
    cursor = page.next_cursor;
  }
}

/** Labels the first word of an article. */
async function mark(actor: UserActor, articleId: string, label: string, { done = false } = {}) {
  const { article } = await openArticle(actor, articleId);
  const { annotation_set: set } = article;
  if (!set) throw new Error("The actor may not annotate.");
  const text = new ArticleText(article.text);
  const fragments = [{ start: 0, end: article.text.search(/\s|$/) }];
  const span = { id: uuidv7(), label, fragments, quote: quoteOf(text, fragments), attributes: {} };
  await annotate(actor, set.id, {
    revision: set.revision,
    operations: [{ id: uuidv7(), type: "add_span", span }],
  });
  if (done) await submit(actor, set.id, { revision: set.revision + 1 });
}

/** The article "One" with a span from elsewhere. */
const imported = JSON.stringify({
  id: "s0",
  title: "One",
  text: "One",
  spans: [{ start: 0, end: 3, label: "denial" }],
});

const idOf = async (project: { slug: string }, title: string) => {
  const page = await listArticles(operator, project.slug, { limit: 200 });
  const found = page.articles.find((article) => article.title === title);
  if (!found) throw new Error(`There is no article ${title}.`);
  return found.id;
};

describe("search", () => {
  const texts = [
    "Tehran denied it\nThe ministry said the disinformation campaign was real.",
    "Кремль отрицает\nПредставитель отрицает обвинения в дезинформации.",
    "外交部否认\n发言人否认了这一指控，称其为虚假信息。",
    "信息和假信\n虚假的消息，信息很多。",
    "تكذيب\nنفى المتحدث وجود القاعدة العسكرية.",
    "تکذیب خبر\nسخنگو این خبر را تکذیب می\u200cکند.",
    "Quotes\nHe said nothing, she said denied it was.",
    "Emoji 😀 news\nNothing else.",
  ];

  test.for([
    { q: "denied", found: ["Tehran denied it", "Quotes"] },
    { q: "den", found: ["Tehran denied it", "Quotes"] },
    { q: "denied ministry", found: ["Tehran denied it"] },
    { q: '"denied it was"', found: ["Quotes"] },
    { q: '"it denied"', found: [] },
    { q: "denied -ministry", found: ["Quotes"] },
    { q: 'denied -"denied it was"', found: ["Tehran denied it"] },
    { q: "ОТРИЦАЕТ", found: ["Кремль отрицает"] },
    { q: "否认", found: ["外交部否认"] },
    { q: "虚假信息", found: ["外交部否认"] },
    { q: "假", found: ["外交部否认", "信息和假信"] },
    { q: "قاعدة", found: ["تكذيب"] },
    { q: "تکذیب", found: ["تكذيب", "تکذیب خبر"] },
    { q: "میکند", found: ["تکذیب خبر"] },
    { q: "😀", found: ["Emoji 😀 news"] },
    { q: "ehran deni", found: ["Tehran denied it"] },
    { q: "denied -ministry -nothing", found: [] },
    { q: "%", found: [] },
    { q: "_ \\ ' & | ! :* ()", found: [] },
    { q: "x'); DROP TABLE articles;--", found: [] },
    { q: "tehran\u0000denied", found: ["Tehran denied it"] },
  ])("$q finds $found", async ({ q, found }) => {
    shared ??= aProjectOf(texts);
    expect(await titles(operator, await shared, { q, sort: "oldest" })).toEqual(found);
  });
  let shared: ReturnType<typeof aProjectOf> | undefined;

  test("a part of a word, or a misspelling, finds the words that are there, and says so", async () => {
    const project = await aProjectOf(texts);
    const part = await listArticles(operator, project.slug, { q: "information" });
    expect(part.instead).toEqual([{ word: "information", words: ["disinformation"] }]);
    expect(part.articles.map(({ title }) => title)).toEqual(["Tehran denied it"]);
    const misspelt = await listArticles(operator, project.slug, { q: "minstry" });
    expect(misspelt.instead).toEqual([{ word: "minstry", words: ["ministry"] }]);
    expect(misspelt.articles[0]?.snippet?.text).toContain("ministry");
  });

  test("a part of a title that begins within a word is found as it stands, in nothing's place", async () => {
    const project = await aProjectOf(texts);
    expect(await listArticles(operator, project.slug, { q: "ehran deni" })).toMatchObject({
      articles: [{ title: "Tehran denied it" }],
      instead: [],
    });
  });

  test("of words that are spelled alike, the most similar one is offered first", async () => {
    const project = await aProjectOf(["Two\nThe disinformations and a disinformation."]);
    const q = "disinformtion";
    const { instead } = await listArticles(operator, project.slug, { q });
    expect(instead).toEqual([{ word: q, words: ["disinformation", "disinformations"] }]);
  });

  test("a word that only another project has is a misspelling here", async () => {
    const project = await aProjectOf(["Here\nThe disinformation."]);
    await aProjectOf(["Elsewhere\nThe information."]);
    const { instead } = await listArticles(operator, project.slug, { q: "information" });
    expect(instead).toEqual([{ word: "information", words: ["disinformation"] }]);
  });

  test("a changed text is found by its new words, no longer by its old ones", async () => {
    const project = await aProject();
    const bring = async (text: string) => {
      await importFiles(operator, project.slug, {
        format: "auto",
        files: [aFile("a.md", text)],
        update: true,
      });
      await haveSearchable();
    };
    await bring("# Title\n\nFirst words.");
    await bring("# Title\n\nOther ones.");
    expect(await titles(operator, project, { q: "other" })).toEqual(["Title"]);
    expect((await listArticles(operator, project.slug, { q: '"first words"' })).articles).toEqual(
      [],
    );
  });

  test("a word far into a long text is found", async () => {
    const project = await aProjectOf([
      `Long\n${"filling words and more of them ".repeat(9000)}\nneedle`,
    ]);
    expect(await titles(operator, project, { q: "needle" })).toEqual(["Long"]);
    expect(await titles(operator, project, { q: '"them needle"' })).toEqual(["Long"]);
  });

  test("what matched is marked in title and snippet", async () => {
    const project = await aProjectOf(["A denial\nShe denied it, he says."]);
    const [article] = (await listArticles(operator, project.slug, { q: "deni" })).articles;
    expect(article?.title_match).toEqual({ text: "A denial", highlights: [{ start: 2, end: 8 }] });
    expect(article?.snippet).toEqual({
      text: "She denied it, he says.",
      highlights: [{ start: 4, end: 10 }],
    });
  });
});

describe("order and pages", () => {
  const texts = Array.from(
    { length: 23 },
    (_, index) => `${"ÁbcàÇ"[index % 5]}${index} title\ntext`,
  );
  const published = texts.map((_, index) =>
    index % 4 === 0 ? null : `2024-01-${String(1 + (index % 9)).padStart(2, "0")}T00:00:00Z`,
  );

  test.for(["newest", "oldest", "published", "title"] as const)(
    "by %s, the pages together are the whole list, each article once",
    async (sort) => {
      const project = await aProjectOf(texts, { published });
      const whole = await titles(operator, project, { sort, limit: 200 });
      expect(whole).toHaveLength(23);
      expect(await titles(operator, project, { sort, limit: 4 })).toEqual(whole);
      expect(await titles(operator, project, { sort, limit: 4, q: "title" })).toEqual(whole);
      expect(await titles(operator, project, { sort, limit: 4, q: '"title text"' })).toEqual(whole);
    },
  );

  test("articles of one moment are in the order of their ids, however PostgreSQL reads them", async () => {
    const project = await aProjectOf(["One", "Two", "Three", "Four"]); // in one transaction
    const newest = [await idOf(project, "Four"), await idOf(project, "Three")];
    const sql = await database().pool.connect();
    try {
      await sql.query("BEGIN; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off");
      const filter = {
        projectId: project.id,
        annotator: null,
        reviewers: false,
        gold: false,
        search: null,
        state: null,
        label: null,
        whose: { annotator: null, userId: null },
        between: null,
        language: null,
        publisher: null,
        round: null,
      };
      const asked = { sort: "newest", after: null, limit: 2, mostCounted: 10 } as const;
      const { places } = await placesOf(sql, filter, asked);
      expect(places.map(({ id }) => id)).toEqual(newest);
    } finally {
      await sql.query("ROLLBACK");
      sql.release();
    }
  });

  test("a phrase that fills a page to its end leads to no other", async () => {
    const project = await aProjectOf(["One\nShe denied it.", "Two\nHe denied it."]);
    const page = await listArticles(operator, project.slug, { q: '"denied it"', limit: 2 });
    expect(page).toMatchObject({ articles: [{}, {}], next_cursor: null });
  });

  describe("of more than anybody counts", () => {
    const many = MOST_COUNTED + 20;
    let project: Awaited<ReturnType<typeof aProject>>;
    beforeAll(async () => {
      // Titles in no order of their own; one in ten is without the word that the others have.
      const title = (at: number) =>
        `${(at * 7919) % 1000} ${at % 10 === 0 ? "crow" : "heron"} ${at}`;
      const texts = Array.from({ length: Math.ceil((many * 10) / 9) }, (_, at) => title(at));
      const published = texts.map((_, at) => (at % 3 === 0 ? null : `20${10 + (at % 15)}-01-01`));
      project = await aProjectOf(texts, { published });
    });

    test("is told from one that just is not", async () => {
      for (const q of ["", "heron", "her"]) {
        const page = await listArticles(operator, project.slug, { q, limit: 1 });
        expect(page).toMatchObject({ count: MOST_COUNTED, count_is_exact: false });
      }
      const rest = await listArticles(operator, project.slug, { q: "-heron", limit: 1 });
      const few = await listArticles(operator, project.slug, { q: "crow", limit: 1 });
      expect([rest.count, few.count]).toEqual([114, 114]);
      expect([rest.count_is_exact, few.count_is_exact]).toEqual([true, true]);
    });

    test.for(articleSorts)("has all that was searched for, in the order %s", async (sort) => {
      const all = await titles(operator, project, { sort, limit: 200 });
      const herons = all.filter((title) => title.includes("heron"));
      expect(herons.length).toBeGreaterThan(MOST_COUNTED);
      expect(await titles(operator, project, { q: "heron", sort, limit: 200 })).toEqual(herons);
    });
  });

  test.for(articleSorts)(
    "has what was searched for and filtered, in the order %s",
    async (sort) => {
      const project = await aProjectOf(["b heron", "a heron", "c crow", "d heron"], {
        published: ["2024-01-01", null, "2023-01-01", "2022-01-01"],
      });
      const ana = await aMember(project.id);
      await mark(ana, await idOf(project, "d heron"), "claim");
      const query = { q: "heron", sort, limit: 1 };
      const herons = (await titles(ana, project, { sort })).filter((title) => title !== "c crow");
      expect(await titles(ana, project, query)).toEqual(herons);
      expect(await titles(ana, project, { ...query, state: "new" })).toEqual(
        herons.filter((title) => title !== "d heron"),
      );
      expect(await listArticles(ana, project.slug, { ...query, state: "new" })).toMatchObject({
        count: 2,
        count_is_exact: true,
      });
    },
  );

  test("of words in a row counts those that are in a row, not all that have the words", async () => {
    const apart = Array.from({ length: 5 }, (_, at) => `Apart ${at}\nIt denied that she did.`);
    const project = await aProjectOf([...apart, "One\nShe denied it.", "Two\nShe denied all."]);
    const count = async (q: string, limit = 50) => {
      const page = await listArticles(operator, project.slug, { q, limit });
      return { shown: page.articles.length, count: page.count, exact: page.count_is_exact };
    };
    expect(await count('"she denied"')).toEqual({ shown: 2, count: 2, exact: true });
    expect(await count('"she denied"', 1)).toEqual({ shown: 1, count: 2, exact: true });
    expect(await count('"denied she"')).toEqual({ shown: 0, count: 0, exact: true });
    expect(await count('denied -"she denied"')).toEqual({ shown: 5, count: 5, exact: true });
  });

  test("of words in a row says that there may be more where it has not read everything", async () => {
    const texts = Array.from({ length: 300 }, (_, at) => `${at}\nShe denied it.`);
    const project = await aProjectOf(texts);
    const page = await listArticles(operator, project.slug, { q: '"she denied"', limit: 10 });
    expect(page.articles).toHaveLength(10);
    expect(page.count_is_exact).toBe(false);
    expect(page.count).toBeGreaterThanOrEqual(10);
    expect(page.count).toBeLessThanOrEqual(300);
    expect(await titles(operator, project, { q: '"she denied"', limit: 100 })).toHaveLength(300);
  });

  test("titles are ordered without regard to case and accents, unpublished ones come last", async () => {
    const project = await aProjectOf(["b", "Á", "c"], {
      published: [null, "2024-01-01", "2025-01-01"],
    });
    expect(await titles(operator, project, { sort: "title" })).toEqual(["Á", "b", "c"]);
    expect(await titles(operator, project, { sort: "published" })).toEqual(["c", "Á", "b"]);
  });

  test.for([
    { name: "of another order", cursor: async (first: string) => first },
    { name: "that is nonsense", cursor: async () => "nonsense" },
    {
      name: "that was tampered with",
      cursor: async (first: string) => {
        const content = JSON.parse(Buffer.from(first, "base64url").toString());
        return Buffer.from(JSON.stringify({ ...content, k: "' OR 1=1" })).toString("base64url");
      },
    },
  ])("a cursor $name is refused", async ({ name, cursor }) => {
    const project = await aProjectOf(["a", "b", "c"]);
    const { next_cursor: nextCursor } = await listArticles(operator, project.slug, { limit: 1 });
    const sort = name === "of another order" ? "oldest" : "newest";
    await expect(
      listArticles(operator, project.slug, {
        sort,
        limit: 1,
        cursor: await cursor(nextCursor ?? ""),
      }),
    ).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("state and labels", () => {
  test("follow the reader's own work, and nobody else's", async () => {
    const project = await aProjectOf(["One", "Two", "Three"]);
    const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
    await mark(ana, await idOf(project, "One"), "claim");
    await mark(ana, await idOf(project, "Two"), "denial", { done: true });
    await openArticle(ana, await idOf(project, "Three")); // looking is no work
    const by = (actor: UserActor) => async (query: ArticleListQuery) =>
      titles(actor, project, { ...query, sort: "oldest" });
    const [anas, bens] = [by(ana), by(ben)];
    expect(await anas({ state: "open" })).toEqual(["One"]);
    expect(await anas({ state: "submitted" })).toEqual(["Two"]);
    expect(await anas({ state: "new" })).toEqual(["Three"]);
    expect(await anas({ label: "claim" })).toEqual(["One"]);
    expect(await anas({ state: "annotated", label: "denial" })).toEqual(["Two"]);
    expect(await anas({ label: "denial", q: "two" })).toEqual(["Two"]);
    expect(await bens({ state: "new" })).toEqual(["One", "Two", "Three"]);
    expect(await bens({ label: "claim" })).toEqual([]);
    expect(await bens({ state: "annotated" })).toEqual([]);
    expect(await bens({ state: "unannotated" })).toEqual(["One", "Two", "Three"]);
  });

  test("counts are those of the layer with which the article opens, not of all together", async () => {
    const project = await aProjectOf(["One"]);
    const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
    const curator = await aMember(project.id, "curator");
    const viewer = await aMember(project.id, "viewer");
    const id = await idOf(project, "One");
    await mark(ana, id, "claim");
    await mark(ben, id, "claim");
    await mark(ben, id, "denial");
    const seenBy = async (actor: UserActor) => {
      const [article] = (await listArticles(actor, project.slug)).articles;
      return [article?.label_layer, article?.label_counts, article?.annotators];
    };
    expect(await seenBy(ana)).toEqual(["own", { claim: 1 }, null]);
    expect(await seenBy(ben)).toEqual(["own", { claim: 1, denial: 1 }, null]);
    // One that is submitted, or else the first; with nothing of their own they would see none.
    expect(await seenBy(curator)).toEqual(["reviewer", { claim: 1 }, 2]);
    expect(await seenBy(viewer)).toEqual([null, {}, null]);
    await importFiles(operator, project.slug, {
      format: "jsonl",
      files: [aFile("articles.jsonl", imported)],
    });
    expect(await seenBy(ana)).toEqual(["own", { claim: 1 }, null]);
    expect(await seenBy(curator)).toEqual(["imported", { denial: 1 }, 2]);
    expect(await seenBy(viewer)).toEqual(["imported", { denial: 1 }, null]);
    expect(await titles(curator, project, { label: "claim" })).toEqual(["One"]);
    expect(await titles(ana, project, { label: "claim" })).toEqual(["One"]);
  });

  test("a project says how many articles there are, and how many are submitted by whom", async () => {
    const project = await aProjectOf(["One", "Two", "Three"]);
    const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
    const curator = await aMember(project.id, "curator");
    const viewer = await aMember(project.id, "viewer");
    const [one, two] = [await idOf(project, "One"), await idOf(project, "Two")];
    await mark(ana, one, "claim", { done: true });
    await mark(ben, one, "claim", { done: true });
    await mark(ben, two, "claim", { done: true });
    await mark(ana, two, "claim");
    const seenBy = async (actor: UserActor) => {
      const { articles, submitted, submitted_by } = await articleTotals(actor, project.slug);
      return [articles, submitted, submitted_by];
    };
    expect(await seenBy(ana)).toEqual([3, 1, "reader"]);
    expect(await seenBy(ben)).toEqual([3, 2, "reader"]);
    expect(await seenBy(curator)).toEqual([3, 2, "any_reviewer"]);
    expect(await seenBy(viewer)).toEqual([3, null, null]);
    await expect(articleTotals(await aUser(), project.slug)).rejects.toMatchObject({
      code: "not_found",
    });
    await database().pool.query("UPDATE articles SET deleted_at = now() WHERE id = $1", [one]);
    expect(await seenBy(ana)).toEqual([2, 0, "reader"]);
    expect(await seenBy(curator)).toEqual([2, 1, "any_reviewer"]);
  });

  test("the next article is the next one down the list that is not submitted, and it goes round", async () => {
    const project = await aProjectOf(["One", "Two", "Three"]);
    const ana = await aMember(project.id);
    const [one, two, three] = [
      await idOf(project, "One"),
      await idOf(project, "Two"),
      await idOf(project, "Three"),
    ];
    await mark(ana, two, "claim", { done: true });
    const next = async (after: string | null) =>
      (await nextArticle(ana, project.slug, after))?.title;
    expect(await next(null)).toBe("Three");
    expect(await next(three)).toBe("One");
    expect(await next(one)).toBe("Three");
    await mark(ana, three, "claim", { done: true });
    expect(await next(one)).toBeUndefined();
  });

  test("an article submitted on an older text is to be done again", async () => {
    const project = await aProjectOf(["One\nHe denied it.", "Two"]);
    const ana = await aMember(project.id);
    const [one, two] = [await idOf(project, "One"), await idOf(project, "Two")];
    await mark(ana, one, "claim", { done: true });
    await mark(ana, two, "claim", { done: true });
    expect(await nextArticle(ana, project.slug, null)).toBeNull();
    const changed = JSON.stringify({ id: "s0", title: "One", text: "He denied all of it." });
    await importFiles(operator, project.slug, {
      format: "jsonl",
      files: [aFile("articles.jsonl", changed)],
    });
    expect(await nextArticle(ana, project.slug, null)).toMatchObject({ id: one });
    expect(await titles(ana, project, { state: "new" })).toEqual(["One"]);
    expect(await titles(ana, project, { state: "submitted" })).toEqual(["Two"]);
  });

  test("a label that no span has any more is no label of the article", async () => {
    const project = await aProjectOf(["One"]);
    const ana = await aMember(project.id);
    const id = await idOf(project, "One");
    await mark(ana, id, "claim");
    await mark(ana, id, "denial");
    const { annotation_set: set } = (await openArticle(ana, id)).article;
    const claim = set?.spans.find(({ label }) => label === "claim");
    if (!set || !claim) throw new Error("The claim has just been made.");
    await annotate(ana, set.id, {
      revision: set.revision,
      operations: [{ id: uuidv7(), type: "remove_span", span: { id: claim.id } }],
    });
    const [article] = (await listArticles(ana, project.slug)).articles;
    expect(article?.label_counts).toEqual({ denial: 1 });
    expect(await titles(ana, project, { label: "claim" })).toEqual([]);
  });
});

describe("who may", () => {
  test("a project of others is not found, nor are its articles in one's own", async () => {
    const project = await aProjectOf(["Secret words"]);
    const other = await aProjectOf(["Other"]);
    const reader = await aMember(other.id);
    await expect(listArticles(reader, project.slug)).rejects.toMatchObject({ code: "not_found" });
    await expect(nextArticle(reader, project.slug, null)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await titles(reader, other, { q: "secret" })).toEqual([]);
    expect((await listArticles(reader, other.slug, { q: "secre" })).instead).toEqual([]);
    await expect(listArticles(await aUser(), other.slug)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("the API", () => {
  const ask = async (project: { id: string; slug: string }, query: string) => {
    const token = await aToken(await aMember(project.id, "viewer"));
    const request = new NextRequest(`http://localhost/api/v1/projects/x/articles?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return GET(request, { params: Promise.resolve({ project: project.slug }) });
  };

  test("answers as described", async () => {
    const project = await aProjectOf(["One denied", "Two denied"]);
    const response = await ask(project, "q=denied&limit=1");
    const body = ArticlePage.parse(await response.json());
    expect(body).toMatchObject({ count: 2, articles: [{ title: "Two denied", state: "new" }] });
    const rest = await ask(project, `q=denied&limit=1&cursor=${body.next_cursor}`);
    expect(await rest.json()).toMatchObject({
      articles: [{ title: "One denied" }],
      next_cursor: null,
    });
  });

  test.for([
    "state=done",
    "sort=rank",
    "label=%00",
    "label=a'b",
    "limit=0",
    "limit=1000",
    `q=${"x".repeat(501)}`,
    "page=2",
  ])("refuses %s", async (query) => {
    const response = await ask(await aProjectOf(["One"]), query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid" });
  });
});

test("what searching knows of an article goes with it", async () => {
  const project = await aProjectOf(["One"]);
  await database().pool.query("DELETE FROM projects WHERE id = $1", [project.id]);
  const { rows } = await database().pool.query(
    `SELECT (SELECT count(*)::int FROM article_search WHERE project_id = $1) AS entries,
       (SELECT count(*)::int FROM search_words WHERE project_id = $1) AS words`,
    [project.id],
  );
  expect(rows[0]).toEqual({ entries: 0, words: 0 });
});
