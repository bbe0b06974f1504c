"use client";

import type { ImportPreview } from "@/lib/api/imports";
import { counted } from "@/lib/domain/figures";
import {
  type ColumnMeaning,
  columnMeanings,
  type TableDelimiter,
  type TableQuote,
  tableDelimiters,
  tableQuotes,
} from "@/lib/domain/imports";
import type { TableReading, TableReadings } from "@/lib/domain/schemas";
import { nothingSaid } from "@/lib/domain/table-readings";
import { Select } from "../ui/field";
import { Notice } from "../ui/notice";

type PreviewedTable = ImportPreview["tables"][number];

const meanings: Record<ColumnMeaning, string> = {
  text: "text",
  title: "title",
  publisher: "publisher",
  author: "author",
  url: "address",
  published_at: "date of publication",
  language: "language",
  source_id: "source id",
  meta: "kept beside the text",
};

const delimiters: Record<TableDelimiter, string> = {
  ",": "a comma",
  ";": "a semicolon",
  "\t": "a tab",
  "|": "a bar",
};

const quotes: Record<TableQuote, string> = {
  '"': 'double quotes: "…"',
  "'": "single quotes: '…'",
  "": "nothing",
};

/** What the columns of the tables that were chosen are taken for, and how the tables are divided. */
export function TableColumns({
  tables,
  chosen,
  onChoose,
}: {
  tables: readonly PreviewedTable[];
  chosen: TableReadings;
  onChoose: (chosen: TableReadings) => void;
}) {
  return tables.map((table) => (
    <OneTable
      key={table.key}
      table={table}
      chosen={chosen[table.key] ?? nothingSaid}
      onChoose={(said) => onChoose({ ...chosen, [table.key]: said })}
    />
  ));
}

function OneTable({
  table,
  chosen,
  onChoose,
}: {
  table: PreviewedTable;
  chosen: TableReading;
  onChoose: (said: TableReading) => void;
}) {
  const { path, columns, more_columns: more, trouble } = table;
  // What is chosen shows at once, and not when it has been tried.
  const delimiter = table.delimiter && (chosen.delimiter ?? table.delimiter);
  const quote = table.quote === null ? null : (chosen.quote ?? table.quote);
  const header = chosen.header ?? table.header;
  const meaningOf = ({ name, meaning }: PreviewedTable["columns"][number]) =>
    Object.hasOwn(chosen.columns, name) ? chosen.columns[name] : meaning;
  // Divided otherwise, it has other columns.
  const divide = (said: Partial<TableReading>) => onChoose({ ...chosen, ...said, columns: {} });
  const name = `Columns of \u2068${path}\u2069`;
  const choose = (column: string, meaning: ColumnMeaning | null) =>
    onChoose({ ...chosen, columns: { ...chosen.columns, [column]: meaning } });
  return (
    <section aria-label={name} className="border-t border-line p-4">
      <h2 className="font-medium wrap-anywhere">{name}</h2>
      <p className="mt-1 max-w-prose text-sm text-muted">
        What you choose is remembered for the next table with these columns.
      </p>
      {trouble !== null && (
        <div className="mt-3">
          <Notice tone="danger">{trouble}</Notice>
        </div>
      )}
      <ul className="mt-3 grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        {columns.map((column) => (
          <li key={column.name} className="min-w-0">
            <Select
              label={`\u2068${column.name}\u2069`}
              hint={<Samples of={column.samples} />}
              value={meaningOf(column) ?? ""}
              onChange={({ target }) =>
                choose(column.name, columnMeanings.find((one) => one === target.value) ?? null)
              }
              options={[
                ...columnMeanings.map((value) => ({ value, label: meanings[value] })),
                { value: "", label: "left out" },
              ]}
            />
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mt-3 text-sm text-muted">and {counted(more, "more column")}</p>}
      <div className="mt-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {delimiter !== null && (
          <Select
            label="Cells are divided by"
            value={delimiter}
            onChange={({ target }) =>
              divide({ delimiter: tableDelimiters.find((one) => one === target.value) ?? null })
            }
            options={tableDelimiters.map((value) => ({ value, label: delimiters[value] }))}
          />
        )}
        {quote !== null && (
          <Select
            label="Around cells stand"
            value={quote}
            onChange={({ target }) =>
              divide({ quote: tableQuotes.find((one) => one === target.value) ?? null })
            }
            options={tableQuotes.map((value) => ({ value, label: quotes[value] }))}
          />
        )}
        {table.sheets.length > 1 && (
          <Select
            label="Sheet"
            value={chosen.sheet ?? table.sheet ?? ""}
            onChange={({ target }) => divide({ sheet: target.value })}
            options={table.sheets.map((value) => ({ value, label: value }))}
          />
        )}
        <Select
          label="The first row"
          value={header ? "names" : "data"}
          onChange={({ target }) => divide({ header: target.value === "names" })}
          options={[
            { value: "names", label: "names the columns" },
            { value: "data", label: "is an article" },
          ]}
        />
      </div>
    </section>
  );
}

function Samples({ of }: { of: readonly string[] }) {
  if (of.length === 0) return "no values in the first rows";
  return (
    <span className="line-clamp-2 wrap-anywhere">
      {of.map((sample, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values may be the same, and stay in their places
        <span key={index}>
          {index > 0 && " · "}
          <bdi>{sample}</bdi>
        </span>
      ))}
    </span>
  );
}
