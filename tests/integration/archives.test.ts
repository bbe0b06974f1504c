import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { operator } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { importFiles, importOf, previewImport, receiveImport } from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { aDatabase } from "../setup/database";
import { aFile, zipOf } from "../setup/files";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

type Content = Readonly<Record<string, string | Uint8Array>>;

async function tarOf(
  files: Content,
  type: "file" | "symlink" | "block-device" = "file",
): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry(
      { name, type, ...(type === "symlink" ? { linkname: "/etc/passwd" } : {}) },
      Buffer.from(content),
    );
  }
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** Writes other names of the same length into an archive, as no library would. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(from, to), "latin1");
}

async function imported(path: string, bytes: Uint8Array) {
  const project = await aProject();
  const { created, rejected } = await importFiles(operator, project.slug, {
    format: "auto",
    files: [aFile(path, bytes)],
  });
  const { rows } = await database().pool.query<{ key: string }>(
    "SELECT source_key AS key FROM articles WHERE project_id = $1 ORDER BY source_key",
    [project.id],
  );
  return { created, rejected, keys: rows.map(({ key }) => key) };
}

const articles = {
  "one.md": "# One\n\nThe first text.",
  "deeper/دو.txt": "متن دوم است.",
  "more.jsonl": '{"id":"x","text":"A third."}\n{"id":"y","text":"A fourth."}\n',
  "__MACOSX/._one.md": "no text",
  "~$open.xlsx": "no workbook",
  ".hidden.md": "nothing",
};

const packed = {
  "news.zip": () => zipOf(articles),
  "news.tar": () => tarOf(articles),
  "news.tar.gz": async () => gzipSync(await tarOf(articles)),
  "news.TGZ": async () => gzipSync(await tarOf(articles)),
};

describe("an archive", () => {
  test.for(Object.entries(packed))("%s is read as a folder of its name", async ([name, make]) => {
    expect(await imported(name, await make())).toEqual({
      created: 4,
      rejected: [],
      keys: ["id:x", "id:y", "path:news/deeper/دو.txt", "path:news/one.md"],
    });
  });

  test("that has one folder of its own name is that folder", async () => {
    const { keys } = await imported(
      "sent/news.zip",
      await zipOf({ "news/one.md": "# One\n\nText." }),
    );
    expect(keys).toEqual(["path:sent/news/one.md"]);
  });

  test("of texts that brat opened, and nobody marked anything in, has nothing but texts", async () => {
    const files = {
      "a.txt": "The port is closed.\n",
      "a.ann": "",
      "b.txt": "It is open.\n",
      "b.ann": "",
    };
    const { created, rejected } = await imported("brat.zip", await zipOf(files));
    expect({ created, rejected }).toEqual({ created: 2, rejected: [] });
  });

  test("of one file is that file", async () => {
    const { created, keys } = await imported("data.jsonl.gz", gzipSync(articles["more.jsonl"]));
    expect({ created, keys }).toEqual({ created: 2, keys: ["id:x", "id:y"] });
  });

  test("comes in by an upload, as a job too, and can be looked at before", async () => {
    const long = "Word upon word. ".repeat(50_000);
    const many = Object.fromEntries(
      Array.from({ length: 5 }, (_, at) => [`${at}.txt`, `${at} ${long}`]),
    );
    const project = await aProject();
    const files = async function* () {
      yield aFile("many.zip", await zipOf(many), { piece: 100_000 });
    };
    const preview = await previewImport(operator, project.slug, { format: "auto", files: files() });
    expect(preview.items.map(({ path }) => path)).toEqual(
      Object.keys(many).map((name) => `many/${name}`),
    );
    const received = await receiveImport(operator, project.slug, {
      format: "auto",
      files: files(),
    });
    expect(received).toMatchObject({ files: 5, finished_at: null });
  });

  test("from elsewhere may be the next version of what is in it, file by file", async () => {
    const project = await aProject();
    const bring = async (folder: string, text: string, only?: ReadonlySet<string>) => {
      const files = { "a.md": `# A\n\n${text}`, "b.md": `# B\n\n${text}` };
      const archive = { ...aFile("news.zip", await zipOf(files)), folder };
      const options = {
        format: "auto",
        files: [archive],
        update: only !== undefined,
        only,
      } as const;
      return importFiles(operator, project.slug, options);
    };
    await bring("one", "The first text.");
    const doubted = await bring("another", "The second text.");
    expect(doubted).toMatchObject({ updated: 0, namesTaken: ["news/a.md", "news/b.md"] });
    const again = await bring("another", "The second text.", new Set(["news/b.md"]));
    expect(again).toMatchObject({ created: 0, updated: 1, unchanged: 0, rejected: [] });
  });

  test("in an archive is not opened, and refused by its name", async () => {
    const inner = await zipOf({ "one.md": "# One\n\nText." });
    const { created, rejected } = await imported("outer.zip", await zipOf({ "inner.zip": inner }));
    expect(created).toBe(0);
    expect(rejected).toEqual([expect.objectContaining({ path: "outer/inner.zip" })]);
  });
});

test.for([
  { name: "here and now", size: 1 },
  { name: "as a job", size: 100_000 },
])("of an upload, $name, a broken archive is refused and all else is in", async ({ size }) => {
  const project = await aProject();
  const files = async function* () {
    yield aFile("one.md", `# One\n\n${"Text. ".repeat(size)}`);
    yield aFile("bad.zip", "no archive");
    const linked = await tarOf({ "two.md": "# Two\n\nText." });
    yield aFile(
      "news.tar",
      Buffer.concat([(await tarOf({ a: "" }, "symlink")).subarray(0, 512), linked]),
    );
  };
  const preview = await previewImport(operator, project.slug, { format: "auto", files: files() });
  const expected = [
    ["one.md", "article"],
    ["bad.zip", "rejected"],
    ["news/a", "rejected"],
    ["news/two.md", "article"],
  ];
  expect(preview.items.map(({ path, kind }) => [path, kind])).toEqual(expected);
  const { id } = await receiveImport(operator, project.slug, { format: "auto", files: files() });
  await runQueued(database(), id, { signal: new AbortController().signal, onDefect: expect.fail });
  const { created, rejected } = await importOf(operator, project.id, id);
  expect(created).toBe(2);
  expect(rejected).toEqual([
    {
      path: "bad.zip",
      line: null,
      column: null,
      reason: expect.stringMatching(/cannot be opened/),
    },
    { path: "news/a", line: null, column: null, reason: expect.stringMatching(/a link/) },
  ]);
});

test("an upload that breaks off within an archive is not imported at all", async () => {
  const project = await aProject();
  const files = async function* () {
    yield aFile("one.md", "# One\n\nText.");
    const stream = (async function* () {
      yield Buffer.from("PK");
      throw new Refusal("invalid", "The upload broke off.");
    })();
    yield { path: "news.zip", stream };
  };
  await expect(
    receiveImport(operator, project.slug, { format: "auto", files: files() }),
  ).rejects.toThrow("The upload broke off.");
});

describe("a hostile archive is refused as one file, and leaves nothing behind:", () => {
  const text = { "aa/b.md": "# One\n\nText." };
  const cases: Record<string, { make: () => Promise<Uint8Array>; path?: string; reason: RegExp }> =
    {
      "a path out of its folder": {
        make: async () => renamed(await zipOf(text), "aa/b.md", "../b.md"),
        reason: /invalid relative path/,
      },
      "an absolute path": {
        make: async () => renamed(await zipOf(text), "aa/b.md", "/etc/md"),
        reason: /absolute path/,
      },
      "a path of another system": {
        make: async () => renamed(await zipOf(text), "aa/b.md", "c:\\b.md"),
        reason: /absolute path/,
      },
      "a tar with a path out of its folder": {
        path: "bad.tar",
        make: () => tarOf({ "../../b.md": "# One\n\nText." }),
        reason: /no name within it/,
      },
      "one that was cut off": {
        make: async () => (await zipOf(text)).subarray(0, 60),
        reason: /cannot be opened/,
      },
      "a gzip that was cut off": {
        path: "bad.tar.gz",
        make: async () => gzipSync(await tarOf(text)).subarray(0, 40),
        reason: /cannot be opened/,
      },
      "a bomb": {
        make: () => zipOf({ "zeros.txt": Buffer.alloc(40 * 1024 * 1024) }),
        reason: /more than 200 times its size/,
      },
      "a gzip bomb": {
        path: "bad.txt.gz",
        make: async () => gzipSync(Buffer.alloc(40 * 1024 * 1024)),
        reason: /more than 200 times its size/,
      },
      "no archive at all": { make: async () => Buffer.from("Hello."), reason: /cannot be opened/ },
      "an empty one": { make: () => zipOf({}), reason: /no file in the archive/ },
      "links only": {
        make: () => zipOf({ passwd: "/etc/passwd" }, 0o120777),
        reason: /a link in an archive, which is not followed/,
      },
      "links in a tar": {
        path: "bad.tar",
        make: () => tarOf({ passwd: "" }, "symlink"),
        reason: /a link in an archive, which is not followed/,
      },
      "a device": {
        path: "bad.tar",
        make: () => tarOf({ sda: "" }, "block-device"),
        reason: /no file/,
      },
      "a bomb in what nobody means": {
        make: () => zipOf({ ".hidden": Buffer.alloc(40 * 1024 * 1024) }),
        reason: /more than 200 times its size/,
      },
      "a bomb behind the files of a tar": {
        path: "bad.tar.gz",
        make: async () =>
          gzipSync(Buffer.concat([await tarOf(text), Buffer.alloc(40 * 1024 * 1024)])),
        reason: /more than 200 times its size/,
      },
      "a file with another checksum": {
        make: async () => {
          const bytes = Buffer.from(await zipOf(text));
          bytes.writeUInt32LE(1, bytes.indexOf("PK\x01\x02", "latin1") + 16);
          return bytes;
        },
        reason: /"aa\/b\.md" in it cannot be unpacked: its checksum is another/,
      },
      "a file that is longer than it says": {
        make: async () => {
          const bytes = Buffer.from(await zipOf({ "aa/b.md": "word ".repeat(1000) }));
          bytes.writeUInt32LE(3, bytes.indexOf("PK\x01\x02", "latin1") + 24);
          return bytes;
        },
        reason: /"aa\/b\.md" in it cannot be unpacked: too many bytes/,
      },
    };

  test.for(Object.entries(cases))("%s", async ([, { make, path = "bad.zip", reason }]) => {
    const folder = await mkdtemp(join(tmpdir(), "gainsay-test-"));
    vi.stubEnv("TMPDIR", folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { created, rejected } = await imported(path, await make());
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    expect(created).toBe(0);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toMatch(reason);
  });
});
