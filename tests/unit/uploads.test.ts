import { expect, test } from "vitest";
import { formFiles } from "@/lib/web/uploads";

/** A request with a form of so many small files and other fields, which comes in pieces of a size. */
async function aForm({ files = 0, fields = 0, piece = 1_000_000 }): Promise<Request> {
  const form = new FormData();
  for (let at = 0; at < fields; at += 1) form.append(`field${at}`, "x");
  for (let at = 0; at < files; at += 1) form.append("files", new Blob(["12345"]), `${at}.txt`);
  const encoded = new Response(form);
  const bytes = new Uint8Array(await encoded.arrayBuffer());
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += piece) {
        controller.enqueue(bytes.subarray(at, at + piece));
      }
      controller.close();
    },
  });
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    body,
    duplex: "half",
    headers: { "content-type": encoded.headers.get("content-type") ?? "" },
  };
  return new Request("http://here.invalid/", init);
}

const unlimited = Number.MAX_SAFE_INTEGER;

/** How many bytes the files of a form have; only the first few are read, if so many are given. */
async function read(request: Request, most = Number.POSITIVE_INFINITY): Promise<number> {
  let bytes = 0;
  let files = 0;
  for await (const { stream } of formFiles(request, unlimited)) {
    if (files === most) return bytes;
    for await (const chunk of stream) bytes += chunk.length;
    files += 1;
  }
  return bytes;
}

const sizes = [{ piece: 100 }, { piece: 16_384 }, { piece: 1_000_000 }];

test.for(sizes)("every file of a form is read, in pieces of $piece bytes", async ({ piece }) => {
  for (const files of [0, 1, 21, 50, 300]) {
    expect(await read(await aForm({ files, piece }))).toBe(5 * files);
  }
});

test.for(sizes)("a reader may leave a form early, in pieces of $piece bytes", async ({ piece }) => {
  for (const files of [1, 21, 50, 300]) {
    expect(await read(await aForm({ files, piece }), 1)).toBe(5);
  }
});

test.for(sizes)("too many fields are refused, in pieces of $piece bytes", async ({ piece }) => {
  expect(await read(await aForm({ files: 3, fields: 20, piece }))).toBe(15);
  for (const fields of [21, 100]) {
    await expect(read(await aForm({ files: 3, fields, piece }))).rejects.toThrow(
      "The form has too many fields.",
    );
  }
});
