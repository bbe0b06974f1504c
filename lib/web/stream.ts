import { dataHeaders } from "./headers";
import { log } from "./log";

/**
 * Answers with bytes as they are made: the next ones are asked for when the client has taken those
 * before, and the source is returned when the client goes away. Trouble on the way breaks the
 * connection off, so that half a file is not taken for a whole one.
 */
export function streamed(
  source: AsyncGenerator<Uint8Array>,
  headers: Record<string, string>,
): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          log.error({ err: error }, "a download broke off");
          controller.error(error);
        }
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: { ...dataHeaders, ...headers },
  });
}
