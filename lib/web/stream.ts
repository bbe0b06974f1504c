import { dataHeaders } from "./headers";
import { log } from "./log";

/** A client that has taken nothing for so long, in milliseconds, has gone or stands still for good. */
const STANDSTILL = 60_000;

/**
 * Answers with bytes as they are made: the next ones are asked for when the client has taken those
 * before. The source ends with the request, whatever becomes of it: it is returned when the client
 * goes away, also before the first byte, when it takes nothing for a minute, and at once for HEAD,
 * which is answered with the headers alone. Trouble on the way breaks the connection off, so that half
 * a file is not taken for a whole one.
 *
 * @param source is not begun before the client takes the first bytes; returning it must be possible
 *   at any time
 */
export function streamed(
  request: Request,
  source: AsyncGenerator<Uint8Array>,
  headers: Record<string, string>,
): Response {
  const answer = (body: ReadableStream | null) =>
    new Response(body, { headers: { ...dataHeaders, ...headers } });
  let standstill: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  /** For a stream that nobody reads: one that was cancelled takes no notice. */
  const clientGone = new Error("The client has gone.");
  const end = async (): Promise<void> => {
    ended = true;
    clearTimeout(standstill);
    request.signal.removeEventListener("abort", end);
    await source.return(undefined).catch((error: unknown) => {
      log.error({ err: error }, "a download could not be ended");
    });
  };
  if (request.method === "HEAD" || request.signal.aborted) {
    void end();
    return answer(null);
  }
  // Next does not always cancel a body: not when the client goes before it was begun.
  request.signal.addEventListener("abort", end);
  const waitForClient = (controller: ReadableStreamDefaultController) => {
    clearTimeout(standstill);
    standstill = setTimeout(() => {
      controller.error(new Error("The client has taken nothing for a minute."));
      void end();
    }, STANDSTILL);
    standstill.unref();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: waitForClient,
      async pull(controller) {
        clearTimeout(standstill);
        try {
          const { done, value } = await source.next();
          if (ended) {
            controller.error(clientGone);
          } else if (done) {
            await end();
            controller.close();
          } else {
            controller.enqueue(value);
            waitForClient(controller);
          }
        } catch (error) {
          if (!ended) log.error({ err: error }, "a download broke off");
          await end();
          controller.error(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return answer(body);
}

/**
 * The same of what is saved as a file.
 *
 * @param fileName of characters that need no quoting
 */
export function downloaded(
  request: Request,
  {
    bytes,
    contentType,
    fileName,
  }: {
    readonly bytes: AsyncGenerator<Uint8Array>;
    readonly contentType: string;
    readonly fileName: string;
  },
): Response {
  return streamed(request, bytes, {
    "Content-Type": contentType,
    "Content-Disposition": `attachment; filename="${fileName}"`,
  });
}
