import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

// Next packs scripts and style sheets by gzip, anew for each request and no better than is quick. They are the same
// until the next build, so they are packed once, as well as can be: by Brotli they are a seventh smaller.

const types = new Map([
  [".js", "application/javascript; charset=UTF-8"],
  [".css", "text/css; charset=UTF-8"],
]);

/** The encodings of HTTP that there are, the better one first; what is sent in them lies in files that end so. */
const encodings = ["br", "gzip"] as const;
type Encoding = (typeof encodings)[number];

const packing = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        // One more would take twice as long for 2 %.
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY - 1,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
} satisfies Record<Encoding, unknown>;

/** Where a build has its assets, and where these are packed. */
const foldersOf = (dist: string) => ({ from: join(dist, "static"), to: join(dist, "packed") });

/** Packs the scripts and style sheets of a build. */
export async function packAssets(dist: string): Promise<void> {
  const { from, to } = foldersOf(dist);
  rmSync(to, { recursive: true, force: true });
  await Promise.all(
    assetsIn(from).map(async (path) => {
      const bytes = readFileSync(join(from, path));
      mkdirSync(join(to, path, ".."), { recursive: true });
      for (const encoding of encodings) {
        writeFileSync(join(to, `${path}.${encoding}`), await packing[encoding](bytes));
      }
    }),
  );
}

/** Paths below a folder, with slashes. */
function assetsIn(folder: string, isWanted = (path: string) => types.has(extname(path))): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter(isWanted);
}

const BELOW = "/_next/static/";

/**
 * Answers requests for what was packed, out of memory: some megabytes. Of a build that has nothing packed none.
 *
 * @returns of the function: whether it has answered
 */
export function packedAssets(
  dist: string,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const packed = new Map<string, Buffer>();
  try {
    const { to } = foldersOf(dist);
    for (const path of assetsIn(to, (name) => encodings.some((of) => name.endsWith(`.${of}`)))) {
      packed.set(path, readFileSync(join(to, path)));
    }
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isAbsent) throw error;
  }
  return ({ method, url = "", headers }, response) => {
    if (!url.startsWith(BELOW) || (method !== "GET" && method !== "HEAD")) return false;
    const path = url.slice(BELOW.length).replace(/\?.*$/, "");
    const encoding = encodings.find((of) => takes(headers["accept-encoding"], of));
    const bytes = encoding && packed.get(`${path}.${encoding}`);
    const type = types.get(extname(path));
    if (!bytes || !type) return false;
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Encoding": encoding,
      "Content-Length": bytes.length,
      "Cache-Control": "public, max-age=31536000, immutable", // as Next has it: their names change with them
      Vary: "Accept-Encoding",
    });
    response.end(method === "HEAD" ? undefined : bytes);
    return true;
  };
}

/** Whether whoever asks takes an encoding (RFC 9110, 12.5.3), and has named it. */
function takes(accepted: string | string[] | undefined, encoding: Encoding): boolean {
  const named = String(accepted ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim().split(/\s*;\s*/));
  return named.some(
    ([name, weight]) => name === encoding && !/^q=0(?:\.0{0,3})?$/.test(weight ?? ""),
  );
}
