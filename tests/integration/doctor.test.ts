import { v7 as uuidv7 } from "uuid";
import { beforeEach, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { Operation } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { migrate } from "@/lib/store/schema/migrate";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { aDatabase, sql } from "../setup/database";

/** Longer than the pieces in which quotes are compared, with characters of one to four bytes. */
const text = `Title 🇮🇷 one\n\n${"Она отрицает «это» 😀 وینگ. ".repeat(400)}\n\nThe plot, he said, was real.`;
const at = (words: string) => {
  const start = new ArticleText(text).fromUtf16(text.indexOf(words));
  return { start, end: start + [...words].length };
};

const ids = {
  user: uuidv7(),
  other: uuidv7(),
  project: uuidv7(),
  article: uuidv7(),
  version: uuidv7(),
  claim: uuidv7(),
  denial: uuidv7(),
  relation: uuidv7(),
};
/** A further span that a case may bring in. */
const third = uuidv7();
let set = "";

beforeEach(async () => {
  const url = await aDatabase();
  await sql(
    `INSERT INTO users (id, email, name) VALUES ($1, 'r@example.org', 'R'), ($2, 'o@example.org', 'O')`,
    [ids.user, ids.other],
  );
  await sql(
    `WITH p AS (INSERT INTO projects (id, slug, title) VALUES ($1, 'corpus', 'Corpus') RETURNING id)
     INSERT INTO scheme_versions (project_id, version, definition) SELECT id, 1, $2 FROM p`,
    [ids.project, JSON.stringify(defaultScheme)],
  );
  await sql(`INSERT INTO members (project_id, user_id, role) VALUES ($1, $2, 'reviewer')`, [
    ids.project,
    ids.user,
  ]);
  const blocks = [
    { kind: "title", start: 0, end: 12 },
    { kind: "paragraph", ...at("The plot, he said, was real.") },
  ];
  await sql(
    `WITH a AS (INSERT INTO articles (id, project_id, source_key, title) VALUES ($1, $2, 'one', 'Title') RETURNING id)
     INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
     SELECT $3, $2, id, 1, 'Title', $4, encode(sha256(convert_to($4, 'UTF8')), 'hex'), char_length($4), $5 FROM a`,
    [ids.article, ids.project, ids.version, text, JSON.stringify(blocks)],
  );
  await migrate(url); // makes the article searchable
  const actor: UserActor = {
    kind: "user",
    userId: ids.user,
    email: "r@example.org",
    name: "R",
    siteAdmin: false,
  };
  set = (await openArticle(actor, ids.article)).article.annotation_set?.id ?? "";
  const across = { start: 0, end: at("The plot").start - 2 };
  const plot = [at("The plot"), at("was real")];
  const operations: Operation[] = [
    {
      id: uuidv7(),
      type: "add_span",
      span: {
        id: ids.claim,
        label: "claim",
        fragments: plot,
        quote: "The plot was real",
        attributes: { polarity: "positive" },
      },
    },
    {
      id: uuidv7(),
      type: "add_span",
      span: {
        id: ids.denial,
        label: "denial",
        fragments: [across],
        quote: [...text].slice(0, across.end).join(""),
        attributes: {},
      },
    },
    {
      id: uuidv7(),
      type: "edit_span",
      span: { id: ids.claim, attributes: { certainty: "certain" } },
    },
    {
      id: uuidv7(),
      type: "add_relation",
      relation: {
        id: ids.relation,
        type: "denies",
        from: ids.denial,
        to: ids.claim,
        attributes: {},
      },
    },
    { id: uuidv7(), type: "set_article_note", note: "Read twice." },
  ];
  await annotate(actor, set, { revision: 0, operations });
});

/** Changes the data as no part of Gainsay could: without triggers, foreign keys and constraints. */
async function breakData(statement: string, ...without: string[]) {
  const drop = without.map(
    (name) => `ALTER TABLE ${name.split(".")[0]} DROP CONSTRAINT ${name.split(".")[1]};`,
  );
  await sql(
    `BEGIN; SET LOCAL session_replication_role = replica; ${drop.join(" ")} ${statement}; COMMIT`,
  );
}

const failed = async () =>
  (await diagnose()).filter(({ breaches }) => breaches > 0).map(({ check }) => check);

test("a database that only the workflow has written is healthy", async () => {
  expect((await diagnose()).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test.for<{ name: string; broken: () => [string, ...string[]]; seen: string[] }>([
  {
    name: "a text changed under its spans",
    broken: () => [
      "UPDATE article_versions SET text = replace(text, 'plot', 'plan')",
      "article_versions.article_versions_hash_is_of_the_text",
    ],
    seen: [
      "text_hash_and_length",
      "quotes_are_the_text",
      "search_entries_are_of_the_texts",
      "search_words_are_all_there",
      "histories_give_what_is_stored",
    ],
  },
  {
    name: "a length that is not in code points",
    broken: () => [
      "UPDATE article_versions SET text_length = text_length + 1",
      "article_versions.article_versions_length_is_in_code_points",
    ],
    seen: ["text_hash_and_length"],
  },
  {
    name: "a block beyond the text",
    broken: () => [
      `UPDATE article_versions SET blocks = jsonb_set(blocks::jsonb, '{1,end}', '99999')`,
    ],
    seen: ["blocks_fit_the_text"],
  },
  {
    name: "blocks in the wrong order",
    broken: () => ["UPDATE article_versions SET blocks = json_build_array(blocks->1, blocks->0)"],
    seen: ["blocks_fit_the_text"],
  },
  {
    name: "a block that starts at a word",
    broken: () => [
      `UPDATE article_versions SET blocks = jsonb_set(blocks::jsonb, '{0,start}', '"here"')`,
    ],
    seen: ["blocks_fit_the_text"],
  },
  {
    name: "blocks that are no list",
    broken: () => [
      "UPDATE article_versions SET blocks = '{}'",
      "article_versions.article_versions_blocks_are_a_list",
    ],
    seen: ["blocks_fit_the_text"],
  },
  {
    name: "a block of no known kind",
    broken: () => [
      `UPDATE article_versions SET blocks = jsonb_set(blocks::jsonb, '{0,kind}', '"aside"')`,
    ],
    seen: ["blocks_fit_the_text"],
  },
  {
    name: "a current version that is not the last",
    broken: () => ["UPDATE articles SET current_version = 2"],
    seen: ["current_version_is_the_highest"],
  },
  {
    name: "an article that is called otherwise than its current version",
    broken: () => ["UPDATE articles SET title = 'Another'"],
    seen: ["articles_say_what_their_current_version_says"],
  },
  {
    name: "a set of another article",
    broken: () => [`UPDATE annotation_sets SET article_id = '${uuidv7()}'`],
    seen: ["one_project_along_the_chain"],
  },
  {
    name: "spans of another project",
    broken: () => [`UPDATE spans SET project_id = '${uuidv7()}'`],
    seen: ["one_project_along_the_chain"],
  },
  {
    name: "operations of another project",
    broken: () => [`UPDATE operations SET project_id = '${uuidv7()}'`],
    seen: ["one_project_along_the_chain"],
  },
  {
    name: "an annotator who is nobody",
    broken: () => [
      "UPDATE annotators SET user_id = NULL",
      "annotators.annotators_are_a_user_or_a_name",
    ],
    seen: ["annotators_are_somebody"],
  },
  {
    name: "a set without its annotator",
    broken: () => ["DELETE FROM annotators"],
    seen: ["annotators_are_somebody"],
  },
  {
    name: "an operation by somebody else",
    broken: () => [`UPDATE operations SET user_id = '${ids.other}' WHERE revision = 3`],
    seen: ["annotators_are_somebody"],
  },
  {
    name: "a set that waits for a scheme that is not there",
    broken: () => ["UPDATE annotation_sets SET scheme_waits_for = 9"],
    seen: ["sets_are_on_their_way_to_the_scheme"],
  },
  {
    name: "a scheme that holds without being there",
    broken: () => ["UPDATE projects SET scheme_version = 9"],
    seen: ["sets_are_on_their_way_to_the_scheme"],
  },
  {
    name: "a change of the scheme that was not",
    broken: () => [
      `INSERT INTO operations (set_id, id, project_id, revision, user_id, body, change)
       SELECT s.id, gen_random_uuid(), s.project_id, s.revision + 1, NULL, '{"type": "change_scheme", "version": 2}',
         '{"kind": "scheme", "before": 1, "after": 2, "changes": []}'
       FROM annotation_sets s WHERE s.kind = 'reviewer';
       UPDATE annotation_sets SET revision = revision + 1 WHERE kind = 'reviewer'`,
    ],
    seen: ["histories_give_what_is_stored"],
  },
  {
    name: "a span beyond the text",
    broken: () => [
      `UPDATE spans SET fragments = int4multirange(int4range(0, 2000000)) WHERE label = 'denial'`,
    ],
    seen: ["spans_lie_in_the_text", "quotes_are_the_text", "histories_give_what_is_stored"],
  },
  {
    name: "a span that ends one character behind the text",
    broken: () => [
      `UPDATE spans SET fragments = int4multirange(int4range(0, ${[...text].length + 1})) WHERE label = 'denial'`,
    ],
    seen: ["spans_lie_in_the_text", "quotes_are_the_text", "histories_give_what_is_stored"],
  },
  {
    name: "a quote with one letter changed, deep in a long span",
    broken: () => [
      "UPDATE spans SET quote = overlay(quote placing 'x' from 9000 for 1) WHERE label = 'denial'",
    ],
    seen: ["quotes_are_the_text", "histories_give_what_is_stored"],
  },
  {
    name: "fragments joined by nothing",
    broken: () => ["UPDATE spans SET quote = 'The plotwas real' WHERE label = 'claim'"],
    seen: ["quotes_are_the_text", "histories_give_what_is_stored"],
  },
  {
    name: "two spans of a label that overlap",
    broken: () => [
      "UPDATE spans SET label = 'claim', fragments = (SELECT fragments FROM spans WHERE label = 'claim'), quote = 'The plot was real'",
      "spans.spans_of_one_label_do_not_overlap",
    ],
    seen: [
      "spans_of_a_label_do_not_overlap",
      "relations_follow_the_scheme",
      "label_counts_are_right",
      "histories_give_what_is_stored",
    ],
  },
  {
    name: "a span that the database keeps apart from no other, but the scheme does",
    broken: () => ["UPDATE spans SET exclusive = false WHERE label = 'claim'"],
    seen: ["spans_know_the_rule_of_their_label"],
  },
  {
    name: "a label that the scheme does not have",
    broken: () => ["UPDATE spans SET label = 'rumour' WHERE label = 'claim'"],
    seen: [
      "spans_follow_the_scheme",
      "relations_follow_the_scheme",
      "label_counts_are_right",
      "histories_give_what_is_stored",
    ],
  },
  {
    name: "an attribute that the label does not have",
    broken: () => [
      `UPDATE spans SET attributes = '{"polarity": "positive"}' WHERE label = 'denial'`,
    ],
    seen: ["spans_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "attributes that are a list",
    broken: () => [
      "UPDATE spans SET attributes = '[]' WHERE label = 'denial'",
      "spans.spans_attributes_are_an_object",
    ],
    seen: ["spans_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "a value that the attribute does not have",
    broken: () => [`UPDATE spans SET attributes = '{"polarity": "maybe"}' WHERE label = 'claim'`],
    seen: ["spans_follow_the_scheme", "histories_give_what_is_stored"],
  },
  ...[
    { value: `"much"`, rule: { type: "number" } },
    { value: "0.5", rule: { type: "number", min: 1 } },
    { value: "2", rule: { type: "number", max: 1 } },
    { value: "1.5", rule: { type: "number", integer: true } },
    { value: `"true"`, rule: { type: "boolean" } },
    { value: `"x"`, rule: { type: "choices", values: ["x", "y"] } },
    { value: "[]", rule: { type: "choices", values: ["x", "y"] } },
    { value: `["x", "x"]`, rule: { type: "choices", values: ["x", "y"] } },
    { value: `["x", "z"]`, rule: { type: "choices", values: ["x", "y"] } },
    { value: "true", rule: { type: "text" } },
  ].map(({ value, rule }) => ({
    name: `${value} for ${JSON.stringify(rule)}, of a span and of an article`,
    broken: (): [string] => [
      `UPDATE scheme_versions SET definition = jsonb_set(
         jsonb_set(definition, '{labels,0,attributes}', '[${JSON.stringify({ name: "a", ...rule })}]'),
         '{article}', '[${JSON.stringify({ name: "a", ...rule })}]');
       UPDATE annotation_sets SET attributes = '{"a": ${value}}';
       UPDATE spans SET attributes = '{"a": ${value}}' WHERE label = 'claim'`,
    ],
    seen: [
      "spans_follow_the_scheme",
      "articles_follow_the_scheme",
      "histories_give_what_is_stored",
    ],
  })),
  {
    name: "an attribute that its relation does not have",
    broken: () => [`UPDATE relations SET attributes = '{"tone": "calm"}'`],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  ...["one_to_one", "one_to_many", "acyclic"].map((rule) => ({
    name: `relations that are not ${rule}`,
    broken: (): [string] => [
      `UPDATE scheme_versions SET definition = jsonb_set(definition, '{relations}', (
         SELECT jsonb_agg(r || '{"from": ["claim", "denial"], "to": ["claim", "denial"]}'
           || '${rule === "acyclic" ? '{"acyclic": true}' : `{"cardinality": "${rule}"}`}')
         FROM jsonb_array_elements(definition->'relations') AS r));
       INSERT INTO spans (set_id, id, project_id, label, fragments, quote)
       SELECT set_id, '${third}', project_id, 'claim', '{[9,10)}', quote FROM spans WHERE label = 'claim';
       INSERT INTO relations (set_id, id, project_id, type, from_id, to_id)
       SELECT set_id, gen_random_uuid(), project_id, type, ${
         rule === "acyclic" ? `to_id, '${third}'` : `'${third}', to_id`
       } FROM relations;
       ${
         rule === "acyclic"
           ? `INSERT INTO relations (set_id, id, project_id, type, from_id, to_id)
              SELECT set_id, gen_random_uuid(), project_id, type, '${third}', from_id
              FROM relations WHERE from_id = '${ids.denial}'`
           : ""
       }`,
    ],
    seen: [
      "quotes_are_the_text",
      "relations_follow_the_scheme",
      "label_counts_are_right",
      "histories_give_what_is_stored",
    ],
  })),
  {
    name: "a relation type that the scheme does not have",
    broken: () => ["UPDATE relations SET type = 'mocks'"],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "a relation the wrong way round",
    broken: () => ["UPDATE relations SET from_id = to_id, to_id = from_id"],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "a relation to a span that is gone",
    broken: () => [`UPDATE relations SET to_id = '${uuidv7()}'`],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "a relation of a span to itself",
    broken: () => [
      `UPDATE scheme_versions SET definition = jsonb_set(definition, '{relations}', (
         SELECT jsonb_agg(r || '{"from": ["claim", "denial"], "to": ["claim", "denial"]}')
         FROM jsonb_array_elements(definition->'relations') AS r));
       UPDATE relations SET to_id = from_id`,
      "relations.relations_link_two_spans",
    ],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "two spans linked twice, once in each direction",
    broken: () => [
      `DROP INDEX relations_link_a_pair_once;
       UPDATE scheme_versions SET definition = jsonb_set(definition, '{relations}', (
         SELECT jsonb_agg(r || '{"from": ["claim", "denial"], "to": ["claim", "denial"]}')
         FROM jsonb_array_elements(definition->'relations') AS r));
       INSERT INTO relations (set_id, id, project_id, type, from_id, to_id)
       SELECT set_id, gen_random_uuid(), project_id, type, to_id, from_id FROM relations`,
    ],
    seen: ["relations_follow_the_scheme", "histories_give_what_is_stored"],
  },
  {
    name: "label counts that are off",
    broken: () => [`UPDATE annotation_sets SET label_counts = '{"claim": 2, "denial": 1}'`],
    seen: ["label_counts_are_right"],
  },
  {
    name: "a label counted that has no spans",
    broken: () => [
      `UPDATE annotation_sets SET label_counts = label_counts || '{"attribution": 0}'`,
    ],
    seen: ["label_counts_are_right"],
  },
  {
    name: "a lost operation at the end",
    broken: () => ["DELETE FROM operations WHERE revision = 5"],
    seen: ["revision_counts_the_operations", "histories_give_what_is_stored"],
  },
  {
    name: "a gap in the history",
    broken: () => ["UPDATE operations SET revision = 7 WHERE revision = 5"],
    seen: ["revision_counts_the_operations"],
  },
  {
    name: "a span that ends inside a flag",
    broken: () => [
      "UPDATE spans SET fragments = int4multirange(int4range(0, 7)), quote = 'Title 🇮' WHERE label = 'denial'",
    ],
    seen: ["spans_end_between_characters", "histories_give_what_is_stored"],
  },
  {
    name: "a span of punctuation",
    broken: () => [
      "UPDATE spans SET fragments = int4multirange(int4range(6, 8)), quote = '🇮🇷' WHERE label = 'denial'",
    ],
    seen: ["spans_end_between_characters", "histories_give_what_is_stored"],
  },
  {
    name: "an operation that cannot be applied",
    broken: () => [
      `UPDATE operations SET body = jsonb_set(body, '{span,label}', '"rumour"') WHERE revision = 1`,
    ],
    seen: ["histories_give_what_is_stored"],
  },
  {
    name: "a change that was recorded otherwise",
    broken: () => [
      `UPDATE operations SET change = jsonb_set(change, '{after}', '"Read once."') WHERE revision = 5`,
    ],
    seen: ["histories_give_what_is_stored"],
  },
  {
    name: "a note that no operation wrote",
    broken: () => ["UPDATE annotation_sets SET note = 'Read thrice.'"],
    seen: ["histories_give_what_is_stored"],
  },
  {
    name: "a trigger that is off",
    broken: () => ["ALTER TABLE operations DISABLE TRIGGER operations_never_change"],
    seen: ["constraints_are_on"],
  },
])("finds $name", async ({ broken, seen }) => {
  await breakData(...broken());
  expect(await failed()).toEqual(seen);
});

test("a history is judged however many sets come before it", async () => {
  await sql(
    `INSERT INTO annotators (project_id, number, source_name) SELECT $1, 100 + n, 'source ' || n FROM generate_series(1, 500) n`,
    [ids.project],
  );
  await sql(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version)
     SELECT (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, $1, $2, $3, 'imported', 100 + n, 1
     FROM generate_series(1, 500) n`,
    [ids.project, ids.article, ids.version],
  );
  await breakData("UPDATE annotation_sets SET note = 'Read thrice.' WHERE kind = 'reviewer'");
  expect(await failed()).toEqual(["histories_give_what_is_stored"]);
});

test("spans of one label may touch", async () => {
  await breakData(`UPDATE spans SET label = 'claim', fragments = int4multirange(int4range(0, 5)), quote = 'Title' WHERE label = 'denial';
    UPDATE spans SET fragments = int4multirange(int4range(5, 7)) WHERE id = '${ids.claim}'`);
  expect(await failed()).not.toContain("spans_of_a_label_do_not_overlap");
});

test("of many breaches, all are counted and the first ten shown", async () => {
  await sql(
    `INSERT INTO annotators (project_id, number, source_name) SELECT $1, 100 + n, 'source ' || n FROM generate_series(1, 12) n`,
    [ids.project],
  );
  await sql(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, label_counts)
     SELECT gen_random_uuid(), $1, $2, $3, 'imported', 100 + n, 1, '{"claim": 1}' FROM generate_series(1, 12) n`,
    [ids.project, ids.article, ids.version],
  );
  const finding = (await diagnose()).find(({ check }) => check === "label_counts_are_right");
  expect(finding).toMatchObject({ breaches: 12, samples: { length: 10 } });
});

test("a repair says how many rows it has changed, not how many it held", async () => {
  await breakData(`UPDATE annotation_sets SET label_counts = '{"claim": 2, "denial": 1}'`);
  expect(await repair(await diagnose())).toEqual([{ check: "label_counts_are_right", rows: 1 }]);
  expect(await failed()).toEqual([]);
});

test.for([
  { length: 1000, seen: false },
  { length: 1001, seen: true },
])("an attribute of $length characters is too long: $seen", async ({ length, seen }) => {
  await breakData(
    `UPDATE spans SET attributes = jsonb_build_object('accused_actor', repeat('é', ${length})) WHERE label = 'claim'`,
  );
  expect((await failed()).includes("spans_follow_the_scheme")).toBe(seen);
});
