/**
 * The security headers of every answer. `proxy.ts` sets them; handlers that it must not match
 * (uploads: Next would cut their bodies at 10 MB) set `apiHeaders` themselves.
 */
type Headers = Readonly<Record<string, string>>;

const everywhere: Headers = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
};

/** Two years, in seconds; only over https, where a browser heeds it. */
const strictTransport: Headers = { "Strict-Transport-Security": "max-age=63072000" };

/** Whether the request came by https, as the nearest proxy tells it. */
export function cameByHttps(request: {
  url: string;
  headers: { get(name: string): string | null };
}) {
  const forwarded = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return (forwarded ?? new URL(request.url).protocol.replace(":", "")) === "https";
}

/**
 * What a page may load and do. Scripts run only with this request's nonce, or when such a script
 * loads them. Inline styles are let through: the headless widgets place popups by them.
 *
 * @param options.development React's error overlay evaluates code there
 */
export function contentSecurityPolicy(
  nonce: string,
  { development }: { development: boolean },
): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self' blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** @param https whether the request came by https, see `cameByHttps` */
export function pageHeaders(policy: string, { https }: { https: boolean }): Headers {
  return {
    ...everywhere,
    "Content-Security-Policy": policy,
    ...(https ? strictTransport : {}),
  };
}

/** For data: an answer of the API that a browser is made to show as a page may do nothing at all. */
export function apiHeaders({ https }: { https: boolean }): Headers {
  return {
    ...everywhere,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    ...(https ? strictTransport : {}),
  };
}
