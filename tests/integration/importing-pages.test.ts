import { readFileSync } from "node:fs";
import { NextRequest } from "next/server";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { POST as ask } from "@/app/api/v1/projects/[project]/page-imports/route";
import { operator } from "@/lib/access/actor";
import { ImportDetail } from "@/lib/api/imports";
import { database } from "@/lib/store/database";
import {
  askedPages,
  forecastImport,
  importFiles,
  importOf,
  importPages,
  itemsOf,
  pagesHere,
  previewImport,
} from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { fetchPages } from "@/lib/workflow/importing/fetched-pages";
import { startJobs } from "@/lib/workflow/jobs";
import { changeSettings } from "@/lib/workflow/settings";
import { aToken } from "../setup/client";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { type Answer, aWeb, html } from "../setup/web-site";
import { aMember, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

beforeEach(() => changeSettings(operator, { pages_by_address: true }));

const wordpress = readFileSync(
  new URL("../fixtures/pages/wordpress.html", import.meta.url),
  "utf8",
);

const words =
  "The board denied that it had sold a crane, and said that both of them stood at the quay.";

/** A page of an article. */
const page = (title: string, head = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><nav>Menu of the site</nav><article><h1>${title}</h1><p>${words} ${title}.</p><p>${words}</p></article></body></html>`;

const ending = { onDefect: (error: unknown) => expect.fail(String(error)) };

type Asked = { list?: string; urls?: string[] };

async function anImport(asked: Asked, project?: Awaited<ReturnType<typeof aProject>>) {
  const into = project ?? (await aProject());
  const { id } = await importPages(operator, into.slug, { strict: false, update: false, ...asked });
  return { project: into, id, state: () => importOf(operator, into.slug, id) };
}

const signal = () => new AbortController().signal;

async function ended(
  { id, project }: Awaited<ReturnType<typeof anImport>>,
  visitor: Awaited<ReturnType<typeof aWeb>>["visitor"],
) {
  await fetchPages(database(), id, { ...ending, signal: signal(), visitor });
  await runQueued(database(), id, { ...ending, signal: signal() });
  const { items } = await itemsOf(operator, project.slug, id, { limit: 100 });
  return items.map(({ path, outcome, reason }) => [path, outcome, reason]);
}

const articlesOf = async (projectId: string) =>
  (
    await database().pool.query(
      `SELECT v.title, v.url, v.author, v.publisher, v.language, v.published_at, v.meta, a.source_key
       FROM articles a JOIN article_versions v ON v.article_id = a.id WHERE a.project_id = $1 ORDER BY a.id, v.number`,
      [projectId],
    )
  ).rows;

describe("web pages as files", () => {
  test("are shown with what is kept and what is left out", async () => {
    const project = await aProject();
    const files = (async function* () {
      yield aFile("saved/board.html", wordpress);
      yield aFile("saved/bad.htm", `<!doctype html>${"<div>".repeat(2000)}`);
    })();
    const { items } = await previewImport(operator, project.slug, { format: "auto", files });
    expect(items).toEqual([
      expect.objectContaining({
        kind: "article",
        outcome: "created",
        title: "Harbour board denies that cranes were sold",
        publisher: "The Quay Post",
        warnings: [
          expect.objectContaining({
            code: "page_parts_left_out",
            message: expect.stringContaining("214 characters in 13 passages"),
          }),
        ],
      }),
      expect.objectContaining({
        kind: "rejected",
        reason: "The page nests more than 1,000 elements deep.",
      }),
    ]);
  });

  test("are imported beside others, one that cannot be read is one that is rejected", async () => {
    const project = await aProject();
    const summary = await importFiles(operator, project.slug, {
      format: "auto",
      strict: true,
      files: [
        aFile("a.html", page("No sale")),
        aFile("b.html", `<!doctype html>${"<div>".repeat(2000)}`),
        aFile("c.xhtml", page("No sale at all")),
        aFile("d.md", "# T\n\nx"),
      ],
    });
    expect(summary).toMatchObject({ created: 3, rejected: [{ path: "b.html" }] });
  });
});

describe("pages by their addresses", () => {
  test("are fetched, read and kept under their own addresses", async () => {
    const { visitor, asked } = await aWeb({
      "a.example/1?from=list": page("One", '<link rel="canonical" href="/1">'),
      "a.example/2": html(page("Zwei").replace("</h1>", " \u00e4</h1>"), {
        "content-type": "text/html",
      }),
      "b.example/notes.txt": (_, response) =>
        void response.writeHead(200, { "content-type": "text/plain" }).end("Notes\n\nOf a sale."),
      "b.example/gone": (_, response) => void response.writeHead(410).end("secret"),
      "b.example/pdf": (_, response) =>
        void response.writeHead(200, { "content-type": "application/pdf" }).end("%PDF"),
      "b.example/empty": html("<html><body><script>x</script></body></html>"),
    });
    const begun = await anImport({
      urls: [
        "http://a.example/1?from=list",
        "http://b.example/notes.txt",
        "http://a.example/2",
        "http://b.example/gone",
        "http://b.example/pdf",
        "http://b.example/empty",
        "http://a.example/2#again",
        "not an address",
        "http://10.0.0.1/admin",
      ],
    });
    expect(await begun.state()).toMatchObject({
      state: "queued",
      files: 9,
      waiting_pages: 7,
      progress: 2 / 9,
    });
    const items = await ended(begun, visitor);
    expect(items).toEqual([
      ["http://a.example/1?from=list", "created", null],
      ["http://b.example/notes.txt", "created", null],
      ["http://a.example/2", "created", null],
      ["http://b.example/gone", "rejected", "The site answered 410: the page was taken away."],
      ["http://b.example/pdf", "rejected", "It is no page or text, but application/pdf."],
      ["http://b.example/empty", "rejected", expect.stringMatching(/^No article was found/)],
      ["http://a.example/2", "rejected", "The same address stands in line 3."],
      ["not an address", "rejected", "This is no address of a web page."],
      [
        "http://10.0.0.1/admin",
        "rejected",
        "The address leads to no place that is open to everybody.",
      ],
    ]);
    expect(await begun.state()).toMatchObject({
      state: "done",
      created: 3,
      rejected_count: 6,
      waiting_pages: 0,
      progress: 1,
    });
    expect(await articlesOf(begun.project.id)).toMatchObject([
      {
        title: "One",
        url: "http://a.example/1",
        source_key: "url:http://a.example/1",
        language: "en",
      },
      { title: "Notes", url: "http://b.example/notes.txt" },
      { title: "Zwei ä", url: "http://a.example/2" },
    ]);
    expect(asked.filter((address) => address.endsWith("robots.txt"))).toHaveLength(2);
    // Where each was found, and when, stays with the import; nothing of it makes another version.
    const again = await anImport({ urls: ["http://a.example/1?from=list"] }, begun.project);
    expect(await ended(again, visitor)).toEqual([
      ["http://a.example/1?from=list", "unchanged", null],
    ]);
    const { rows } = await database().pool.query(
      "SELECT fetched FROM import_files WHERE import_id = $1",
      [again.id],
    );
    expect(rows).toEqual([
      {
        fetched: {
          url: "http://a.example/1?from=list",
          media_type: "text/html",
          charset: "utf-8",
          at: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      },
    ]);
  });

  test("have what their list says of them", async () => {
    const { visitor } = await aWeb({
      "/1": page(
        "One",
        '<meta name="author" content="Ada"><meta name="date" content="2026-01-01">',
      ),
      "/2": page("Two"),
    });
    const begun = await anImport({
      list: "stories_id,url,title,publish_date,media_name,language\n17,http://a.example/1,The one,2026-03-04,Quay,fa\n18,http://a.example/2,,,,\n",
    });
    await ended(begun, visitor);
    expect(await articlesOf(begun.project.id)).toMatchObject([
      {
        title: "The one",
        author: "Ada",
        publisher: "Quay",
        language: "fa",
        published_at: new Date("2026-03-04T00:00:00Z"),
        meta: {
          stories_id: "17",
          page_title: "One",
          page_published_at: "2026-01-01T00:00:00Z",
          page_language: "en",
        },
      },
      { title: "Two", publisher: null, meta: { stories_id: "18" } },
    ]);
  });

  test("that are stopped in the middle go on there, and end in the same way", async () => {
    const stop = new AbortController();
    const stopping: Answer = (request, response) => {
      stop.abort(new Error("stopped"));
      html(page("Three"))(request, response);
    };
    const answers: Record<string, Answer | string> = {
      "/1": page("One"),
      "/2": (_, response) => void response.writeHead(404).end(),
      "/3": stopping,
      "/4": page("Four"),
    };
    const { visitor, asked } = await aWeb(answers);
    const urls = [1, 2, 3, 4].map((at) => `http://a.example/${at}`);
    const begun = await anImport({ urls });
    await fetchPages(database(), begun.id, { ...ending, signal: stop.signal, visitor });
    expect(await begun.state()).toMatchObject({ state: "queued", waiting_pages: 2, created: 0 });
    // Nothing is read before all of it is there.
    await runQueued(database(), begun.id, { ...ending, signal: signal() });
    expect(await begun.state()).toMatchObject({ state: "queued", waiting_pages: 2 });
    answers["/3"] = page("Three");
    const items = await ended(begun, visitor);
    expect(items.map(([, outcome]) => outcome)).toEqual([
      "created",
      "rejected",
      "created",
      "created",
    ]);
    expect(asked.filter((address) => /[12]$/.test(address))).toEqual([
      "a.example/1",
      "a.example/2",
    ]);
    expect(await articlesOf(begun.project.id)).toHaveLength(3);
  });

  test("are fetched by one process at a time", async () => {
    const { visitor, asked } = await aWeb({ "/1": page("One") });
    const begun = await anImport({ urls: ["http://a.example/1"] });
    const options = { ...ending, signal: signal(), visitor };
    await Promise.all([1, 2, 3].map(() => fetchPages(database(), begun.id, options)));
    expect(asked.filter((address) => address === "a.example/1")).toHaveLength(1);
  });

  test("are fetched and read by jobs, which never go into a network", async () => {
    const begun = await anImport({
      urls: ["http://127.0.0.1/", "http://[::ffff:7f00:1]/", "http://localhost/"],
    });
    const jobs = await startJobs({ onDefect: (error) => expect.fail(String(error)) });
    try {
      await expect.poll(async () => (await begun.state()).state).toBe("done");
    } finally {
      await jobs.stop();
    }
    const { rejected } = await begun.state();
    expect(rejected.map(({ reason }) => reason)).toEqual(
      Array(3).fill("The address leads to no place that is open to everybody."),
    );
  });

  test("are refused once it is switched off, also those of an import that has begun", async () => {
    const { visitor, asked } = await aWeb({ "/1": page("One") });
    const begun = await anImport({ urls: ["http://a.example/1"] });
    await changeSettings(operator, { pages_by_address: false });
    expect(await ended(begun, visitor)).toEqual([
      [
        "http://a.example/1",
        "rejected",
        expect.stringMatching(/^Fetching articles from the web is switched off/),
      ],
    ]);
    expect(asked).toEqual([]);
    await expect(anImport({ urls: ["http://a.example/1"] })).rejects.toThrow(/switched off/);
  });

  test("come in here and now as well, and are only foreseen in a dry run", async () => {
    const { visitor } = await aWeb({ "/1": page("One") });
    const project = await aProject();
    const pages = askedPages({ urls: ["http://a.example/1", "http://a.example/2", "x"] });
    const files = () => pagesHere(pages, { visitor });
    const options = { format: "auto" } as const;
    const foreseen = await forecastImport(operator, project.slug, { ...options, files: files() });
    const done = await importFiles(operator, project.slug, { ...options, files: files() });
    expect(foreseen).toMatchObject({
      created: 1,
      rejected: [{ path: "http://a.example/2" }, { path: "x" }],
    });
    expect(done).toMatchObject({ created: 1, rejected: foreseen.rejected });
  });

  test.for([
    { name: "nothing", asked: { list: "  \n" }, reason: "There is no address to fetch." },
    { name: "a list with a broken quote", asked: { list: 'url\n"x' }, reason: /^A quote stands/ },
  ])("are refused where there are none: $name", async ({ asked, reason }) => {
    await expect(anImport(asked)).rejects.toThrow(reason);
  });
});

describe("over the API", () => {
  async function send(token: string, project: { slug: string }, body: unknown) {
    const url = `http://localhost/api/v1/projects/${project.slug}/page-imports`;
    const request = new NextRequest(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return ask(request, { params: Promise.resolve({ project: project.slug }) });
  }

  test("an import begins, where a site admin has allowed it", async () => {
    const project = await aProject();
    const token = await aToken(await aMember(project.id, "admin"));
    const response = await send(token, project, { urls: ["http://a.example/1"] });
    expect(response.status).toBe(202);
    expect(ImportDetail.parse(await response.json())).toMatchObject({
      state: "queued",
      files: 1,
      waiting_pages: 1,
    });
    await changeSettings(operator, { pages_by_address: false });
    const refused = await send(token, project, { urls: ["http://a.example/1"] });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: "forbidden",
      detail:
        "Fetching articles from the web is switched off here. A site admin can allow it on the page People.",
      setting: "pages_by_address",
    });
  });

  test.for([
    { body: {} },
    { body: { urls: [] } },
    { body: { urls: ["http://a.example/"], list: "http://a.example/" } },
    { body: { urls: ["x".repeat(2001)] } },
    { body: { urls: ["http://a.example/"], more: 1 } },
  ])("$body is refused", async ({ body }) => {
    const project = await aProject();
    const token = await aToken(await aMember(project.id, "admin"));
    expect((await send(token, project, body)).status).toBe(400);
  });

  test("reviewers may not", async () => {
    const project = await aProject();
    const token = await aToken(await aMember(project.id, "reviewer"));
    expect((await send(token, project, { urls: ["http://a.example/"] })).status).toBe(403);
    const stranger = await aToken(await aUser());
    expect((await send(stranger, project, { urls: ["http://a.example/"] })).status).toBe(404);
  });
});
