import { unstable_doesMiddlewareMatch as doesProxyMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { config, proxy } from "@/proxy";

function answerTo(path: string, headers: Record<string, string> = {}) {
  return proxy(new NextRequest(`http://gainsay.example${path}`, { headers })).headers;
}

function policyOf(headers: Headers, directive: string) {
  const policy = headers.get("content-security-policy") ?? "";
  return policy.split("; ").find((part) => part.startsWith(`${directive} `));
}

test("a page's scripts need its own nonce", () => {
  const [first, second] = [answerTo("/projects"), answerTo("/projects")];
  expect(policyOf(first, "script-src")).toMatch(
    /^script-src 'self' 'nonce-[\w+/]{24}' 'strict-dynamic'$/,
  );
  expect(policyOf(first, "script-src")).not.toBe(policyOf(second, "script-src"));
});

test("a nonce that a request brings along is not taken over", () => {
  const headers = answerTo("/projects", { "content-security-policy": "script-src 'nonce-mine'" });
  expect(headers.get("x-middleware-request-content-security-policy")).toBe(
    headers.get("content-security-policy"),
  );
});

test("an answer of the API may do nothing as a page", () => {
  expect(answerTo("/api/v1/projects").get("content-security-policy")).toBe(
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  );
});

test.for(["/projects", "/api/v1/projects"])("%s is neither framed, sniffed nor kept", (path) => {
  const headers = answerTo(path);
  expect(policyOf(headers, "frame-ancestors")).toBe("frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
});

test.for([
  { name: "by https through a proxy", forwarded: "https", expected: "max-age=63072000" },
  { name: "by https through two", forwarded: "https, http", expected: "max-age=63072000" },
  { name: "by http", forwarded: "http", expected: null },
  { name: "directly", forwarded: undefined, expected: null },
])("a request that came $name is told to stay with https: $expected", ({ forwarded, expected }) => {
  const headers = answerTo("/projects", forwarded ? { "x-forwarded-proto": forwarded } : {});
  expect(headers.get("strict-transport-security")).toBe(expected);
});

test.for([
  {
    path: "/projects/sample/articles?q=a%20b&_rsc=1x",
    expected: "/projects/sample/articles?q=a+b",
  },
  { path: "/account?_rsc=1x", expected: "/account" },
])("a page learns its address: $expected", ({ path, expected }) => {
  const headers = answerTo(path, { "x-gainsay-path": "https://elsewhere.example" });
  expect(headers.get("x-middleware-request-x-gainsay-path")).toBe(expected);
});

test.for([
  { url: "/", matched: true },
  { url: "/projects/sample/imports", matched: true },
  { url: "/api/v1/projects", matched: true },
  { url: "/api/v1/projects/sample/imports/0198f2c1", matched: true },
  { url: "/api/v1/projects/sample/imports", matched: false },
  { url: "/api/v1/projects/sample/imports?format=jsonl", matched: false },
  { url: "/api/v1/projects/sample/import-previews", matched: false },
  { url: "/_next/static/chunks/main.js", matched: false },
])("the proxy sees $url: $matched", ({ url, matched }) => {
  expect(doesProxyMatch({ config, url, nextConfig: {} })).toBe(matched);
});
