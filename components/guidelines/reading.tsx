import type { ReactNode } from "react";
import type { GuidelineVersion } from "@/lib/api/guidelines";
import { compareGuidelines, type ToldPart, toldParts } from "@/lib/domain/guideline";
import type { Scheme } from "@/lib/domain/scheme";
import { Notice } from "../ui/notice";
import { TextLink } from "../ui/text-link";
import { GuidelineContents } from "./contents";
import { GuidelineView } from "./guideline-view";

/** What has an id begins with it. */
const PART = "part-";

/** A version of guidelines with its contents, and what has changed since an earlier one. */
export function GuidelineReading({
  shown,
  earlier,
  scheme,
  since,
}: {
  shown: GuidelineVersion;
  /** Null where nothing is compared. */
  earlier: GuidelineVersion | null;
  scheme: Scheme;
  /** How what has changed is told, given in which sections: "Changed since you last read it: …". */
  since: (what: ReactNode) => ReactNode;
}) {
  const before = earlier?.content ?? shown.content;
  const changes = compareGuidelines(before, shown.content);
  const told = earlier ? toldParts(changes, shown.content) : [];
  return (
    <>
      {earlier && (
        <div className="mb-6 max-w-(--measure)">
          <Notice tone="warn">{since(<ToldParts told={told} />)}</Notice>
        </div>
      )}
      <div className="gap-x-12 gap-y-6 lg:grid lg:grid-cols-[minmax(0,41.25rem)_minmax(10rem,16rem)]">
        <div className="mb-6 lg:order-1 lg:mb-0">
          <div className="lg:sticky lg:top-20">
            <GuidelineContents guideline={shown.content} changes={changes.parts} idPrefix={PART} />
          </div>
        </div>
        <GuidelineView
          blocks={shown.content.blocks}
          scheme={scheme}
          changes={changes.parts}
          idPrefix={PART}
        />
      </div>
    </>
  );
}

/** The sections that differ, with a way to those that are there. */
function ToldParts({ told }: { told: readonly ToldPart[] }) {
  if (told.length === 0) return <>no section, only their order.</>;
  return told.map(({ title, what, at }, index) => {
    const name = <bdi>{title === "" ? "the beginning" : title}</bdi>;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: sections may be called alike, and never move
      <span key={index}>
        {index > 0 && ", "}
        {at === null ? name : <TextLink href={`#${PART}${at}`}>{name}</TextLink>}
        {what === "changed" ? "" : ` (${what})`}
        {index === told.length - 1 && "."}
      </span>
    );
  });
}
