import { Client } from "pg";
import { operator } from "@/lib/access/actor";
import type { ArticleListQuery } from "@/lib/api/articles";
import { listArticles } from "@/lib/workflow/articles";
import { dashboardOf } from "@/lib/workflow/dashboard";
import type { BenchEnvironment, Figure } from "./figure";
import { quantile } from "./figure";
import { insertProject, PROJECT } from "./project";

const REVIEWERS = 20;
const RUNS = 9;

/** Within how long the dashboard is there, in milliseconds, page and all. */
const OPENS = 1000;

/** And a list behind it. */
const LISTED = 200;

/**
 * What somebody waits for who opens the dashboard of a project of 100,000 articles, on which 20 reviewers have
 * submitted 50,000 sets, two of each fifth article: the figures, and a list behind them.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const articles = Math.round(100_000 * env.scale);
  env.log(`making ${articles} articles`);
  const client = new Client({ connectionString: env.databaseUrl });
  await client.connect();
  try {
    await fill(client, articles);
  } finally {
    await client.end();
  }
  const { progress, agreement } = await dashboardOf(operator, PROJECT);
  if (progress.articles !== articles || agreement.all === null) throw new Error("It tells else.");
  const lists: [name: string, query: ArticleListQuery][] = [
    ["submitted by anyone", { reviewer: "anyone", state: "submitted" }],
    ["not begun by anyone", { reviewer: "anyone", state: "new" }],
    ["submitted by several", { reviewer: "anyone", state: "compared" }],
  ];
  const figures = [
    await timed("the figures of the dashboard", OPENS, () => dashboardOf(operator, PROJECT)),
  ];
  for (const [name, query] of lists) {
    const list = () => listArticles(operator, PROJECT, query);
    figures.push(await timed(`the list behind them, ${name}`, LISTED, list));
  }
  return figures;
}

async function timed(name: string, atMost: number, work: () => Promise<unknown>): Promise<Figure> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return { name: `${name}: median`, value: quantile(times, 0.5), unit: "ms", limit: { atMost } };
}

async function fill(client: Client, articles: number): Promise<void> {
  await client.query("BEGIN");
  await insertProject(client);
  const parameters = [PROJECT, articles];
  const run = (sql: string, values: unknown[] = parameters) => client.query(sql, values);
  await run(
    `WITH people AS (
       INSERT INTO users (id, email, name)
       SELECT gen_random_uuid(), 'r' || n || '@example.org', 'Reviewer ' || n FROM generate_series(1, $2::int) n
       RETURNING id, name),
     joined AS (INSERT INTO members (project_id, user_id, role) SELECT $1, id, 'reviewer' FROM people)
     INSERT INTO annotators (project_id, number, user_id) SELECT $1, split_part(name, ' ', 2)::int, id FROM people`,
    [PROJECT, REVIEWERS],
  );
  await run(
    `INSERT INTO articles (id, project_id, source_key, title)
     SELECT gen_random_uuid(), $1, n::text, 'Article ' || n FROM generate_series(1, $2::int) n`,
  );
  await run(
    `INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
     SELECT gen_random_uuid(), project_id, id, 1, title, t.text, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'),
       char_length(t.text), '[]'
     FROM articles, LATERAL (SELECT source_key || repeat(' They denied it.', 100) AS text) t WHERE project_id = $1`,
    [PROJECT],
  );
  // Of each ten articles four are submitted, one of them by two, and one is open or skipped.
  await run(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision,
       submitted_at, skip_reason, label_counts, updated_at)
     SELECT gen_random_uuid(), $1, v.article_id, v.id, 'reviewer', 1 + (n + w.reader) % ${REVIEWERS}, 1, 20,
       CASE WHEN n % 10 < 4 THEN at END, CASE WHEN n % 20 = 4 THEN 'Too long.' END,
       jsonb_build_object('claim', 1 + n % 13, 'denial', 1 + n % 4, 'attribution', 1 + n % 9), at
     FROM (SELECT id, article_id, split_part(title, ' ', 2)::int AS n FROM article_versions WHERE project_id = $1) v
     CROSS JOIN LATERAL generate_series(1, CASE WHEN n % 10 = 0 THEN 2 WHEN n % 10 < 5 THEN 1 ELSE 0 END) AS w (reader)
     CROSS JOIN LATERAL (SELECT now() - n % 8000 / 100.0 * interval '1 day' AS at) AS t`,
    [PROJECT],
  );
  await run(
    `INSERT INTO active_times (set_id, source, project_id, seconds, reported_at)
     SELECT id, gen_random_uuid(), project_id, 60 + hashtext(id::text) % 1000 + 1000, now()
     FROM annotation_sets WHERE project_id = $1`,
    [PROJECT],
  );
  await run(
    `INSERT INTO agreements (version_id, label, project_id, compared_at, exact, overlap)
     SELECT version_id, label, project_id, max(submitted_at), 0.5, 0.7
     FROM annotation_sets, unnest('{"",attribution,claim,denial}'::text[]) AS label
     WHERE project_id = $1 AND submitted_at IS NOT NULL GROUP BY 1, 2, 3 HAVING count(*) > 1`,
    [PROJECT],
  );
  await run(
    `WITH r AS (
       INSERT INTO rounds (id, project_id, number, title, kind, way, overlap, seed, article_order)
       VALUES (gen_random_uuid(), $1, 1, 'Round', 'annotation', 'assigned', 1, 1, 'newest') RETURNING id),
     people AS (INSERT INTO round_reviewers (round_id, user_id, project_id, languages)
       SELECT r.id, n.user_id, $1, '{}' FROM r, annotators n WHERE n.project_id = $1)
     INSERT INTO round_stories (round_id, number, project_id, places, places_left)
     SELECT r.id, n, $1, 1, 0 FROM r, generate_series(1, $2::int) n`,
  );
  await run(
    `INSERT INTO round_articles (round_id, article_id, project_id, version_id, story, position)
     SELECT r.id, v.article_id, $1, v.id, n, n FROM rounds r,
       (SELECT id, article_id, split_part(title, ' ', 2)::int AS n FROM article_versions WHERE project_id = $1) v
     WHERE r.project_id = $1`,
    [PROJECT],
  );
  await run(
    `INSERT INTO assignments (id, round_id, article_id, user_id, project_id, version_id, state)
     SELECT gen_random_uuid(), x.round_id, x.article_id, n.user_id, $1, x.version_id, 'open'
     FROM round_articles x JOIN annotators n ON n.project_id = $1 AND n.number = 1 + (x.position + 1) % ${REVIEWERS}
     WHERE x.project_id = $1`,
    [PROJECT],
  );
  await client.query("COMMIT");
  await client.query("VACUUM ANALYZE");
}
