import { v7 as uuidv7 } from "uuid";
import type { UserActor } from "@/lib/access/actor";
import { MAX_BATCH } from "@/lib/domain/limits";
import type { Intent, Operation } from "@/lib/domain/operation";
import { ArticleText } from "@/lib/domain/text";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { type Bench, quantile } from "./figure";
import { anArticle, aReader, type Size } from "./reader";

/** As long as an article may well be, and as full as anything that was ever annotated. */
const full: Size = { slug: "full", characters: 1_200_000, spans: 20_000 };

/** Saving as many operations at once as there may be, by how much there is in the set already. */
export const bench: Bench = async ({ scale, log }) => {
  const user = await aReader();
  const size = { ...full, spans: Math.round(full.spans * scale) };
  const began = performance.now();
  const filled = await aSet(user, size, size.spans);
  const filling = performance.now() - began;
  log(`${size.spans} spans were added in batches`);
  const empty = await aSet(user, { ...full, slug: "empty", spans: 0 }, size.spans);
  const first = await aBatch(user, filled);
  const [onFull, onEmpty]: [number[], number[]] = [[], []];
  const rounds = Math.max(3, Math.round(15 * scale));
  // Connections and code are warm before it counts.
  await aBatch(user, empty);
  for (let round = 0; round < rounds; round += 1) {
    onFull.push(await aBatch(user, filled));
    onEmpty.push(await aBatch(user, empty));
  }
  const [spans, operations] = [`${size.spans} spans`, `a batch of ${MAX_BATCH} operations`];
  return [
    { name: `adding ${spans}, with its article`, value: filling, unit: "ms" },
    { name: `${operations} on an empty set`, value: quantile(onEmpty, 0.5), unit: "ms" },
    { name: `${operations} on ${spans}`, value: quantile(onFull, 0.5), unit: "ms" },
    {
      name: `${operations} on ${spans} against an empty set`,
      value: quantile(onFull, 0.5) / quantile(onEmpty, 0.5),
      unit: "× empty",
      limit: { atMost: 3 },
    },
    {
      name: `the first such batch after the spans were added`,
      value: first / quantile(onEmpty, 0.5),
      unit: "× empty",
      limit: { atMost: 3 },
    },
  ];
};

type OwnSet = {
  readonly id: string;
  readonly text: ArticleText;
  /** How far apart the spans of a label are that {@link anArticle} makes. */
  readonly step: number;
  revision: number;
};

/** @param most how many spans are in the fuller one of those that are compared */
async function aSet(user: UserActor, size: Size, most: number): Promise<OwnSet> {
  const { article } = await openArticle(user, await anArticle(user, size));
  const set = article.annotation_set;
  if (!set) throw new Error("The reviewer has no annotation set.");
  const text = new ArticleText(article.text);
  return { id: set.id, text, step: Math.floor(text.length / (most / 3)), revision: set.revision };
}

/**
 * Sends a batch of every kind of change, all over the article, in the stretches that
 * {@link anArticle} leaves free, and takes it back again.
 *
 * @returns how many milliseconds the batch took; taking it back does not count
 */
async function aBatch(user: UserActor, set: OwnSet): Promise<number> {
  const kinds = MAX_BATCH / 5;
  const { step } = set;
  const every = Math.floor(set.text.length / step / (2 * kinds));
  const ids = Array.from({ length: 2 * kinds }, () => uuidv7());
  const adding = ids.map((id, index): Intent => {
    const start = index * every * step + Math.floor(step * 0.85);
    const fragments = [{ start, end: start + Math.floor(step * 0.1) }];
    const quote = set.text.slice(fragments[0] ?? { start, end: start });
    const label = index % 2 === 0 ? "claim" : "denial";
    return { type: "add_span", span: { id, label, fragments, quote, attributes: {} } };
  });
  const pairs = Array.from({ length: kinds }, (_, pair) => {
    return { from: ids[2 * pair + 1] ?? "", to: ids[2 * pair] ?? "", id: uuidv7() };
  });
  const linking = pairs.map((ends): Intent => {
    return { type: "add_relation", relation: { ...ends, type: "denies", attributes: {} } };
  });
  const changing = pairs.flatMap(({ from, to }): Intent[] => [
    { type: "edit_span", span: { id: to, attributes: { polarity: "positive" } } },
    { type: "edit_span", span: { id: from, attributes: { form: "direct" } } },
  ]);
  const took = await send(user, set, [...adding, ...linking, ...changing]);
  await send(user, set, [
    ...pairs.map(({ id }): Intent => ({ type: "remove_relation", relation: { id } })),
    ...ids.map((id): Intent => ({ type: "remove_span", span: { id } })),
  ]);
  return took;
}

async function send(user: UserActor, set: OwnSet, intents: readonly Intent[]): Promise<number> {
  const operations = intents.map((intent): Operation => ({ id: uuidv7(), ...intent }));
  const began = performance.now();
  const { revision } = await annotate(user, set.id, { revision: set.revision, operations });
  set.revision = revision;
  return performance.now() - began;
}
