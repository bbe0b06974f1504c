import type { Decision } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import type { Relation, SetKind, Span } from "@/lib/domain/span";
import { type Database, type Sql, sqlTransaction } from "./database";
import { decisionsIn } from "./decisions";
import { live } from "./live";

/** One rule of the data. */
export type Rule = {
  readonly name: string;
  readonly says: string;
  /** Finds what breaks it: one jsonb column, `sample`. */
  readonly sql: string;
  /** The columns that the rule compares with what they are derived from. */
  readonly derived?: readonly string[];
  /**
   * Makes those again from their sources, in one transaction: statements that lock what is broken, and
   * then statements that change it. A rule without any is about what people or files have given, or
   * about what would hide that those are damaged.
   */
  readonly mending?: readonly string[];
};

/** The actual counts of spans by label, of every set that has any. */
const countedLabels = `
  SELECT set_id, jsonb_object_agg(label, count) AS counts
    FROM (SELECT set_id, label, count(*) AS count FROM spans GROUP BY set_id, label) AS of_label
   GROUP BY set_id`;

/** The actual counts of items by outcome, of every import that has any. */
const countedItems = `
  SELECT import_id, count(*) FILTER (WHERE outcome = 'created')::int AS created,
         count(*) FILTER (WHERE outcome = 'updated')::int AS updated,
         count(*) FILTER (WHERE outcome = 'unchanged')::int AS unchanged,
         count(*) FILTER (WHERE outcome = 'rejected')::int AS rejected,
         count(*) FILTER (WHERE warnings <> '[]')::int AS warned
    FROM import_items GROUP BY import_id`;
const counted = ["created", "updated", "unchanged", "rejected", "warned"];
const wrongItemCounts = `(${counted.map((count) => `i.${count}`).join(", ")})
  <> (${counted.map((count) => `coalesce(c.${count}, 0)`).join(", ")})`;

/** What articles have of their current version `v`. */
const copiedMetadata = [
  "source_id",
  "title",
  "publisher",
  "author",
  "url",
  "published_at",
  "language",
  "meta",
];
const otherMetadata = `(${copiedMetadata.map((column) => `a.${column}`).join(", ")})
  IS DISTINCT FROM (${copiedMetadata.map((column) => `v.${column}`).join(", ")})`;

/** Of every article, the highest of its versions. */
const highestVersions =
  "SELECT article_id, max(number) AS highest FROM article_versions GROUP BY article_id";

/** What of a round is of its project. */
const roundTables = [
  "round_reviewers",
  "round_stories",
  "round_articles",
  "assignments",
  "notifications",
];

/** What of a set is of its project. */
const setTables = [
  "spans",
  "relations",
  "operations",
  "active_times",
  "decisions",
  "decision_sources",
  "decision_spans",
  "decision_comments",
];

/** How many reviewers have each story of a round, those who gave it up not counted. */
const countedPlaces = `
  SELECT ra.round_id, ra.story, count(DISTINCT x.user_id)::int AS taken FROM round_articles ra
    JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id AND x.state <> 'skipped'
   GROUP BY ra.round_id, ra.story`;

/** How many characters of a text are cut out at a time: see `quotes_are_the_text`. */
const PIECE = 4096;

/** The labels that may overlap in schemes that are silent on it; names of schemes need no quoting. */
const usuallyOverlapping = defaultScheme.labels
  .filter(({ overlap }) => overlap)
  .map(({ name }) => `'${name}'`)
  .join(", ");

/** Whether the constraint on the span `x` of the set `s` is not as its label `l` and the kind of the set have it. */
const wrongExclusive =
  "(x.exclusive AND l.overlap OR NOT x.exclusive AND NOT l.overlap AND s.kind IN ('reviewer', 'gold'))";

/** What each span may be called and described with, out of the schemes. */
const schemeTables = `
  labels AS MATERIALIZED (
    SELECT s.project_id, s.version, l->>'name' AS label, l->'attributes' AS attributes,
           -- As schemeFrom() reads it.
           coalesce((l->'overlap')::boolean, l->>'name' IN (${usuallyOverlapping})) AS overlap
      FROM scheme_versions s, jsonb_array_elements(s.definition->'labels') AS l),
  relation_rules AS MATERIALIZED (
    SELECT s.project_id, s.version, r->>'name' AS type, r->'from' AS froms, r->'to' AS tos,
           coalesce(r->'attributes', '[]') AS attributes, (r->'symmetric')::boolean AS symmetric,
           coalesce(r->>'cardinality', 'many_to_many') AS cardinality,
           coalesce((r->'acyclic')::boolean, false) AS acyclic
      FROM scheme_versions s, jsonb_array_elements(s.definition->'relations') AS r),
  attribute_rules AS MATERIALIZED (
    SELECT h.project_id, h.version, h.holder, h.holder_name, a->>'name' AS name, a->>'type' AS type,
           coalesce(a->'values', '[]') AS values, (a->'min')::numeric AS min, (a->'max')::numeric AS max,
           coalesce((a->'integer')::boolean, false) AS whole
      FROM (SELECT project_id, version, 'label' AS holder, label AS holder_name, attributes FROM labels
            UNION ALL SELECT project_id, version, 'relation', type, attributes FROM relation_rules
            UNION ALL SELECT project_id, version, 'article', '', coalesce(definition->'article', '[]')
              FROM scheme_versions) AS h,
           jsonb_array_elements(h.attributes) AS a)`;

/** The attributes of something as rows; what is no object has one that no scheme has. */
const attributesIn = (column: string) =>
  `jsonb_each(CASE jsonb_typeof(${column}) WHEN 'object' THEN ${column} ELSE '{"": null}' END)`;

/** Whether the value `a.value` is none of what the rule `r` allows; as isValueOf() has it. */
const isNoValue = `CASE r.type || ' ' || jsonb_typeof(a.value)
  WHEN 'choice string' THEN NOT r.values ? (a.value #>> '{}')
  WHEN 'text string' THEN char_length(a.value #>> '{}') > 1000
  WHEN 'boolean boolean' THEN false
  WHEN 'number number' THEN a.value::numeric < r.min OR a.value::numeric > r.max
                         OR r.whole AND a.value::numeric <> trunc(a.value::numeric)
  WHEN 'choices array' THEN a.value = '[]' OR NOT r.values @> a.value OR jsonb_array_length(a.value)
                            <> (SELECT count(DISTINCT e) FROM jsonb_array_elements(a.value) AS e)
  ELSE true END`;

/** What is of something else without a foreign key: triggers look it up once for a statement. */
const leftBehind = [
  { table: "articles", row: "id", column: "project_id", of: "projects" },
  { table: "article_versions", row: "id", column: "article_id", of: "articles" },
  { table: "import_items", row: "item", column: "import_id", of: "imports" },
  { table: "spans", row: "id", column: "set_id", of: "annotation_sets" },
] as const;

/**
 * The invariants of texts, spans and histories that SQL can say. Most are held by constraints as
 * well: these find what came in while one was off, or by other hands.
 */
export const rules: readonly Rule[] = [
  {
    name: "text_hash_and_length",
    says: "A version's hash and length are those of its text.",
    // Not mended: where they differ it may be the text that was damaged.
    derived: ["article_versions.text_sha256", "article_versions.text_length"],
    sql: `SELECT jsonb_build_object('version', id, 'text_length', text_length, 'actual_length', char_length(text)) AS sample
            FROM article_versions
           WHERE text_length <> char_length(text)
              OR text_sha256 <> encode(sha256(convert_to(text, 'UTF8')), 'hex')`,
  },
  {
    name: "blocks_fit_the_text",
    says: "Blocks have a known kind, lie in the text, are sorted and do not overlap.",
    sql: `SELECT jsonb_build_object('version', version, 'block', block) AS sample
            FROM (SELECT v.id AS version, v.text_length, b.value AS block, at.start, at."end",
                         lag(at."end") OVER (PARTITION BY v.id ORDER BY b.ordinality) AS before
                    FROM article_versions v
                   CROSS JOIN LATERAL jsonb_array_elements(CASE json_typeof(v.blocks) WHEN 'array' THEN v.blocks::jsonb ELSE '[null]' END)
                         WITH ORDINALITY AS b
                   CROSS JOIN LATERAL (
                     SELECT CASE jsonb_typeof(b.value->'start') WHEN 'number' THEN (b.value->>'start')::numeric END AS start,
                            CASE jsonb_typeof(b.value->'end') WHEN 'number' THEN (b.value->>'end')::numeric END AS "end") AS at) AS blocks
           WHERE NOT coalesce(
                   block->>'kind' IN ('title', 'heading', 'paragraph', 'list_item', 'quote')
                   AND start >= 0 AND start = trunc(start) AND "end" = trunc("end")
                   AND start < "end" AND "end" <= text_length
                   AND (before IS NULL OR before <= start)
                   AND (block->'level' IS NULL OR block->>'kind' = 'heading' AND block->'level' IN ('1', '2', '3', '4', '5', '6')),
                 false)`,
  },
  {
    name: "current_version_is_the_highest",
    says: "The current version of an article is the highest it has, and none is below 1.",
    sql: `SELECT jsonb_build_object('article', a.id, 'current_version', a.current_version, 'versions', v.numbers) AS sample
            FROM articles a
            LEFT JOIN (SELECT article_id, max(number) AS highest, min(number) AS lowest,
                              array_agg(number ORDER BY number) AS numbers
                         FROM article_versions GROUP BY article_id) v ON v.article_id = a.id
           WHERE v.highest IS DISTINCT FROM a.current_version OR v.lowest < 1`,
    derived: ["articles.current_version"],
    mending: [
      `SELECT FROM articles a JOIN (${highestVersions}) v ON v.article_id = a.id
        WHERE v.highest <> a.current_version FOR UPDATE OF a`,
      `UPDATE articles a SET current_version = v.highest FROM (${highestVersions}) v
        WHERE v.article_id = a.id AND v.highest <> a.current_version`,
    ],
  },
  {
    name: "articles_say_what_their_current_version_says",
    says: "What an article is called, and all else that is known of it, is what its current version says.",
    sql: `SELECT jsonb_build_object('article', a.id, 'version', v.id) AS sample
            FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.current_version
           WHERE ${otherMetadata}`,
    derived: copiedMetadata.map((column) => `articles.${column}`),
    mending: [
      `UPDATE articles a SET ${copiedMetadata.map((column) => `${column} = v.${column}`).join(", ")}
         FROM article_versions v
        WHERE v.article_id = a.id AND v.number = a.current_version AND ${otherMetadata}`,
    ],
  },
  {
    name: "the_trash_is_not_searched",
    says: "What lies in the trash or is gone has no entry in the index of searching, and waits for none.",
    sql: `SELECT jsonb_build_object('article', a.id) AS sample
            FROM articles a JOIN article_search s ON s.article_id = a.id WHERE a.deleted_at IS NOT NULL
          UNION ALL
          SELECT jsonb_build_object('article', w.article_id)
            FROM search_waiting w LEFT JOIN articles a ON a.id = w.article_id AND ${live("a")} WHERE a.id IS NULL`,
    mending: [
      `DELETE FROM article_search s USING articles a WHERE a.id = s.article_id AND a.deleted_at IS NOT NULL`,
      `DELETE FROM search_waiting w WHERE NOT EXISTS (
         SELECT FROM articles a WHERE a.id = w.article_id AND ${live("a")})`,
    ],
  },
  {
    name: "one_project_along_the_chain",
    says: "What belongs together is of one project, and a set is of its version's article.",
    sql: `SELECT jsonb_build_object('version', v.id) AS sample
            FROM article_versions v JOIN articles a ON a.id = v.article_id WHERE v.project_id <> a.project_id
          UNION ALL
          SELECT jsonb_build_object('annotation_set', s.id)
            FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
           WHERE s.project_id <> v.project_id OR s.article_id <> v.article_id
          UNION ALL
          SELECT jsonb_build_object('span', x.id, 'annotation_set', x.set_id)
            FROM spans x JOIN annotation_sets s ON s.id = x.set_id WHERE x.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('relation', r.id, 'annotation_set', r.set_id)
            FROM relations r JOIN annotation_sets s ON s.id = r.set_id WHERE r.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('operation', o.id, 'annotation_set', o.set_id)
            FROM operations o JOIN annotation_sets s ON s.id = o.set_id WHERE o.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('active_time', t.source, 'annotation_set', t.set_id)
            FROM active_times t JOIN annotation_sets s ON s.id = t.set_id WHERE t.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('decision', d.id, 'annotation_set', d.set_id)
            FROM decisions d JOIN annotation_sets s ON s.id = d.set_id WHERE d.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('decision', x.decision_id, 'annotation_set', x.set_id, 'source', x.source_span_id)
            FROM decision_sources x JOIN annotation_sets s ON s.id = x.set_id WHERE x.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('decision', x.decision_id, 'annotation_set', x.set_id, 'span', x.span_id)
            FROM decision_spans x JOIN annotation_sets s ON s.id = x.set_id WHERE x.project_id <> s.project_id
          UNION ALL
          SELECT jsonb_build_object('comment', c.id, 'annotation_set', c.set_id)
            FROM decision_comments c JOIN annotation_sets s ON s.id = c.set_id WHERE c.project_id <> s.project_id
          ${roundTables
            .map(
              (table) => `UNION ALL
          SELECT jsonb_build_object('round', r.id, 'in', '${table}')
            FROM ${table} x JOIN rounds r ON r.id = x.round_id WHERE x.project_id <> r.project_id`,
            )
            .join("\n          ")}
          UNION ALL
          SELECT jsonb_build_object('round', x.round_id, 'version', x.version_id)
            FROM round_articles x JOIN article_versions v ON v.id = x.version_id
           WHERE x.article_id <> v.article_id OR x.project_id <> v.project_id
          UNION ALL
          SELECT jsonb_build_object('notification', n.id)
            FROM notifications n JOIN articles a ON a.id = n.article_id WHERE n.project_id <> a.project_id
          UNION ALL
          SELECT jsonb_build_object('assignment', x.id)
            FROM assignments x LEFT JOIN article_versions v ON v.id = x.version_id WHERE x.article_id IS DISTINCT FROM v.article_id
          UNION ALL
          SELECT jsonb_build_object('gold_score', c.assignment_id)
            FROM gold_scores c JOIN assignments x ON x.id = c.assignment_id WHERE c.project_id <> x.project_id`,
    derived: [
      ...roundTables.map((table) => `${table}.project_id`),
      "round_articles.article_id",
      "gold_scores.project_id",
      "article_versions.project_id",
      "annotation_sets.article_id",
      ...setTables.map((table) => `${table}.project_id`),
    ],
    // Not a set's own project: its scheme and its annotator are of that one.
    mending: [
      `UPDATE article_versions v SET project_id = a.project_id FROM articles a
        WHERE a.id = v.article_id AND a.project_id <> v.project_id`,
      `UPDATE annotation_sets s SET article_id = v.article_id FROM article_versions v
        WHERE v.id = s.version_id AND v.article_id <> s.article_id`,
      ...setTables.map(
        (table) => `UPDATE ${table} x SET project_id = s.project_id FROM annotation_sets s
                     WHERE s.id = x.set_id AND s.project_id <> x.project_id`,
      ),
      // Its assignments follow it, by their foreign key.
      `UPDATE round_articles x SET article_id = v.article_id FROM article_versions v
        WHERE v.id = x.version_id AND v.article_id <> x.article_id`,
      ...roundTables.map(
        (table) => `UPDATE ${table} x SET project_id = r.project_id FROM rounds r
                     WHERE r.id = x.round_id AND r.project_id <> x.project_id`,
      ),
      `UPDATE notifications n SET project_id = a.project_id FROM articles a
        WHERE a.id = n.article_id AND a.project_id <> n.project_id`,
      `UPDATE gold_scores c SET project_id = x.project_id FROM assignments x
        WHERE x.id = c.assignment_id AND x.project_id <> c.project_id`,
    ],
  },
  {
    name: "annotators_are_somebody",
    says: "An annotator is a user or a name in a file; reviewers' sets belong to users, and only their own changed them, but for their scheme.",
    sql: `SELECT jsonb_build_object('project', project_id, 'annotator', number) AS sample
            FROM annotators WHERE num_nonnulls(user_id, source_name) <> 1 OR number < 1
          UNION ALL
          SELECT jsonb_build_object('annotation_set', s.id, 'annotator', s.annotator)
            FROM annotation_sets s
            LEFT JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
           WHERE a.number IS NULL OR s.kind = 'reviewer' AND a.user_id IS NULL
          UNION ALL
          SELECT jsonb_build_object('annotation_set', s.id, 'operation', o.id, 'user', o.user_id)
            FROM operations o
            JOIN annotation_sets s ON s.id = o.set_id AND s.kind = 'reviewer'
            JOIN annotators a ON a.project_id = s.project_id AND a.number = s.annotator
           WHERE o.user_id IS DISTINCT FROM a.user_id AND o.change->>'kind' <> 'scheme'`,
  },
  {
    name: "sets_are_on_their_way_to_the_scheme",
    says: "A set is of a version of its project's scheme that holds or held, and waits for none that does not follow.",
    sql: `SELECT jsonb_build_object('annotation_set', s.id, 'version', s.scheme_version, 'waits_for', s.scheme_waits_for) AS sample
            FROM annotation_sets s JOIN projects p ON p.id = s.project_id
           WHERE s.scheme_version > p.scheme_version OR s.scheme_waits_for > p.scheme_version
              OR s.scheme_waits_for <= s.scheme_version
          UNION ALL
          SELECT jsonb_build_object('project', p.id, 'version', p.scheme_version)
            FROM projects p WHERE p.scheme_version <> (
              SELECT max(v.version) FROM scheme_versions v WHERE v.project_id = p.id)`,
  },
  {
    name: "decisions_are_about_reviewers_spans",
    says: "A decision is in gold, about spans that reviewers of the same version have or are known to have removed, and comes to spans of that gold, or to none where it rejects; so are comments.",
    sql: `SELECT jsonb_build_object('annotation_set', d.set_id, 'decision', d.id, 'outcome', d.outcome) AS sample
            FROM decisions d JOIN annotation_sets s ON s.id = d.set_id
           WHERE s.kind <> 'gold'
              OR NOT EXISTS (SELECT FROM decision_sources x WHERE x.set_id = d.set_id AND x.decision_id = d.id)
              OR (d.outcome = 'rejected') = EXISTS (
                   SELECT FROM decision_spans y WHERE y.set_id = d.set_id AND y.decision_id = d.id)
              OR EXISTS (SELECT FROM decision_spans y WHERE y.set_id = d.set_id AND y.decision_id = d.id
                         HAVING max(y.position) <> count(*) - 1 OR min(y.position) <> 0)
          UNION ALL
          SELECT jsonb_build_object('annotation_set', y.set_id, 'decision', y.decision_id, 'span', y.span_id)
            FROM decision_spans y LEFT JOIN spans p ON p.set_id = y.set_id AND p.id = y.span_id WHERE p.id IS NULL
          UNION ALL
          SELECT jsonb_build_object('annotation_set', x.set_id, 'decision', x.decision_id, 'source', x.source_span_id)
            FROM decision_sources x JOIN annotation_sets s ON s.id = x.set_id
            JOIN annotation_sets t ON t.id = x.source_set_id
           WHERE t.kind <> 'reviewer' OR t.version_id <> s.version_id
              OR NOT EXISTS (SELECT FROM spans p WHERE p.set_id = t.id AND p.id = x.source_span_id)
                 AND NOT EXISTS (
                   SELECT FROM operations o WHERE o.set_id = t.id AND (
                     o.change->>'kind' = 'span' AND o.change->'before'->>'id' = x.source_span_id::text
                     OR o.change->>'kind' = 'scheme' AND EXISTS (
                       SELECT FROM jsonb_array_elements(o.change->'changes') AS c
                        WHERE c->'before'->>'id' = x.source_span_id::text)))
          UNION ALL
          SELECT jsonb_build_object('annotation_set', c.set_id, 'comment', c.id)
            FROM decision_comments c JOIN annotation_sets s ON s.id = c.set_id
            JOIN annotation_sets t ON t.id = c.source_set_id
           WHERE s.kind <> 'gold' OR t.kind <> 'reviewer' OR t.version_id <> s.version_id
          UNION ALL
          SELECT jsonb_build_object('project', p.id, 'adjudication_rule', p.adjudication_rule)
            FROM projects p WHERE CASE jsonb_typeof(p.adjudication_rule->'needed')
              WHEN 'string' THEN p.adjudication_rule->>'needed' NOT IN ('all', 'majority')
              WHEN 'number' THEN (p.adjudication_rule->>'needed')::numeric < 1
              ELSE true END`,
  },
  {
    name: "nothing_is_left_behind",
    says: "What is of a project, an article, an import or an annotation set is there with it.",
    sql: leftBehind
      .map(
        ({ table, row, column, of }) =>
          `SELECT jsonb_build_object('table', '${table}', '${row}', x.${row}, '${column}', x.${column}) AS sample
             FROM ${table} x LEFT JOIN ${of} p ON p.id = x.${column} WHERE p.id IS NULL`,
      )
      .join(" UNION ALL "),
  },
  {
    name: "spans_lie_in_the_text",
    says: "Fragments lie within the text.",
    sql: `SELECT jsonb_build_object('annotation_set', x.set_id, 'span', x.id, 'fragments', x.fragments::text, 'text_length', v.text_length) AS sample
            FROM spans x JOIN annotation_sets s ON s.id = x.set_id JOIN article_versions v ON v.id = s.version_id
           WHERE isempty(x.fragments) OR lower_inf(x.fragments) OR upper_inf(x.fragments)
              OR lower(x.fragments) < 0 OR upper(x.fragments) > v.text_length`,
  },
  {
    name: "quotes_are_the_text",
    says: "A span's quote is the text under its fragments, joined by one space.",
    // substr() walks a text from its start, so thousands of spans in a long article would walk it
    // thousands of times: it is cut once into pieces, and fragments are put together from those.
    // OFFSET 0 keeps the planner from cutting a text again for every span.
    sql: `SELECT jsonb_build_object('annotation_set', s.id, 'span', x.id, 'quote', left(x.quote, 200), 'actual', left(x.actual, 200)) AS sample
            FROM annotation_sets s
            JOIN article_versions v ON v.id = s.version_id
           CROSS JOIN LATERAL (
             SELECT array_agg(substr(v.text, i * ${PIECE} + 1, ${PIECE}) ORDER BY i) AS pieces
               FROM generate_series(0, (char_length(v.text) - 1) / ${PIECE}) AS i) AS cut
           CROSS JOIN LATERAL (
             SELECT spans.id, spans.quote, (
                      SELECT string_agg(
                               CASE WHEN f.nth > 1 AND i = lower(f.fragment) / ${PIECE} THEN ' ' ELSE '' END
                               || substr(cut.pieces[i + 1], greatest(lower(f.fragment) - i * ${PIECE}, 0) + 1,
                                         least(upper(f.fragment) - i * ${PIECE}, ${PIECE}) - greatest(lower(f.fragment) - i * ${PIECE}, 0)),
                               '' ORDER BY f.nth, i)
                        FROM unnest(spans.fragments) WITH ORDINALITY AS f(fragment, nth),
                             generate_series(lower(f.fragment) / ${PIECE}, (upper(f.fragment) - 1) / ${PIECE}) AS i) AS actual
               FROM spans
              WHERE spans.set_id = s.id AND lower(spans.fragments) >= 0 OFFSET 0) AS x
           WHERE x.quote IS DISTINCT FROM x.actual`,
  },
  {
    name: "spans_of_a_label_do_not_overlap",
    says: "Two spans of the same label in one set do not overlap, unless the scheme lets that label.",
    sql: `WITH ${schemeTables}
          SELECT jsonb_build_object('annotation_set', f.set_id, 'label', f.label, 'span', f.id, 'start', f.start) AS sample
            FROM (SELECT x.set_id, x.label, x.id, lower(f) AS start,
                         max(upper(f)) OVER (PARTITION BY x.set_id, x.label ORDER BY lower(f), upper(f)
                                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to
                    FROM spans x, unnest(x.fragments) AS f) AS f
            JOIN annotation_sets s ON s.id = f.set_id
            LEFT JOIN labels l ON l.project_id = s.project_id AND l.version = s.scheme_version AND l.label = f.label
           WHERE f.start < f.covered_to AND NOT coalesce(l.overlap, false)`,
  },
  {
    name: "spans_know_the_rule_of_their_label",
    says: "The database keeps a span apart from others of its label only if the scheme does, and always in sets that people edit.",
    sql: `WITH ${schemeTables}
          SELECT jsonb_build_object('annotation_set', x.set_id, 'span', x.id, 'label', x.label, 'exclusive', x.exclusive) AS sample
            FROM spans x JOIN annotation_sets s ON s.id = x.set_id
            JOIN labels l ON l.project_id = s.project_id AND l.version = s.scheme_version AND l.label = x.label
           WHERE ${wrongExclusive}`,
    derived: ["spans.exclusive"],
    mending: [
      // Spans that do overlap cannot be told to keep apart: that is another rule's breach.
      `WITH ${schemeTables}
       UPDATE spans x SET exclusive = NOT x.exclusive
         FROM annotation_sets s
         JOIN labels l ON l.project_id = s.project_id AND l.version = s.scheme_version
        WHERE s.id = x.set_id AND l.label = x.label AND ${wrongExclusive}
          AND (l.overlap OR NOT EXISTS (
            SELECT FROM spans o
             WHERE o.set_id = x.set_id AND o.label = x.label AND o.id <> x.id AND o.fragments && x.fragments))`,
    ],
  },
  {
    name: "spans_follow_the_scheme",
    says: "Labels, attributes and their values are in the scheme version of the set.",
    sql: `WITH ${schemeTables}
          SELECT jsonb_build_object('annotation_set', x.set_id, 'span', x.id, 'label', x.label) AS sample
            FROM spans x JOIN annotation_sets s ON s.id = x.set_id
            LEFT JOIN labels l ON l.project_id = s.project_id AND l.version = s.scheme_version AND l.label = x.label
           WHERE l.label IS NULL
          UNION ALL
          SELECT jsonb_build_object('annotation_set', x.set_id, 'span', x.id, 'attribute', a.key, 'value', a.value)
            FROM spans x JOIN annotation_sets s ON s.id = x.set_id
           CROSS JOIN LATERAL ${attributesIn("x.attributes")} AS a
            LEFT JOIN attribute_rules r ON r.project_id = s.project_id AND r.version = s.scheme_version
                  AND r.holder = 'label' AND r.holder_name = x.label AND r.name = a.key
           WHERE r.name IS NULL OR coalesce(${isNoValue}, false)`,
  },
  {
    name: "articles_follow_the_scheme",
    says: "What a set says of its article are attributes and values of its scheme version.",
    sql: `WITH ${schemeTables}
          SELECT jsonb_build_object('annotation_set', s.id, 'attribute', a.key, 'value', a.value) AS sample
            FROM annotation_sets s
           CROSS JOIN LATERAL ${attributesIn("s.attributes")} AS a
            LEFT JOIN attribute_rules r ON r.project_id = s.project_id AND r.version = s.scheme_version
                  AND r.holder = 'article' AND r.name = a.key
           WHERE s.attributes <> '{}' AND (r.name IS NULL OR coalesce(${isNoValue}, false))`,
  },
  {
    name: "relations_follow_the_scheme",
    says: "Relations have a known type that fits the labels at both ends, its attributes, and link two different spans once, as often and as far as the type allows.",
    sql: `WITH ${schemeTables}
          SELECT jsonb_build_object('annotation_set', r.set_id, 'relation', r.id, 'type', r.type, 'from', f.label, 'to', t.label) AS sample
            FROM relations r JOIN annotation_sets s ON s.id = r.set_id
            LEFT JOIN spans f ON f.set_id = r.set_id AND f.id = r.from_id
            LEFT JOIN spans t ON t.set_id = r.set_id AND t.id = r.to_id
            LEFT JOIN relation_rules k ON k.project_id = s.project_id AND k.version = s.scheme_version AND k.type = r.type
           WHERE f.id IS NULL OR t.id IS NULL OR k.type IS NULL OR NOT k.froms ? f.label OR NOT k.tos ? t.label
              OR r.from_id = r.to_id
          UNION ALL
          SELECT jsonb_build_object('annotation_set', x.set_id, 'relation', x.id, 'attribute', a.key, 'value', a.value)
            FROM relations x JOIN annotation_sets s ON s.id = x.set_id
           CROSS JOIN LATERAL ${attributesIn("x.attributes")} AS a
            LEFT JOIN attribute_rules r ON r.project_id = s.project_id AND r.version = s.scheme_version
                  AND r.holder = 'relation' AND r.holder_name = x.type AND r.name = a.key
           WHERE x.attributes <> '{}' AND (r.name IS NULL OR coalesce(${isNoValue}, false))
          UNION ALL
          SELECT jsonb_build_object('annotation_set', e.set_id, 'type', e.type, 'span', e.span, 'relations', count(*))
            FROM (SELECT r.set_id, r.type, e.span, CASE WHEN k.symmetric THEN 'both' ELSE e.side END AS side
                    FROM relations r JOIN annotation_sets s ON s.id = r.set_id
                    JOIN relation_rules k ON k.project_id = s.project_id AND k.version = s.scheme_version AND k.type = r.type
                   CROSS JOIN LATERAL (VALUES ('from', r.from_id), ('to', r.to_id)) AS e (side, span)
                   WHERE k.cardinality <> 'many_to_many'
                     AND (k.symmetric OR k.cardinality = 'one_to_one'
                       OR k.cardinality = CASE e.side WHEN 'from' THEN 'many_to_one' ELSE 'one_to_many' END)) AS e
           GROUP BY e.set_id, e.type, e.span, e.side HAVING count(*) > 1
          UNION ALL
          SELECT jsonb_build_object('annotation_set', c.set_id, 'type', c.type, 'circle', c.span)
            FROM (WITH RECURSIVE links AS (
                    SELECT r.set_id, r.type, r.from_id, r.to_id
                      FROM relations r JOIN annotation_sets s ON s.id = r.set_id
                      JOIN relation_rules k ON k.project_id = s.project_id AND k.version = s.scheme_version AND k.type = r.type
                     WHERE k.acyclic),
                  reach AS (
                    SELECT set_id, type, from_id AS span, to_id AS at FROM links
                    UNION
                    SELECT t.set_id, t.type, t.span, l.to_id
                      FROM reach t JOIN links l ON l.set_id = t.set_id AND l.type = t.type AND l.from_id = t.at)
                  SELECT set_id, type, span FROM reach WHERE span = at) AS c
          UNION ALL
          SELECT jsonb_build_object('annotation_set', set_id, 'type', type, 'from', low, 'to', high)
            FROM (SELECT set_id, type, least(from_id, to_id) AS low, greatest(from_id, to_id) AS high FROM relations) AS pairs
           GROUP BY set_id, type, low, high HAVING count(*) > 1`,
  },
  {
    name: "label_counts_are_right",
    says: "A set's label counts are the counts of its spans.",
    sql: `SELECT jsonb_build_object('annotation_set', s.id, 'label_counts', s.label_counts, 'actual', coalesce(c.counts, '{}')) AS sample
            FROM annotation_sets s LEFT JOIN (${countedLabels}) c ON c.set_id = s.id
           WHERE s.label_counts <> coalesce(c.counts, '{}')`,
    derived: ["annotation_sets.label_counts"],
    mending: [
      `SELECT FROM annotation_sets s LEFT JOIN (${countedLabels}) c ON c.set_id = s.id
        WHERE s.label_counts <> coalesce(c.counts, '{}') FOR UPDATE OF s`,
      `UPDATE annotation_sets s SET label_counts = coalesce(c.counts, '{}')
         FROM annotation_sets o LEFT JOIN (${countedLabels}) c ON c.set_id = o.id
        WHERE o.id = s.id AND s.label_counts <> coalesce(c.counts, '{}')`,
    ],
  },
  {
    name: "places_are_counted",
    says: "A story of a round has as many places left as nobody has, and never more reviewers than places.",
    sql: `SELECT jsonb_build_object('round', s.round_id, 'story', s.number, 'places', s.places, 'places_left', s.places_left,
                                    'taken', coalesce(c.taken, 0)) AS sample
            FROM round_stories s LEFT JOIN (${countedPlaces}) c ON c.round_id = s.round_id AND c.story = s.number
           WHERE s.places_left <> s.places - coalesce(c.taken, 0)`,
    derived: ["round_stories.places_left"],
    mending: [
      `SELECT FROM round_stories s LEFT JOIN (${countedPlaces}) c ON c.round_id = s.round_id AND c.story = s.number
        WHERE s.places_left <> s.places - coalesce(c.taken, 0) FOR UPDATE OF s`,
      // Who has a place too many keeps it: that is for people to settle.
      `UPDATE round_stories s SET places_left = greatest(s.places - coalesce(c.taken, 0), 0)
         FROM round_stories o LEFT JOIN (${countedPlaces}) c ON c.round_id = o.round_id AND c.story = o.number
        WHERE o.round_id = s.round_id AND o.number = s.number
          AND s.places_left <> greatest(s.places - coalesce(c.taken, 0), 0)`,
    ],
  },
  {
    name: "submitted_assignments_have_submitted_sets",
    says: "What is submitted in a round that is not over is in a submitted set of its reviewer.",
    sql: `SELECT jsonb_build_object('assignment', x.id) AS sample
            FROM assignments x JOIN rounds r ON r.id = x.round_id AND r.closed_at IS NULL
           WHERE x.state = 'submitted' AND NOT EXISTS (
             SELECT FROM annotation_sets s
               JOIN annotators n ON n.project_id = s.project_id AND n.number = s.annotator AND n.user_id = x.user_id
              WHERE s.version_id = x.version_id AND s.kind = 'reviewer' AND s.submitted_at IS NOT NULL)`,
  },
  {
    name: "scores_are_of_gold",
    says: "What a reviewer submitted in a round is compared with gold of the same article, label by label, no more pairs than spans.",
    sql: `SELECT jsonb_build_object('gold_score', c.assignment_id) AS sample
            FROM gold_scores c JOIN assignments x ON x.id = c.assignment_id
            JOIN round_articles ra ON ra.round_id = x.round_id AND ra.article_id = x.article_id
            JOIN annotation_sets g ON g.id = c.gold_set_id
           WHERE g.kind <> 'gold' OR g.article_id <> x.article_id OR NOT ra.has_gold
          UNION ALL
          SELECT jsonb_build_object('gold_score', c.assignment_id, 'label', n.label)
            FROM gold_scores c CROSS JOIN LATERAL jsonb_each(c.counts) AS n (label, counted)
           WHERE jsonb_typeof(n.counted) IS DISTINCT FROM 'object' OR NOT coalesce((
             SELECT k.exact >= 0 AND k.exact <= k.overlap AND k.overlap <= least(k.one, k.other) AND k.one + k.other > 0
               FROM jsonb_to_record(CASE jsonb_typeof(n.counted) WHEN 'object' THEN n.counted ELSE '{}' END)
                 AS k (one int, other int, exact int, overlap int)), false)`,
  },
  {
    name: "copies_go_together",
    says: "Articles with one text are one story of a round, and a story has articles of one text.",
    sql: `SELECT jsonb_build_object('round', ra.round_id, 'text_sha256', v.text_sha256) AS sample
            FROM round_articles ra JOIN article_versions v ON v.id = ra.version_id
           GROUP BY ra.round_id, v.text_sha256 HAVING count(DISTINCT ra.story) > 1
          UNION ALL
          SELECT jsonb_build_object('round', ra.round_id, 'story', ra.story)
            FROM round_articles ra JOIN article_versions v ON v.id = ra.version_id
           GROUP BY ra.round_id, ra.story HAVING count(DISTINCT v.text_sha256) > 1`,
  },
  {
    name: "import_counts_are_right",
    says: "An import's counts are the counts of its outcomes.",
    sql: `SELECT jsonb_build_object('import', i.id, ${counted.map((count) => `'${count}', i.${count}`).join(", ")},
                                    'actual', to_jsonb(c) - 'import_id') AS sample
            FROM imports i LEFT JOIN (${countedItems}) c ON c.import_id = i.id WHERE ${wrongItemCounts}`,
    derived: counted.map((count) => `imports.${count}`),
    mending: [
      `SELECT FROM imports i LEFT JOIN (${countedItems}) c ON c.import_id = i.id
        WHERE ${wrongItemCounts} FOR UPDATE OF i`,
      `UPDATE imports SET ${counted.map((count) => `${count} = coalesce(c.${count}, 0)`).join(", ")}
         FROM imports i LEFT JOIN (${countedItems}) c ON c.import_id = i.id
        WHERE i.id = imports.id AND ${wrongItemCounts}`,
    ],
  },
  {
    name: "revision_counts_the_operations",
    says: "A reviewer's set is at the revision of its last operation, and the revisions have no gaps.",
    sql: `SELECT jsonb_build_object('annotation_set', s.id, 'revision', s.revision, 'operations', coalesce(o.count, 0), 'last', o.last) AS sample
            FROM annotation_sets s
            LEFT JOIN (SELECT set_id, count(*) AS count, count(DISTINCT revision) AS steps, min(revision) AS first, max(revision) AS last
                         FROM operations GROUP BY set_id) o ON o.set_id = s.id
           WHERE (s.kind = 'reviewer' OR o.count IS NOT NULL)
             AND (s.revision <> coalesce(o.count, 0) OR o.first <> 1 OR o.last <> o.count OR o.steps <> o.count)`,
  },
  {
    name: "guideline_versions_have_no_gaps",
    says: "The versions of a project's guidelines count from 1, without gaps.",
    sql: `SELECT jsonb_build_object('project', project_id, 'versions', count(*), 'last', max(version)) AS sample
            FROM guideline_versions GROUP BY project_id HAVING max(version) <> count(*) OR min(version) <> 1`,
  },
  {
    name: "constraints_are_on",
    says: "Every constraint of the database is validated and every trigger enabled.",
    sql: `SELECT jsonb_build_object('table', conrelid::regclass::text, 'constraint', conname) AS sample
            FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
          UNION ALL
          SELECT jsonb_build_object('table', tgrelid::regclass::text, 'trigger', tgname)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled = 'D'`,
  },
];

/** What breaks a rule: how much there is of it, and the first few. */
export async function breachesOf(
  sql: Sql,
  rule: Rule,
  { samples }: { samples: number },
): Promise<{ count: number; samples: unknown[] }> {
  const { rows } = await sql.query<{ sample: unknown; count: string }>(
    `SELECT sample, count(*) OVER () AS count FROM (${rule.sql}) AS breaches LIMIT $1`,
    [samples],
  );
  return { count: Number(rows[0]?.count ?? 0), samples: rows.map(({ sample }) => sample) };
}

/**
 * Makes what a rule found broken again, as far as it is derived.
 *
 * @returns how many rows were changed
 */
export async function mend(db: Database, { mending = [] }: Rule): Promise<number> {
  return sqlTransaction(db, async (sql) => {
    let changed = 0;
    for (const statement of mending) {
      const { command, rowCount } = await sql.query(statement);
      if (command !== "SELECT") changed += rowCount ?? 0;
    }
    return changed;
  });
}

/** A version of guidelines as it is stored. */
export type StoredGuideline = {
  readonly projectId: string;
  readonly version: number;
  readonly content: unknown;
};

/** Streams every version of all guidelines, one at a time. */
export async function* storedGuidelines(sql: Sql): AsyncGenerator<StoredGuideline> {
  const { rows } = await sql.query<{ projectId: string; version: number }>(
    `SELECT project_id AS "projectId", version FROM guideline_versions ORDER BY project_id, version`,
  );
  for (const { projectId, version } of rows) {
    const found = await sql.query<StoredGuideline>(
      `SELECT project_id AS "projectId", version, content FROM guideline_versions
        WHERE project_id = $1 AND version = $2`,
      [projectId, version],
    );
    yield* found.rows;
  }
}

/** An annotation set as it is stored, its history not yet judged; jsonb columns as they came. */
export type StoredSet = {
  readonly id: string;
  readonly kind: SetKind;
  readonly note: string;
  readonly attributes: unknown;
  readonly text: string;
  /** The version of its scheme. */
  readonly schemeVersion: number;
  /** The versions of its project's scheme that it has come through, by their numbers. */
  readonly schemes: ReadonlyMap<number, unknown>;
  readonly spans: Span[];
  readonly relations: Relation[];
  readonly decisions: Decision[];
  /** By revision. */
  readonly operations: { id: string; revision: number; body: unknown; change: unknown }[];
};

/** How much of the database is held at a time, roughly in characters. */
const PORTION = 2_000_000;

type SetHead = {
  attributes: unknown;
  id: string;
  kind: SetKind;
  note: string;
  version_id: string;
  project_id: string;
  scheme_version: number;
  weight: number;
};

/** Streams every annotation set that holds anything, in the order of their ids. */
export async function* storedSets(sql: Sql): AsyncGenerator<StoredSet> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await sql.query<SetHead>(
      `SELECT s.id, s.kind::text, s.note, s.attributes, s.version_id, s.project_id, s.scheme_version,
              v.text_length + 500 * s.revision + 300 * (SELECT count(*) FROM spans x WHERE x.set_id = s.id) AS weight
         FROM annotation_sets s JOIN article_versions v ON v.id = s.version_id
        WHERE s.id > $1 ORDER BY s.id LIMIT 500`,
      [after],
    );
    for (const heads of portions(rows)) yield* load(sql, heads);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function portions(heads: readonly SetHead[]): SetHead[][] {
  const portions: SetHead[][] = [];
  let weight = PORTION;
  for (const head of heads) {
    weight += Number(head.weight);
    const current = portions.at(-1);
    if (current === undefined || weight > PORTION) {
      portions.push([head]);
      weight = Number(head.weight);
    } else current.push(head);
  }
  return portions;
}

async function* load(sql: Sql, heads: readonly SetHead[]): AsyncGenerator<StoredSet> {
  const ids = heads.map(({ id }) => id);
  const spans = await sql.query<Span & { set_id: string }>(
    `SELECT set_id, id, label, quote, attributes,
            (SELECT json_agg(json_build_object('start', lower(f), 'end', upper(f)) ORDER BY lower(f))
               FROM unnest(fragments) AS f) AS fragments
       FROM spans WHERE set_id = ANY($1::uuid[])`,
    [ids],
  );
  const relations = await sql.query<Relation & { set_id: string }>(
    `SELECT set_id, id, type, from_id AS "from", to_id AS "to", attributes
       FROM relations WHERE set_id = ANY($1::uuid[])`,
    [ids],
  );
  const operations = await sql.query<StoredSet["operations"][number] & { set_id: string }>(
    `SELECT set_id, id, revision, body, change
       FROM operations WHERE set_id = ANY($1::uuid[]) ORDER BY set_id, revision`,
    [ids],
  );
  const texts = await sql.query<{ id: string; text: string }>(
    `SELECT id, text FROM article_versions WHERE id = ANY($1::uuid[])`,
    [heads.map(({ version_id }) => version_id)],
  );
  const schemes = await sql.query<{ project_id: string; version: number; definition: unknown }>(
    `SELECT s.project_id, s.version, s.definition
       FROM scheme_versions s JOIN (
         SELECT project_id, scheme_version AS version FROM annotation_sets WHERE id = ANY($1::uuid[])
         UNION
         SELECT project_id, (change->>'before')::int FROM operations
          WHERE set_id = ANY($1::uuid[]) AND change->>'kind' = 'scheme'
         UNION
         SELECT project_id, (change->>'after')::int FROM operations
          WHERE set_id = ANY($1::uuid[]) AND change->>'kind' = 'scheme') u USING (project_id, version)`,
    [ids],
  );
  const decisions = await decisionsIn(sql, ids);
  const spansOf = Map.groupBy(spans.rows, ({ set_id }) => set_id);
  const relationsOf = Map.groupBy(relations.rows, ({ set_id }) => set_id);
  const operationsOf = Map.groupBy(operations.rows, ({ set_id }) => set_id);
  const textOf = new Map(texts.rows.map(({ id, text }) => [id, text]));
  const schemesOf = Map.groupBy(schemes.rows, ({ project_id }) => project_id);
  for (const head of heads) {
    yield {
      id: head.id,
      kind: head.kind,
      note: head.note,
      attributes: head.attributes,
      text: textOf.get(head.version_id) ?? "",
      schemeVersion: head.scheme_version,
      schemes: new Map(
        schemesOf
          .get(head.project_id)
          ?.map(({ version, definition }): [number, unknown] => [version, definition]),
      ),
      spans: (spansOf.get(head.id) ?? []).map(({ set_id: _, ...span }) => span),
      relations: (relationsOf.get(head.id) ?? []).map(({ set_id: _, ...relation }) => relation),
      decisions: decisions.get(head.id) ?? [],
      operations: (operationsOf.get(head.id) ?? []).map(({ set_id: _, ...operation }) => operation),
    };
  }
}
