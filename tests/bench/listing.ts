import { createHash } from "node:crypto";
import { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import { operator } from "@/lib/access/actor";
import type { ArticleListQuery } from "@/lib/api/articles";
import { paragraphsOf } from "@/lib/domain/article";
import { Lexicon } from "@/lib/search/tokens";
import { listArticles } from "@/lib/workflow/articles";
import type { BenchEnvironment, Figure } from "./figure";
import { quantile } from "./figure";
import { insertProject, PROJECT } from "./project";

const RUNS = 15;

/** In milliseconds: what a usual list may take, and the worst. */
const USUAL = 50;
const WORST = 200;

/**
 * What a reader waits for on the page of a project of 100,000 articles in five scripts: with what is
 * asked for in PostgreSQL's memory, and the first time, with nothing in it.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const articles = Math.round(100_000 * env.scale);
  env.log(`making ${articles} articles`);
  const corpus = new Corpus();
  const client = new Client({ connectionString: env.databaseUrl });
  await client.connect();
  try {
    await fill(client, corpus, articles);
    await client.query("CREATE EXTENSION pg_buffercache");
    return await measured(corpus, () => client.query("SELECT pg_buffercache_evict_all()"));
  } finally {
    await client.end();
  }
}

async function measured(corpus: Corpus, forget: () => Promise<unknown>): Promise<Figure[]> {
  const { common, usual, rare, phrase, rarePhrase } = corpus.words;
  const questions: [name: string, query: ArticleListQuery][] = [
    ["newest first", {}],
    ["latest published first", { sort: "published" }],
    ["by title", { sort: "title" }],
    ["a word that half of them have", { q: common }],
    ["a usual word", { q: usual }],
    ["a rare word", { q: rare }],
    ["usual words in a row", { q: `"${phrase}"` }],
    ["rare words in a row", { q: `"${rarePhrase}"` }],
    ["an unfinished word", { q: usual.slice(0, 3) }],
    ["a misspelt word", { q: misspelt(rare) }],
    ["a part of words", { q: rare.slice(1, -1) }],
    ["a part of a word that is misspelt", { q: misspelt(usual).slice(1) }],
    ["two Chinese characters", { q: corpus.chinese[40] ?? "" }],
    ["an Arabic word", { q: corpus.of("ar")[40] ?? "" }],
    ["with a label", { label: "claim" }],
    ["with a label that none has", { label: "denial" }],
    ["without annotations, with a word", { state: "unannotated", q: usual }],
  ];
  const figures: Figure[] = [];
  for (const [name, query] of questions) {
    const times: number[] = [];
    const timed = async () => {
      const started = performance.now();
      await listArticles(operator, PROJECT, query);
      return performance.now() - started;
    };
    await timed(); // once, so that all is compiled
    await forget();
    const cold = await timed();
    for (let run = 0; run < RUNS; run += 1) times.push(await timed());
    const isWorst = query.q === common || (query.q?.includes('"') ?? false);
    figures.push(
      {
        name: `articles, ${name}: median`,
        value: quantile(times, 0.5),
        unit: "ms",
        limit: { atMost: isWorst ? WORST : USUAL },
      },
      {
        name: `articles, ${name}: p95`,
        value: quantile(times, 0.95),
        unit: "ms",
        limit: { atMost: WORST },
      },
      { name: `articles, ${name}: cold`, value: cold, unit: "ms" },
    );
  }
  return figures;
}

/** A word with two letters in the middle changed places, which is no word. */
function misspelt(word: string): string {
  const at = Math.floor(word.length / 2);
  return `${word.slice(0, at - 1)}${word[at] ?? ""}${word[at - 1] ?? ""}${word.slice(at + 1)}`;
}

const alphabets = {
  en: "etaoinshrdlucmfwypvbgk",
  ru: "оеаинтсрвлкмдпуяыьгзбчйхжш",
  fa: "ایردنمتهوسلبکشگخزپعف",
  ar: "اليمنترهوبسدعكفقحجشص",
};
type Alphabet = keyof typeof alphabets;
const languages = ["en", "en", "en", "en", "ru", "ru", "fa", "ar", "zh"] as const;

/** Texts of made-up words, some of them far more frequent than others, the same in every run. */
class Corpus {
  #seed = 7;
  readonly #words: Record<Alphabet, string[]>;
  readonly chinese: string[];

  constructor() {
    const vocabulary = (alphabet: string) => [
      ...new Set(
        Array.from({ length: 50_000 }, (_, rank) =>
          Array.from({ length: 2 + Math.floor(Math.log2(rank + 2) / 2 + this.#random() * 3) }, () =>
            alphabet.charAt(Math.floor(this.#random() * alphabet.length)),
          ).join(""),
        ),
      ),
    ];
    this.#words = {
      en: vocabulary(alphabets.en),
      ru: vocabulary(alphabets.ru),
      fa: vocabulary(alphabets.fa),
      ar: vocabulary(alphabets.ar),
    };
    const character = () => String.fromCharCode(0x4e00 + this.#rank(3000) * 5);
    this.chinese = Array.from({ length: 30_000 }, () => character() + character());
  }

  of(language: Alphabet): readonly string[] {
    return this.#words[language];
  }

  get words() {
    const english = this.#words.en.filter((word) => word.length >= 3);
    return {
      common: english[0] ?? "",
      usual: english.find((word, rank) => rank > 300 && word.length >= 5) ?? "",
      rare: english[20_000] ?? "",
      phrase: `${this.#words.en[0]} ${this.#words.en[1]}`,
      // Both are in many articles, and next to one another in hardly any.
      rarePhrase: `${this.#words.en[40]} ${this.#words.en[41]}`,
    };
  }

  /** Mulberry32. */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Below `count`, the lower ones more often: a Zipf distribution with the exponent 1.3. */
  #rank(count: number): number {
    const spread = 1 - count ** -0.3;
    return Math.min(count - 1, Math.floor((1 - this.#random() * spread) ** (-1 / 0.3)) - 1);
  }

  article(index: number): { language: string; title: string; text: string } {
    const language = languages[index % languages.length] ?? "en";
    const words = language === "zh" ? this.chinese : this.#words[language];
    const gap = language === "zh" ? "" : " ";
    const sentence = (length: number) =>
      Array.from({ length }, () => words[this.#rank(words.length)]).join(gap);
    const title = sentence(9);
    const paragraphs = Array.from({ length: 9 }, () => sentence(75));
    return { language, title, text: [title, ...paragraphs].join("\n\n") };
  }
}

async function fill(client: Client, corpus: Corpus, articles: number): Promise<void> {
  await client.query("BEGIN");
  await insertProject(client);
  await client.query(
    "INSERT INTO annotators (project_id, number, source_name) SELECT $1, n, 'r' || n FROM generate_series(1, 3) n",
    [PROJECT],
  );
  await client.query("COMMIT");
  const lexicon = new Lexicon();
  const words = new Set<string>();
  for (let first = 0; first < articles; first += 500) {
    const rows = Array.from({ length: Math.min(500, articles - first) }, (_, offset) => {
      const { language, title, text } = corpus.article(first + offset);
      const entry = lexicon.entryOf(title, text);
      for (const word of entry.words) words.add(word);
      return {
        id: uuidv7(),
        version: uuidv7(),
        key: `k${first + offset}`,
        language,
        title,
        text,
        sha: createHash("sha256").update(text).digest("hex"),
        blocks: paragraphsOf(text),
        folded: entry.title,
        terms: entry.terms.join(" "),
        published: (first + offset) % 9 === 0 ? null : (first + offset) * 7919,
      };
    });
    await client.query(
      `WITH given AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, version uuid, key text,
         language text, title text, text text, sha text, blocks jsonb, folded text, terms text, published int)),
       a AS (INSERT INTO articles (id, project_id, source_key, title, language, published_at)
         SELECT id, $1, key, title, language, to_timestamp(1600000000 + published % 100000000) FROM given),
       v AS (INSERT INTO article_versions (id, project_id, article_id, number, title, language, published_at, text, text_sha256, text_length, blocks)
         SELECT version, $1, id, 1, title, language, to_timestamp(1600000000 + published % 100000000), text, sha, char_length(text), blocks FROM given)
       INSERT INTO article_search (article_id, project_id, title, terms)
         SELECT id, $1, folded, array_to_tsvector(string_to_array(terms, ' ')) FROM given`,
      [PROJECT, JSON.stringify(rows)],
    );
  }
  await client.query("INSERT INTO search_words (project_id, word) SELECT $1, unnest($2::text[])", [
    PROJECT,
    [...words],
  ]);
  // Three reviewers have worked on a tenth of the articles each.
  await client.query(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision, submitted_at, label_counts)
     SELECT gen_random_uuid(), v.project_id, v.article_id, v.id, 'reviewer', n, 1, 5,
       CASE WHEN hash % 40 < 30 THEN now() END, '{"claim": 3, "attribution": 2}'
     FROM article_versions v, generate_series(1, 3) n, LATERAL (SELECT abs(hashtext(v.id::text || n)) AS hash) h
     WHERE hash % 10 = 0`,
  );
  await client.query("VACUUM ANALYZE");
}
