import { beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import type { TableReading } from "@/lib/domain/schemas";
import { database } from "@/lib/store/database";
import {
  forecastImport,
  importFiles,
  previewImport,
  receiveImport,
} from "@/lib/workflow/importing";
import { runQueued } from "@/lib/workflow/importing/as-job";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const said = (columns: TableReading["columns"]): TableReading => ({
  columns,
  delimiter: null,
  quote: null,
  header: null,
  sheet: null,
});

const columns = { nr: "source_id", Kopf: "title", Inhalt: "text" } as const;

const file = (id = "1") => aFile("data.csv", `nr,Kopf,Inhalt\n${id},Hafen,Der Hafen ist zu.\n`);

async function* one(given: ReturnType<typeof file>) {
  yield given;
}

describe("what is said of a table", () => {
  test("is remembered for tables of its columns, whichever way they come", async () => {
    const project = await aProject();
    const asked = { format: "auto", reading: { tables: { "*": said(columns) } } } as const;
    // A forecast remembers nothing.
    await forecastImport(operator, project.slug, { ...asked, files: [file()] });
    const before = await previewImport(operator, project.slug, {
      format: "auto",
      files: one(file()),
    });
    expect(before.items).toMatchObject([{ kind: "rejected" }]);
    expect(before.tables).toMatchObject([{ columns: [{ name: "nr", meaning: "meta" }, {}, {}] }]);
    expect(await importFiles(operator, project.slug, { ...asked, files: [file()] })).toMatchObject({
      created: 1,
    });
    const after = await previewImport(operator, project.slug, {
      format: "auto",
      files: one(file("2")),
    });
    expect(after.items).toMatchObject([{ kind: "article", title: "Hafen", source_id: "2" }]);
    expect(after.tables).toMatchObject([
      {
        trouble: null,
        columns: [{ meaning: "source_id" }, { meaning: "title" }, { meaning: "text" }],
      },
    ]);
    const received = await receiveImport(operator, project.slug, {
      format: "auto",
      files: one(file("2")),
    });
    expect(received).toMatchObject({ created: 1, rejected_count: 0 });
    // Said of one table by its key, one column is left out now, and the others are as they were.
    const key = after.tables[0]?.key ?? "";
    await importFiles(operator, project.slug, {
      format: "auto",
      files: [file("3")],
      reading: { tables: { [key]: said({ Kopf: null }) } },
    });
    const { rows } = await database().pool.query(
      "SELECT import_tables AS tables FROM projects WHERE id = $1",
      [project.id],
    );
    expect(rows).toEqual([{ tables: [{ key, reading: said({ ...columns, Kopf: null }) }] }]);
  });

  test("of a table that cannot be read so is not remembered", async () => {
    const project = await aProject();
    const summary = await importFiles(operator, project.slug, {
      format: "auto",
      files: [file()],
      reading: { tables: { "*": said({ Text: "text" }) } },
    });
    expect(summary.rejected).toMatchObject([
      { reason: 'There is no column "Text". There are: nr, Kopf, Inhalt.' },
    ]);
    const { rows } = await database().pool.query(
      "SELECT import_tables AS tables FROM projects WHERE id = $1",
      [project.id],
    );
    expect(rows).toEqual([{ tables: [] }]);
  });

  test("holds of an import that waits for its turn, with its encoding", async () => {
    const project = await aProject();
    const rows = Array.from(
      { length: 6_000 },
      (_, index) => `${index},Hafen,${`Ein Text ${index}. `.repeat(8)}`,
    );
    const source = Uint8Array.from([
      ...Buffer.from("nr,Kopf,Inhalt\nx,"),
      0xdc,
      ...Buffer.from(`,Ende\n${rows.join("\n")}`),
    ]);
    const waiting = await receiveImport(operator, project.slug, {
      format: "auto",
      files: one(aFile("data.csv", source, { piece: 65_536 })),
      reading: { tables: { "*": said(columns) }, encoding: "windows-1252" },
    });
    expect(waiting.finished_at).toBeNull();
    const { rows: kept } = await database().pool.query(
      "SELECT reading FROM imports WHERE id = $1",
      [waiting.id],
    );
    expect(kept).toMatchObject([
      { reading: { encoding: "windows-1252", tables: { "*": said(columns) } } },
    ]);
    const { signal } = new AbortController();
    await runQueued(database(), waiting.id, {
      signal,
      onDefect: (error) => expect(error).toBeNull(),
    });
    const { rows: titles } = await database().pool.query(
      "SELECT title FROM articles WHERE project_id = $1 AND source_id = 'x'",
      [project.id],
    );
    expect(titles).toEqual([{ title: "Ü" }]);
  });
});

test("a file that is no UTF-8 is shown in the encodings that it may be in", async () => {
  const project = await aProject();
  const bytes = Uint8Array.from([...Buffer.from("Title\n\n"), 0xcf, 0xee, 0xf0, 0xf2]);
  const files = () => one(aFile("a.txt", bytes));
  const preview = await previewImport(operator, project.slug, { format: "auto", files: files() });
  expect(preview.encodings).toMatchObject([{ path: "a.txt", line: 3, byte: 7 }]);
  expect(preview.encodings[0]?.choices).toContainEqual({
    encoding: "windows-1251",
    sample: "Порт",
  });
  const asked = await previewImport(operator, project.slug, {
    format: "auto",
    files: files(),
    reading: { encoding: "windows-1251" },
  });
  expect(asked.items).toMatchObject([{ kind: "article", text: "Title\n\nПорт" }]);
});
