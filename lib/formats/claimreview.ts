import { isWebAddress } from "@/lib/domain/link";
import type { ArticleRecord } from "@/lib/domain/record";
import { type LostInWriting, losePartsOf, type RecordPart } from "./writing";

/** What of a record has no place in it. */
export const claimReviewLoses = [
  "blocks",
  "annotators",
  "notes",
  "article_attributes",
  "relation_attributes",
  "gaps",
] as const satisfies readonly RecordPart[];

type Span = ArticleRecord["spans"][number];

/**
 * A ClaimReview of schema.org for each claim, a line each, for a fact-checker to go on with: what is claimed, where, who
 * is said to have said it, and who denies it. What only a check can say is left out: `reviewRating`, and the author, the
 * date and the address of the review, without which no search engine takes it.
 */
export function writeClaimReviews(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, claimReviewLoses, lost);
  const spans = new Map(record.spans.map((span) => [span.id, span]));
  const leadingTo = (type: string, { id }: Span) =>
    record.relations.flatMap((relation) => {
      const from = relation.type === type && relation.to === id ? spans.get(relation.from) : null;
      return from ? [from] : [];
    });
  const written = new Set<Span>();
  const lines = record.spans.filter(isClaim).map((claim) => {
    written.add(claim);
    const claimed = (span: Span) => {
      const sources = leadingTo("source_of", span);
      for (const source of sources) written.add(source);
      return {
        "@type": "Claim",
        "@id": `urn:uuid:${span.id}`,
        text: span.text,
        ...inLanguage(record),
        ...saidBy(sources),
        appearance: appearanceOf(record),
      };
    };
    const denials = leadingTo("denies", claim);
    for (const denial of denials) written.add(denial);
    const review = {
      "@context": "https://schema.org",
      "@type": "ClaimReview",
      claimReviewed: claim.text,
      ...inLanguage(record),
      itemReviewed: {
        ...claimed(claim),
        ...(denials.length > 0 && { subjectOf: denials.map(claimed) }),
      },
    };
    return `${JSON.stringify(review)}\n`;
  });
  lost.add("spans that are no claim and of none", record.spans.length - written.size);
  return lines.join("");
}

const isClaim = ({ label }: Span) => label === "claim";

const inLanguage = ({ language }: ArticleRecord) =>
  language === null ? {} : { inLanguage: language };

/** Where it is claimed, without what is not known. */
function appearanceOf({ title, url, publisher, author, published_at, ...record }: ArticleRecord) {
  return {
    "@type": "Article",
    headline: title,
    ...(url !== null && isWebAddress(url) && { url }),
    ...(published_at !== null && { datePublished: published_at }),
    ...(author !== null && { author: { "@type": "Person", name: author } }),
    ...(publisher !== null && { publisher: { "@type": "Organization", name: publisher } }),
    identifier: record.id,
  };
}

/** Who is said to have said something, by the attributions of it; nobody for a source without a name. */
function saidBy(attributions: readonly Span[]) {
  const authors: object[] = [];
  const documents: object[] = [];
  for (const { attributes } of attributions) {
    const { source: name, source_type: type } = attributes;
    if (typeof name !== "string" || name === "" || type === "anonymous") continue;
    if (type === "document") documents.push({ "@type": "CreativeWork", name });
    else authors.push({ "@type": types.get(type) ?? "Thing", name });
  }
  return {
    ...(authors.length > 0 && { author: authors.length === 1 ? authors[0] : authors }),
    ...(documents.length > 0 && { isBasedOn: documents.length === 1 ? documents[0] : documents }),
  };
}

const types = new Map<unknown, string>([
  ["person", "Person"],
  ["organisation", "Organization"],
]);
