import { afterEach, expect, test, vi } from "vitest";
import { answerIn, call, urlOf } from "@/lib/api/client";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser at a page, whose server answers so. */
function aBrowser(answer: () => Promise<Response>) {
  const sent: { url: string; init: RequestInit }[] = [];
  const visited: string[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return answer();
  });
  vi.stubGlobal("location", {
    pathname: "/projects/sample/import",
    search: "?a=b",
    assign: (url: string) => visited.push(url),
  });
  return { sent, visited };
}

const problem = (status: number, members: object) =>
  Promise.resolve(Response.json({ detail: "No.", ...members }, { status }));

test("an address holds what stands in its path, escaped, and what is said in its query", () => {
  const path = { project: "a/b c" };
  expect(urlOf("GET /projects/{project}/articles", { path })).toBe(
    "/api/v1/projects/a%2Fb%20c/articles",
  );
  const query = { q: "«نفت»", limit: 2, state: undefined };
  expect(urlOf("GET /projects/{project}/articles", { path, query })).toBe(
    "/api/v1/projects/a%2Fb%20c/articles?q=%C2%AB%D9%86%D9%81%D8%AA%C2%BB&limit=2",
  );
});

test("a body goes out as JSON, a form as it is", async () => {
  const { sent } = aBrowser(() => Promise.resolve(new Response(null, { status: 204 })));
  const body = { current: "a", replacement: "b" };
  expect(await call("POST /me/password", { body })).toEqual({ ok: true, value: null });
  const form = new FormData();
  await call("POST /projects/{project}/import-previews", { path: { project: "p" }, body: form });
  expect(sent.map(({ init }) => [init.method, init.headers, init.body])).toEqual([
    ["POST", { "Content-Type": "application/json" }, JSON.stringify(body)],
    ["POST", undefined, form],
  ]);
});

test.for([
  { name: "a sentence as it stands", members: {}, expected: { message: "No.", field: null } },
  { name: "the field", members: { field: "email" }, expected: { message: "No.", field: "email" } },
  { name: "the id of a defect", members: { id: "x1" }, expected: { message: "No. (x1)" } },
  {
    name: "a sentence of its own for a page of a proxy",
    members: { detail: undefined },
    expected: { message: "Something went wrong. Please try again." },
  },
])("a refusal tells $name", async ({ members, expected }) => {
  aBrowser(() => problem(422, { code: "unprocessable", ...members }));
  expect(await call("GET /me", {})).toMatchObject({ ok: false, ...expected });
});

test("no answer and half an answer are told apart in words, and reject nothing", async () => {
  aBrowser(() => Promise.reject(new TypeError("fetch failed")));
  expect(await call("GET /me", {})).toMatchObject({
    code: "unreachable",
    message: "Gainsay cannot be reached. Are you online?",
  });
  aBrowser(() => Promise.resolve(new Response('{"id":', { status: 200 })));
  expect(await call("GET /me", {})).toMatchObject({
    code: "unreachable",
    message: "The answer broke off on its way. Please try again.",
  });
});

test("whose session has ended goes to sign in and comes back, unless they have to stay", async () => {
  const ended = () => problem(401, { code: "unauthenticated" });
  const { visited } = aBrowser(ended);
  expect(await call("GET /me", { signedOut: "stay" })).toMatchObject({ code: "unauthenticated" });
  expect(visited).toEqual([]);
  await answerIn(await ended());
  expect(visited).toEqual(["/sign-in?next=%2Fprojects%2Fsample%2Fimport%3Fa%3Db"]);
});
