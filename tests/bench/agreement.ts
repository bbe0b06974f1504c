import { Client } from "pg";
import { operator } from "@/lib/access/actor";
import { encodeSegmentation } from "@/lib/domain/segmentation";
import { closeDatabase } from "@/lib/store/database";
import { agreementMadeHere } from "@/lib/workflow/agreeing";
import type { BenchEnvironment, Figure } from "./figure";
import { insertProject, PROJECT } from "./project";

const REVIEWERS = 3;
const SPANS = 60;

/** Words of each article: some 4,000 characters. */
const WORDS = 700;

/** Seconds within which the report of 1,000 articles is there. */
const READY = 5;

/** How much longer than ten times as long ten times as many articles may take. */
const GROWTH = 1.3;

/**
 * The full report on agreement, without γ, from nothing to what is kept: 1,000 articles with 60 spans of each of three
 * reviewers, and how that grows from 100 to 10,000.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const sizes = [100, 1000, 10_000].map((size) => Math.round(size * env.scale));
  const seconds: number[] = [];
  const before = process.resourceUsage().maxRSS;
  let atThousand = before;
  for (const [at, articles] of sizes.entries()) {
    process.env.DATABASE_URL = await env.freshDatabase();
    env.log(`making ${articles} articles`);
    await fill(process.env.DATABASE_URL, articles);
    // The smallest is over before the machine has warmed up.
    const runs = at === 0 ? 5 : at === 1 ? 3 : 1;
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) times.push(await secondsToMake(run, articles));
    seconds.push(Math.min(...times));
    if (at === 1) atThousand = process.resourceUsage().maxRSS;
    await closeDatabase();
  }
  const [small = 0, middle = 0, large = 0] = seconds;
  const growth = { unit: "× linear", limit: { atMost: GROWTH } };
  return [
    {
      name: `report of ${sizes[1]} articles × ${REVIEWERS} × ${SPANS} spans`,
      value: middle,
      unit: "s",
      limit: { atMost: READY },
    },
    { name: `report of ${sizes[0]} articles`, value: small, unit: "s" },
    { name: `report of ${sizes[2]} articles`, value: large, unit: "s" },
    { name: `from ${sizes[0]} to ${sizes[1]} articles`, value: middle / small / 10, ...growth },
    { name: `from ${sizes[1]} to ${sizes[2]} articles`, value: large / middle / 10, ...growth },
    {
      name: `memory up to ${sizes[1]} articles`,
      value: (atThousand - before) / 1000,
      unit: "MB",
    },
    {
      name: `memory up to ${sizes[2]} articles`,
      value: (process.resourceUsage().maxRSS - before) / 1000,
      unit: "MB",
    },
  ];
}

async function secondsToMake(seed: number, articles: number): Promise<number> {
  const began = performance.now();
  const { report } = await agreementMadeHere(operator, PROJECT, {
    asking: { seed },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  if (report?.articles !== articles) throw new Error("It tells of something else.");
  return (performance.now() - began) / 1000;
}

async function fill(url: string, articles: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const words = Int32Array.from({ length: WORDS * 2 }, (_, at) => (at >> 1) * 6 + (at % 2) * 5);
  const bytes = Buffer.from(encodeSegmentation(words, new Int32Array()));
  try {
    await client.query("BEGIN");
    await insertProject(client);
    await client.query(
      `WITH people AS (
         INSERT INTO users (id, email, name)
         SELECT gen_random_uuid(), 'r' || n || '@example.org', 'R' || n FROM generate_series(1, $2::int) n
         RETURNING id, name)
       INSERT INTO annotators (project_id, number, user_id) SELECT $1, substr(name, 2)::int, id FROM people`,
      [PROJECT, REVIEWERS],
    );
    await client.query(
      `INSERT INTO articles (id, project_id, source_key, title)
       SELECT gen_random_uuid(), $1, n::text, 'Article ' || n FROM generate_series(1, $2::int) n`,
      [PROJECT, articles],
    );
    await client.query(
      `INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
       SELECT gen_random_uuid(), project_id, id, 1, title, t.text, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'),
         char_length(t.text), '[]'
       FROM articles, LATERAL (SELECT repeat('words ', ${WORDS}) AS text) t WHERE project_id = $1`,
      [PROJECT],
    );
    await client.query(
      `INSERT INTO segmentations (version_id, project_id, bytes)
       SELECT id, project_id, $2 FROM article_versions WHERE project_id = $1`,
      [PROJECT, bytes],
    );
    await client.query(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision,
         submitted_at, label_counts)
       SELECT gen_random_uuid(), $1, v.article_id, v.id, 'reviewer', n, 1, ${SPANS}, now(), '{"claim": ${SPANS}}'
       FROM article_versions v, generate_series(1, $2::int) n WHERE v.project_id = $1`,
      [PROJECT, REVIEWERS],
    );
    // One in some words; now and then with another end or label, so that there is something to disagree on.
    await client.query(
      `INSERT INTO spans (id, project_id, set_id, label, fragments, quote, attributes, exclusive)
       SELECT gen_random_uuid(), $1, s.id, (ARRAY['claim', 'denial', 'attribution'])[1 + (n + (h % 11 = 0)::int) % 3],
         int4multirange(int4range(p.start * 6, p.stop * 6 - 1)), repeat('words ', p.stop - p.start - 1) || 'words',
         '{"certainty": "certain"}', false
       FROM annotation_sets s CROSS JOIN generate_series(0, ${SPANS - 1}) n
       CROSS JOIN LATERAL (SELECT abs(hashtext(s.id::text || n)) AS h) x
       CROSS JOIN LATERAL (SELECT n * 11 + x.h % 3 / 2 AS start, n * 11 + 4 + x.h % 4 AS stop) p
       WHERE s.project_id = $1`,
      [PROJECT],
    );
    await client.query("COMMIT");
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}
