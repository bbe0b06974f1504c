"use client";

import { useState } from "react";
import { counted } from "@/lib/domain/figures";
import type { Scheme } from "@/lib/domain/scheme";
import type { ReadScheme } from "@/lib/domain/scheme-file-schemas";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** A scheme to start from. `id` names it. */
export type LibraryScheme = ReadScheme & { readonly id: string };

/** Schemes to start from, each with where it is from. */
export function SchemeLibrary({
  library,
  onChoose,
}: {
  library: readonly LibraryScheme[];
  onChoose: (scheme: Scheme) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      wide
      trigger={
        <Button size="small" icon="list">
          Library
        </Button>
      }
      title="Start from a scheme of the library"
      description="It takes the place of what is in the editor, which Undo brings back. What has the same name stays the same."
    >
      <ul className="divide-y divide-line">
        {library.map(({ id, title, about, sources = [], scheme }) => (
          <li key={id} className="flex flex-wrap items-start justify-between gap-3 py-3">
            <div className="min-w-0 grow basis-80">
              <h3 className="font-semibold">{title}</h3>
              {about && <p>{about}</p>}
              <p className="text-sm text-muted">
                {counted(scheme.labels.length, "label")},{" "}
                {counted(scheme.relations.length, "relation type")},{" "}
                {counted(scheme.article.length, "attribute")} of the article
              </p>
              {sources.map(({ citation, url, licence }) => (
                <p key={url} className="text-sm text-muted">
                  <a href={url} target="_blank" rel="noreferrer" className="underline">
                    {citation}
                  </a>{" "}
                  · {licence}
                </p>
              ))}
            </div>
            <Button
              size="small"
              aria-label={`Use ${title}`}
              onClick={() => {
                onChoose(scheme);
                setOpen(false);
              }}
            >
              Use
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
