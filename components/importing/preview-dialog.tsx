"use client";

import { useEffect, useMemo, useState } from "react";
import { highlightOf } from "@/lib/annotator/label-appearance";
import type { ImportPreview, PreviewedArticle } from "@/lib/api/imports";
import { counted, inFigures } from "@/lib/domain/figures";
import type { Scheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { LabelDrawing } from "@/lib/editor/label-drawing";
import { Positions } from "@/lib/editor/positions";
import { StaticArticle } from "../annotator/static-article";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import { Skeleton } from "../ui/progress";
import { TextLink } from "../ui/text-link";
import { type ChosenFile, glanceAt } from "./chosen-files";
import type { ReadingChoices } from "./foreign-names";
import { previewOf } from "./preview";
import "./preview.css";
import { WarningList } from "./warning-list";
import { forecastNames, outcomeTones, placeIn } from "./wording";

type PreviewState =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "ready"; readonly preview: ImportPreview; readonly cut: boolean };

/** What a file would become, before anything is stored. */
export function PreviewDialog({
  project,
  scheme,
  format,
  update,
  reading,
  beside,
  byLine,
  chosen,
  onClose,
}: {
  project: string;
  scheme: Scheme;
  format: string;
  /** Whether a file whose bare name is that of another text here is a new version of it. */
  update: boolean;
  reading: ReadingChoices;
  /** Files that may say something of it. */
  beside: readonly ChosenFile[];
  /** Whether the file has an article a line. */
  byLine: boolean;
  chosen: ChosenFile;
  onClose: () => void;
}) {
  const [shown, setShown] = useState<PreviewState>({ state: "loading" });
  const [index, setIndex] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: files beside are those that lay there when it was opened
  useEffect(() => {
    const leaving = new AbortController();
    const see = (now: PreviewState) => {
      if (!leaving.signal.aborted) setShown(now);
    };
    const asked = { chosen, beside, format, update, reading, byLine };
    void look(project, { ...asked, signal: leaving.signal }).then(see);
    return () => leaving.abort();
  }, [project, chosen, format, update, reading, byLine]);
  const items = shown.state === "ready" ? itemsOf(shown.preview, chosen.path) : [];
  const more = shown.state === "ready" && (shown.preview.more || shown.cut);
  const item = items[index];
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      wide
      reading
      title={<bdi>{chosen.path}</bdi>}
      description={
        items.length > 1
          ? `Article ${index + 1} of ${more ? "the first " : ""}${items.length}`
          : undefined
      }
      footer={
        items.length > 1 ? (
          <>
            <Button disabled={index === 0} onClick={() => setIndex(index - 1)}>
              Previous
            </Button>
            <Button disabled={index === items.length - 1} onClick={() => setIndex(index + 1)}>
              Next
            </Button>
          </>
        ) : undefined
      }
    >
      {shown.state === "loading" && <Skeleton lines={8} />}
      {shown.state === "failed" && <Notice tone="danger">{shown.message}</Notice>}
      {item?.kind === "rejected" && (
        <Notice tone="danger">
          <p>
            {placeIn(item) && <strong>At {placeIn(item)}: </strong>}
            {item.reason}
          </p>
        </Notice>
      )}
      {item?.kind === "article" && (
        <Article key={index} project={project} article={item} scheme={scheme} />
      )}
    </Dialog>
  );
}

async function look(
  project: string,
  {
    chosen,
    beside,
    format,
    update,
    reading,
    byLine,
    signal,
  }: {
    chosen: ChosenFile;
    beside: readonly ChosenFile[];
    format: string;
    update: boolean;
    reading: ReadingChoices;
    byLine: boolean;
    signal: AbortSignal;
  },
): Promise<PreviewState> {
  const { part, cut } = await glanceAt(chosen, { byLine });
  const form = new FormData();
  form.append("files", part, chosen.path);
  for (const { path, file } of beside) form.append("files", file, path);
  const answer = await previewOf(project, form, { format, update, reading, signal });
  return answer.ok
    ? { state: "ready", preview: answer.value, cut }
    : { state: "failed", message: answer.message };
}

/** Those of the file itself; where it says something of another, those of that. */
function itemsOf({ items }: ImportPreview, path: string): ImportPreview["items"] {
  const own = items.filter((item) => item.path === path);
  return own.length > 0 ? own : items;
}

function Article({
  project,
  article,
  scheme,
}: {
  project: string;
  article: PreviewedArticle;
  scheme: Scheme;
}) {
  const { text, blocks, spans } = article;
  const positions = useMemo(() => new Positions(new ArticleText(text), blocks), [text, blocks]);
  const drawing = useMemo(
    () =>
      new LabelDrawing<PreviewedArticle["spans"][number]>(
        positions,
        (span) => highlightOf(scheme, span),
        spans,
      ),
    [positions, spans, scheme],
  );
  return (
    <>
      <ForecastSentence project={project} article={article} />
      <dl className="mb-5 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-b border-line pb-4 text-sm">
        {metadataOf(article).map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {article.warnings.length > 0 && article.outcome !== "rejected" && (
        <div className="mb-5">
          <Notice tone="warn">
            <p className="font-medium">It would be imported with these warnings:</p>
            <WarningList warnings={article.warnings} />
          </Notice>
        </div>
      )}
      <div className="import-preview">
        <StaticArticle
          positions={positions}
          marks={drawing.marks()}
          language={article.language}
          top={3} // the dialog's own title is of the second level
        />
      </div>
      {article.cut && (
        <p className="mt-2 text-muted">
          This is the beginning: the text has {inFigures(article.text_length)} characters.
        </p>
      )}
    </>
  );
}

const forecastSentences: Record<PreviewedArticle["outcome"], string> = {
  created: "It would be a new article.",
  updated: "It would change an article that is here:",
  unchanged: "It is here already, and would stay as it is:",
  rejected: "It would not be imported.",
};

/** What an import would make of an article, and of which. */
function ForecastSentence({ project, article }: { project: string; article: PreviewedArticle }) {
  const { outcome, reason, article_id } = article;
  return (
    <p className="mb-4 flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <Badge tone={outcomeTones[outcome]}>{forecastNames[outcome]}</Badge>
      <span dir="auto" className="min-w-0 wrap-anywhere">
        {reason ?? forecastSentences[outcome]}
        {article_id !== null && (
          <>
            {" "}
            <TextLink
              href={`/projects/${project}/articles/${article_id}`}
              target="_blank"
              prefetch={false}
            >
              open it
            </TextLink>
          </>
        )}
      </span>
    </p>
  );
}

function metadataOf(article: PreviewedArticle): [string, string][] {
  const { meta, spans } = article;
  const known: [string, string | null][] = [
    ["Title", article.title],
    [
      "Published",
      article.published_at?.replace("T", " ").replace(/:\d\d(?:\.\d+)?Z$/, " UTC") ?? null,
    ],
    ["Publisher", article.publisher],
    ["Author", article.author],
    ["Language", article.language],
    ["Address", article.url],
    ["Source id", article.source_id],
    ["Spans", spans.length > 0 ? counted(spans.length, "span") : null],
  ];
  const others = Object.entries(meta).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return [
    ...known.filter((entry): entry is [string, string] => entry[1] !== null),
    ...others.slice(0, 20),
  ];
}
