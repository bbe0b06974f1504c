// What runs in the thread that takes web pages apart, one after another; lib/workflow/importing/page-reader.ts starts
// it, and ends it where a page takes too long.
import { parentPort } from "node:worker_threads";
import { Refusal } from "@/lib/domain/refusal";
import { readPage } from "@/lib/formats/html-page";
import type { FromPageReader, ToPageReader } from "@/lib/workflow/importing/page-reader";

const tell = (message: FromPageReader) => parentPort?.postMessage(message);

parentPort?.on("message", (page: ToPageReader) => {
  try {
    tell({ kind: "read", page: readPage(page) });
  } catch (error) {
    if (error instanceof Refusal) tell({ kind: "refused", reason: error.message });
    else tell({ kind: "broken", name: error instanceof Error ? error.name : "an error" });
  }
});

tell({ kind: "ready" });
