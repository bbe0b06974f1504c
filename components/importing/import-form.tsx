"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { counted } from "@/lib/domain/figures";
import { noNames } from "@/lib/domain/foreign-names";
import type { Scheme } from "@/lib/domain/scheme";
import { Button } from "../ui/button";
import { classNames } from "../ui/class-names";
import { Select } from "../ui/field";
import { Icon } from "../ui/icons";
import { Notice } from "../ui/notice";
import { ProgressBar } from "../ui/progress";
import { ChosenFileList } from "./chosen-file-list";
import {
  type ChosenFile,
  type FormatChoice,
  filesOfDrop,
  filesOfInput,
  formatOf,
  joined,
  liesBeside,
  sorted,
  type UnreadFormat,
} from "./chosen-files";
import { EncodingChoice } from "./encoding-choice";
import { ForeignNamesChoice, type ReadingChoices } from "./foreign-names";
import { PreviewDialog } from "./preview-dialog";
import { TableColumns } from "./table-columns";
import { type Sending, sendFiles } from "./upload";
import { useForecast } from "./use-forecast";
import { inBytes } from "./wording";

/** Choosing files, looking at them, and sending them. */
export function ImportForm({
  project,
  scheme,
  formats,
  archives,
  unread,
  mayAdd,
  maxBytes,
}: {
  /** Its slug. */
  project: string;
  scheme: Scheme;
  formats: readonly FormatChoice[];
  /** Endings of archives, which are opened. */
  archives: readonly string[];
  /** What is known by name and not read. */
  unread: readonly UnreadFormat[];
  /** Whether they may add names to the scheme. */
  mayAdd: boolean;
  /** The most one upload may have. */
  maxBytes: number;
}) {
  const router = useRouter();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [format, setFormat] = useState("auto");
  const [update, setUpdate] = useState(false);
  const [reading, setReading] = useState<ReadingChoices>({
    names: noNames,
    offsets: null,
    encoding: null,
    tables: {},
  });
  const [shown, setShown] = useState<ChosenFile | null>(null);
  const [sent, setSent] = useState<{ bytes: number; of: number } | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const sending = useRef<Sending | null>(null);
  const { read, leftOut } = sorted(files, { format, formats, archives, unread });
  const hasBareNames = read.some(({ path }) => !path.includes("/"));
  const bytes = read.reduce((sum, { file }) => sum + file.size, 0);
  const isSending = sent !== null;
  const isUpdate = update && hasBareNames;
  const forecasts = useForecast(project, {
    files: read,
    format,
    formats,
    update: isUpdate,
    reading,
  });

  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isSending]);

  // Whoever leaves the page by a link of ours leaves the upload too.
  useEffect(() => () => sending.current?.cancel(), []);

  function add(more: readonly ChosenFile[]) {
    setTrouble(more.length === 0 ? "There is no file in what you chose." : null);
    setFiles((before) => joined(before, more));
  }

  async function send() {
    setTrouble(null);
    setSent({ bytes: 0, of: bytes });
    sending.current = sendFiles(project, {
      files: read,
      format,
      update: isUpdate,
      reading,
      onProgress: (done, of) => setSent({ bytes: done, of }),
    });
    const answer = await sending.current.answer;
    sending.current = null;
    if (answer?.ok) {
      router.push(`/projects/${project}/import/${answer.value.id}`);
      return;
    }
    setSent(null);
    setTrouble(answer?.message ?? null);
  }

  if (sent) {
    const arrived = sent.bytes >= sent.of;
    return (
      <div className="mb-8 rounded-lg border border-line bg-surface p-4 sm:p-6">
        <ProgressBar
          label={arrived ? "Reading the articles" : `Sending ${counted(read.length, "file")}`}
          value={arrived ? null : sent.bytes}
          max={sent.of}
          {...(arrived ? {} : { detail: `${inBytes(sent.bytes)} of ${inBytes(sent.of)}` })}
        />
        <div className="mt-4 flex justify-end">
          <Button onClick={() => sending.current?.cancel()}>Cancel</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="mb-8">
      <DropZone formats={formats} onFiles={add} small={files.length > 0} />
      {trouble && (
        <div className="mt-4">
          <Notice tone="danger">{trouble}</Notice>
        </div>
      )}
      {files.length > 0 && (
        <div className="mt-4 rounded-lg border border-line bg-surface">
          <ChosenFileList
            files={read}
            forecasts={forecasts.files}
            onShow={setShown}
            onRemove={(chosen) => setFiles(files.filter((file) => file !== chosen))}
          />
          {leftOut.length > 0 && <LeftOut files={leftOut} />}
          <EncodingChoice
            files={forecasts.encodings}
            chosen={reading.encoding}
            onChoose={(encoding) => setReading({ ...reading, encoding })}
          />
          <TableColumns
            tables={forecasts.tables}
            chosen={reading.tables}
            onChoose={(tables) => setReading({ ...reading, tables })}
          />
          {forecasts.names?.hasAnnotations && (
            <ForeignNamesChoice
              scheme={scheme}
              mayAdd={mayAdd}
              found={forecasts.names}
              chosen={reading}
              onChoose={setReading}
            />
          )}
          <div className="flex flex-wrap items-end justify-between gap-4 border-t border-line p-4">
            <div className="flex flex-wrap gap-4">
              <Select
                label="Format"
                value={format}
                onChange={(event) => setFormat(event.target.value)}
                options={[
                  { value: "auto", label: "By each file's name" },
                  ...formats.map(({ name, title }) => ({ value: name, label: title })),
                ]}
              />
              {hasBareNames && (
                <Select
                  label="A file with the name of another text"
                  value={update ? "update" : "refuse"}
                  onChange={(event) => setUpdate(event.target.value === "update")}
                  options={[
                    { value: "refuse", label: "is not imported" },
                    { value: "update", label: "is a new version of it" },
                  ]}
                />
              )}
            </div>
            <div className="ms-auto flex flex-wrap items-center gap-2">
              <span className="figures me-2 text-muted">
                {counted(read.length, "file")}, {inBytes(bytes)}
              </span>
              <Button variant="quiet" onClick={() => setFiles([])}>
                Remove all
              </Button>
              <Button
                variant="primary"
                icon="upload"
                disabled={bytes > maxBytes || read.length === 0}
                onClick={() => void send()}
              >
                Import
              </Button>
            </div>
            {bytes > maxBytes && (
              <div className="w-full">
                <Notice tone="warn">
                  One import may have {inBytes(maxBytes)}: remove some files, and import them after.
                </Notice>
              </div>
            )}
          </div>
        </div>
      )}
      {shown && (
        <PreviewDialog
          key={shown.path}
          project={project}
          scheme={scheme}
          format={format}
          update={isUpdate}
          reading={reading}
          beside={read.filter((other) => liesBeside(other, shown))}
          byLine={formatOf(formats, format, shown.path)?.byLine ?? false}
          chosen={shown}
          onClose={() => setShown(null)}
        />
      )}
    </div>
  );
}

/** Files of what was chosen that are not imported, each with the reason. */
function LeftOut({ files }: { files: readonly { path: string; reason: string }[] }) {
  return (
    <div className="border-t border-line p-4">
      <Notice tone="warn">
        <p className="font-medium">{counted(files.length, "file")} will be left out</p>
        <ul aria-label="Files left out" className="mt-1 max-h-48 overflow-y-auto text-sm">
          {files.slice(0, MOST_LEFT_OUT).map(({ path, reason }) => (
            <li key={path} className="wrap-anywhere">
              <bdi className="font-medium">{path}</bdi>: {reason}
            </li>
          ))}
          {files.length > MOST_LEFT_OUT && (
            <li>and {counted(files.length - MOST_LEFT_OUT, "more file")}</li>
          )}
        </ul>
      </Notice>
    </div>
  );
}

/** More than so many nobody reads one by one. */
const MOST_LEFT_OUT = 1000;

const titleOf = ({ title, extensions: [first] }: FormatChoice) =>
  first === undefined ? title : `${title} (${first})`;

/** Where files are dropped; the buttons do the same without a mouse. */
function DropZone({
  formats,
  onFiles,
  small,
}: {
  formats: readonly FormatChoice[];
  onFiles: (files: readonly ChosenFile[]) => void;
  small: boolean;
}) {
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files) onFiles(filesOfInput(input.files));
    input.value = ""; // the same file can be chosen again
  };
  return (
    <section
      aria-label="Files to import"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void filesOfDrop(event.dataTransfer).then(onFiles, () => onFiles([]));
      }}
      className={classNames(
        "flex flex-col items-center gap-3 rounded-lg border-2 border-dashed px-4 text-center transition-colors",
        small ? "py-5" : "py-12",
        over ? "border-accent bg-accent-soft" : "border-edge bg-surface",
      )}
    >
      {!small && (
        <span className="text-faint">
          <Icon name="upload" size={32} />
        </span>
      )}
      <p className={small ? "text-muted" : "text-lg font-medium"}>
        {over ? "Drop them here" : "Drop files or folders here"}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button
          variant={small ? "secondary" : "primary"}
          icon="file"
          onClick={() => file.current?.click()}
        >
          Choose files
        </Button>
        <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
      </div>
      {!small && (
        <p className="max-w-prose text-sm text-muted">
          {formats.map(titleOf).join(" · ")}. Archives are opened. Importing an article again makes
          a new version where its text has changed.
        </p>
      )}
      <input
        ref={file}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={(event) => take(event.target)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="A folder"
        {...{ webkitdirectory: "" }}
        onChange={(event) => take(event.target)}
      />
    </section>
  );
}
