import { expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { problem } from "@/lib/web/respond";

test("a problem says what kind it is, and its details cannot say otherwise", async () => {
  const details = { status: 200, code: "fine", detail: "Fine.", state: "used" };
  const answer = problem(new Refusal("conflict", "It is used.", details));
  expect(answer.status).toBe(409);
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(await answer.json()).toEqual({
    type: "about:blank",
    title: "Conflict",
    status: 409,
    code: "conflict",
    detail: "It is used.",
    state: "used",
  });
});

test.for([
  ["stale_revision", 409],
  ["operation_reused", 409],
  ["cross_origin", 403],
  ["rate_limited", 429],
] as const)("%s has the status %i", ([code, status]) => {
  expect(problem(new Refusal(code, "No.")).status).toBe(status);
});

test("whoever was too often here is told when to come again, in whole seconds", () => {
  const refusal = new Refusal("rate_limited", "Later.", { retry_after_seconds: 1.2 });
  expect(problem(refusal).headers.get("retry-after")).toBe("2");
});

test("no cache keeps a problem", () => {
  expect(problem(new Refusal("forbidden", "No.")).headers.get("cache-control")).toBe("no-store");
});

test("what an address does not answer to is refused with what it does", () => {
  const refusal = new Refusal("method_not_allowed", "No.", { allow: ["GET", "HEAD"] });
  expect(problem(refusal).headers.get("allow")).toBe("GET, HEAD");
  expect(problem(new Refusal("forbidden", "No.")).headers.has("allow")).toBe(false);
});
