import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import { Refusal } from "@/lib/domain/refusal";

/** A file as it arrives. The path is a name that the sender chose, never a place to write to. */
export type UploadedFile = {
  readonly path: string;
  readonly stream: AsyncIterable<Uint8Array>;
};

/** The most a form may hold beside its files. */
const MAX_FIELDS = 20;

/** The most bytes an upload may have, from GAINSAY_MAX_UPLOAD: 2 GiB if that is not set. */
export function maxUpload(): number {
  const given = Number(process.env.GAINSAY_MAX_UPLOAD);
  return Number.isSafeInteger(given) && given > 0 ? given : 2 * 1024 ** 3;
}

/** A request's media type in lower case, without its parameters. */
export function mediaTypeOf(request: Request): string {
  return request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * The body of a request as it arrives.
 *
 * @param limit in bytes
 * @throws Refusal "too_large" as soon as that is known, "invalid" if the sender goes away
 */
export async function* bodyOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(limit);
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > limit) throw tooLarge(limit);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Refusal ? error : brokenOff();
  }
  // A connection that is cut can look like an end.
  if (size < announced) throw brokenOff();
}

function tooLarge(limit: number): Refusal {
  return new Refusal("too_large", `An upload may have ${limit} bytes.`, { limit });
}

function brokenOff(): Refusal {
  return new Refusal("invalid", "The upload broke off.");
}

/**
 * The files of a multipart form in their order, while they arrive. What is not read of one is passed
 * over when the next is asked for.
 *
 * @param limit of the whole form, in bytes
 * @throws Refusal "too_large", and "invalid" if it is no such form or breaks off
 */
export async function* formFiles(request: Request, limit: number): AsyncGenerator<UploadedFile> {
  const form = openForm(request);
  const files = new FilesOnTheirWay();
  form.on("file", (_field, stream, path) => files.add({ path: path ?? "", stream }));
  form.on("fieldsLimit", () => files.end(new Refusal("invalid", "The form has too many fields.")));
  const body = Readable.from(bodyOf(request, limit), { objectMode: false });
  const parsing = pipeline(body, form).then(
    () => files.end(null),
    (error: unknown) => files.end(toRefusal(error)),
  );
  try {
    for (let file = await files.next(); file; file = await files.next()) {
      yield { path: file.path, stream: contentOf(file.stream) };
      file.stream.resume();
    }
  } finally {
    body.destroy();
    // It waits for every file that has come to be read, which nobody does any more.
    form.destroy();
    files.end(null);
    await parsing;
  }
}

/** A part that ends too early says so on its own stream, and may do so before the form does. */
async function* contentOf(part: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* part;
  } catch (error) {
    throw toRefusal(error);
  }
}

function openForm(request: Request): InstanceType<typeof Busboy> {
  const type = request.headers.get("content-type") ?? "";
  const headers: BusboyHeaders = { "content-type": type };
  try {
    return new Busboy({
      headers,
      preservePath: true,
      isPartAFile: (_field, _type, path) => path !== undefined,
      limits: { fields: MAX_FIELDS, fieldSize: 64 * 1024, headerPairs: 50, headerSize: 16 * 1024 },
    });
  } catch {
    throw new Refusal("invalid", "This is no multipart form: its boundary is missing.");
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : "";
  return /end of (?:multipart|form)/i.test(message) || message === "Premature close"
    ? brokenOff()
    : new Refusal("invalid", "This is no multipart form.");
}

type UploadedPart = { readonly path: string; readonly stream: Readable };

/** Hands files from the parser, which calls back, to a reader, who asks. */
class FilesOnTheirWay {
  readonly #waiting: UploadedPart[] = [];
  #current: Readable | null = null;
  #ended = false;
  #trouble: Refusal | null = null;
  #wake: () => void = () => undefined;

  add(file: UploadedPart): void {
    // An error that comes while nobody listens must not end the process; the reader learns of it.
    file.stream.on("error", () => undefined);
    this.#waiting.push(file);
    this.#wake();
  }

  /** The form is over, well or not: whoever reads a file of it must not wait for more. */
  end(trouble: Refusal | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#trouble = trouble;
    if (trouble !== null) {
      for (const stream of [this.#current, ...this.#waiting.map(({ stream }) => stream)]) {
        stream?.destroy(trouble);
      }
    }
    this.#wake();
  }

  async next(): Promise<UploadedPart | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#trouble !== null) throw this.#trouble;
    const file = this.#waiting.shift() ?? null;
    this.#current = file?.stream ?? null;
    return file;
  }
}
