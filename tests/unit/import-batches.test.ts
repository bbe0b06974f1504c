import { describe, expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { readBatches } from "@/lib/workflow/importing/batches";
import { aFile } from "../setup/files";

/** What an import of files would write: titles, and what it rejects with the reason. */
async function saidOf(files: Readonly<Record<string, string>>, from = { file: 0, item: 0 }) {
  async function* placed() {
    for (const [file, [path, content]] of Object.entries(files).entries()) {
      if (file >= from.file) yield { ...aFile(path, content), file, beside: async () => null };
    }
  }
  const said: string[] = [];
  const options = { format: "auto", from, bytesBefore: 0, scheme: defaultScheme } as const;
  for await (const { items } of readBatches(placed(), options)) {
    for (const item of items) {
      said.push(item.kind === "article" ? item.article.title : `${item.path}: ${item.reason}`);
    }
  }
  return said;
}

describe("files that say something of others", () => {
  const info = { "d/dataset_info.json": '{"features":{}}' };

  test("are told where nothing else is there", async () => {
    expect(await saidOf(info)).toEqual([
      "d/dataset_info.json: This describes a dataset, and holds no rows of it: give the files of its rows with it.",
    ]);
    expect(await saidOf({ "d/TypeSystem.xml": "<typeSystemDescription/>" })).toEqual([
      expect.stringContaining("d/TypeSystem.xml: "),
    ]);
  });

  test("are no items beside what they are of", async () => {
    expect(await saidOf({ ...info, "d/a.txt": "Port" })).toEqual(["Port"]);
    expect(await saidOf({ "a.txt": "Port", ...info })).toEqual(["Port"]);
  });

  test("are told once, wherever an import goes on", async () => {
    expect(await saidOf({ "a.txt": "Port", ...info }, { file: 1, item: 0 })).toEqual([]);
  });
});
