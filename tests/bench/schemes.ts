import { Client } from "pg";
import type { LabelRule, Scheme } from "@/lib/domain/schemas";
import { database } from "@/lib/store/database";
import { migrate } from "@/lib/store/schema/migrate";
import {
  carrySets,
  changeScheme,
  schemeImpact,
  schemeVersionsPage,
  undoScheme,
} from "@/lib/workflow/changing-schemes";
import { aMember, aProject } from "../setup/world";
import type { BenchEnvironment, Figure } from "./figure";

const SPANS_A_SET = 20;

const label = (name: string): LabelRule => ({
  name,
  letter: name.slice(0, 1).toUpperCase(),
  overlap: false,
  attributes: [{ name: "tone", type: "choice", values: ["calm", "angry"] }],
});
const scheme = (...labels: string[]): Scheme => ({
  labels: labels.map(label),
  relations: [],
  article: [],
});

/**
 * How long an admin waits to see what a change of the scheme touches on 10,000 spans, half of which get another label,
 * and until all sets have come to it, and back by undoing it. Throws unless everything is as it was then.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const sets = Math.round(500 * env.scale);
  const spans = sets * SPANS_A_SET;
  await migrate(env.databaseUrl);
  const project = await aProject({ scheme: scheme("claim", "denial") });
  const admin = await aMember(project.id, "admin");
  const reviewer = await aMember(project.id);
  env.log(`making ${spans} spans`);
  await fill(env.databaseUrl, { project: project.id, reviewer: reviewer.userId, sets });
  const change = {
    base: 1,
    scheme: scheme("statement", "denial"),
    mapping: { labels: { claim: "statement" }, relations: {}, attributes: [] },
  };
  const before = await content();
  const [seen, impact] = await timed(() => schemeImpact(admin, project.slug, change));
  if (impact.kept !== spans / 2) throw new Error(`${impact.kept} spans are touched.`);
  const carriedAll = async () => {
    await carrySets(database(), project.id, { signal: new AbortController().signal });
    const { carrying } = await schemeVersionsPage(admin, project.slug);
    if (carrying.left + carrying.waiting > 0) throw new Error("Some sets are left.");
  };
  const [carried] = await timed(async () => {
    await changeScheme(admin, project.slug, { ...change, note: "" });
    await carriedAll();
  });
  if ((await content()) === before) throw new Error("Nothing has changed.");
  const [undone] = await timed(async () => {
    await undoScheme(admin, project.slug, "2");
    await carriedAll();
  });
  if ((await content()) !== before) throw new Error("Not everything is as it was.");
  const added = { base: 3, scheme: scheme("claim", "denial", "rumour"), mapping: NOTHING };
  const [adding] = await timed(() => schemeImpact(admin, project.slug, added));
  const figure = (name: string, value: number, atMost: number): Figure => ({
    name,
    value,
    unit: "s",
    limit: { atMost: atMost * Math.max(env.scale, 0.1) },
  });
  const all = spans.toLocaleString("en");
  return [
    figure(`what renaming a label touches, of ${all} spans`, seen, 3),
    figure(`the same where a label is only added`, adding, 0.5),
    figure(`until ${sets} sets are carried over`, carried, 10),
    figure(`until undoing has brought all back`, undone, 10),
  ];
}

const NOTHING = { labels: {}, relations: {}, attributes: [] };

/** In seconds. */
async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const began = performance.now();
  const result = await work();
  return [(performance.now() - began) / 1000, result];
}

/** A sum over all spans as they are. */
async function content(): Promise<string> {
  const { rows } = await database().pool.query<{ sum: string }>(
    "SELECT md5(string_agg(concat(set_id, id, label, fragments, attributes), ' ' ORDER BY set_id, id)) AS sum FROM spans",
  );
  return rows[0]?.sum ?? "";
}

async function fill(
  databaseUrl: string,
  { project, reviewer, sets }: { project: string; reviewer: string; sets: number },
): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO annotators (project_id, number, user_id) VALUES ($1, 1, $2)", [
      project,
      reviewer,
    ]);
    await client.query(
      `INSERT INTO articles (id, project_id, source_key, title)
       SELECT gen_random_uuid(), $1, n::text, 'Article ' || n FROM generate_series(1, $2::int) n`,
      [project, sets],
    );
    await client.query(
      `INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
       SELECT gen_random_uuid(), $1, id, 1, title, t.text, encode(sha256(t.text::bytea), 'hex'), length(t.text), '[]'
       FROM articles, (SELECT repeat('word ', $2) AS text) t WHERE project_id = $1`,
      [project, SPANS_A_SET],
    );
    await client.query(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, label_counts)
       SELECT gen_random_uuid(), $1, article_id, id, 'reviewer', 1, 1,
         jsonb_build_object('claim', $2::int / 2, 'denial', $2::int / 2)
       FROM article_versions WHERE project_id = $1`,
      [project, SPANS_A_SET],
    );
    await client.query(
      `INSERT INTO spans (set_id, id, project_id, label, exclusive, fragments, quote, attributes)
       SELECT s.id, gen_random_uuid(), $1, CASE WHEN n % 2 = 0 THEN 'claim' ELSE 'denial' END, true,
         int4multirange(int4range(5 * n, 5 * n + 4)), 'word', '{"tone": "calm"}'
       FROM annotation_sets s, generate_series(0, $2::int - 1) n WHERE s.project_id = $1`,
      [project, SPANS_A_SET],
    );
    await client.query("COMMIT");
    await client.query("ANALYZE");
  } finally {
    await client.end();
  }
}
