import { dump } from "js-yaml";
import { counted, inFigures } from "@/lib/domain/figures";
import { knownLicence, OTHER_LICENCE } from "@/lib/domain/licences";
import { OFFSETS_SCHEMA_FILE } from "@/lib/domain/offsets-record";
import { doiAddress, nameOf, orcidAddress } from "@/lib/domain/publishing";
import type { Creator, Licence } from "@/lib/domain/publishing-schemas";
import { type Layer, SCHEMA_FILE } from "@/lib/domain/record";
import { type AttributeHolder, valuesInWords } from "@/lib/domain/scheme";
import { tagOverlapsInWords } from "@/lib/domain/tag-overlap";
import { agreementText } from "./agreement-words";
import { bibtex, isBibtex } from "./bibtex";
import type { Column, ColumnType } from "./columns";
import { byCount, type Counts, type Split, type Survey } from "./dataset-survey";
import { mdTable, mdWords, oneLine } from "./markdown-words";
import { tagsColumn } from "./tagging";
import type { DatasetAbout, DatasetOrigin } from "./writing";

/** What a dataset is described by. */
export type Described = {
  readonly about: DatasetAbout;
  readonly origin: DatasetOrigin;
  readonly survey: Survey;
  /** The version of the guidelines that the dataset has beside it; null for none. */
  readonly guidelineVersion: number | null;
  /** What the files of each part came to. */
  readonly splits: readonly WrittenSplit[];
  readonly rows: RowsDescribed;
};

/** What the rows of the files of data are. */
export type RowsDescribed = {
  readonly of: "articles" | "tokens";
  readonly columns: (about: DatasetAbout) => readonly Column[];
  /** Columns that no two rows have all in common. */
  readonly key: readonly string[];
};

export type WrittenSplit = {
  readonly name: Split;
  readonly records: number;
  readonly rows: number;
  readonly jsonl: WrittenData;
  readonly parquet: WrittenData;
};

export type WrittenData = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** YAML as all readers of it understand it, without breaking lines. */
export const yaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });

/** `README.md`: the card that Hugging Face shows, and `load_dataset` reads. */
export function datasetCard(described: Described): string {
  return `---\n${yaml(cardMetadata(described))}---\n\n${cardText(described)}`;
}

function cardMetadata({ about, origin, survey, splits, rows }: Described) {
  const { codes, tags } = languageCodes(survey.languages);
  const sum = (of: (split: WrittenSplit) => number) =>
    splits.reduce((total, split) => total + of(split), 0);
  return {
    pretty_name: oneLine(origin.title),
    ...licenceMetadata(origin.publishing.licence),
    ...(codes.length > 0 && { language: codes }),
    ...(tags.length > 0 && { language_bcp47: tags }),
    task_categories: ["token-classification"],
    size_categories: [sizeCategory(sum((split) => split.rows))],
    configs: [
      {
        config_name: "default",
        data_files: splits.map(({ name, parquet }) => ({ split: name, path: parquet.path })),
      },
    ],
    dataset_info: {
      features: rows.columns(about).map(featureOf),
      splits: splits.map((split) => ({
        name: split.name,
        num_bytes: split.jsonl.bytes,
        num_examples: split.rows,
      })),
      download_size: sum(({ parquet }) => parquet.bytes),
      dataset_size: sum(({ jsonl }) => jsonl.bytes),
    },
  };
}

/**
 * As Hugging Face has it; a licence of no name that it knows is "other", and its own name is made an id there: lower-case
 * letters, digits, points and hyphens.
 */
function licenceMetadata(licence: Licence | null) {
  if (licence === null) return {};
  const { id, name, url } = licence;
  if (id !== OTHER_LICENCE) return { license: id };
  const named = (name ?? "").toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-");
  const license_name = named.replaceAll(/^[-.]+|[-.]+$/g, "") || "own-licence";
  return { license: id, license_name, license_link: url };
}

/** A language by itself as Hugging Face names it (ISO 639), and the tags that say more than that. */
function languageCodes(languages: Counts) {
  const tags = [...languages.keys()]
    .map((tag) => tag.replaceAll("_", "-"))
    .filter((tag) => /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(tag))
    .toSorted();
  const codes = tags.map((tag) => (tag.split("-")[0] ?? tag).toLowerCase());
  return { codes: [...new Set(codes)].toSorted(), tags: tags.filter((tag) => tag.includes("-")) };
}

function sizeCategory(rows: number): string {
  const steps = [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
  const names = ["1K", "10K", "100K", "1M", "10M", "100M"];
  const at = steps.findIndex((step) => rows < step);
  if (at === 0) return "n<1K";
  return at < 0 ? "100M<n<1B" : `${names[at - 1]}<n<${names[at]}`;
}

type Feature = { readonly name: string } & FeatureType;
type FeatureType =
  | { readonly dtype: string }
  | { readonly list: string | readonly Feature[] | FeatureType }
  | { readonly struct: readonly Feature[] };

/** A column as `datasets` declares it; versions from 2 on read this form. */
function featureOf({ name, type }: Column): Feature {
  return { name, ...featureType(type) };
}

function featureType(type: ColumnType): FeatureType {
  if (typeof type === "string") return { dtype: dtypes[type] };
  if ("fields" in type) return { struct: type.fields.map(featureOf) };
  const { list } = type;
  if (typeof list === "string") return { list: dtypes[list] };
  return { list: "fields" in list ? list.fields.map(featureOf) : featureType(list) };
}

const dtypes: Record<Extract<ColumnType, string>, string> = {
  text: "string",
  json: "string",
  integer: "int32",
  number: "float64",
  boolean: "bool",
  time: "timestamp[ms, tz=UTC]",
};

export const layerInWords: Record<Layer, string> = {
  gold: "gold, what curators settled, one annotation set for each article version",
  reviewers: "the work of reviewers, side by side",
  all: "all annotation sets, gold, those of reviewers, and those that were imported or made by a model",
};

/** What there is of it, in one sentence. */
function summary({ about, origin, survey }: Described): string {
  const texts = about.texts === false ? " Without the articles’ texts." : "";
  return `${counted(survey.records, "version")} of ${counted(survey.articles, "article")} with ${counted(survey.spans, "span")} and ${counted(survey.relations, "relation")}: ${layerInWords[origin.layer]}.${texts}`;
}

/** What it is about, as its creators say, and what there is of it. */
export function aboutIt(described: Described): string {
  const { description } = described.origin.publishing;
  return [...(description === "" ? [] : [description]), summary(described)].join("\n\n");
}

function cardText(described: Described): string {
  const { about, origin, survey, rows } = described;
  const { section } = rowsInWords[rows.of];
  const { scheme } = about;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["What it is", whatItIs(described)],
    ["Loading it", loading(described)],
    ...(about.texts === false ? ([["Texts", withoutTexts(described)]] as const) : []),
    ...(section ? ([[section[0], section[1](described)]] as const) : []),
    ["How the articles were chosen", choice(described)],
    ["Labels", scheme.labels.flatMap((label) => labelText(label, survey.labels))],
    [
      "Relations",
      scheme.relations.length === 0
        ? ["The scheme has none."]
        : scheme.relations.map(
            (relation) =>
              `- \`${relation.name}\` (${inFigures(survey.relationTypes.get(relation.name) ?? 0)}): ${relation.symmetric ? "between" : "from"} ${names(relation.from)} ${relation.symmetric ? "and" : "to"} ${names(relation.to)}.${attributesText(relation)}`,
          ),
    ],
    [
      "Attributes of articles",
      scheme.article.length === 0
        ? ["The scheme has none."]
        : scheme.article.map((rule) => `- \`${rule.name}\`: ${valuesInWords(rule)}`),
    ],
    ["Who annotated", whoAnnotated(survey)],
    ["Agreement", agreementText(origin)],
    ["Guidelines and scheme", guidelines(described)],
    ["Known limits", limits(described)],
    ["Licence", licence(described)],
    ["Citation", howToCite(described)],
    ["Files", files(described)],
  ];
  const others = [...survey.labels.keys()].filter(
    (label) => !scheme.labels.some(({ name }) => name === label),
  );
  return [
    `# ${mdWords(origin.title)}`,
    "",
    summary(described),
    ...sections.flatMap(([title, lines]) => [
      "",
      `## ${title}`,
      "",
      ...lines,
      ...(title === "Labels" && others.length > 0
        ? [`- Of earlier versions of the scheme: ${names(others)}.`]
        : []),
    ]),
    "",
  ].join("\n");
}

/** What the card says of the rows of its files, of whichever kind they are. */
export const rowsInWords: Readonly<
  Record<
    RowsDescribed["of"],
    {
      /** What one of them is called. */
      readonly called: string;
      /** What all of them are, for a catalogue. */
      readonly what: (rows: string) => string;
      /** Python that has loaded a part, and goes on. */
      readonly loaded: (load: string, about: DatasetAbout) => readonly string[];
      readonly fields: string;
      /** What of them has words of the articles, so that it is left out where texts are not to go out. */
      readonly withText: string;
      /** How they are made whole by whoever has the texts; null if the hash of the text is all there is for that. */
      readonly rehydrated: ((splits: readonly WrittenSplit[]) => readonly string[]) | null;
      /** A section of their own. */
      readonly section: readonly [string, (described: Described) => string[]] | null;
      readonly text: string;
      readonly overlap: string;
      readonly gaps: string;
      /** Files that only they have. */
      readonly files: (about: DatasetAbout) => readonly string[];
    }
  >
> = {
  articles: {
    called: "record",
    what: (rows) => `${rows} article versions with their annotations.`,
    loaded: (load, { texts }) => [
      `articles = ${load}`,
      `spans = [(span["label"], ${texts === false ? 'span["start"], span["end"]' : 'span["text"]'}) for article in articles for span in article["spans"]]`,
    ],
    fields:
      "`meta` and `other_attributes` are JSON as text; an attribute that a span does not have is null. The same records as they are, one a line, are in the `.jsonl` files.",
    withText: "the texts, the words of spans, and titles that stand in the text",
    rehydrated: (splits) =>
      splits.map(
        ({ name, jsonl }) =>
          `gainsay rehydrate ${jsonl.path} --texts ARTICLES --out ${name}-whole.jsonl`,
      ),
    section: null,
    text: "`text`",
    overlap: "Tags of one kind a token (BIO) do not hold that.",
    gaps: "its `fragments` are exact, its `start` and `end` are those of the whole",
    files: (about) => [`- \`schema/${schemaFileOf(about)}\`: JSON Schema of a line of JSONL`],
  },
  tokens: {
    called: "row",
    what: (rows) => `${rows} rows of a sentence in tokens, with tags by one annotator.`,
    loaded: (load, { scheme, texts }) => {
      const column = tagsColumn(scheme.labels[0]?.name ?? "");
      const tokens = texts === false ? "token_starts" : "tokens";
      return [
        `sentences = ${load}`,
        `annotated = sentences.filter(lambda row: row["${column}"] is not None)`,
        `tagged = [list(zip(row["${tokens}"], row["${column}"])) for row in annotated]`,
      ];
    },
    fields: "`meta` is JSON as text. The same rows, one a line, are in the `.jsonl` files.",
    withText: "the tokens themselves, and titles that stand in the text",
    rehydrated: null,
    section: ["Tokens and tags", tokens],
    text: "the article’s text",
    overlap:
      "Tags of one kind a token (BIO) do not hold that, but those of each label by itself hold what is of several.",
    gaps: "each of its pieces has tags as if it were a span",
    files: () => [],
  },
};

/** The name of the JSON Schema of its lines, where a row is an article. */
export const schemaFileOf = ({ texts }: DatasetAbout): string =>
  texts === false ? OFFSETS_SCHEMA_FILE : SCHEMA_FILE;

/** What is left out where texts may not be handed on, and how it is put back. */
function withoutTexts({ splits, rows }: Described): string[] {
  const { withText, rehydrated } = rowsInWords[rows.of];
  const left = `The articles’ texts may not be handed on with it. Left out are ${withText}. An article is known by \`url\`, \`source_id\` and \`text_sha256\`, the SHA-256 of its text in UTF-8: a text fits if it is the same to the letter. Attributes, notes and metadata are in it as they are, and may quote.`;
  if (rehydrated === null) return [left];
  return [
    left,
    "",
    "Whoever has the articles, as files or in a dataset (`--articles FILE`), puts the texts back, each checked by its hash:",
    "",
    "```sh",
    ...rehydrated(splits),
    "```",
  ];
}

function loading({ about, splits, rows }: Described): string[] {
  const { loaded, fields } = rowsInWords[rows.of];
  return [
    "```python",
    "from datasets import load_dataset",
    "",
    ...loaded(`load_dataset("FOLDER")["${splits[0]?.name ?? "train"}"]`, about),
    "```",
    "",
    `\`FOLDER\` is where this file lies. Times are in UTC. ${fields}`,
  ];
}

/** What is in a row, and what became of spans that one tag a token cannot hold. */
function tokens({ about }: Described): string[] {
  const columns = about.scheme.labels.map(({ name }) => tagsColumn(name));
  const { overlap = "longest" } = about;
  return [
    `- A row is a sentence, as one annotator has marked it: ${about.texts === false ? "its tokens by where" : "`tokens`, where"} each begins and ends in the article (\`token_starts\`, \`token_ends\`), and its tags by label in ${names(columns)}.`,
    "- Tags are IOB2: `B-` where a piece of a span begins, `I-` within it, `O` elsewhere. Behind a gap, and in the next sentence, a span begins anew. Where nobody annotated, they are null.",
    "- Tokens are words and signs, whatever is marked: a word that a span begins or ends in is in it as a whole.",
    `- Overlap: \`${overlap}\`. ${tagOverlapsInWords[overlap].made}`,
  ];
}

const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(", ");

function whatItIs({ origin, survey, splits }: Described): string[] {
  return [
    ...paragraphs(origin.publishing.description).flatMap((paragraph) => [paragraph, ""]),
    `Articles in which people marked claims, denials, attributions or what else the scheme has, with Gainsay. The annotations are ${layerInWords[origin.layer]}${origin.includesOpen ? ". Work that is not submitted is in" : ", as they were submitted"}.`,
    "",
    mdTable(
      ["", "number"],
      [
        ["articles", inFigures(survey.articles)],
        ["article versions", inFigures(survey.records)],
        ["of them annotated", inFigures(survey.annotated)],
        ["spans", inFigures(survey.spans)],
        ["relations", inFigures(survey.relations)],
        ["characters of text", inFigures(survey.characters)],
        ...(splits.length > 1
          ? splits.map(({ name, records }) => [`versions in \`${name}\``, inFigures(records)])
          : []),
      ],
    ),
    "",
    `Languages: ${countsInWords(survey.languages, "not said")}.`,
    ...(survey.newest === null ? [] : ["", `Last changed: ${survey.newest}.`]),
  ];
}

/** What somebody wrote in several lines, as paragraphs of Markdown. */
const paragraphs = (text: string) =>
  text
    .split(/\n\s*\n/)
    .map(mdWords)
    .filter((paragraph) => paragraph !== "");

/** The most frequent of some, with their numbers, and how many more there are. */
export function countsInWords(counts: Counts, without: string, most = 20): string {
  const all = byCount(counts);
  // What is said comes before what is not.
  const sorted = [...all.filter(([name]) => name !== ""), ...all.filter(([name]) => name === "")];
  if (sorted.length === 0) return "none";
  const shown = sorted
    .slice(0, most)
    .map(([name, count]) => `${name === "" ? without : mdWords(name)} (${inFigures(count)})`);
  const more = sorted.length - shown.length;
  return shown.join(", ") + (more > 0 ? `, and ${inFigures(more)} more` : "");
}

export function choice({ origin, survey }: Described): string[] {
  const { imports, rounds, picked, annotators } = origin;
  const published =
    survey.earliestPublished === null
      ? "When they were published is not said."
      : `Published from ${survey.earliestPublished.slice(0, 10)} to ${survey.latestPublished?.slice(0, 10)}, as far as it is said.`;
  const some =
    survey.articles < origin.articles
      ? [
          `- ${inFigures(survey.articles)} of the ${counted(origin.articles, "article")} of the project were picked for this dataset.`,
        ]
      : [];
  return [
    "Why these articles and no others is not known to Gainsay; whoever publishes the dataset should say it here. What is known:",
    "",
    ...some,
    ...imports.map(
      (one) =>
        `- ${counted(one.imports, "import")} of the format \`${one.format}\` brought ${counted(one.articles, "article")}.`,
    ),
    ...rounds.map(
      (round) =>
        `- ${round.kind === "practice" ? "Practice round" : "Round"} ${round.number}, “${mdWords(round.title)}”: ${counted(round.articles, "article")}, ${overlapOf(round)}, ${round.way === "assigned" ? "given out when it was made" : "taken from a queue"}, drawn with the seed ${round.seed}${round.guidelineVersion === null ? "" : `, by guidelines of version ${round.guidelineVersion}`}.`,
    ),
    ...(picked.length > 0
      ? [
          `- Of the project, only those are in that were picked by ${picked.map(mdWords).join(", ")}.`,
        ]
      : []),
    ...(annotators === null ? [] : [`- Only the work of ${annotators.join(", ")} is in.`]),
    `- Publishers: ${countsInWords(survey.publishers, "not said")}.`,
    `- ${published}`,
  ];
}

function overlapOf({ overlap, doubledPercent }: DatasetOrigin["rounds"][number]): string {
  const reviewers = `${counted(overlap, "reviewer")} for each`;
  return doubledPercent === null ? reviewers : `${reviewers}, two for ${doubledPercent} % of them`;
}

function labelText(
  label: DatasetAbout["scheme"]["labels"][number],
  counts: Counts,
): readonly string[] {
  const number = inFigures(counts.get(label.name) ?? 0);
  const definition = label.definition ? ` ${mdWords(label.definition)}` : "";
  return [
    `- \`${label.name}\` (${number}):${definition} Spans of it ${label.overlap ? "may" : "do not"} overlap.${attributesText(label)}`,
    ...(label.examples ?? []).map((example) => `    - Example: “${mdWords(example)}”`),
  ];
}

const attributesText = ({ attributes }: AttributeHolder) =>
  attributes.map((rule) => `\n    - \`${rule.name}\`: ${valuesInWords(rule)}`).join("");

function whoAnnotated({ annotators, notes }: Survey): string[] {
  if (annotators.size === 0) return ["Nobody has work in it."];
  const numberOf = (name: string) => Number(name.slice(1));
  const rows = [...annotators]
    .toSorted(([a], [b]) => numberOf(a) - numberOf(b))
    .map(([name, { kinds, sets, spans, relations }]) => [
      name,
      [...kinds.keys()].toSorted().join(", "),
      ...[sets, spans, relations].map(inFigures),
    ]);
  return [
    mdTable(["annotator", "kind", "sets", "spans", "relations"], rows),
    "",
    `Annotators go by pseudonyms, which stay the same from one export to the next. No name or e-mail address is in the dataset${notes > 0 ? `, but ${counted(notes, "note")} that they wrote ${notes === 1 ? "is" : "are"}` : ""}.`,
  ];
}

export function guidelines({ origin, survey, guidelineVersion }: Described): string[] {
  const versions = (list: ReadonlySet<number>) => [...list].toSorted((a, b) => a - b).join(", ");
  const made = survey.guidelineVersions;
  return [
    guidelineVersion === null
      ? "- The project has no guidelines."
      : `- \`guidelines.md\` has version ${guidelineVersion} of the guidelines.${made.size > 0 ? ` Sets were made by version ${versions(made)}.` : ""}${survey.withoutGuidelines > 0 ? ` Of ${counted(survey.withoutGuidelines, "set")} it is not known by which version.` : ""}`,
    `- \`scheme.json\` has version ${origin.schemeVersion} of the scheme.${survey.schemeVersions.size > 0 ? ` Sets were made with version ${versions(survey.schemeVersions)}.` : ""}`,
  ];
}

function limits({ about, origin, survey, rows }: Described): string[] {
  const { text, overlap, gaps } = rowsInWords[rows.of];
  return [
    `- Offsets count Unicode code points of ${about.texts === false ? "the article’s text" : text} from 0, as Python does, not bytes and not UTF-16 units; \`end\` is the first after the span.`,
    `- Spans may overlap: in ${counted(survey.overlapping, "record")} those of one annotator do, and those of several annotators lie beside each other. ${overlap}`,
    `- A span may have gaps (${inFigures(survey.withGaps)} ${survey.withGaps === 1 ? "has" : "have"}): ${gaps}.`,
    "- An article without an annotation set was not annotated; one with a set and without spans was, and nothing was found.",
    ...(origin.layer === "gold"
      ? []
      : ["- Where annotators disagree, nothing is settled: see `annotator` of each span."]),
    ...(survey.setKinds.has("model") ? ["- Some sets were made by a model, not by people."] : []),
  ];
}

export function licence({ origin, survey }: Described): string[] {
  const stated = byCount(survey.licences).filter(([name]) => name !== "");
  const ofTexts =
    stated.length === 0
      ? "The articles state no licence of theirs; they are their publishers'."
      : `Articles state for themselves: ${countsInWords(new Map(stated), "")}.`;
  const { licence } = origin.publishing;
  if (licence === null) {
    return [
      `No licence is recorded for the dataset, so none is stated here. ${ofTexts} Settle both before the dataset is published.`,
    ];
  }
  const { name, url } = knownLicence(licence.id) ?? licence;
  return [
    `The annotations, and what else is the creators’ own in this dataset, are under [${mdWords(name ?? licence.id)}](<${url}>). ${ofTexts}`,
  ];
}

function howToCite({ origin }: Described): string[] {
  const { creators, doi, url, citation } = origin.publishing;
  const code = bibtex(origin);
  const fence = "`".repeat(
    Math.max(3, ...[...code.matchAll(/`+/g)].map(([run]) => run.length + 1)),
  );
  const found = [...(doi === null ? [] : [doiAddress(doi)]), ...(url === null ? [] : [url])];
  return [
    ...(creators.length === 0
      ? ["Nobody is named here: say who made the dataset before it goes out.", ""]
      : [`By ${creators.map(creatorText).join("; ")}.`, ""]),
    ...(found.length === 0 ? [] : [`Found at ${found.map((at) => `<${at}>`).join(", ")}.`, ""]),
    ...(isBibtex(citation) ? [] : paragraphs(citation).flatMap((paragraph) => [paragraph, ""])),
    `${fence}bibtex`,
    code,
    fence,
    "",
    "`CITATION.cff` has the same for programs.",
  ];
}

function creatorText(creator: Creator): string {
  const { orcid, affiliation } = creator;
  const whole = mdWords(nameOf(creator));
  const named = orcid === null ? whole : `[${whole}](<${orcidAddress(orcid)}>)`;
  return affiliation === null ? named : `${named} (${mdWords(affiliation)})`;
}

function files({ about, splits, guidelineVersion, rows }: Described): string[] {
  const { called, files: own } = rowsInWords[rows.of];
  return [
    ...splits.map(
      ({ name, rows: count, jsonl, parquet }) =>
        `- \`${jsonl.path}\`, \`${parquet.path}\`: ${counted(count, called)} of \`${name}\``,
    ),
    ...own(about),
    "- `scheme.json`: labels, relations and attributes, as Gainsay reads them again",
    `- ${guidelineVersion === null ? "" : "`guidelines.md`, "}\`DATA_STATEMENT.md\`, \`CITATION.cff\``,
    "- `croissant.json`: what machines read about all this",
    "- `checksums.sha256`: checked by `sha256sum -c checksums.sha256`",
  ];
}
