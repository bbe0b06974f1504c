import { Refusal } from "@/lib/domain/refusal";

/** How deep JSON may nest: nothing Gainsay reads goes beyond a dozen levels. */
const MAX_DEPTH = 40;

/**
 * Reads a JSON body.
 *
 * @param limit in bytes
 * @throws Refusal "unsupported" unless it is called JSON, "too_large" above the limit, "invalid" if it
 *   is not JSON or has a key that could reach an object's prototype
 */
export async function readJson(request: Request, limit = 1024 * 1024): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refusal("unsupported", "The body must be application/json.");
  }
  const bytes = await readBytes(request, limit);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("invalid", "The body is not UTF-8.");
  }
  return parseJson(text);
}

/** @throws Refusal "invalid"; see {@link readJson} */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text, (key, inner: unknown) => {
      if (key === "__proto__") throw new Refusal("invalid", "A key cannot be called __proto__.");
      return inner;
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid", "The body is not JSON.");
  }
  checkDepth(value, 0);
  return value;
}

/**
 * Reads a whole body, stopping as soon as it is too large.
 *
 * @throws Refusal "too_large"
 */
export async function readBytes(request: Request, limit: number): Promise<Buffer<ArrayBuffer>> {
  const refuse = () => {
    throw new Refusal("too_large", `The body is larger than ${limit} bytes.`, { limit });
  };
  if (Number(request.headers.get("content-length") ?? 0) > limit) refuse();
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > limit) refuse();
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

function checkDepth(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw new Refusal("invalid", `JSON may nest ${MAX_DEPTH} levels deep.`);
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) checkDepth(inner, depth + 1);
}

/**
 * Refuses a mutation that another site's page makes with this browser's cookies. Requests without
 * cookies (scripts with a token) carry no `Origin` to check.
 *
 * @throws Refusal "cross_origin"
 */
export function checkOrigin(request: Request): void {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return;
  const origin = request.headers.get("origin");
  if (origin === null || !allowedOrigins(request).has(origin)) {
    throw new Refusal("cross_origin", "This request did not come from a page of this site.");
  }
}

/** The origins this server is reached at: its public URL, and the Host the browser asked for. */
function allowedOrigins(request: Request): Set<string> {
  const origins = new Set<string>();
  const configured = process.env.NEXTAUTH_URL;
  if (configured) origins.add(new URL(configured).origin);
  const host = request.headers.get("host");
  if (host) {
    origins.add(`http://${host}`);
    origins.add(`https://${host}`);
  }
  return origins;
}

/** The address of the client, as the server around Next determined it; forged headers cannot change it. */
export function clientAddress(headers: Headers): string {
  return headers.get("x-gainsay-client") ?? "unknown";
}

/** The query of a URL as an object; of a name that is given twice, the last counts. */
export function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}
