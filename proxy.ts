import { type NextRequest, NextResponse } from "next/server";
import { apiHeaders, cameByHttps, contentSecurityPolicy, pageHeaders } from "@/lib/web/headers";

/** Sets the security headers, and nothing else: who may do what is decided in `lib/workflow`. */
export function proxy(request: NextRequest) {
  const https = cameByHttps(request);
  if (request.nextUrl.pathname.startsWith("/api/")) {
    return withHeaders(NextResponse.next(), apiHeaders({ https }));
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const policy = contentSecurityPolicy(nonce, {
    development: process.env.NODE_ENV === "development",
  });
  // Next finds the nonce in the request's policy and puts it on the scripts it writes.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  return withHeaders(NextResponse.next({ request: { headers } }), pageHeaders(policy, { https }));
}

function withHeaders(response: NextResponse, headers: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export const config = {
  matcher: [
    // Uploads stay out: Next cuts the body of a matched request at 10 MB without an error.
    "/((?!_next/static|_next/image|favicon.ico|api/v1/projects/[^/]+/(?:imports|import-previews)/?$).*)",
  ],
};
