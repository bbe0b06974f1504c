import { type NextRequest, NextResponse } from "next/server";
import { dataHeaders, pageHeaders, transportHeaders } from "@/lib/web/headers";

/** Sets headers, and nothing else: who may do what is decided in `lib/workflow`. */
export function proxy(request: NextRequest): NextResponse {
  const transport = transportHeaders(request);
  const { pathname } = request.nextUrl;
  if (looksLikeSomething.test(pathname)) return answer(transport, request.headers);
  if (pathname.startsWith("/api/")) {
    return answer({ ...dataHeaders, ...transport }, request.headers);
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const page = pageHeaders(nonce, { development: process.env.NODE_ENV === "development" });
  // Next finds the nonce in the request's policy and puts it on the scripts it writes.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", page["Content-Security-Policy"] ?? "");
  // Where to come back to after signing in; layouts are not told their address.
  headers.set("X-Gainsay-Path", pathOf(request.nextUrl));
  return answer({ ...page, ...transport }, headers);
}

/** What the API answers as a page of its own, which its handler sets all headers of: of two policies both would hold. */
const looksLikeSomething =
  /^\/api\/v1\/(?:projects\/[^/]+\/rounds\/[^/]+\/disputes|articles\/[^/]+\/print)\/?$/;

function pathOf({ pathname, searchParams }: URL): string {
  const search = new URLSearchParams(searchParams);
  search.delete("_rsc"); // Next's own, on the way from page to page
  return search.size > 0 ? `${pathname}?${search}` : pathname;
}

function answer(shown: Readonly<Record<string, string>>, request: Headers): NextResponse {
  const response = NextResponse.next({ request: { headers: request } });
  for (const [name, value] of Object.entries(shown)) response.headers.set(name, value);
  return response;
}

export const config = {
  matcher: [
    // Uploads stay out: Next cuts the body of a matched request at 10 MB without an error.
    "/((?!_next/static|api/v1/projects/[^/]+/(?:imports|import-previews)/?$).*)",
  ],
};
