import { paragraphsOf } from "@/lib/domain/article";
import { defaultScheme } from "@/lib/domain/scheme";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText } from "@/lib/domain/text";

const value = [
  "The harbour of Lowmere was sold in secret last week, an anonymous account claimed on Tuesday.",
  "“Nobody has sold the harbour,” the mayor said. She called the story an invention.",
  "The account had spread false stories about the town before, two researchers told the local paper.",
].join("\n\n");

/**
 * The article of the tour, as the annotate page opens one: in no project, and with an empty set that no
 * database has.
 *
 * @param id of the article, its version and the set: another one for each visit
 */
export function practiceArticle(id: string) {
  const text = new ArticleText(value);
  const blocks = paragraphsOf(value);
  return {
    practice: true,
    project: { slug: "", title: "Practice" },
    article: {
      id,
      title: "Practice: a harbour that was not sold",
      publisher: null,
      author: null,
      url: null,
      published_at: null,
      language: "en",
    },
    version: { id, number: 1, current: true, text: value, blocks },
    segmentation: Buffer.from(segment(text, blocks, "en")).toString("base64"),
    scheme: defaultScheme,
    cues: [],
    ownSet: {
      id,
      article_id: id,
      version_id: id,
      kind: "reviewer" as const,
      annotator: "a1",
      scheme_version: 1,
      revision: 0,
      head: null,
      submitted_at: null,
      skip_reason: null,
      flag_reason: null,
      note: "",
      attributes: {},
      spans: [],
      relations: [],
    },
    readOnlySets: [],
    earlierVersions: [],
  };
}
