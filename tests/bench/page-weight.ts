import { readFileSync, statSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { ensureBuilt } from "@/scripts/build";
import { root } from "./environment";
import type { Bench, Figure } from "./figure";
import { aBrowser, anArticle, aReader, aWindow, type Session, signIn } from "./reader";

/** A build of its own, as users get it but for the maps from its scripts to their sources. */
const dist = ".next-page-weight";

/** What a page may load, in KiB as they are sent. */
const limits = { "annotate page": 250, "article list": 150 } as const;

/** What a page in Latin letters may load of fonts, in KiB as they are sent. */
const fontLimit = 150;

/** Packages that weigh less are counted together, in KiB. */
const LIGHT = 1;

/**
 * What a page loads in Chromium until it is idle, without being touched: scripts as gzip has them, which is
 * what browsers take where there is no TLS, and as they are sent to those that take Brotli, by package; style sheets and
 * fonts. A package's share of a script is its share of the characters.
 */
export const bench: Bench = async ({ startServer, log }) => {
  process.env.GAINSAY_DIST_DIR = dist;
  process.env.GAINSAY_SOURCE_MAPS = "1";
  await ensureBuilt();
  const user = await aReader();
  const article = await anArticle(user, { slug: "usual", characters: 34_000, spans: 650 });
  const { baseUrl } = await startServer();
  const browser = await aBrowser();
  try {
    const session = await signIn(browser, baseUrl);
    const list = `${baseUrl}/projects/corpus/articles`;
    const pages = [
      ["annotate page", `${list}/${article}`, ".article[role=document]"],
      ["article list", list, "main li"],
    ] as const;
    const figures: Figure[] = [];
    for (const [name, url, ready] of pages) {
      const loaded = await loadedBy(browser, session, { url, ready });
      const of = (type: string) => loaded.filter((one) => one.type === type);
      const scripts = of("script");
      log(`${name}: ${scripts.length} scripts, ${of("font").length} fonts`);
      figures.push({
        name: `${name}: JavaScript`,
        value: kibibytes(scripts.reduce((sum, { path }) => sum + gzippedSize(path), 0)),
        unit: "KiB",
        limit: { atMost: limits[name] },
      });
      figures.push({
        name: `${name}: JavaScript, as it is sent`,
        value: weightOf(scripts),
        unit: "KiB",
      });
      figures.push({
        name: `${name}: fonts`,
        value: weightOf(of("font")),
        unit: "KiB",
        limit: { atMost: fontLimit },
      });
      figures.push({
        name: `${name}: style sheets`,
        value: weightOf(of("stylesheet")),
        unit: "KiB",
      });
      for (const [owner, sent] of byPackage(scripts)) {
        figures.push({ name: `${name}: ${owner}`, value: kibibytes(sent), unit: "KiB" });
      }
    }
    return figures;
  } finally {
    await browser.close();
  }
};

/** What a page has loaded; `sent` is the bytes of its body on the way. */
type Loaded = { readonly type: string; readonly path: string; readonly sent: number };

async function loadedBy(
  browser: Browser,
  session: Session,
  { url, ready }: { url: string; ready: string },
): Promise<Loaded[]> {
  const page = await aWindow(browser, session);
  const loaded: Promise<Loaded>[] = [];
  page.on("requestfinished", (request) => {
    const type = request.resourceType();
    const path = new URL(request.url()).pathname;
    loaded.push(request.sizes().then(({ responseBodySize: sent }) => ({ type, path, sent })));
  });
  await page.goto(url, { waitUntil: "networkidle" });
  await page.locator(ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("networkidle");
  const all = await Promise.all(loaded);
  await page.context().close();
  return all;
}

/** Of a script as the build has packed it, in bytes. */
function gzippedSize(path: string): number {
  return statSync(join(root, dist, "packed", `${path.replace(/^\/_next\/static\//, "")}.gzip`))
    .size;
}

function weightOf(loaded: readonly Loaded[]): number {
  return kibibytes(loaded.reduce((sum, { sent }) => sum + sent, 0));
}

/** Bytes by what they come from, the heaviest first. */
function byPackage(scripts: readonly Loaded[]): [owner: string, sent: number][] {
  const weights = new Map<string, number>();
  for (const { path, sent } of scripts) {
    const shares = sharesOf(path.replace(/^\/_next\//, ""));
    const all = [...shares.values()].reduce((sum, characters) => sum + characters, 0);
    for (const [owner, characters] of shares) {
      weights.set(owner, (weights.get(owner) ?? 0) + (sent * characters) / all);
    }
  }
  const isHeavy = ([, sent]: [string, number]) => kibibytes(sent) >= LIGHT;
  const sorted = [...weights].sort(([, a], [, b]) => b - a);
  const light = sorted.filter((weight) => !isHeavy(weight));
  const rest = light.reduce((sum, [, sent]) => sum + sent, 0);
  return [...sorted.filter(isHeavy), [`${light.length} other packages`, rest]];
}

/** How many characters of a script come from what. */
function sharesOf(path: string): Map<string, number> {
  const script = readFileSync(join(root, dist, path), "utf8");
  const shares = new Map<string, number>();
  const count = (owner: string, characters: number) =>
    shares.set(owner, (shares.get(owner) ?? 0) + characters);
  const address = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(script);
  const code = address ? script.slice(0, address.index) : script;
  if (!address?.[1]) return shares.set(ownerOf(""), code.length);
  const map = new SourceMap(
    JSON.parse(readFileSync(join(root, dist, path, "..", address[1]), "utf8")),
  );
  code.split("\n").forEach((line, number) => {
    for (let column = 0; column < line.length; column += 1) {
      const entry = map.findEntry(number, column);
      count(ownerOf("originalSource" in entry ? entry.originalSource : ""), 1);
    }
  });
  return shares;
}

/** The package a source belongs to; React's and the editor's many are one each. */
function ownerOf(source: string): string {
  if (source === "") return "bundler";
  const path = source.split("/node_modules/").at(-1) ?? "";
  if (path === source) return source.includes("turbopack/") ? "bundler" : "Gainsay";
  const compiled = /^next\/dist\/compiled\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1];
  const name = compiled ?? /^(?:@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[0] ?? path;
  if (/^(?:react|react-dom|scheduler|react-server-dom-turbopack)$/.test(name)) return "React";
  if (/^(?:@tiptap\/|prosemirror-)/.test(name)) return "ProseMirror";
  if (/^(?:@base-ui\/|@floating-ui\/)/.test(name)) return "Base UI";
  return name;
}

function kibibytes(bytes: number): number {
  return bytes / 1024;
}
