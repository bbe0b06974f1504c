import type { DisputedPassages } from "@/lib/api/agreement";
import { ArticleText, type Range } from "@/lib/domain/text";
import { Section } from "../ui/page";
import { TextLink } from "../ui/text-link";

type Passage = DisputedPassages["passages"][number];

/** The passages behind a cell of the confusion matrix, each with both spans in the text around them. */
export function Passages({
  project,
  title,
  page: { passages, next_cursor },
  nameOf,
  nextHref,
  closeHref,
}: {
  project: string;
  /** What the two made of these places. */
  title: string;
  page: DisputedPassages;
  nameOf: (key: string) => string;
  nextHref: string;
  closeHref: string;
}) {
  return (
    <section id="passages" aria-label={title} className="scroll-mt-20">
      <Section title={title} actions={<TextLink href={closeHref}>Close</TextLink>}>
        {passages.length === 0 ? (
          <p className="text-muted">
            {next_cursor === null
              ? "There is none any more: it was changed since the report was made."
              : "None on this page, but there are more articles."}
          </p>
        ) : (
          <ol className="divide-y divide-line">
            {passages.map((passage) => (
              <li
                key={`${passage.article.id} ${passage.version} ${keyOf(passage)}`}
                className="py-4 first:pt-0"
              >
                <p className="mb-1.5 text-sm">
                  <TextLink
                    href={`/projects/${project}/adjudication/${passage.article.id}?version=${passage.version}`}
                    prefetch={false}
                  >
                    <bdi>{passage.article.title}</bdi>
                  </TextLink>
                </p>
                <div className="grid gap-3 md:grid-cols-2">
                  {[passage.one, passage.other].map((side) => (
                    <div key={side.reviewer} className="min-w-0">
                      <p className="text-sm text-muted">
                        <bdi className="font-medium text-ink">{nameOf(side.reviewer)}</bdi>:{" "}
                        {side.span?.label.replaceAll("_", " ") ?? "nothing"}
                      </p>
                      <Quoted passage={passage} fragments={side.span?.fragments ?? []} />
                    </div>
                  ))}
                </div>
              </li>
            ))}
          </ol>
        )}
        {next_cursor !== null && (
          <p className="mt-3">
            <TextLink href={nextHref}>More passages</TextLink>
          </p>
        )}
      </Section>
    </section>
  );
}

const keyOf = ({ one, other }: Passage) => JSON.stringify([one, other]);

/** The text of a passage, with what one of the two marked in it. */
function Quoted({ passage, fragments }: { passage: Passage; fragments: readonly Range[] }) {
  const text = new ArticleText(passage.text);
  const parts: { at: number; words: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const fragment of fragments) {
    const [start, end] = [fragment.start - passage.start, fragment.end - passage.start];
    parts.push({ at, words: text.slice({ start: at, end: start }), isMarked: false });
    parts.push({ at: start, words: text.slice({ start, end }), isMarked: true });
    at = end;
  }
  parts.push({ at, words: text.slice({ start: at, end: text.length }), isMarked: false });
  return (
    <blockquote dir="auto" className="font-reading whitespace-pre-line wrap-anywhere">
      …
      {parts.map(({ at: place, words, isMarked }) =>
        isMarked ? (
          <mark
            key={place}
            className="rounded-xs bg-accent-soft text-ink underline decoration-accent decoration-2 underline-offset-4"
          >
            {words}
          </mark>
        ) : (
          words
        ),
      )}
      …
    </blockquote>
  );
}

/** What two reviewers made of some places, in words; "" is nothing. */
export function passagesTitle(
  { one, other, pair }: { one: string; other: string; pair: string | null },
  nameOf: (key: string) => string,
): string {
  const said = (label: string) => label.replaceAll("_", " ") || "nothing";
  const [first, second] = pair?.split("-") ?? [];
  return first && second
    ? `${nameOf(first)}: ${said(one)}, ${nameOf(second)}: ${said(other)}`
    : `One: ${said(one)}, another: ${said(other)}`;
}
