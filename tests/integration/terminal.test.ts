import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing";
import { nodeArgumentsOf } from "@/scripts/launch.mjs";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aReachableFolder } from "../setup/folder";
import { CTRL_C, CTRL_D, hasTerminals, onATerminal, type Typed } from "../setup/terminal";
import { aProject } from "../setup/world";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = aReachableFolder("gainsay-terminal-");
afterAll(() => rm(folder, { recursive: true }));

beforeAll(async () => {
  await aDatabase();
});

const command = await nodeArgumentsOf("lib/cli/main.ts", { joined: true });

const gainsay = (args: readonly string[], { cwd = folder, typed = [] as readonly Typed[] } = {}) =>
  onATerminal([process.execPath, ...command, ...args], {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
    typed,
  });

/** A project that has had some files, and a folder elsewhere with other texts of the same names. */
async function aProjectWith(names: readonly string[]) {
  const project = await aProject();
  const elsewhere = join(folder, project.slug);
  await mkdir(elsewhere);
  for (const name of names) await writeFile(join(elsewhere, name), `# ${name}\n\nAnother text.\n`);
  const files = names.map((name) => aFile(name, `# ${name}\n\nA text.\n`));
  await importFiles(operator, project.slug, { format: "auto", files });
  const versions = async () => {
    const { rows } = await database().pool.query<{ title: string; version: number }>(
      "SELECT title, current_version AS version FROM articles WHERE project_id = $1 ORDER BY title",
      [project.id],
    );
    return rows.map(({ title, version }) => `${title} ${version}`);
  };
  const again = (typed: readonly Typed[]) =>
    gainsay(["import", ...names, "--project", project.slug], { cwd: elsewhere, typed });
  return { project, again, versions };
}

describe.skipIf(!hasTerminals)("at a terminal (needs script of util-linux)", () => {
  const single = "Is it a new version of it? [y/N] ";
  test.for([
    { name: "yes", keys: "y\r", code: 0, version: 2, says: "0 created, 1 updated" },
    { name: "Enter", keys: "\r", code: 1, version: 1, says: "0 updated, 0 unchanged, 1 rejected" },
    { name: "something else", keys: "yo\r", code: 1, version: 1, says: "1 rejected" },
    { name: "the end of the input", keys: CTRL_D, code: 1, version: 1, says: "1 rejected" },
    { name: "Ctrl-C", keys: CTRL_C, code: 130, version: 1, says: "1 rejected" },
  ])("a file whose name is taken is asked about: $name", async ({ keys, code, version, says }) => {
    const { again, versions } = await aProjectWith(["a.md"]);
    const outcome = await again([{ after: single, keys }]);
    expect(outcome.screen).toContain("a.md has the name of an article here, and another text.");
    expect(outcome.screen).toContain(says);
    expect(outcome.code).toBe(code);
    expect(await versions()).toEqual([`a.md ${version}`]);
  });

  test.for([
    { name: "one by one", answers: ["y\r", "n\r", "y\r"], versions: [2, 1, 2], code: 1 },
    { name: "typed ahead", answers: ["n\ry\r\r"], versions: [1, 2, 1], code: 1 },
    { name: "all from the second on", answers: ["\r", "ALL\r"], versions: [1, 2, 2], code: 1 },
    { name: "no more after the first", answers: ["y\r", "q\r"], versions: [2, 1, 1], code: 1 },
    {
      name: "Ctrl-C takes back what was answered",
      answers: ["y\r", CTRL_C],
      versions: [1, 1, 1],
      code: 130,
    },
  ])("several are asked about, $name", async ({ answers, versions, code }) => {
    const names = ["a.md", "b.md", "c.md"];
    const project = await aProjectWith(names);
    const outcome = await project.again(
      answers.map((keys, at) => ({ after: `${names[at]} [y/N/a/q] `, keys })),
    );
    const now = await project.versions();
    expect({ code: outcome.code, now }).toEqual({
      code,
      now: names.map((name, at) => `${name} ${versions[at]}`),
    });
  });

  test.for([
    { name: "yes", keys: "y\r", code: 0, left: 0 },
    { name: "the end of the input", keys: CTRL_D, code: 0, left: 1 },
    { name: "Ctrl-C", keys: CTRL_C, code: 130, left: 1 },
  ])("deleting asks first: $name", async ({ keys, code, left }) => {
    const { project } = await aProjectWith(["a.md"]);
    const { rows } = await database().pool.query<{ id: string }>(
      "SELECT id FROM articles WHERE project_id = $1",
      [project.id],
    );
    const args = ["article", "delete", rows[0]?.id ?? ""];
    const outcome = await gainsay(args, { typed: [{ after: "[y/N] ", keys }] });
    const { rowCount } = await database().pool.query(
      "SELECT FROM articles WHERE project_id = $1 AND deleted_at IS NULL",
      [project.id],
    );
    expect({ code: outcome.code, left: rowCount }).toEqual({ code, left });
  });
});
