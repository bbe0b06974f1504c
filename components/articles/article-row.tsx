"use client";

import { type CSSProperties, memo, useId } from "react";
import type { ListedArticle } from "@/lib/api/articles";
import { counted } from "@/lib/domain/figures";
import { Badge, type Tone } from "../ui/badge";
import { Icon } from "../ui/icons";
import { LabelBadge } from "../ui/label-badge";
import { Link } from "../ui/link";
import { Marked } from "./excerpt";
import type { ListLabel } from "./initial-list";

const states: Record<ListedArticle["state"], { tone: Tone; word: string }> = {
  new: { tone: "neutral", word: "New" },
  open: { tone: "accent", word: "Open" },
  submitted: { tone: "ok", word: "Submitted" },
  skipped: { tone: "neutral", word: "Skipped" },
};

/** Whose spans are counted; one's own need no word beside them. */
const layers: Record<
  NonNullable<ListedArticle["label_layer"]>,
  { title: string; word?: string }
> = {
  own: { title: "Your own spans" },
  reviewer: { title: "Spans of one reviewer", word: "one reviewer's" },
  gold: { title: "Gold spans", word: "gold" },
  model: { title: "Spans of a model", word: "a model's" },
  imported: { title: "Imported spans", word: "imported" },
};

const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** One article of the list: a link as large as its row, and what is known of it. */
export const ArticleRow = memo(function ArticleRow({
  article,
  href,
  labels,
  showsState,
  index,
  total,
  isTabStop,
  isSelected,
  onSelect,
  style,
}: {
  article: ListedArticle;
  href: string;
  labels: readonly ListLabel[];
  /** Whether the reader has work of their own in this project. */
  showsState: boolean;
  /** In the whole list, 0-based. */
  index: number;
  /** Of the whole list; -1 where that is not known. */
  total: number;
  /** Whether Tab comes here: one row of the list has it, the keys do the rest. */
  isTabStop: boolean;
  isSelected: boolean;
  /** Null for who may do nothing with several; `toHere` selects all from the last one on. */
  onSelect: ((id: string, toHere: boolean) => void) | null;
  style: CSSProperties | undefined;
}) {
  const id = useId();
  return (
    <li
      data-index={index}
      aria-setsize={total}
      aria-posinset={index + 1}
      style={style}
      data-selectable={onSelect ? "" : undefined}
      className="group article-row"
    >
      <Link
        href={href}
        prefetch={false}
        data-article={article.id}
        tabIndex={isTabStop ? 0 : -1}
        aria-describedby={id}
        className="article-link"
      >
        <span dir="auto" lang={article.language ?? undefined} className="article-title">
          {article.title_match ? <Marked excerpt={article.title_match} /> : article.title}
        </span>
      </Link>
      {onSelect && (
        <input
          type="checkbox"
          readOnly // the list knows which are selected
          checked={isSelected}
          tabIndex={isTabStop ? 0 : -1}
          aria-label={`Select ${article.title}`}
          onClick={({ shiftKey }) => onSelect(article.id, shiftKey)}
          className="article-check"
        />
      )}
      {article.snippet && (
        <p
          dir="auto"
          lang={article.language ?? undefined}
          className="mt-1 line-clamp-2 font-reading text-muted wrap-anywhere"
        >
          <Marked excerpt={article.snippet} />
        </p>
      )}
      <div id={id} className="article-facts">
        <Facts article={article} />
        <Work article={article} labels={labels} showsState={showsState} />
      </div>
    </li>
  );
});

function Facts({ article }: { article: ListedArticle }) {
  const { publisher, published_at, created_at, language, text_length, duplicate_of } = article;
  return (
    // Names of languages differ between the server's tables and the browser's.
    <p className="article-origin">
      {publisher && (
        <span className="max-w-full min-w-0 truncate">
          <bdi>{publisher}</bdi>
        </span>
      )}
      {published_at ? (
        <time dateTime={published_at}>{calendar.format(new Date(published_at))}</time>
      ) : (
        <span>
          added <time dateTime={created_at}>{calendar.format(new Date(created_at))}</time>
        </span>
      )}
      {language && <span suppressHydrationWarning>{languageName(language)}</span>}
      <span className="figures">{counted(text_length, "character")}</span>
      {duplicate_of && <span>same text as another</span>}
    </p>
  );
}

function Work({
  article,
  labels,
  showsState,
}: {
  article: ListedArticle;
  labels: readonly ListLabel[];
  showsState: boolean;
}) {
  const { tone, word } = states[article.state];
  const { label_counts: counts, label_layer, annotators } = article;
  const known = labels.map(({ name }) => name);
  const names = [...known, ...Object.keys(counts).filter((name) => !known.includes(name))];
  const used = names.filter((name) => (counts[name] ?? 0) > 0);
  if (used.length === 0 && !annotators && !showsState) return null;
  const layer = used.length > 0 && label_layer ? layers[label_layer] : null;
  return (
    <div className="article-work">
      <div className="article-labels" title={layer?.title}>
        {used.map((name) => {
          const index = known.indexOf(name);
          return (
            <LabelBadge
              key={name}
              style={labels[index]?.style ?? "1.1"}
              letter={labels[index]?.letter ?? "?"}
              name={name.replaceAll("_", " ")}
              count={counts[name] ?? 0}
            />
          );
        })}
        {layer?.word && <span className="text-muted">{layer.word}</span>}
        {annotators !== null && annotators > 0 && (
          <span
            className="inline-flex items-center gap-1 text-muted"
            title={`${counted(annotators, "reviewer")} worked on it`}
          >
            <Icon name="people" size={16} />
            <span className="figures">{annotators}</span>
            <span className="sr-only">{annotators === 1 ? "reviewer" : "reviewers"}</span>
          </span>
        )}
      </div>
      {showsState && <Badge tone={tone}>{word}</Badge>}
    </div>
  );
}

function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code; // none that the standard knows
  }
}
