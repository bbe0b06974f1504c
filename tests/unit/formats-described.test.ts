import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { GET } from "@/app/api/v1/openapi.json/route";
import { program } from "@/lib/cli/program";
import { describedFormats } from "@/lib/formats/index";
import { formatsTable } from "@/lib/workflow/formats";

const page = fileURLToPath(new URL("../../docs/formats.md", import.meta.url));
const TABLE = /(?<=<!-- formats -->\n).*(?=<!-- \/formats -->)/s;

/** Writes the page anew if told to update (`-u`). */
test("the table in docs/formats.md is that of the formats", async () => {
  const written = readFileSync(page, "utf8").replace(TABLE, () => `${formatsTable()}\n`);
  expect(written).toContain(formatsTable());
  await expect(written).toMatchFileSnapshot(page);
});

const read = describedFormats.filter(({ isRead }) => isRead);
const written = describedFormats.filter(({ losses }) => losses !== null);

test.for([
  { command: "import", formats: read },
  { command: "export", formats: written },
])("the help of $command tells of each format", ({ command, formats }) => {
  let help = "";
  const found = program().commands.find((one) => one.name() === command);
  found?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  for (const { name, about, losses } of formats) {
    const told = help.split(`\n  ${name}\n`)[1]?.split("\n")[0] ?? "";
    expect(told).toContain(about);
    if (command === "export") for (const lost of losses ?? []) expect(told).toContain(lost);
  }
});

test.for([
  { method: "post", path: "imports", names: ["auto", ...read.map(({ name }) => name)] },
  { method: "post", path: "import-previews", names: ["auto", ...read.map(({ name }) => name)] },
  { method: "get", path: "export", names: written.map(({ name }) => name) },
])("the API says which formats $path knows", async ({ method, path, names }) => {
  const request = new Request("http://localhost/api/v1/openapi.json");
  const answer = await GET(request, { params: Promise.resolve({}) });
  const { paths } = await answer.json();
  const { parameters } = paths[`/projects/{project}/${path}`][method];
  const { schema } = parameters.find((one: { name: string }) => one.name === "format");
  expect(schema.enum).toEqual(names);
  for (const name of names.filter((one) => one !== "auto")) {
    expect(schema.description).toContain(`\`${name}\`: `);
  }
});
