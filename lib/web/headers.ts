/**
 * The security headers of every answer. `proxy.ts` sets them, and so does `respond.ts` for the
 * handlers that the proxy must not match (uploads: Next would cut their bodies at 10 MB).
 */
type Headers = Readonly<Record<string, string>>;

const everywhere: Headers = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** For data: an answer of the API that a browser is made to show as a page may do nothing at all. */
export const dataHeaders: Headers = {
  ...everywhere,
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** For a document of the API that is shown and printed: it looks as its own styles say, and does nothing. */
export const documentHeaders: Headers = {
  ...everywhere,
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals",
};

/**
 * For pages. Scripts run only with this request's nonce, or when such a script loads them. Inline
 * styles are let through: the headless widgets place their popups by them.
 *
 * @param development React rebuilds server stacks with eval there
 */
export function pageHeaders(nonce: string, { development }: { development: boolean }): Headers {
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...everywhere, "Content-Security-Policy": policy.join("; ") };
}

/**
 * HSTS, two years, where the request came by https or the site is known to be reached by it; nothing
 * otherwise. A forged `X-Forwarded-Proto` is harmless: it changes only the forger's own answer.
 */
export function transportHeaders(request: {
  url: string;
  headers: { get(name: string): string | null };
}): Headers {
  const forwarded = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  const scheme = forwarded ?? new URL(request.url).protocol.slice(0, -1);
  const isSecure = scheme === "https" || process.env.NEXTAUTH_URL?.startsWith("https://");
  return isSecure ? { "Strict-Transport-Security": "max-age=63072000" } : {};
}
