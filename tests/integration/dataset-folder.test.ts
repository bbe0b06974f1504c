import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Entry, fromBuffer } from "yauzl";
import { operator } from "@/lib/access/actor";
import { inTwoDigits, measureNamed, restsOn } from "@/lib/domain/agreement/wording";
import { database } from "@/lib/store/database";
import { agreementMadeHere } from "@/lib/workflow/agreeing";
import { exportDataset, exportToFolder } from "@/lib/workflow/exporting";
import { saveGuidelines } from "@/lib/workflow/guidelines";
import { importFiles } from "@/lib/workflow/importing";
import { projectFor } from "@/lib/workflow/projects";
import { changePublishing, publishingOf } from "@/lib/workflow/publishing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aReachableFolder } from "../setup/folder";
import { refusal } from "../setup/refusal";
import { aTeam, markAndSubmit } from "../setup/rounds";
import { aMember, aProject, aUser } from "../setup/world";

const base = aReachableFolder("gainsay-datasets-");
afterAll(() => rm(base, { recursive: true }));

beforeAll(async () => {
  await aDatabase();
});

const LINES = [
  {
    id: "one",
    title: "The port",
    text: "😀 Tehran denied it.\r\nنعم.",
    language: "en",
    spans: [{ start: 2, end: 15, label: "denial", attributes: { form: "direct" } }],
    meta: { desk: 1 },
  },
  { id: "two", title: "The mill", text: "A mill burned.", meta: { desk: "night" } },
];

async function anAnnotatedProject() {
  const project = await aProject();
  const files = [aFile("a.jsonl", LINES.map((line) => JSON.stringify(line)).join("\n"))];
  const done = await importFiles(operator, project.slug, { format: "auto", files });
  expect(done).toMatchObject({ created: 2, rejected: [] });
  return project;
}

async function joined(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const exported = async (slug: string, format: string) =>
  joined((await exportDataset(operator, slug, { format, layer: "all" })).bytes);

/** What a ZIP archive has in it, by path. */
async function unzipped(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  fromBuffer(bytes, { lazyEntries: true }, (failed, zip) => {
    if (failed) return reject(failed);
    zip.on("entry", (entry: Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        joined(stream)
          .then((content) => files.set(entry.fileName, content))
          .then(() => zip.readEntry(), reject);
      });
    });
    zip.once("end", resolve);
    zip.once("error", reject);
    zip.readEntry();
  });
  await promise;
  return files;
}

/** What is in a folder, by path. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    return [path.slice(folder.length + 1), await readFile(path)] as const;
  });
  return new Map(await Promise.all(read));
}

function checkSums(files: ReadonlyMap<string, Buffer>): void {
  const lines = (files.get("checksums.sha256")?.toString() ?? "").trimEnd().split("\n");
  expect(lines.map((line) => line.slice(66)).toSorted()).toEqual(
    [...files.keys()].filter((path) => path !== "checksums.sha256").toSorted(),
  );
  for (const line of lines) {
    const content = files.get(line.slice(66)) ?? "";
    expect(createHash("sha256").update(content).digest("hex")).toBe(line.slice(0, 64));
  }
}

const intoFolder = (slug: string, folder: string) =>
  exportToFolder(operator, slug, folder, { format: "dataset", layer: "all" });

describe("a dataset", () => {
  test("is the same in an archive, in a folder of its name, and in a folder", async () => {
    const { slug } = await anAnnotatedProject();
    const zip = await unzipped(await exported(slug, "dataset"));
    await intoFolder(slug, join(base, "same"));
    const files = await filesIn(join(base, "same"));
    expect([...files.keys()].map((path) => `${slug}-all/${path}`).toSorted()).toEqual(
      [...zip.keys()].toSorted(),
    );
    for (const [path, bytes] of files) {
      expect(zip.get(`${slug}-all/${path}`)?.equals(bytes), path).toBe(true);
    }
    checkSums(files);
    expect(files.get("data/train.jsonl")?.toString()).toBe(
      (await exported(slug, "jsonl")).toString(),
    );
    expect(files.get("data/train.parquet")).toEqual(await exported(slug, "parquet"));
  });

  test.for([
    { name: "by token", options: { shape: "token" }, folder: "-all-tokens" },
    { name: "without texts", options: { texts: false }, folder: "-all-without-texts" },
  ] as const)(
    "$name unpacks beside the one of articles with texts",
    async ({ options, folder }) => {
      const { slug } = await anAnnotatedProject();
      const { bytes } = await exportDataset(operator, slug, {
        format: "dataset",
        layer: "all",
        ...options,
      });
      const files = await unzipped(await joined(bytes));
      expect([...files.keys()].every((path) => path.startsWith(`${slug}${folder}/`))).toBe(true);
      expect(files.has(`${slug}${folder}/README.md`)).toBe(true);
    },
  );

  test("is the same, byte for byte, when made again", async () => {
    const { slug } = await anAnnotatedProject();
    const [one, other] = [await exported(slug, "dataset"), await exported(slug, "dataset")];
    expect(one.equals(other)).toBe(true);
  });

  test("has the guidelines and says where its articles are from", async () => {
    const { slug } = await anAnnotatedProject();
    const content = { blocks: [{ type: "paragraph" as const, words: [{ text: "Mark *it*." }] }] };
    await saveGuidelines(operator, slug, { from: 0, content, note: "" });
    const files = await unzipped(await exported(slug, "dataset"));
    const textOf = (path: string) => files.get(`${slug}-all/${path}`)?.toString() ?? "";
    expect(textOf("guidelines.md")).toBe(`# Guidelines of ${slug}, version 1\n\nMark \\*it\\*.\n`);
    expect(textOf("README.md")).toContain("1 import of the format `auto` brought 2 articles.");
    expect(textOf("README.md")).toContain("| a1 | imported | 1 | 1 | 0 |");
  });

  test("has what the project says for it, the same each time", async () => {
    const { slug } = await anAnnotatedProject();
    const admin = await aMember((await projectFor(operator, slug, "read")).id, "admin");
    await changePublishing(admin, slug, { licence: { id: "cc0-1.0", name: null, url: null } });
    await changePublishing(admin, slug, { doi: "https://doi.org/10.1000/182" });
    const [one, other] = [await exported(slug, "dataset"), await exported(slug, "dataset")];
    expect(one.equals(other)).toBe(true);
    const citation = (await unzipped(one)).get(`${slug}-all/CITATION.cff`)?.toString();
    expect(citation).toContain("\nlicense: CC0-1.0\ndoi: 10.1000/182\n");
    expect((await publishingOf(admin, slug)).published_on).toBeNull();
  });

  test("has what is said for it by admins only", async () => {
    const project = await aProject();
    const curator = await aMember(project.id, "curator");
    await expect(changePublishing(curator, project.slug, {})).rejects.toEqual(refusal("forbidden"));
    const stranger = await aUser();
    await expect(publishingOf(stranger, project.slug)).rejects.toEqual(refusal("not_found"));
    await expect(changePublishing(stranger, project.slug, {})).rejects.toEqual(
      refusal("not_found"),
    );
  });

  test("says how far reviewers agree, by the newest report on all of their work", async () => {
    const { project, team, articles } = await aTeam({ reviewers: 2, articles: 2 });
    const [first = "", second = ""] = articles;
    const cardOf = async () => {
      const { bytes } = await exportDataset(operator, project.slug, { format: "dataset" });
      const files = await unzipped(await joined(bytes));
      return (name: string) => files.get(`${project.slug}-reviewers/${name}`)?.toString() ?? "";
    };
    const made = (asking: object) =>
      agreementMadeHere(operator, project.slug, {
        asking: { resamples: 20, ...asking },
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    for (const who of team) await markAndSubmit(who, first, [["claim", 0, 7]]);
    expect((await cardOf())("README.md")).toContain("How far annotators agree is not said");
    const { report, made: when } = await made({});
    await made({ label: "denial" }); // later, and not of all
    const alpha = report && measureNamed(report.measures, "krippendorff_alpha");
    const f1 = report && measureNamed(report.measures, "f1_strict");
    if (!alpha || !f1 || !when) throw new Error("There is a report.");
    const current = await cardOf();
    const lead = `by ${when.as_of.slice(0, 10)}, whatever of it is in this dataset: 1 article by two of them or more.`;
    for (const told of [
      `${lead}\n\n`,
      `| Krippendorff α | ${inTwoDigits(alpha.value)} |`,
      `| F1, strict | 1.00 | `,
      `| \`claim\` | ${inTwoDigits(alpha.value)} | ${restsOn(alpha)} | 1.00 | ${restsOn(f1)} |`,
    ]) {
      expect(current("README.md")).toContain(told);
    }
    expect(current("DATA_STATEMENT.md")).toContain(`${lead} Krippendorff α `);
    expect((await cardOf())("README.md")).toBe(current("README.md"));
    for (const who of team) await markAndSubmit(who, second, [["claim", 0, 7]]);
    expect((await cardOf())("README.md")).toContain(`${lead} Work has changed since then.`);
  });

  test("has no name and no e-mail address in it", async () => {
    const { slug } = await anAnnotatedProject();
    for (const [path, bytes] of await unzipped(await exported(slug, "dataset"))) {
      expect(bytes.toString(), path).not.toMatch(/[\w.]+@[\w.]+\.\w/);
    }
  });
});

test("Parquet has what the records have", async () => {
  const { slug } = await anAnnotatedProject();
  const bytes = await exported(slug, "parquet");
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  expect(rows).toMatchObject([
    {
      source_id: "one",
      spans: [{ label: "denial", text: "Tehran denied", attributes: { form: "direct" } }],
      meta: '{"desk":1}',
    },
    { source_id: "two", spans: [], meta: '{"desk":"night"}' },
  ]);
});

describe("a folder", () => {
  test("that is empty, or has such a dataset, is written into", async () => {
    const { slug, id } = await anAnnotatedProject();
    const folder = join(base, "again");
    await mkdir(folder);
    await intoFolder(slug, folder);
    await database().pool.query("UPDATE projects SET title = 'Renamed' WHERE id = $1", [id]);
    await intoFolder(slug, folder);
    const files = await filesIn(folder);
    expect(files.get("README.md")?.toString()).toContain("# Renamed");
    checkSums(files);
    expect((await readdir(base)).filter((name) => name.startsWith("again"))).toEqual(["again"]);
  });

  test("is made with those around it", async () => {
    const { slug } = await anAnnotatedProject();
    await intoFolder(slug, join(base, "deep", "er"));
    checkSums(await filesIn(join(base, "deep", "er")));
  });

  const spoil: Record<string, (folder: string) => Promise<unknown>> = {
    "a file of somebody": (folder) => writeFile(join(folder, "notes.txt"), "mine"),
    "a hidden file": (folder) => writeFile(join(folder, ".gitattributes"), "mine"),
    "a file in a folder of it": (folder) => writeFile(join(folder, "data", "more.jsonl"), "{}"),
    "a file that was changed": (folder) =>
      writeFile(join(folder, "DATA_STATEMENT.md"), "Filled in"),
    "sums that name nothing": (folder) => writeFile(join(folder, "checksums.sha256"), ""),
    "a link": (folder) => symlink("/etc/hostname", join(folder, "data", "link")),
  };
  test.for(Object.entries(spoil))("with %s is left as it is", async ([name, make]) => {
    const { slug } = await anAnnotatedProject();
    const folder = join(base, name);
    await intoFolder(slug, folder);
    await make(folder);
    const before = await filesIn(folder);
    const events = () => database().pool.query("SELECT count(*) FROM audit_events");
    const { rows: noted } = await events();
    await expect(intoFolder(slug, folder)).rejects.toThrow(/Nothing was written\. Name a folder/);
    expect(await filesIn(folder)).toEqual(before);
    expect((await events()).rows).toEqual(noted);
  });

  test("of somebody's files without a dataset is left as it is", async () => {
    const { slug } = await anAnnotatedProject();
    const folder = join(base, "theirs");
    await mkdir(folder);
    await writeFile(join(folder, "README.md"), "mine");
    await expect(intoFolder(slug, folder)).rejects.toThrow(/has "README.md" in it/);
    expect((await filesIn(folder)).get("README.md")?.toString()).toBe("mine");
  });

  test("that is a file is refused", async () => {
    const { slug } = await anAnnotatedProject();
    await writeFile(join(base, "file"), "");
    await expect(intoFolder(slug, join(base, "file"))).rejects.toThrow(/is no folder/);
  });

  test("that cannot be made is refused in words", async () => {
    const { slug } = await anAnnotatedProject();
    await writeFile(join(base, "in-the-way"), "");
    await expect(intoFolder(slug, join(base, "in-the-way", "x"))).rejects.toThrow(
      /does not lie in a folder|cannot be used/,
    );
  });
});
