import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { operator } from "@/lib/access/actor";
import { exportDataset } from "@/lib/workflow/exporting";
import type { BenchEnvironment, Figure } from "./figure";
import { quantile } from "./figure";
import { insertProject, PROJECT } from "./project";

const SPANS = 50;
const RUNS = 3;

/** Formats by lines, which are about as quick as the database makes JSON of the same. */
const lines = ["doccano", "prodigy", "spacy", "argilla", "label-studio", "conll"] as const;

/** 20,000 articles of some 4,300 characters with 50 spans each, against COPY of the same content. */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const articles = Math.round(20_000 * env.scale);
  env.log(`making ${articles} articles with ${SPANS} spans each`);
  const client = new Client({ connectionString: env.databaseUrl });
  await client.connect();
  try {
    await fillWithAnnotated(client, { articles, spans: SPANS });
    await exported(); // both sides measured on a warm cache
    const memory = process.resourceUsage().maxRSS / 1024; // before COPY takes its share
    const ours: Exported[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      env.log(`run ${run + 1} of ${RUNS}`);
      ours.push(await exported());
      theirs.push(await copied(client));
    }
    const time = quantile(
      ours.map(({ ms }) => ms),
      0.5,
    );
    const megabytes = (ours[0]?.bytes ?? 0) / 1e6;
    const copy = quantile(theirs, 0.5);
    const others: Figure[] = [];
    for (const format of lines) {
      env.log(format);
      const { ms } = await exported(format);
      const own = larger.get(format);
      const what = own === undefined ? "of the records" : "of the same tasks";
      const name = `export as ${format} against COPY (SELECT json…) ${what}`;
      const peer = own === undefined ? copy : await copied(client, own);
      others.push({ name, value: peer / ms, unit: "× COPY", limit: { atLeast: 0.7 } });
    }
    return [
      {
        name: "export against COPY (SELECT json…) of the same content",
        value: copy / time,
        unit: "× COPY",
        limit: { atLeast: 1 },
      },
      { name: "export, resident memory", value: memory, unit: "MB", limit: { atMost: 300 } },
      {
        name: "export, first byte",
        value: Math.max(...ours.map(({ first }) => first)),
        unit: "ms",
        limit: { atMost: 1000 },
      },
      { name: "export", value: articles / (time / 1000), unit: "articles/s" },
      { name: "export, bytes", value: megabytes / (time / 1000), unit: "MB/s" },
      ...others,
    ];
  } finally {
    await client.end();
  }
}

type Exported = { ms: number; first: number; bytes: number };

export async function exported(format = "jsonl"): Promise<Exported> {
  const started = performance.now();
  const { bytes } = await exportDataset(operator, PROJECT, { format, layer: "reviewers" });
  let first = 0;
  let size = 0;
  for await (const chunk of bytes) {
    if (size === 0) first = performance.now() - started;
    size += chunk.byteLength;
  }
  return { ms: performance.now() - started, first, bytes: size };
}

async function copied(client: Client, query = records): Promise<number> {
  const started = performance.now();
  for await (const _chunk of client.query(copyTo(`COPY (${query}) TO STDOUT`))) {
    // taken and dropped, as ours are
  }
  return performance.now() - started;
}

const time = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const records = `
  SELECT json_build_object('schema', 'gainsay.article/2', 'id', a.id, 'version', v.number,
    'source_id', v.source_id, 'title', v.title, 'publisher', v.publisher, 'author', v.author, 'url', v.url,
    'published_at', ${time("v.published_at")},
    'language', v.language, 'text', v.text, 'text_sha256', v.text_sha256,
    'offset_unit', 'code_point', 'blocks', v.blocks, 'layer', 'reviewers',
    'sets', (SELECT json_agg(json_build_object('annotator', 'a' || s.annotator, 'kind', s.kind,
        'scheme_version', s.scheme_version, 'guideline_version', NULL, 'revision', s.revision,
        'submitted_at', ${time("s.submitted_at")}, 'updated_at', ${time("s.updated_at")},
        'note', s.note, 'attributes', '{}'::json) ORDER BY s.annotator, s.kind)
      FROM annotation_sets s WHERE s.version_id = v.id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL),
    'spans', (
      SELECT json_agg(json_build_object('id', p.id, 'label', p.label, 'start', lower(p.fragments),
        'end', upper(p.fragments), 'fragments', (
          SELECT json_agg(json_build_object('start', lower(r), 'end', upper(r)))
          FROM unnest(p.fragments) r),
        'text', p.quote, 'attributes', p.attributes, 'annotator', 'a' || s.annotator)
        ORDER BY lower(p.fragments), upper(p.fragments), p.label, p.id)
      FROM annotation_sets s JOIN spans p ON p.set_id = s.id
      WHERE s.version_id = v.id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL),
    'relations', '[]'::json, 'split', NULL, 'meta', v.meta)
  FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
  WHERE a.project_id = '${PROJECT}' ORDER BY a.id`;

const spansOf = `annotation_sets s JOIN spans p ON p.set_id = s.id
  WHERE s.version_id = v.id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL`;

const metadata = `'id', a.id, 'title', v.title, 'publisher', v.publisher, 'published_at', ${time("v.published_at")}, 'language', v.language`;

const place = `'start', lower(p.fragments), 'end', upper(p.fragments)`;

/** What says far more than a record does, word by word or attribute by attribute, is held against the same. */
const larger: ReadonlyMap<string, string> = new Map([
  [
    "label-studio",
    `SELECT json_build_object('data', json_build_object('text', v.text, ${metadata}, 'annotators', json_build_array('a1')),
       'annotations', json_build_array(json_build_object('result', (
         SELECT json_agg(r.row ORDER BY lower(p.fragments), upper(p.fragments), p.label, p.id)
         FROM ${spansOf.replace(
           "WHERE",
           `CROSS JOIN LATERAL (
           SELECT json_build_object('id', p.id, 'to_name', 'text', 'origin', 'manual', 'from_name', 'label', 'type', 'labels',
             'value', json_build_object(${place}, 'text', p.quote, 'labels', json_build_array(p.label))) AS row
           UNION ALL
           SELECT json_build_object('id', p.id, 'to_name', 'text', 'origin', 'manual', 'from_name', e.key, 'type', 'choices',
             'value', json_build_object(${place}, 'text', p.quote, 'choices', json_build_array(e.value)))
           FROM jsonb_each_text(p.attributes) e) r WHERE`,
         )}),
         'was_cancelled', false, 'ground_truth', false, 'created_at', ${time("v.created_at")}, 'updated_at', ${time("v.created_at")})))
     FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
     WHERE a.project_id = '${PROJECT}' ORDER BY a.id`,
  ],
  [
    "prodigy",
    `SELECT json_build_object('text', v.text, 'meta', json_build_object(${metadata}),
       'tokens', (SELECT json_agg(json_build_object('text', t.word, 'start', t.number * 5, 'end', t.number * 5 + length(t.word),
           'id', t.number, 'ws', true) ORDER BY t.number)
         FROM string_to_table(v.text, ' ') WITH ORDINALITY t (word, number)),
       'spans', (SELECT json_agg(json_build_object(${place}, 'label', p.label, 'token_start', lower(p.fragments),
           'token_end', upper(p.fragments)) ORDER BY lower(p.fragments)) FROM ${spansOf}),
       'relations', '[]'::json, '_input_hash', 1, '_task_hash', 1, '_annotator_id', 'a1', '_session_id', 'a1', 'answer', 'accept')
     FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
     WHERE a.project_id = '${PROJECT}' ORDER BY a.id`,
  ],
]);

/** A project `bench` of articles of some 4,300 characters, each with so many spans of one reviewer. */
export async function fillWithAnnotated(
  client: Client,
  { articles, spans }: { articles: number; spans: number },
): Promise<void> {
  await client.query("BEGIN");
  await insertProject(client);
  await client.query(
    "INSERT INTO annotators (project_id, number, source_name) VALUES ($1, 1, 'bench')",
    [PROJECT],
  );
  await client.query(
    `INSERT INTO articles (id, project_id, source_key, title, publisher, published_at, language)
     SELECT gen_random_uuid(), $1, 'k' || i, 'Article ' || i, 'Publisher', '2024-07-30T14:35:34Z', 'en'
     FROM generate_series(1, $2::int) i`,
    [PROJECT, articles],
  );
  await client.query(
    `INSERT INTO article_versions (id, project_id, article_id, number, title, publisher, published_at, language, text, text_sha256, text_length, blocks)
     SELECT gen_random_uuid(), $1, id, 1, title, publisher, published_at, language, text, encode(sha256(convert_to(text, 'UTF8')), 'hex'),
       char_length(text), jsonb_build_array(jsonb_build_object('kind', 'paragraph', 'start', 0, 'end', char_length(text)))
     FROM (SELECT a.id, a.title, a.publisher, a.published_at, a.language, (SELECT string_agg(substr(md5(a.source_key || n), 1, 8 + n % 17) || CASE n % 9 WHEN 0 THEN E' “é”\\n' ELSE ' ' END, '' ORDER BY n)
                         FROM generate_series(1, 245) n) AS text
           FROM articles a WHERE a.project_id = $1) t`,
    [PROJECT],
  );
  await client.query(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision, submitted_at, label_counts)
     SELECT gen_random_uuid(), project_id, article_id, id, 'reviewer', 1, 1, ${spans}, now(), '{"claim": ${spans}}'
     FROM article_versions WHERE project_id = $1`,
    [PROJECT],
  );
  // Spans that are apart by construction need not be compared with one another, a million times.
  await client.query("ALTER TABLE spans DROP CONSTRAINT spans_of_one_label_do_not_overlap");
  await client.query(
    `INSERT INTO spans (set_id, id, project_id, label, fragments, quote, attributes)
     SELECT s.id, gen_random_uuid(), s.project_id, (ARRAY['claim', 'denial', 'attribution'])[1 + j % 3],
       int4multirange(int4range(at, at + length)), substr(v.text, at + 1, length),
       (ARRAY['{"polarity": "negative", "certainty": "probable", "check_worthy": "yes", "accused_actor": "the ministry"}',
              '{"form": "reported", "scope": "specific", "denying_actor": "the spokesman"}',
              '{"source": "an official", "source_type": "person", "cue": "speech"}'])[1 + j % 3]::jsonb
     FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id,
       generate_series(0, ${spans - 1}) j,
       LATERAL (SELECT v.text_length / ${spans + 1} * j AS at, 15 + j * 7 % 60 AS length) range
     WHERE s.project_id = $1`,
    [PROJECT],
  );
  await client.query("COMMIT");
  await client.query("VACUUM ANALYZE");
}
