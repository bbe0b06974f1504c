import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { noNames } from "@/lib/domain/foreign-names";
import type { NameMapping } from "@/lib/domain/schemas";
import { database } from "@/lib/store/database";
import { schemeOf } from "@/lib/store/schemes";
import {
  forecastImport,
  importFiles,
  previewImport,
  receiveImport,
} from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const record = {
  id: "one",
  text: "The port was closed. The mayor denied it.",
  spans: [
    { id: "s1", label: "EVENT", start: 0, end: 19, attributes: { Sure: "certain" } },
    { id: "s2", label: "Denial", start: 21, end: 40 },
    { id: "s3", label: "NOISE", start: 4, end: 8 },
  ],
  relations: [{ id: "r1", type: "Rejects", from: "s2", to: "s1" }],
};

const file = (id = "one") => aFile("data.jsonl", JSON.stringify({ ...record, id }));

const mapping: NameMapping = {
  label: { EVENT: "claim", Denial: "denial", NOISE: null },
  relation: { Rejects: "denies" },
  attribute: { Sure: "certainty" },
};

/** What a project has of what was imported: labels with their attributes, and types of relations. */
async function marked(projectId: string) {
  const { rows: spans } = await database().pool.query<{ label: string; attributes: object }>(
    "SELECT label, attributes FROM spans WHERE project_id = $1 ORDER BY label",
    [projectId],
  );
  const { rows: relations } = await database().pool.query<{ type: string }>(
    "SELECT type FROM relations WHERE project_id = $1 ORDER BY type",
    [projectId],
  );
  return [
    ...spans.map(({ label, attributes }) => `${label} ${JSON.stringify(attributes)}`),
    ...relations.map(({ type }) => type),
  ];
}

describe("names of a file", () => {
  test("that the scheme has not are told, with how much has them, and what has them is left out", async () => {
    const project = await aProject();
    const files = async function* () {
      yield file();
    };
    const preview = await previewImport(operator, project.slug, { format: "auto", files: files() });
    expect(preview).toMatchObject({
      names: noNames,
      unknown: [
        { kind: "label", name: "EVENT", count: 1 },
        { kind: "label", name: "Denial", count: 1 },
        { kind: "label", name: "NOISE", count: 1 },
      ],
    });
    const { warnings } = await importFiles(operator, project.slug, {
      format: "auto",
      files: [file()],
    });
    expect(warnings.filter(({ code }) => code === "span_left_out")).toHaveLength(3);
    expect(await marked(project.id)).toEqual([]);
  });

  test("stand for what was said, which is remembered", async () => {
    const project = await aProject();
    const { warnings } = await importFiles(operator, project.slug, {
      format: "auto",
      files: [file()],
      reading: { names: mapping },
    });
    const all = ['claim {"certainty":"certain"}', "denial {}", "denies"];
    expect(await marked(project.id)).toEqual(all);
    expect(warnings).toEqual([
      expect.objectContaining({
        message: 'spans[2]: What is called "NOISE" is left out, as was asked.',
      }),
    ]);
    // The next one asks nothing, whichever way it comes.
    const files = async function* () {
      yield file("two");
    };
    const preview = await previewImport(operator, project.slug, { format: "auto", files: files() });
    expect(preview).toMatchObject({ names: mapping, unknown: [] });
    await receiveImport(operator, project.slug, { format: "auto", files: files() });
    expect((await marked(project.id)).sort()).toEqual([...all, ...all].sort());
  });

  test("are added to the scheme in a new version, and a forecast changes nothing", async () => {
    const project = await aProject();
    const added: NameMapping = {
      label: { EVENT: "+", Denial: "+", NOISE: "+" },
      relation: { Rejects: "+" },
      attribute: {},
    };
    const asked = { format: "auto", reading: { names: added } } as const;
    const versions = async () => {
      const { rows } = await database().pool.query<{ version: number }>(
        "SELECT scheme_version AS version FROM projects WHERE id = $1",
        [project.id],
      );
      return rows[0]?.version;
    };
    const foreseen = await forecastImport(operator, project.slug, { ...asked, files: [file()] });
    expect(foreseen).toMatchObject({ created: 1 });
    expect(await versions()).toBe(1);
    await importFiles(operator, project.slug, { ...asked, files: [file()] });
    expect(await versions()).toBe(2);
    const scheme = await schemeOf(database().pool, { projectId: project.id, version: 2 });
    expect(scheme?.labels.map(({ name }) => name)).toEqual([
      "claim",
      "denial",
      "attribution",
      "event",
      "noise",
    ]);
    expect(await marked(project.id)).toEqual(["denial {}", "event {}", "noise {}", "rejects"]);
    // It is there now: said again, it makes no further version.
    await importFiles(operator, project.slug, { ...asked, files: [file("two")] });
    expect(await versions()).toBe(2);
  });

  test.for([
    { names: { ...noNames, label: { EVENT: "nonsense" } }, message: /no label "nonsense"/ },
    { names: { ...noNames, relation: { Rejects: "nonsense" } }, message: /no relation type/ },
    { names: { ...noNames, attribute: { Sure: "+" } }, message: /scheme's editor/ },
  ])(
    "that are to stand for what there is not are refused, and nothing is remembered",
    async ({ names, message }) => {
      const project = await aProject();
      const importing = importFiles(operator, project.slug, {
        format: "auto",
        files: [file()],
        reading: { names },
      });
      await expect(importing).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(message),
      });
      const { rows } = await database().pool.query(
        "SELECT import_names FROM projects WHERE id = $1",
        [project.id],
      );
      expect(rows).toEqual([{ import_names: {} }]);
    },
  );

  test("are added by those alone who may change the scheme: a token for imports may not", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    const token = { id: randomUUID(), scopes: ["import" as const], projects: null };
    const asked = {
      format: "auto",
      reading: { names: { ...noNames, label: { EVENT: "+" } } },
    } as const;
    const adding = importFiles({ ...admin, token }, project.slug, { ...asked, files: [file()] });
    await expect(adding).rejects.toMatchObject({ code: "token_scope" });
    expect(await importFiles(admin, project.slug, { ...asked, files: [file()] })).toMatchObject({
      created: 1,
    });
  });
});
