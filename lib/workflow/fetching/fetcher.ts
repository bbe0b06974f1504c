import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { Refusal } from "@/lib/domain/refusal";
import { isPublic, literalOf, webAddress } from "./addresses";

/** What we call ourselves to sites, and in their rules for programs. */
export const USER_AGENT = "Gainsay";

/** What an answer may be, and take. Times are in milliseconds, sizes in bytes. */
export type FetchLimits = {
  /** For all of it, with every redirect. */
  readonly time: number;
  /** Until a site begins to answer. */
  readonly firstByte: number;
  /** Of the body as it is sent, and as it is once unpacked. */
  readonly size: number;
};

const LIMITS: FetchLimits = { time: 30_000, firstByte: 10_000, size: 8 * 1024 * 1024 };

/** How often a site may send us elsewhere. */
const MOST_REDIRECTS = 5;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a site answered at last. */
export type Fetched = {
  /** After redirects. */
  readonly url: URL;
  readonly status: number;
  /** In lower case, without parameters; "" where the site says nothing. */
  readonly mediaType: string;
  /** The encoding that is said, in lower case; null if none is. */
  readonly charset: string | null;
  readonly bytes: Uint8Array;
};

type Asked = {
  /** The media types that are read of an answer that is no error; all, if left out. */
  readonly types?: ReadonlySet<string>;
  /** Asked before each request, also those that a site sends us to. */
  readonly before?: (url: URL) => Promise<void>;
  /** Whether what is longer than may be is cut, rather than refused. */
  readonly cut?: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** Where a name leads: all of its IP addresses. */
type Resolve = (name: string) => Promise<readonly string[]>;

/**
 * Fetches what anybody could fetch, and nothing else: whoever asks names the address, and this machine may be inside of
 * networks that they are not. Of every name all IP addresses have to be public, and the one that was looked at is the
 * one that is connected to. What a site sends us to is looked at in the same way.
 */
export class Fetcher {
  readonly #limits: FetchLimits;
  readonly #resolve: Resolve;
  readonly #isAllowed: (address: string) => boolean;
  readonly #ports: { readonly http: number; readonly https: number };

  /** @param parts of it that tests have to replace, since their servers are where it never goes */
  constructor({
    limits = LIMITS,
    resolve = addressesOf,
    isAllowed = isPublic,
    ports = { http: 80, https: 443 },
  }: {
    readonly limits?: FetchLimits;
    readonly resolve?: Resolve;
    readonly isAllowed?: (address: string) => boolean;
    readonly ports?: { readonly http: number; readonly https: number };
  } = {}) {
    this.#limits = limits;
    this.#resolve = resolve;
    this.#isAllowed = isAllowed;
    this.#ports = ports;
  }

  /**
   * @throws Refusal with a reason that says no more of where it leads than anybody may know; the signal's reason when it
   *   aborts
   */
  async fetch(address: URL, asked: Asked = {}): Promise<Fetched> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#limits.time);
    const signal = asked.signal ? AbortSignal.any([asked.signal, late.signal]) : late.signal;
    try {
      return await this.#follow(address, { ...asked, signal });
    } catch (error) {
      asked.signal?.throwIfAborted();
      if (error instanceof Refusal) throw error;
      if (late.signal.aborted) {
        throw unavailable(`The site took more than ${this.#limits.time / 1000} seconds to answer.`);
      }
      throw reasonOf(error);
    } finally {
      clearTimeout(timer);
      late.abort(); // nothing of it is left open
    }
  }

  async #follow(address: URL, asked: Asked & { readonly signal: AbortSignal }): Promise<Fetched> {
    let url = address;
    for (let redirects = 0; ; redirects += 1) {
      const ip = await orAborted(this.#checked(url), asked.signal);
      await asked.before?.(url);
      const response = await this.#request(url, ip, asked.signal);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (REDIRECTS.has(status) && location !== undefined) {
        response.destroy();
        if (redirects === MOST_REDIRECTS) {
          throw refused(
            `The site sends from one address to the next more than ${MOST_REDIRECTS} times.`,
          );
        }
        url = redirected(location, url);
        continue;
      }
      try {
        return await this.#answer(url, status, response, asked);
      } finally {
        response.destroy();
      }
    }
  }

  /** The IP address to connect to, once all that a name leads to have been looked at. */
  async #checked(url: URL): Promise<string> {
    const literal = literalOf(url);
    const found = literal === null ? await this.#resolve(url.hostname) : [literal];
    const [first] = found;
    // One sentence for all of it: which names there are in a network is nobody's business outside.
    if (first === undefined || !found.every((ip) => this.#isAllowed(ip))) {
      throw refused("The address leads to no place that is open to everybody.");
    }
    return found.find((ip) => !ip.includes(":")) ?? first;
  }

  #request(url: URL, ip: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const family = ip.includes(":") ? 6 : 4;
    const toChecked: LookupFunction = (_, options, found) => {
      if (options.all) found(null, [{ address: ip, family }]);
      else found(null, ip, family);
    };
    const isSecure = url.protocol === "https:";
    const port = isSecure ? this.#ports.https : this.#ports.http;
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const late = setTimeout(
      () =>
        reject(
          unavailable(
            `The site did not begin to answer within ${this.#limits.firstByte / 1000} seconds.`,
          ),
        ),
      this.#limits.firstByte,
    );
    const request = (isSecure ? https : http).request(url, {
      port,
      agent: false, // a connection of its own, to the address that was looked at
      lookup: toChecked,
      signal,
      headers: {
        Host: url.host,
        "User-Agent": USER_AGENT,
        Accept: "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.9",
        "Accept-Encoding": "gzip, br, deflate",
      },
    });
    request.once("response", (response) => {
      response.on("error", () => undefined); // whoever reads it meets it there
      // Should the connection not be where it was meant to be, nothing of it is read.
      const { remoteAddress } = request.socket ?? {};
      if (remoteAddress === undefined || !this.#isAllowed(unmapped(remoteAddress))) {
        reject(refused("The address leads to no place that is open to everybody."));
      } else resolve(response);
    });
    request.on("error", reject);
    request.end();
    return promise
      .catch((error) => {
        request.destroy();
        throw error;
      })
      .finally(() => clearTimeout(late));
  }

  async #answer(
    url: URL,
    status: number,
    response: http.IncomingMessage,
    { types, cut = false }: Asked,
  ): Promise<Fetched> {
    const { mediaType, charset } = contentType(response.headers["content-type"]);
    const fetched = { url, status, mediaType, charset };
    if (status < 200 || status > 299) return { ...fetched, bytes: new Uint8Array() };
    if (types && !types.has(mediaType)) {
      const what = mediaType === "" ? "of a kind that the site does not say" : mediaType;
      throw refused(`It is no page or text, but ${what.slice(0, 100)}.`);
    }
    return { ...fetched, bytes: await this.#body(response, cut) };
  }

  async #body(response: http.IncomingMessage, cut: boolean): Promise<Uint8Array> {
    const { size } = this.#limits;
    const tooMuch = () =>
      new Refusal("too_large", `The page has more than ${size / 1024 ** 2} MiB.`, { limit: size });
    if (!cut && Number(response.headers["content-length"] ?? 0) > size) throw tooMuch();
    const limited = async function* (bytes: AsyncIterable<Uint8Array>) {
      let sum = 0;
      for await (const chunk of bytes) {
        sum += chunk.byteLength;
        if (sum > size) {
          if (!cut) throw tooMuch();
          yield chunk.subarray(0, chunk.byteLength - (sum - size));
          return;
        }
        yield chunk;
      }
    };
    const pieces: Uint8Array[] = [];
    for await (const piece of limited(unpackedBody(response, limited))) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}

/** The bytes of a body without what packs them for the way. */
async function* unpackedBody(
  response: http.IncomingMessage,
  limited: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const coding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const sent = limited(response);
  if (coding === "" || coding === "identity") {
    yield* sent;
    return;
  }
  const iterator = sent[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const whole = async function* () {
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      yield next.value;
  };
  const unpack = unpackerOf(coding, first.value);
  const source = Readable.from(whole(), { objectMode: false });
  source.once("error", (error) => unpack.destroy(error));
  source.pipe(unpack);
  try {
    yield* unpack;
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

function unpackerOf(coding: string, [first = 0]: Uint8Array) {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      // By the standard with a head (RFC 9110, 8.4.1.2), by many sites without.
      return (first & 0x0f) === 8 ? createInflate() : createInflateRaw();
    default:
      throw refused("The page is packed in a way that is not known.");
  }
}

/** What comes of some work that cannot be broken off, unless the signal aborts before. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    const found = await lookup(name, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  } catch {
    return [];
  }
}

/** @throws Refusal if it may not be followed */
function redirected(location: string, from: URL): URL {
  let to: URL;
  try {
    to = webAddress(location, from);
  } catch {
    throw refused("The site sends to an address that is not fetched.");
  }
  if (from.protocol === "https:" && to.protocol !== "https:") {
    throw refused("The site sends from an encrypted address to one that is not.");
  }
  return to;
}

/** An IPv4 address as it is, where a socket of IPv6 has it. */
const unmapped = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");

function contentType(header: string | undefined): { mediaType: string; charset: string | null } {
  const [type = "", ...parameters] = (header ?? "").split(";");
  const charset = parameters
    .map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(one)?.[1])
    .find((found) => found !== undefined);
  return { mediaType: type.trim().toLowerCase(), charset: charset?.toLowerCase() ?? null };
}

/** What went wrong on the way, in words that say nothing of who answered. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (
    /^(?:ERR_TLS|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|HOSTNAME_MISMATCH)/.test(code) ||
    code === "EPROTO"
  ) {
    return unavailable(
      "The site's certificate is not in order, or it does not encrypt as it should.",
    );
  }
  if (/^(?:Z_|ERR_.*(?:BROTLI|ZLIB|_DECOMPRESS)|ERR__ERROR)/.test(code)) {
    return refused("The page is packed wrongly, and cannot be unpacked.");
  }
  if (
    /^(?:E[A-Z]+|HPE_\w+|ABORT_ERR|UND_\w+)$/.test(code) ||
    code === "ERR_STREAM_PREMATURE_CLOSE"
  ) {
    return unavailable("The site could not be reached, or broke off.");
  }
  return error;
}

const refused = (message: string) => new Refusal("unprocessable", message);
const unavailable = (message: string) => new Refusal("unavailable", message);
