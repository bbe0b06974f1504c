"use client";

import { articleHolder } from "@/lib/domain/scheme";
import { AttributeControls, AttributeList } from "./attribute-control";
import { type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** What the reviewer says of the article as a whole, by the attributes that the scheme has for it. */
export function ArticleAttributes({ annotator }: { annotator: SyncedAnnotator }) {
  const { writable } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  if (!own) return null;
  const holder = articleHolder(annotator.scheme);
  return (
    <section aria-label="The article" className="mb-3 max-h-[40vh] space-y-3 overflow-y-auto">
      {writable ? (
        <AttributeControls
          annotator={annotator}
          of="article"
          holder={holder}
          attributes={own.attributes}
          onSet={(name, value, gesture) =>
            annotator.perform(
              [{ type: "set_article_attributes", attributes: { [name]: value } }],
              gesture === undefined ? {} : { gesture },
            )
          }
        />
      ) : (
        <AttributeList rules={holder.attributes} attributes={own.attributes} />
      )}
    </section>
  );
}
