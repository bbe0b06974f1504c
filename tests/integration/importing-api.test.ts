import { NextRequest } from "next/server";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { POST as preview } from "@/app/api/v1/projects/[project]/import-previews/route";
import { GET as items } from "@/app/api/v1/projects/[project]/imports/[id]/items/route";
import { GET as detail } from "@/app/api/v1/projects/[project]/imports/[id]/route";
import { GET as list, POST as upload } from "@/app/api/v1/projects/[project]/imports/route";
import { ImportDetail, ImportItemPage, ImportPage, ImportPreview } from "@/lib/api/imports";
import { database } from "@/lib/store/database";
import { aToken } from "../setup/client";
import { aDatabase } from "../setup/database";
import { aJobsProcess } from "../setup/jobs";
import { aMember, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function anAdmin() {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  return { project, token: await aToken(admin) };
}

type Sender = { token?: string; project: { slug: string } };

function requestOf(
  { token, project }: Sender,
  body?: BodyInit,
  { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
) {
  const url = `http://localhost/api/v1/projects/${project.slug}/imports${query}`;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new NextRequest(url, {
    headers: { ...authorization, ...headers },
    ...(body === undefined ? {} : { method: "POST", body, duplex: "half" }),
  });
}

const at = ({ project }: Sender) => ({ params: Promise.resolve({ project: project.slug }) });

const send = (sender: Sender, ...rest: [BodyInit, Parameters<typeof requestOf>[2]?]) =>
  upload(requestOf(sender, ...rest), at(sender));

function form(...files: [path: string, content: string][]): FormData {
  const data = new FormData();
  for (const [path, content] of files) data.append("files", new Blob([content]), path);
  return data;
}

const importsOf = async ({ project }: { project: { id: string } }) =>
  (await database().pool.query("SELECT state FROM imports WHERE project_id = $1", [project.id]))
    .rows;

describe("a small upload", () => {
  test("is answered with its outcome", async () => {
    const admin = await anAdmin();
    const response = await send(
      admin,
      form(["folder/a.md", "# T\n\nx"], ["b.txt", ""], ["c.jsonl", '{"text":"y"}\nbad']),
    );
    expect(response.status).toBe(201);
    expect(ImportDetail.parse(await response.json())).toMatchObject({
      state: "done",
      progress: 1,
      files: 3,
      created: 2,
      rejected_count: 2,
      rejected: [
        { path: "b.txt", line: null, column: null, reason: "The file is empty." },
        { path: "c.jsonl", line: 2, column: 1 },
      ],
    });
  });

  test.for([
    { type: "text/markdown", query: "", body: "# T\n\n*x*", text: "T\n\nx" },
    { type: "text/plain; charset=utf-8", query: "", body: "*x*", text: "*x*" },
    { type: "application/json", query: "", body: '{"text":"x"}', text: "x" },
    { type: "application/octet-stream", query: "?filename=a.md", body: "# T", text: "T" },
    { type: "text/plain", query: "?filename=a.md", body: "# T", text: "T" },
    { type: "application/octet-stream", query: "?format=text", body: "# T", text: "# T" },
  ])("may be a file as it is: $type $query", async ({ type, query, body, text }) => {
    const admin = await anAdmin();
    const response = await send(admin, body, { query, headers: { "content-type": type } });
    expect(response.status).toBe(201);
    const { rows } = await database().pool.query(
      "SELECT text FROM article_versions WHERE project_id = $1",
      [admin.project.id],
    );
    expect(rows).toEqual([{ text }]);
  });

  test("may be looked at before", async () => {
    const admin = await anAdmin();
    const spans = [{ label: "claim", start: 0, end: 3 }];
    const request = requestOf(
      admin,
      form(["a.jsonl", JSON.stringify({ text: "She did.", spans })], ["b.md", ""]),
    );
    const response = await preview(request, at(admin));
    expect(response.status).toBe(200);
    expect(ImportPreview.parse(await response.json())).toMatchObject({
      more: false,
      items: [
        { kind: "article", text: "She did.", spans: [{ label: "claim", quote: "She" }] },
        { kind: "rejected", path: "b.md", reason: "The file is empty." },
      ],
    });
    expect(await importsOf(admin)).toEqual([]);
  });

  test("may be looked at before: a long file hides neither others nor what they ask, and says that it is longer", async () => {
    const admin = await anAdmin();
    const lines = (label: string, count: number) =>
      Array.from({ length: count }, (_, n) =>
        JSON.stringify({ text: `She did ${n}.`, spans: [{ label, start: 0, end: 3 }] }),
      ).join("\n");
    const files: [string, string][] = [
      ["a.jsonl", lines("claim", 30)],
      ["b.jsonl", lines("ORG", 6)],
      ["c.jsonl", ""],
      ["d.jsonl", lines("PER", 30)],
    ];
    const response = await preview(requestOf(admin, form(...files)), at(admin));
    const seen = ImportPreview.parse(await response.json());
    expect(seen.items.map(({ path }) => path[0]).join("")).toBe("aaaaaaabbbbbbcdddddd");
    expect(seen).toMatchObject({ more: true, more_in: ["a.jsonl", "d.jsonl"] });
    expect(seen.unknown.map(({ name }) => name).toSorted()).toEqual(["ORG", "PER"]);
    const many = Array.from({ length: 25 }, (_, n): [string, string] => [`${n}.txt`, `Text ${n}`]);
    const first = await preview(requestOf(admin, form(...many)), at(admin));
    const shown = ImportPreview.parse(await first.json());
    expect(shown.items).toHaveLength(20);
    expect(shown).toMatchObject({ more: true, more_in: [] });
  });
});

test("a large upload waits for its turn, and is found in the list with its items", async () => {
  const admin = await anAdmin();
  const many = Array.from({ length: 201 }, (_, n): [string, string] => [`${n}.txt`, `Text ${n}`]);
  const response = await send(admin, form(...many));
  expect(response.status).toBe(202);
  const { id, state, files } = ImportDetail.parse(await response.json());
  expect({ state, files }).toEqual({ state: "queued", files: 201 });
  const listed = ImportPage.parse(await (await list(requestOf(admin), at(admin))).json());
  expect(listed).toMatchObject({
    imports: [{ id, state: "queued", progress: 0 }],
    next_cursor: null,
  });
  const here = { params: Promise.resolve({ project: admin.project.slug, id }) };
  expect((await detail(requestOf(admin), here)).status).toBe(200);
  expect(ImportItemPage.parse(await (await items(requestOf(admin), here)).json())).toEqual({
    items: [],
    next_cursor: null,
  });
});

test("a large upload is answered with its outcome where the sender waits for it, or with how far it is in the end", async () => {
  const admin = await anAdmin();
  const many = form(
    ...Array.from({ length: 201 }, (_, n): [string, string] => [`${n}.txt`, `Text ${n}`]),
  );
  const early = await send(admin, many, { query: "?wait=1" });
  expect(early.status).toBe(202);
  const { id, state } = ImportDetail.parse(await early.json());
  expect(state).toBe("queued");
  const here = { params: Promise.resolve({ project: admin.project.slug, id }) };
  const gone = new AbortController();
  const left = detail(
    new NextRequest(requestOf(admin, undefined, { query: `/${id}?wait=50` }), {
      signal: gone.signal,
    }),
    here,
  );
  gone.abort();
  expect(ImportDetail.parse(await (await left).json()).state).toBe("queued");
  const waited = detail(requestOf(admin, undefined, { query: `/${id}?wait=50` }), here);
  const sent = send(admin, many, { query: "?wait=50" });
  aJobsProcess();
  expect(ImportDetail.parse(await (await waited).json()).created).toBe(201);
  const late = await sent;
  expect(late.status).toBe(201);
  expect(ImportDetail.parse(await late.json())).toMatchObject({ state: "done", unchanged: 201 });
  const refused = await detail(requestOf(admin, undefined, { query: `/${id}?wait=3600` }), here);
  expect(refused.status).toBe(400);
});

test("the lists of imports and of their items are read in pages, each entry once", async () => {
  const admin = await anAdmin();
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const sent = await send(admin, form([`${name}.txt`, "1"], [`${name}2.txt`, "2"]));
    ids.push((await sent.json()).id);
  }
  const pagesOf = async (answer: (query: string) => Promise<Response>) => {
    const seen: unknown[] = [];
    for (let cursor = ""; ; ) {
      const page = await (await answer(`?limit=1${cursor}`)).json();
      for (const entry of page.imports ?? page.items) seen.push(entry.id ?? entry.path);
      if (page.next_cursor === null) return seen;
      cursor = `&cursor=${page.next_cursor}`;
    }
  };
  const imports = await pagesOf((query) => list(requestOf(admin, undefined, { query }), at(admin)));
  expect(imports).toEqual(ids.toReversed());
  const last = { params: Promise.resolve({ project: admin.project.slug, id: ids[2] ?? "" }) };
  expect(await pagesOf((query) => items(requestOf(admin, undefined, { query }), last))).toEqual([
    "c.txt",
    "c2.txt",
  ]);
});

test("an import is not found in another project of its admin", async () => {
  const admin = await anAdmin();
  const { id } = await (await send(admin, form(["a.txt", "1"]))).json();
  const other = await anAdmin();
  const here = { params: Promise.resolve({ project: other.project.slug, id }) };
  expect((await detail(requestOf(other), here)).status).toBe(404);
  expect((await items(requestOf(other), here)).status).toBe(404);
});

/** A multipart body of some megabytes that stops in the middle of its second file. */
function brokenBody({ error }: { error: boolean }): ReadableStream<Uint8Array> {
  const head = (name: string) =>
    `--b\r\ncontent-disposition: form-data; name="f"; filename="${name}"\r\n\r\n`;
  const parts = [head("a.txt"), "a".repeat(6_000_000), `\r\n${head("b.txt")}`, "b".repeat(10_000)];
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part !== undefined) controller.enqueue(new TextEncoder().encode(part));
      else if (error) controller.error(new Error("aborted"));
      else controller.close();
    },
  });
}

test("bodies without a file name are articles of their own, unless they say the same", async () => {
  const admin = await anAdmin();
  const markdown = { headers: { "content-type": "text/markdown" } };
  const outcome = async (body: string) => {
    const { created, updated, unchanged } = await (await send(admin, body, markdown)).json();
    return { created, updated, unchanged };
  };
  expect(await outcome("# A\n\nOne.")).toEqual({ created: 1, updated: 0, unchanged: 0 });
  expect(await outcome("# B\n\nTwo.")).toEqual({ created: 1, updated: 0, unchanged: 0 });
  expect(await outcome("# A\n\nOne.")).toEqual({ created: 0, updated: 0, unchanged: 1 });
});

test("an upload may be as large as the limit", async () => {
  vi.stubEnv("GAINSAY_MAX_UPLOAD", "1000");
  const admin = await anAdmin();
  const headers = { "content-type": "text/plain", "content-length": "1000" };
  expect((await send(admin, "x".repeat(1000), { headers })).status).toBe(201);
});

describe("an upload that goes wrong leaves nothing behind:", () => {
  const multipart = { headers: { "content-type": "multipart/form-data; boundary=b" } };

  test.for([{ error: true }, { error: false }])("it breaks off ($error)", async ({ error }) => {
    const admin = await anAdmin();
    const response = await send(admin, brokenBody({ error }), multipart);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "invalid",
      detail: "The upload broke off.",
    });
    expect(await importsOf(admin)).toEqual([]);
  });

  test("it breaks off in its only part", async () => {
    const admin = await anAdmin();
    const head = '--b\r\ncontent-disposition: form-data; name="f"; filename="a.md"\r\n\r\n';
    const response = await send(admin, `${head}# T\n\nx`, multipart);
    expect(response.status).toBe(400);
    expect(await importsOf(admin)).toEqual([]);
  });

  test("it is larger than it may be, as it says itself", async () => {
    vi.stubEnv("GAINSAY_MAX_UPLOAD", "1000");
    const admin = await anAdmin();
    const headers = { "content-type": "text/plain", "content-length": "1001" };
    const response = await send(admin, "x".repeat(1001), { headers });
    expect(response.status).toBe(413);
  });

  test("it is larger than it may be, as it says itself, and is not even read", async () => {
    vi.stubEnv("GAINSAY_MAX_UPLOAD", "1000");
    const admin = await anAdmin();
    let asked = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          asked += 1;
          controller.enqueue(new Uint8Array(1));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "text/plain", "content-length": "1001" };
    expect((await send(admin, body, { headers })).status).toBe(413);
    expect(asked).toBe(0);
  });

  test("it is shorter than it says", async () => {
    const admin = await anAdmin();
    const headers = { "content-type": "text/plain", "content-length": "1000" };
    const response = await send(admin, "x".repeat(999), { headers });
    expect(await response.json()).toMatchObject({ detail: "The upload broke off." });
    expect(await importsOf(admin)).toEqual([]);
  });

  test("it is larger than it may be, and does not say so", async () => {
    vi.stubEnv("GAINSAY_MAX_UPLOAD", "5000000");
    const admin = await anAdmin();
    const response = await send(admin, brokenBody({ error: false }), multipart);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "too_large", limit: 5_000_000 });
    expect(await importsOf(admin)).toEqual([]);
  });

  test.for([
    { name: "no file at all", body: form(), init: {}, status: 400 },
    {
      name: "no boundary",
      body: "x",
      init: { headers: { "content-type": "multipart/form-data" } },
      status: 400,
    },
    {
      name: "a picture",
      body: "x",
      init: { headers: { "content-type": "image/png" } },
      status: 415,
    },
    {
      name: "an unknown format",
      body: form(["a", "x"]),
      init: { query: "?format=nonesuch" },
      status: 400,
    },
    {
      name: "an unknown parameter",
      body: form(["a", "x"]),
      init: { query: "?fromat=text" },
      status: 400,
    },
  ])("$name", async ({ body, init, status }) => {
    const admin = await anAdmin();
    const response = await send(admin, body, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await importsOf(admin)).toEqual([]);
  });
});

describe("who may", () => {
  test("nobody without a name", async () => {
    const project = await aProject();
    const response = await send(
      { project, token: `gainsay_${"x".repeat(40)}` },
      form(["a.md", "# T"]),
    );
    expect(response.status).toBe(401);
  });

  test("no reviewer, and nobody else's admin", async () => {
    const { project, token } = await anAdmin();
    const reviewer = await aToken(await aMember(project.id, "reviewer"));
    expect((await send({ project, token: reviewer }, form(["a.md", "# T"]))).status).toBe(403);
    const elsewhere = await aProject();
    expect((await send({ project: elsewhere, token }, form(["a.md", "# T"]))).status).toBe(404);
  });
});
