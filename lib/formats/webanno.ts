import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import type { Scheme } from "@/lib/domain/scheme";
import { ArticleText, codePointLength, decodeUtf8 } from "@/lib/domain/text";
import { readAll } from "./bytes";
import { articleOfCas, type CasStructure, featureOf } from "./cas";
import { wholeFileArticle } from "./foreign";
import { MAX_LINE } from "./jsonl";
import type { ReadContext, ReadItem, SourceFile } from "./source-file";
import { wordTokens } from "./tokens";
import { conversionOf } from "./units";
import { Warnings } from "./warnings";
import {
  type DatasetAbout,
  type LostInWriting,
  losePartsOf,
  type RecordPart,
  stemOf,
  type WrittenFile,
} from "./writing";

/** Whether a file begins as WebAnno's do, of versions that are not read, too: they look like others' tables. */
export function isWebanno(beginning: string): boolean {
  return beginning.startsWith("#FORMAT=WebAnno TSV ") || OLD.test(beginning);
}

/** Versions 1 and 2, which do not say where a token stands. */
const OLD = /^\s*(?:# \w+(?:\.\w+)+ \|.*\r?\n)?#id=\d+\r?\n#text=.*\r?\n(?:\d+-)?1\t/;

/** More columns than this are of no scheme, and each is looked at for every token. */
const MOST_COLUMNS = 1000;

/** What a column of a file holds. */
type Column = {
  readonly layer: number;
  /** The feature; null for a mark that there is one, or for a column whose values are not read. */
  readonly feature: string | null;
  readonly kind: "feature" | "relation" | "role" | "target" | "chain";
};

type Layer = { readonly type: string; readonly kind: "SP" | "RL" | "CH" };

/** A token or a piece of one, and its cells. */
type Unit = {
  readonly id: string;
  readonly line: number;
  readonly begin: number;
  readonly end: number;
  readonly cells: readonly string[];
};

/** An annotation while its tokens are read. */
type Loose = {
  readonly key: string;
  readonly layer: Layer;
  readonly features: Map<string, unknown>;
  begin: number;
  end: number;
  readonly line: number;
};

/** Reads the article of a file of WebAnno or INCEpTION. */
export async function* readWebanno(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem> {
  if ((context.skip ?? 0) > 0) return;
  const source = decodeUtf8(await readAll(file.stream, MAX_LINE));
  const warnings = new Warnings(context);
  const lengthOf =
    context.offsets === "code_point" ? codePointLength : (text: string) => text.length;
  const { text, layers, columns, units } = partsOf(source, lengthOf, warnings);
  const structures = structuresOf(layers, columns, units, warnings);
  yield wholeFileArticle(
    file,
    articleOfCas(text, structures, file.path, warnings),
    context,
    warnings,
  );
}

/** @param lengthOf what offsets count of a text */
function partsOf(source: string, lengthOf: (text: string) => number, warnings: Warnings) {
  const lines = source.split("\n");
  if (OLD.test(source)) {
    refuse(
      "This is WebAnno TSV of version 1 or 2, which does not say where its words stand. Export it from WebAnno or INCEpTION again, as WebAnno TSV 3 or UIMA CAS XMI.",
      1,
    );
  }
  if (!source.startsWith("#FORMAT=WebAnno TSV 3")) {
    refuse("This is no WebAnno TSV 3: its first line says otherwise.", 1);
  }
  const layers: Layer[] = [];
  const columns: Column[] = [];
  const units: Unit[] = [];
  let text = "";
  let length = 0;
  let hasGap = false;
  let sentence: string[] = [];
  for (const [index, written] of lines.entries()) {
    const line = index + 1;
    const content = written.endsWith("\r") ? written.slice(0, -1) : written;
    const header = /^#T_(SP|RL|CH)=([^|]+)\|?(.*)$/.exec(content);
    if (header) {
      const [, kind, type = "", names = ""] = header;
      const layer = layers.length;
      if (columns.length > MOST_COLUMNS) {
        refuse(`It has more than ${MOST_COLUMNS} columns of annotations.`, line);
      }
      layers.push({ type, kind: kind === "RL" ? "RL" : kind === "CH" ? "CH" : "SP" });
      columns.push(...columnsOf(layer, kind, names.split("|")));
    } else if (content.startsWith("#Text=")) sentence.push(unescaped(content.slice(6)));
    else if (content.startsWith("#") && !/^\d+-/.test(content)) continue;
    else if (content.trim() !== "") {
      const [id = "", place = "", token = "", ...cells] = content.split("\t");
      const [, begin, end] = /^(\d+)-(\d+)$/.exec(place) ?? [];
      if (!/^\d+-\d+(?:\.\d+)*$/.test(id) || begin === undefined) {
        refuse(`Line ${line} is none of a token, its place and its annotations.`, line);
      }
      const unit = { id, line, begin: Number(begin), end: Number(end), cells };
      if (sentence.length > 0) {
        const whole = sentence.join("\n");
        sentence = [];
        const start = unit.begin - lengthOf(whole.slice(0, Math.max(0, whole.indexOf(token))));
        const gap = start - length;
        if (gap < 0 || gap > 10_000) {
          refuse(
            `The sentence at line ${line} begins at ${start}; the text before it ends at ${length}.`,
            line,
          );
        }
        hasGap ||= gap > 0;
        if (start + whole.length > MAX_ARTICLE_BYTES) {
          throw new Refusal("too_large", "The text of an article may have 8 MiB.", { line });
        }
        text += (gap === 1 ? " " : "\n".repeat(gap)) + whole;
        length = start + lengthOf(whole);
      }
      units.push(unit);
    }
  }
  if (hasGap) {
    const message =
      "What stands between sentences is not in the file: one space is put there, or new lines where there is more.";
    warnings.add("detail_left_out", message);
  }
  return { text, layers, columns, units };
}

function columnsOf(layer: number, kind: string | undefined, names: readonly string[]): Column[] {
  if (kind === "CH") return names.map((feature) => ({ layer, feature, kind: "chain" }) as const);
  let isAfterRole = false;
  return names.map((name): Column => {
    const isTarget = isAfterRole;
    isAfterRole = name.startsWith("ROLE_");
    if (isTarget) return { layer, feature: null, kind: "target" };
    if (isAfterRole) {
      const feature = /^ROLE_.*:(.+?)_/.exec(name)?.[1] ?? "role";
      return { layer, feature, kind: "role" };
    }
    if (kind === "RL" && name.startsWith("BT_")) return { layer, feature: null, kind: "relation" };
    return { layer, feature: name === "" ? null : name, kind: "feature" };
  });
}

/** What the cells of all tokens say. */
function structuresOf(
  layers: readonly Layer[],
  columns: readonly Column[],
  units: readonly Unit[],
  warnings: Warnings,
): CasStructure[] {
  const found = new Map<string, Loose>();
  /** Annotations of a unit that have no number, in their order; and those that have one. */
  const at = new Map<string, string[]>();
  const links: {
    key: string;
    unit: Unit;
    from: string;
    to: string;
    loose: Loose;
    type?: string;
  }[] = [];
  const chains = new Chains();
  for (const unit of units) {
    const keysAt = at.get(unit.id) ?? [];
    at.set(unit.id, keysAt);
    for (const [layer, { type, kind }] of layers.entries()) {
      const own = columns.flatMap((column, index) =>
        column.layer === layer
          ? [
              {
                column,
                items: itemsIn(
                  unit.cells[index] ?? "_",
                  column.kind === "relation" || column.kind === "target",
                ),
              },
            ]
          : [],
      );
      const count = Math.max(0, ...own.map(({ items }) => items.length));
      if (kind === "CH") {
        const cells = new Map(own.map(({ column, items }) => [column.feature, items]));
        for (let item = 0; item < count; item += 1) {
          const place = cells.get("referenceRelation")?.[item]?.raw ?? "";
          chains.take(`${layer}`, type, unit, {
            place,
            label: cells.get("referenceType")?.[item]?.value ?? null,
          });
        }
        continue;
      }
      for (let item = 0; item < count; item += 1) {
        const number = own.flatMap(({ items }) => items[item]?.number ?? [])[0];
        const isNumbered = kind === "SP" && number !== undefined;
        const key = isNumbered ? `${number}` : `${unit.id}/${layer}/${item}`;
        const before = found.get(key);
        const loose: Loose = before ?? {
          key,
          layer: { type, kind },
          features: new Map(),
          begin: unit.begin,
          end: unit.end,
          line: unit.line,
        };
        loose.begin = Math.min(loose.begin, unit.begin);
        loose.end = Math.max(loose.end, unit.end);
        found.set(key, loose);
        if (kind === "SP") keysAt.push(key);
        if (before) continue; // the same is said at each of its tokens
        for (const [index, { column, items }] of own.entries()) {
          const value = items[item]?.value ?? null;
          if (value === null) continue;
          if (column.kind === "feature" && column.feature !== null) {
            loose.features.set(column.feature, value);
          } else if (column.kind === "relation") {
            const [, from = "", one = "0", other = "0"] = REFERENCE.exec(value) ?? [];
            const to = other === "0" ? unit.id : `#${other}`;
            links.push({ key, unit, from: one === "0" ? from : `#${one}`, to, loose });
          } else if (column.kind === "role") {
            const targets = (own[index + 1]?.items[item]?.raw ?? "").split(";");
            for (const [slot, role] of value.split(";").entries()) {
              const [, target = "", one = "0"] = REFERENCE.exec(targets[slot] ?? "") ?? [];
              const named = role === "*" || role === "" ? (column.feature ?? "role") : role;
              const to = one === "0" ? target : `#${one}`;
              if (target !== "")
                links.push({
                  key: `${key}/${slot}`,
                  unit,
                  from: `=${key}`,
                  to,
                  loose,
                  type: named,
                });
            }
          }
        }
      }
    }
  }
  const spanAt = (reference: string): string => {
    if (reference.startsWith("=") || reference.startsWith("#")) return reference.slice(1);
    return (
      at.get(reference)?.find((key) => !STRUCTURAL.test(found.get(key)?.layer.type ?? "")) ??
      reference
    );
  };
  const structures = [...found.values()].flatMap((one): CasStructure[] =>
    one.layer.kind === "RL"
      ? []
      : [
          {
            id: one.key,
            type: one.layer.type,
            features: placed(one),
            references: new Map(),
            lists: new Map(),
            place: `line ${one.line}`,
          },
        ],
  );
  for (const { key, unit, from, to, loose, type } of links) {
    const references = new Map([
      ["from", spanAt(from)],
      ["to", spanAt(to)],
    ]);
    const features =
      type === undefined ? loose.features : new Map<string, unknown>([["label", type]]);
    const place = `line ${unit.line}`;
    structures.push({
      id: `R${key}`,
      type: loose.layer.type,
      features,
      references,
      lists: new Map(),
      place,
    });
  }
  return [...structures, ...chains.structures(warnings)];
}

/** A mention in a chain, which may go over several tokens. */
type Mention = {
  readonly type: string;
  /** What the mention is. */
  readonly label: string | null;
  /** What leads from it to the next. */
  readonly relation: string | null;
  /** Its number in the chain. */
  readonly number: number;
  readonly line: number;
  begin: number;
  end: number;
};

/** Gathers the chains of a file: mentions, each of which leads to the next. */
class Chains {
  /** By layer and chain, each mention by its number. */
  readonly #chains = new Map<string, Map<number, Mention>>();
  #unplaced = 0;

  /** @param place what leads to the next mention, and which of which chain it is: `coref->1-2`, `*->1-3` */
  take(
    layer: string,
    type: string,
    { line, begin, end }: Unit,
    { place, label }: { readonly place: string; readonly label: string | null },
  ): void {
    const [, named = "", chain, link] = /^(.*)(?<!\\)->(\d+)-(\d+)$/s.exec(place) ?? [];
    if (chain === undefined) {
      this.#unplaced += 1;
      return;
    }
    const key = `${layer}:${chain}`;
    const mentions = this.#chains.get(key) ?? new Map<number, Mention>();
    this.#chains.set(key, mentions);
    const number = Number(link);
    const before = mentions.get(number);
    if (before) {
      before.begin = Math.min(before.begin, begin);
      before.end = Math.max(before.end, end);
      return;
    }
    const relation = /^[*_]?$/.test(named) ? null : unescaped(named);
    mentions.set(number, { type, label, relation, number, line, begin, end });
  }

  /** Spans for mentions, and a relation from each to the next. */
  structures(warnings: Warnings): CasStructure[] {
    let lost = 0;
    const made = [...this.#chains].flatMap(([chain, mentions]) => {
      const inOrder = [...mentions.values()].toSorted((one, other) => one.number - other.number);
      const idOf = ({ number }: Mention) => `C${chain}-${number}`;
      return inOrder.flatMap((mention, index): CasStructure[] => {
        const { type, label, relation, line, begin, end } = mention;
        const about = { type, lists: new Map(), place: `line ${line}` };
        const place = [
          ["begin", begin],
          ["end", end],
        ] as const;
        const span: CasStructure = {
          ...about,
          id: idOf(mention),
          features: new Map<string, unknown>([
            ...(label === null ? [] : [["label", label] as const]),
            ...place,
          ]),
          references: new Map(),
        };
        const next = inOrder[index + 1];
        if (!next) {
          lost += relation === null ? 0 : 1;
          return [span];
        }
        const link: CasStructure = {
          ...about,
          id: `R${idOf(mention)}`,
          features: new Map(relation === null ? [] : [["label", relation]]),
          references: new Map([
            ["from", idOf(mention)],
            ["to", idOf(next)],
          ]),
        };
        return [span, link];
      });
    });
    if (lost > 0) {
      const message = `What would lead on from the last mention of ${lost} chains has no place.`;
      warnings.add("detail_left_out", message);
    }
    if (this.#unplaced > 0) {
      const message = `Mentions at ${this.#unplaced} tokens do not say which of a chain they are, and were left out.`;
      warnings.add("annotations_left_out", message);
    }
    return made;
  }
}

const STRUCTURAL = /\.(?:segmentation|lexmorph|syntax)\./;

/** `1-4`, or with the numbers of both annotations `1-4[3_5]`. */
const REFERENCE = /^(\d+-\d+(?:\.\d+)*)(?:\[(\d+)(?:_(\d+))?\])?$/;

function placed({ begin, end, features }: Loose): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([...features, ["begin", begin], ["end", end]]);
}

type Item = {
  /** Null of one that has none; of a reference as it is written. */
  readonly value: string | null;
  readonly number: string | undefined;
  readonly raw: string;
};

/**
 * The annotations of a cell.
 *
 * @param isReference whether what they say are ids of tokens, whose brackets are their own
 */
function itemsIn(cell: string, isReference: boolean): Item[] {
  if (cell === "_" || cell === "") return [];
  return cell.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/).map((raw): Item => {
    if (isReference) return { value: raw, number: undefined, raw };
    const [, body = raw, number] = /^(.*?)(?<!\\)\[(\d+)\]$/s.exec(raw) ?? [];
    const isNone = body === "*" || body === "_" || body === "";
    return { value: isNone ? null : unescaped(body), number, raw };
  });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, one: string) => ESCAPES.get(one) ?? one);
}

const ESCAPES = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
  ["b", "\b"],
  ["f", "\f"],
]);

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]|_;*\t\n\r]|->/g, (one) => {
    const letter = { "\t": "t", "\n": "n", "\r": "r" }[one];
    return `\\${letter ?? one}`;
  });
}

function refuse(message: string, line: number): never {
  throw new Refusal("unprocessable", message, { line });
}

const SPAN = "webanno.custom.Span";
const RELATION = "webanno.custom.Relation";
const SAID = ["label", "annotator", "identifier"] as const;

/** What of a record has no place in it. */
export const webannoLoses = [
  "metadata",
  "title",
  "blocks",
  "notes",
  "article_attributes",
] as const satisfies readonly RecordPart[];

/** A name stands at what it marked. */
export const webannoLosesToo = ["names of annotators who marked nothing"] as const;

/** A record as a file of WebAnno, in UTF-16 units. */
export function writeWebanno(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): readonly WrittenFile[] {
  losePartsOf(record, webannoLoses, lost);
  const marking = new Set(record.spans.map(({ annotator }) => annotator));
  const others = record.sets.filter(({ annotator }) => !marking.has(annotator));
  lost.add(webannoLosesToo[0], new Set(others.map(({ annotator }) => annotator)).size);
  const text = new ArticleText(record.text);
  const { fromCodePoints } = conversionOf(text, "utf16");
  const ofSpans = namesOf(scheme.labels);
  const ofRelations = namesOf(scheme.relations);
  const numbers = new Map(record.spans.map(({ id }, index) => [id, index + 1]));
  const edges = new Set(
    record.spans.flatMap(({ fragments }) => fragments.flatMap(({ start, end }) => [start, end])),
  );
  const tokens = [...wordsOf(text, edges)];
  const covering = new Map<number, ArticleRecord["spans"]>();
  const firstOf = new Map<string, number>();
  const places = new Map<string, string | null>();
  for (const span of record.spans) {
    const own = tokensWithin(tokens, span);
    for (const index of own) covering.set(index, [...(covering.get(index) ?? []), span]);
    const [first, last] = [tokens[own[0] ?? -1], tokens[own.at(-1) ?? -1]];
    if (own[0] !== undefined) firstOf.set(span.id, own[0]);
    const isExact =
      span.fragments.length === 1 && first?.start === span.start && last?.end === span.end;
    const pieces = span.fragments.map(
      ({ start, end }) => `${fromCodePoints(start)}-${fromCodePoints(end)}`,
    );
    places.set(span.id, isExact ? null : pieces.join(" "));
  }
  const arriving = new Map<number, ArticleRecord["relations"]>();
  for (const relation of record.relations) {
    const index = firstOf.get(relation.to);
    if (index !== undefined) arriving.set(index, [...(arriving.get(index) ?? []), relation]);
  }
  const ids = new Map<number, string>();
  const lines = [
    "#FORMAT=WebAnno TSV 3.3",
    `#T_SP=${SPAN}|${[...SAID, "fragments", ...ofSpans.map(featureOf)].join("|")}`,
    `#T_RL=${RELATION}|${[...SAID, ...ofRelations.map(featureOf), `BT_${SPAN}`].join("|")}`,
    "",
  ];
  const sentences = sentencesOf(text, tokens);
  for (const [number, { first, last }] of sentences.entries()) {
    for (let index = first; index <= last; index += 1)
      ids.set(index, `${number + 1}-${index - first + 1}`);
  }
  const numbered = (id: string) => (value: string | null) => `${value ?? "*"}[${numbers.get(id)}]`;
  const cellsOfSpan = new Map(
    record.spans.map(({ id, label, annotator, attributes }) => {
      const said = [escaped(label), escaped(annotator), escaped(id), places.get(id) ?? null];
      const cells = [...said, ...ofSpans.map((name) => valueIn(attributes, name))];
      return [id, cells.map(numbered(id))];
    }),
  );
  const cellsOfRelation = ({ id, type, annotator, attributes, from, to }: WrittenRelation) => [
    escaped(type),
    escaped(annotator),
    escaped(id),
    ...ofRelations.map((name) => valueIn(attributes, name) ?? "*"),
    `${ids.get(firstOf.get(from) ?? -1) ?? ""}[${numbers.get(from)}_${numbers.get(to)}]`,
  ];
  const noSpan = [...SAID, "fragments", ...ofSpans].map(() => "_");
  const noRelation = [...SAID, ...ofRelations, "from"].map(() => "_");
  for (const { start, end, first, last } of sentences) {
    lines.push("");
    for (const line of text.slice({ start, end }).split("\n")) {
      lines.push(
        `#Text=${line.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}`,
      );
    }
    for (let index = first; index <= last; index += 1) {
      const token = tokens[index];
      if (!token) continue;
      const spans = covering.get(index)?.map(({ id }) => cellsOfSpan.get(id) ?? []);
      const relations = arriving.get(index)?.map(cellsOfRelation);
      const cells = [
        ...(spans ? stacked(spans) : noSpan),
        ...(relations ? stacked(relations) : noRelation),
      ];
      const place = `${fromCodePoints(token.start)}-${fromCodePoints(token.end)}`;
      lines.push([ids.get(index), place, text.slice(token), ...cells, ""].join("\t"));
    }
  }
  return [{ path: `${stemOf(record)}.tsv`, text: `${lines.join("\n")}\n` }];
}

type WrittenRelation = ArticleRecord["relations"][number];

/** The cells of several annotations of one token as one each. */
function stacked([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  if (others.length === 0) return first;
  return first.map((cell, column) => [cell, ...others.map((one) => one[column])].join("|"));
}

function namesOf(holders: readonly { readonly attributes: Scheme["article"] }[]): string[] {
  return [...new Set(holders.flatMap(({ attributes }) => attributes.map(({ name }) => name)))];
}

function valueIn(attributes: Readonly<Record<string, unknown>>, name: string): string | null {
  if (!Object.hasOwn(attributes, name)) return null;
  const value = attributes[name];
  return escaped(Array.isArray(value) ? value.join("|") : String(value));
}

/** Words without white space around them, cut where a span begins or ends. */
function* wordsOf(text: ArticleText, edges: ReadonlySet<number>) {
  for (const { start, end } of wordTokens(text, edges)) {
    const word = text.slice({ start, end });
    const bare = word.trim();
    if (bare === "") continue;
    const from = start + codePointLength(word.slice(0, word.length - word.trimStart().length));
    yield { start: from, end: from + codePointLength(bare) };
  }
}

type Word = { readonly start: number; readonly end: number };

/** The places in the list of the words within a span, its gaps among them. */
function tokensWithin(tokens: readonly Word[], { start, end }: Word): number[] {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const within: number[] = [];
  for (let index = low; (tokens[index]?.start ?? end) < end; index += 1) within.push(index);
  return within;
}

/** Paragraphs as sentences, each with what follows up to the next, so that all of the text is there. */
function sentencesOf(text: ArticleText, tokens: readonly Word[]) {
  const starts = tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    const gap = before ? text.slice({ start: before.end, end: token.start }) : "";
    return !before || gap.includes("\n") ? [index] : [];
  });
  return starts.map((first, at) => {
    const next = starts[at + 1];
    const start = at === 0 ? 0 : (tokens[first]?.start ?? 0);
    const end = next === undefined ? text.length : (tokens[next]?.start ?? text.length);
    return { start, end, first, last: (next ?? tokens.length) - 1 };
  });
}
