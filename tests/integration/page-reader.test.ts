import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PageReader, readPage } from "@/lib/workflow/importing/page-reader";

const program = fileURLToPath(new URL("../../scripts/page-reader.mjs", import.meta.url));

const words = "The board denied that it had sold a crane, and said that both stood at the quay. ";
const page = (body: string) => ({
  html: `<!doctype html><html><body><article><h1>Board denies</h1>${body}</article></body></html>`,
  address: null,
});
const good = page(`<p>${words}</p><p>${words}</p>`);

/** Small, and a tree that takes much room. */
const large = page(`<p>${words}</p>`.repeat(25_000));

describe("pages are read in a thread", () => {
  test("one after another, whoever asks first", async () => {
    const reader = new PageReader(program);
    const read = await Promise.all([reader.read(good), reader.read(good)]);
    expect(read.map(({ title }) => title)).toEqual(["Board denies", "Board denies"]);
    expect(read[0]?.blocks).toHaveLength(2);
  });

  test("what is no article is refused, and the thread goes on", async () => {
    const reader = new PageReader(program);
    await expect(reader.read(page("<p></p>"))).rejects.toThrow("No article was found on the page");
    await expect(reader.read(good)).resolves.toMatchObject({ title: "Board denies" });
  });

  test("one that takes too long is refused, and the next one read", async () => {
    const endless = fileURLToPath(new URL("../setup/endless-page-reader.mjs", import.meta.url));
    const reader = new PageReader(endless, { time: 3_000, memory: 256 });
    const pages = ["without an end", "Next"].map((html) => reader.read({ html, address: null }));
    const outcomes = await Promise.allSettled(pages);
    expect(outcomes[0]).toMatchObject({
      status: "rejected",
      reason: { name: "Refusal", message: "The page takes more than 3 seconds to read." },
    });
    expect(outcomes[1]).toMatchObject({ status: "fulfilled", value: { title: "Next" } });
  });

  test("one that takes too much memory is refused, and the next one read", async () => {
    const reader = new PageReader(program, { time: 60_000, memory: 40 });
    const outcomes = await Promise.allSettled([reader.read(large), reader.read(good)]);
    expect(outcomes[0]).toMatchObject({
      status: "rejected",
      reason: { name: "Refusal", message: "The page takes more than 40 MiB of memory to read." },
    });
    expect(outcomes[1]).toMatchObject({ status: "fulfilled" });
  });

  test("by the program beside the sources where nobody says another", async () => {
    await expect(readPage(good)).resolves.toMatchObject({ title: "Board denies" });
  });
});
