import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { type ExportOptions, exportDataset, exportToFolder } from "@/lib/workflow/exporting";
import { importFiles } from "@/lib/workflow/importing";
import { nodeArgumentsOf } from "@/scripts/launch.mjs";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aReachableFolder } from "../setup/folder";
import { mark } from "../setup/rounds";
import { aMember, aProject } from "../setup/world";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = aReachableFolder("gainsay-rehydrate-");
afterAll(() => rm(folder, { recursive: true }));
const command = await nodeArgumentsOf("lib/cli/main.ts", { joined: true });

const files = {
  "news/port.md":
    "# The *port* is shut\r\n\r\nTehran denied it 😀. “So **what**”, he said.\r\n\r\n- One\r\n- Two\r\n",
  "news/دروغ.txt": "سفارت آن را رد کرد 👩‍👩‍👧‍👦.\n\nدروغ گفتند.\n",
  "news/more.jsonl": `${JSON.stringify({ id: "7", title: "Beside", url: "https://example.org/7", text: "The embassy\r\ndenied it." })}\n`,
};

let project: { id: string; slug: string };
let whole = "";

async function bytesOf(options: ExportOptions): Promise<string> {
  const { bytes } = await exportDataset(operator, project.slug, { layer: "all", ...options });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Runs the command, where there is no database unless one is named. */
async function rehydrate(args: readonly string[], env: Record<string, string> = {}) {
  const nowhere = { DATABASE_URL: "postgresql://nobody@127.0.0.1:9/none", NEXTAUTH_SECRET: "x" };
  const child = spawn(process.execPath, [...command, "rehydrate", ...args], {
    cwd: folder,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json"), ...nowhere, ...env },
  });
  child.stdin.end();
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, out, err };
}

beforeAll(async () => {
  await aDatabase();
  project = await aProject();
  for (const [path, source] of Object.entries(files)) {
    await mkdir(join(folder, "news"), { recursive: true });
    await writeFile(join(folder, path), source);
  }
  await importFiles(operator, project.slug, {
    format: "auto",
    files: Object.entries(files).map(([path, source]) => aFile(path, source)),
  });
  const reviewer = await aMember(project.id);
  const articles = (await bytesOf({})).split("\n").slice(0, -1);
  for (const line of articles) await mark(reviewer, JSON.parse(line).id, [["claim", 4, 11]]);
  whole = await bytesOf({ includeOpen: true });
  await writeFile(join(folder, "whole.jsonl"), whole);
  const offsets = await bytesOf({ includeOpen: true, texts: false });
  expect(offsets).not.toMatch(/embassy|سفارت|shut|Tehran/);
  await writeFile(join(folder, "offsets.jsonl"), offsets);
});

describe("a dataset without texts", () => {
  test.for([
    { name: "the files that were imported", from: ["--texts", "news"] },
    { name: "a file of articles", from: ["--articles", "whole.jsonl"] },
    {
      name: "several places",
      from: ["--texts", "news/port.md", "--texts", "news/more.jsonl", "--texts", "news"],
    },
  ])("is whole again with $name, byte for byte and without a database", async ({ from }) => {
    expect(await rehydrate(["offsets.jsonl", ...from])).toEqual({
      code: 0,
      out: whole,
      err: "3 article versions whole again, 0 left out.\n",
    });
  });

  test("is whole again with the project", async () => {
    const { DATABASE_URL = "", NEXTAUTH_SECRET = "" } = process.env;
    const args = ["offsets.jsonl", "--project", project.slug, "--out", "again.jsonl"];
    const { code } = await rehydrate(args, { DATABASE_URL, NEXTAUTH_SECRET });
    expect(code).toBe(0);
    expect(await readFile(join(folder, "again.jsonl"), "utf8")).toBe(whole);
  });

  test("to publish is whole again file by file, but not as a folder", async () => {
    const options = { format: "dataset", layer: "all", includeOpen: true, texts: false } as const;
    await exportToFolder(operator, project.slug, join(folder, "published"), options);
    const { code, out } = await rehydrate(["published/data/train.jsonl", "--texts", "news"]);
    expect({ code, out }).toEqual({ code: 0, out: whole });
    const refused = await rehydrate(["published", "--texts", "news"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/published is a folder, where a file is needed/);
  });

  test("has the rest where some texts are missing or others, and says which", async () => {
    await mkdir(join(folder, "some"), { recursive: true });
    await writeFile(join(folder, "some/port.md"), files["news/port.md"]);
    const other = files["news/more.jsonl"].replace("denied", "confirmed");
    await writeFile(join(folder, "some/more.jsonl"), other);
    await writeFile(
      join(folder, "odd.jsonl"),
      `${await readFile(join(folder, "offsets.jsonl"), "utf8")}{"a":1}\nno\n`,
    );
    const { code, out, err } = await rehydrate(["odd.jsonl", "--texts", "some"]);
    expect(code).toBe(1);
    const lines = whole.split("\n").filter((line) => line.includes("Tehran"));
    expect(out).toBe(`${lines.join("\n")}\n`);
    expect(err).toMatch(
      /odd\.jsonl:\d: 7: There is an article of this name, but its text is another\./,
    );
    expect(err).toMatch(
      /odd\.jsonl:\d: news\/دروغ\.txt: Its text is not there\.|odd\.jsonl:\d: [^:]+: Its text is not there\./,
    );
    expect(err).toContain("odd.jsonl:4: This is no record of a dataset without texts");
    expect(err).toContain("odd.jsonl:5: This is no JSON.");
    expect(err).toContain("1 article version whole again, 4 left out.");
  });

  test.for([
    { args: ["offsets.jsonl"], says: "Say where the texts are" },
    { args: ["none.jsonl", "--texts", "news"], says: "There is no none.jsonl here." },
  ])("asks for what it needs: $args", async ({ args, says }) => {
    const { code, err } = await rehydrate(args);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });
});
