import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { defaultScheme } from "@/lib/domain/scheme";
import { database } from "@/lib/store/database";
import { forecastImport, importFiles, importOf, receiveImport } from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const TEXT = "The port was closed. The mayor denied it.";

const lines = (...records: readonly object[]) =>
  records.map((one) => JSON.stringify(one)).join("\n");

/** What doccano exports for an annotator. */
const doccano = (annotator: string, label: readonly unknown[], text = TEXT) =>
  aFile(`export/${annotator}.jsonl`, lines({ id: 7, text, label, Comments: [] }));

/** What Prodigy keeps for one. */
const prodigy = (annotator: string, spans: readonly object[]) => ({
  text: TEXT,
  spans,
  answer: "accept",
  _input_hash: 1,
  _task_hash: 2,
  _annotator_id: annotator,
});

const CLAIM = [0, 20, "claim"];
const DENIAL = [21, 41, "denial"];

/** What INCEpTION exports of a document for an annotator: the id of the document is theirs. */
const inception = (annotator: string, labels: string, document = "port.txt", text = TEXT) =>
  aFile(
    `export/${document}/${annotator}.xmi`,
    `<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:m="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" xmlns:x="http:///x.ecore" xmi:version="2.0"><m:DocumentMetaData xmi:id="9" sofa="1" begin="0" end="41" documentId="${annotator}" documentTitle="${document}" documentUri="harbour/${document}" documentBaseUri="harbour"/>${labels}<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="${text}"/></xmi:XMI>`,
  );
const CLAIMED = '<x:claim xmi:id="2" sofa="1" begin="0" end="20"/>';
const DENIED = '<x:denial xmi:id="3" sofa="1" begin="21" end="41"/>';

type Files = readonly ReturnType<typeof aFile>[];

async function brought(slug: string, files: Files) {
  const { created, updated, unchanged, rejected } = await importFiles(operator, slug, {
    format: "auto",
    files,
  });
  return { created, updated, unchanged, rejected: rejected.map(({ reason }) => reason) };
}

/** `ana: claim`, for each imported set. */
async function setsOf(projectId: string): Promise<string[]> {
  const { rows } = await database().pool.query<{ set: string }>(
    `SELECT n.source_name || ': ' || coalesce(string_agg(p.label, ' ' ORDER BY p.label), '') AS set
     FROM annotation_sets s JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
     LEFT JOIN spans p ON p.set_id = s.id
     WHERE s.project_id = $1 AND s.kind = 'imported' GROUP BY s.id, n.source_name ORDER BY 1`,
    [projectId],
  );
  return rows.map(({ set }) => set);
}

test.for([
  {
    program: "doccano, a file each",
    files: () => [doccano("ana", [CLAIM]), doccano("ben", [CLAIM, DENIAL])],
  },
  {
    program: "INCEpTION, a file each",
    files: () => [inception("ana", CLAIMED), inception("ben", CLAIMED + DENIED)],
  },
  {
    program: "Prodigy, a line each",
    files: () => [
      aFile(
        "tasks.jsonl",
        lines(
          prodigy("ana", [{ start: 0, end: 20, label: "claim" }]),
          prodigy("ben", [
            { start: 0, end: 20, label: "claim" },
            { start: 21, end: 41, label: "denial" },
          ]),
        ),
      ),
    ],
  },
])(
  "of $program, several annotators of an article are all in, and nothing is new the second time",
  async ({ files }) => {
    const project = await aProject();
    const forecast = await forecastImport(operator, project.slug, {
      format: "auto",
      files: files(),
    });
    expect(forecast).toMatchObject({ created: 1, updated: 1, rejected: [] });
    const first = await brought(project.slug, files());
    expect(first).toEqual({ created: 1, updated: 1, unchanged: 0, rejected: [] });
    expect(await setsOf(project.id)).toEqual(["ana: claim", "ben: claim denial"]);
    const second = await brought(project.slug, files());
    expect(second).toEqual({ created: 0, updated: 0, unchanged: 2, rejected: [] });
  },
);

test("what each of them chose for the article is kept as theirs", async () => {
  const project = await aProject({
    scheme: {
      ...defaultScheme,
      article: [{ name: "accept", type: "choice", values: ["news", "opinion"] }],
    },
  });
  const chosen = (annotator: string, option: string) => {
    const options = ["news", "opinion"].map((id) => ({ id, text: id }));
    return { ...prodigy(annotator, []), options, accept: [option] };
  };
  const files = [aFile("tasks.jsonl", lines(chosen("ana", "news"), chosen("ben", "opinion")))];
  expect(await brought(project.slug, files)).toMatchObject({
    created: 1,
    updated: 1,
    rejected: [],
  });
  const { rows } = await database().pool.query(
    `SELECT n.source_name AS annotator, s.attributes
     FROM annotation_sets s JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator
     WHERE s.project_id = $1 ORDER BY 1`,
    [project.id],
  );
  expect(rows).toEqual([
    { annotator: "ana", attributes: { accept: "news" } },
    { annotator: "ben", attributes: { accept: "opinion" } },
  ]);
});

test("what one of them changed since counts, and the others' is as it was", async () => {
  const project = await aProject();
  await brought(project.slug, [doccano("ana", [CLAIM]), doccano("ben", [CLAIM])]);
  const again = await brought(project.slug, [doccano("ana", [CLAIM]), doccano("ben", [DENIAL])]);
  expect(again).toEqual({ created: 0, updated: 1, unchanged: 1, rejected: [] });
  expect(await setsOf(project.id)).toEqual(["ana: claim", "ben: denial"]);
});

test.for([
  { what: "the same annotator", second: () => doccano("ana", [DENIAL]) },
  { what: "another text", second: () => doccano("ben", [DENIAL], `${TEXT} Twice.`) },
  { what: "no annotations", second: () => doccano("ben", []) },
])("a second item of an article with $what is rejected", async ({ second }) => {
  const project = await aProject();
  const { created, updated, rejected } = await brought(project.slug, [
    doccano("ana", [CLAIM]),
    second(),
  ]);
  expect({ created, updated }).toEqual({ created: 1, updated: 0 });
  expect(rejected).toEqual([expect.stringContaining('has the id "7": export/ana.jsonl, line 1')]);
  expect(await setsOf(project.id)).toEqual(["ana: claim"]);
});

test("metadata that differ are told, and those of the first count", async () => {
  const project = await aProject();
  const file = (annotator: string, outlet: string) =>
    aFile(`${annotator}.jsonl`, lines({ id: 7, text: TEXT, label: [CLAIM], outlet }));
  const { warnings } = await importFiles(operator, project.slug, {
    format: "auto",
    files: [file("ana", "Harbour Post"), file("ben", "Port Times")],
  });
  expect(warnings).toEqual([
    expect.objectContaining({
      path: "ben.jsonl",
      code: "detail_left_out",
      message: "What it says of the article is not what ana.jsonl, line 1 says, which counts.",
    }),
  ]);
  const { rows } = await database().pool.query(
    "SELECT number, meta FROM article_versions WHERE project_id = $1",
    [project.id],
  );
  expect(rows).toEqual([{ number: 1, meta: { outlet: "Harbour Post" } }]);
});

test("an import that goes on knows whose work it brought before", async () => {
  const project = await aProject();
  // So many that the last files are in another batch.
  const others = Array.from({ length: 600 }, (_, at) => aFile(`${at}.txt`, `Text ${at}`));
  const ana = () => doccano("ana", [CLAIM]);
  async function* files() {
    yield* [ana(), ...others, doccano("ben", [DENIAL]), doccano("ana", [DENIAL])];
  }
  const received = await receiveImport(operator, project.slug, {
    format: "auto",
    files: files(),
  });
  const stop = new AbortController();
  const { rows } = await database().pool.query<{ stopped: boolean }>(
    "SELECT next_file = 0 AS stopped FROM imports WHERE id = $1",
    [received.id],
  );
  expect(rows).toEqual([{ stopped: true }]);
  await database().pool.query(
    `CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$;
     CREATE TRIGGER stop BEFORE INSERT ON import_items FOR EACH ROW WHEN (NEW.path = 'export/ben.jsonl') EXECUTE FUNCTION stop()`,
  );
  const run = () =>
    runQueued(database(), received.id, { signal: stop.signal, onDefect: () => undefined });
  await run();
  await database().pool.query("DROP TRIGGER stop ON import_items; DROP FUNCTION stop");
  expect(await importOf(operator, project.slug, received.id)).toMatchObject({ state: "failed" });
  await database().pool.query(
    "UPDATE imports SET state = 'running', failure = NULL, finished_at = NULL WHERE id = $1",
    [received.id],
  );
  await run();
  expect(await importOf(operator, project.slug, received.id)).toMatchObject({
    state: "done",
    created: 601,
    updated: 1,
    rejected: [{ path: "export/ana.jsonl" }],
  });
  expect(await setsOf(project.id)).toEqual(["ana: claim", "ben: denial"]);
});

test("what one annotator did in INCEpTION is as many articles as there are documents", async () => {
  const { slug } = await aProject();
  const text = "The ferry is late. The mayor denied it.xx";
  const files = [inception("ana", CLAIMED), inception("ana", "", "ferry.txt", text)];
  expect(await brought(slug, files)).toEqual({
    created: 2,
    updated: 0,
    unchanged: 0,
    rejected: [],
  });
});

test("who marked nothing in INCEpTION is no second article, and nothing to refuse", async () => {
  const { slug } = await aProject();
  const { created, rejected } = await brought(slug, [
    inception("ana", CLAIMED),
    inception("ben", ""),
  ]);
  expect({ created, rejected }).toEqual({ created: 1, rejected: [] });
});
