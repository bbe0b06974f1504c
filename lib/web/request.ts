import { Refusal } from "@/lib/domain/refusal";

/** How deep JSON may nest: nothing Gainsay reads goes beyond a dozen levels. */
const MAX_DEPTH = 40;

/** The most members of one object or list: the longest list, of operations, has 500. */
const MAX_MEMBERS = 1_000;

/** The most members of all objects and lists together: what is more takes longer to judge than to send. */
const MAX_ELEMENTS = 200_000;

/**
 * Reads a JSON body.
 *
 * @param limit in bytes; what people write about themselves and each other is far below the usual one
 * @param optional whether there may be none at all, which reads as undefined
 * @throws Refusal "unsupported" unless it is called JSON, "too_large" above the limit, "invalid" if it
 *   is not JSON, too deep or too much, or has a key that could reach an object's prototype
 */
export async function readJson(
  request: Request,
  { limit = 32 * 1024, optional = false }: { limit?: number | undefined; optional?: boolean } = {},
): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === undefined && optional && (await isEmpty(request))) return undefined;
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

async function isEmpty({ body }: Request): Promise<boolean> {
  if (!body) return true;
  for await (const chunk of body) if (chunk.byteLength > 0) return false;
  return true;
}

/** @throws Refusal "invalid"; see {@link readJson} */
export function parseJson(text: string): unknown {
  checkSize(text); // first: parsing is what takes time
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal("invalid", "The body is not JSON.");
  }
  // Rare enough that only texts that may hold such are walked through.
  if (/__proto__|\\u(?:005f|0000|d[89a-f])/i.test(text)) checkTexts(value);
  return value;
}

/** Counts what a text holds, without making anything of it; where it is no JSON, the count means nothing. */
function checkSize(text: string): void {
  const members: number[] = [];
  let elements = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x7b: // {
      case 0x5b: // [
        members.push(1);
        elements += 1;
        if (members.length > MAX_DEPTH + 1) {
          throw new Refusal("invalid", `JSON may nest ${MAX_DEPTH} levels deep.`);
        }
        break;
      case 0x7d: // }
      case 0x5d: // ]
        members.pop();
        break;
      case 0x2c: {
        // ,
        const count = (members.pop() ?? 0) + 1;
        members.push(count);
        elements += 1;
        if (count > MAX_MEMBERS) {
          throw new Refusal("invalid", `An object or list may have ${MAX_MEMBERS} members.`);
        }
        break;
      }
    }
    if (elements > MAX_ELEMENTS) {
      throw new Refusal("invalid", `A body may have ${MAX_ELEMENTS} values.`);
    }
  }
}

/** The place of the quote that ends a string, or of the text's end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at += 1;
  }
  return text.length;
}

function checkTexts(value: unknown): void {
  if (typeof value === "string") checkStorable(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") throw new Refusal("invalid", "A key cannot be called __proto__.");
    checkStorable(key);
    checkTexts(inner);
  }
}

/** @throws Refusal "invalid" for what the database cannot keep */
function checkStorable(text: string): void {
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new Refusal("invalid", "Text cannot hold NUL, nor half a character.");
  }
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

/**
 * The origin of the page that makes a mutation, which is one of this site.
 *
 * @throws Refusal "cross_origin"
 */
export function originOf(request: Request): string {
  checkOrigin(request);
  return request.headers.get("origin") ?? "";
}

/** The name by which a browser reaches this server, without a port; "" where it does not say. */
export function hostOf(headers: Headers): string {
  const address = `http://${headers.get("host") ?? ""}`;
  return URL.canParse(address) ? new URL(address).hostname : "";
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

/**
 * The query of a URL as an object; of a name that is given twice, the last counts.
 *
 * @throws Refusal "invalid" for what the database cannot keep
 */
export function queryOf(request: Request): Record<string, string> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  Object.values(query).forEach(checkStorable);
  return query;
}
