import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { noNames } from "@/lib/domain/foreign-names";
import { defaultScheme } from "@/lib/domain/scheme";
import type { SourceFile } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { createImport, importToRun } from "@/lib/store/imports";
import { type Arrival, ArrivingUploads } from "@/lib/workflow/importing/arriving";
import { type Batch, type PreparedItem, readBatches } from "@/lib/workflow/importing/batches";
import { besideIn } from "@/lib/workflow/importing/beside";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aProject } from "../setup/world";

let project: { id: string; slug: string };

beforeAll(async () => {
  await aDatabase();
  project = await aProject();
});

/** An import whose upload arrives. */
async function anUpload(): Promise<string> {
  const id = uuidv7();
  await createImport(database().pool, {
    id,
    projectId: project.id,
    userId: null,
    format: "auto",
    strict: false,
    update: false,
    reading: { names: noNames, offsets: null, encoding: null, tables: {} },
    state: "receiving",
  });
  return id;
}

/** What is told of files that arrive in pieces of some bytes. */
async function arrivalsOf(files: readonly SourceFile[], piece = 1000): Promise<Arrival[]> {
  const told: Arrival[] = [{ kind: "begun" }];
  for (const { path, stream } of files) {
    told.push({ kind: "file", path, refused: null });
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    for (let at = 0; at < bytes.length; at += piece) {
      told.push({ kind: "piece", bytes: bytes.subarray(at, at + piece) });
    }
  }
  return [...told, { kind: "whole" }];
}

const take = async (uploads: ArrivingUploads, id: string, schemeVersion = 1) => {
  const row = await importToRun(database().pool, id);
  if (!row) throw new Error(`There is no import ${id}.`);
  return uploads.take(row, schemeVersion);
};

async function itemsOf(batches: AsyncIterable<Batch>): Promise<PreparedItem[]> {
  const items: PreparedItem[] = [];
  for await (const batch of batches) items.push(...batch.items);
  return items;
}

/** Files of several kinds, one of which lies beside another. */
const someFiles = () => [
  aFile("news/one.md", `# One 😀\n\n${"Nobody poisoned the well. ".repeat(300)}\n`),
  aFile("set/a.txt", "😀 Tehran denied it."),
  aFile("set/a.ann", "T1\tdenial 2 18\tTehran denied it\n"),
  aFile(
    "more.jsonl",
    `${JSON.stringify({ text: "One." })}\n{\n${JSON.stringify({ text: "Two." })}\n`,
  ),
  aFile("empty.md", ""),
  aFile("picture.png", Buffer.from([137, 80, 78, 71, 0])),
];

/** The items of files that are all there. */
async function itemsAtOnce(): Promise<PreparedItem[]> {
  const files = someFiles();
  const beside = besideIn(
    async () => someFiles(),
    async function* ({ path }) {
      yield* someFiles().find((file) => file.path === path)?.stream ?? [];
    },
  );
  async function* placed() {
    for (const [file, { path, stream }] of files.entries()) yield { file, path, stream, beside };
  }
  return itemsOf(
    readBatches(placed(), {
      format: "auto",
      from: { file: 0, item: 0 },
      bytesBefore: 0,
      scheme: defaultScheme,
      strict: false,
      tables: {},
      onTable: () => undefined,
    }),
  );
}

test("files that are read while they arrive, in whatever pieces and with whatever pauses, have the items of files that are there", async () => {
  const expected = await itemsAtOnce();
  expect(expected.filter(({ kind }) => kind === "article").length).toBeGreaterThan(3);
  expect(expected.some(({ kind }) => kind !== "article")).toBe(true);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 9 }),
      async (piece, pause) => {
        const uploads = new ArrivingUploads(database());
        const id = await anUpload();
        for (const [index, arrival] of (await arrivalsOf(someFiles(), piece)).entries()) {
          if (index % pause === 0) await new Promise((turn) => setImmediate(turn));
          uploads.hear(id, arrival);
        }
        const reading = await take(uploads, id);
        expect(reading && (await itemsOf(reading.batches))).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
});

test("more is read than is held ahead, in its order", async () => {
  const uploads = new ArrivingUploads(database());
  const id = await anUpload();
  const texts = Array.from({ length: 1500 }, (_, index) => `${index} ${"wells ".repeat(1000)}`);
  const lines = texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
  for (const arrival of await arrivalsOf([aFile("a.jsonl", lines)], 2 ** 20))
    uploads.hear(id, arrival);
  const reading = await take(uploads, id);
  if (reading === null) throw new Error("It was not read.");
  const items = await itemsOf(reading.batches);
  expect(
    items.map((item) => item.kind === "article" && Number.parseInt(item.article.text, 10)),
  ).toEqual(texts.map((_, index) => index));
});

test("what is still on its way when the job is there is waited for", async () => {
  const uploads = new ArrivingUploads(database());
  const id = await anUpload();
  const told = await arrivalsOf(someFiles());
  for (const arrival of told.slice(0, -5)) uploads.hear(id, arrival);
  const taken = take(uploads, id);
  await expect(Promise.race([taken, pause(100, "waiting")])).resolves.toBe("waiting");
  for (const arrival of told.slice(-5)) uploads.hear(id, arrival);
  const reading = await taken;
  expect(reading && (await itemsOf(reading.batches))).toEqual(await itemsAtOnce());
});

describe("nothing is there to be taken", () => {
  const cases: Record<string, (told: Arrival[]) => Arrival[]> = {
    "of an upload that is not told to be whole": (told) => told.slice(0, -1),
    "of one that broke off": (told) => [...told.slice(0, -1), { kind: "gone" }],
    "of one whose beginning was not heard": (told) => told.slice(1),
  };
  test.for(Object.entries(cases))("%s", async ([, change]) => {
    const uploads = new ArrivingUploads(database(), { heardWithin: 50 });
    const id = await anUpload();
    for (const arrival of change(await arrivalsOf(someFiles()))) uploads.hear(id, arrival);
    expect(await take(uploads, id)).toBeNull();
  });

  test("twice", async () => {
    const uploads = new ArrivingUploads(database());
    const id = await anUpload();
    for (const arrival of await arrivalsOf(someFiles())) uploads.hear(id, arrival);
    expect(await take(uploads, id)).not.toBeNull();
    expect(await take(uploads, id)).toBeNull();
  });

  test("once the scheme has another version, or the import was begun", async () => {
    const uploads = new ArrivingUploads(database());
    const [one, other] = [await anUpload(), await anUpload()];
    for (const id of [one, other]) {
      for (const arrival of await arrivalsOf(someFiles())) uploads.hear(id, arrival);
    }
    expect(await take(uploads, one, 2)).toBeNull();
    expect(await uploads.take({ id: other, nextFile: 1, nextItem: 0 }, 1)).toBeNull();
  });

  test("of a third that arrives beside two others; of the next, once they are taken or gone", async () => {
    const uploads = new ArrivingUploads(database());
    const ids = [await anUpload(), await anUpload(), await anUpload(), await anUpload()];
    const [one = "", two = "", three = "", four = ""] = ids;
    const told = await arrivalsOf(someFiles());
    for (const id of [one, two, three]) for (const arrival of told) uploads.hear(id, arrival);
    expect(await take(uploads, three)).toBeNull();
    expect(await take(uploads, one)).not.toBeNull();
    uploads.hear(two, { kind: "gone" });
    for (const arrival of told) uploads.hear(four, arrival);
    expect(await take(uploads, two)).toBeNull();
    expect(await take(uploads, four)).not.toBeNull();
  });

  test("when nobody took it for a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const uploads = new ArrivingUploads(database());
      const id = await anUpload();
      for (const arrival of await arrivalsOf(someFiles())) uploads.hear(id, arrival);
      vi.advanceTimersByTime(60_000);
      expect(await take(uploads, id)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

test("what comes late of an upload that is gone while it waits for more is nobody's", async () => {
  const uploads = new ArrivingUploads(database());
  const id = await anUpload();
  const told = await arrivalsOf(someFiles());
  for (const arrival of told.slice(0, 3)) uploads.hear(id, arrival);
  await new Promise((turn) => setImmediate(turn));
  uploads.hear(id, { kind: "gone" });
  for (const arrival of told.slice(3)) uploads.hear(id, arrival);
  expect(await take(uploads, id)).toBeNull();
});
