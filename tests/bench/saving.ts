import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { operator } from "@/lib/access/actor";
import { Annotations, type Change, type Intent } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing/index";
import { addMember } from "@/lib/workflow/members";
import { createProject } from "@/lib/workflow/projects";
import { createTokenFor } from "@/lib/workflow/tokens";
import { addUser } from "@/lib/workflow/users";
import { fillWithAnnotated } from "./exporting";
import { type Bench, quantile } from "./figure";

const REVIEWERS = 50;
const ARTICLES = 10;
/** How often each reviewer changes something, and for how long, in milliseconds. */
const EVERY = 1000;
const LASTS = 30_000;

/** What goes on beside them the second time. */
const DATASETS = 4;
const DATASET_ARTICLES = 100_000;
const IMPORTED_ARTICLES = 20_000;

const Opened = z.object({
  text: z.string(),
  annotation_set: z.object({ id: z.string(), revision: z.number() }),
});
const Acknowledged = z.object({
  revision: z.number(),
  operations: z.array(z.object({ id: z.string() })),
});

type Reviewer = {
  readonly token: string;
  readonly setId: string;
  readonly text: ArticleText;
  /** What the server has acknowledged. */
  readonly annotations: Annotations;
  readonly acknowledged: Set<string>;
  revision: number;
};

/** Reviewers at work, over HTTP: this process is the load, the server another one. */
export const bench: Bench = async ({ startServer, scale, log }) => {
  const people = Math.max(2, Math.round(REVIEWERS * scale));
  const lasts = Math.max(3000, LASTS * scale);
  const tokens = await prepare(people);
  const articles = await articleIds();
  const { baseUrl } = await startServer();
  const agent = new Agent({ keepAlive: true });
  const reviewers: Reviewer[] = [];
  for (const [index, token] of tokens.entries()) {
    const id = articles[index % articles.length] ?? "";
    reviewers.push(await open(agent, `${baseUrl}/api/v1/articles/${id}`, token));
  }
  log(`${people} reviewers, a change a second each, for ${lasts / 1000} s`);
  let turns = 0;
  const work = async () => {
    const took: number[] = [];
    const failures: string[] = [];
    const first = turns;
    const until = performance.now() + lasts;
    await Promise.all(
      reviewers.map(async (reviewer, index) => {
        // Reviewers do not press their keys in step.
        let next = performance.now() + (index * EVERY) / people;
        for (let turn = first; next < until; turn += 1, next += EVERY) {
          turns = Math.max(turns, turn + 1);
          await pause(Math.max(0, next - performance.now()));
          const began = performance.now();
          const trouble = await change(agent, baseUrl, reviewer, turn);
          if (trouble === null) took.push(performance.now() - began);
          else failures.push(trouble);
        }
      }),
    );
    return { took, failures };
  };
  const { took, failures } = await work();
  const datasetArticles = Math.round(DATASET_ARTICLES * scale);
  log(
    `the same while ${DATASETS} datasets of ${datasetArticles} articles are made and one import runs`,
  );
  const busy = await duringHeavyLoad({ baseUrl, scale, log }, work);
  failures.push(...busy.failures);
  agent.destroy();
  for (const failure of failures.slice(0, 5)) log(failure);
  return [
    { name: "changes saved", value: took.length, unit: "changes" },
    {
      name: "saving a change, median",
      value: quantile(took, 0.5),
      unit: "ms",
      limit: { atMost: 20 },
    },
    {
      name: "saving a change, p95",
      value: quantile(took, 0.95),
      unit: "ms",
      limit: { atMost: 100 },
    },
    {
      name: "saving a change while datasets are made and an import runs, median",
      value: quantile(busy.took, 0.5),
      unit: "ms",
    },
    {
      name: "saving a change while datasets are made and an import runs, p95",
      value: quantile(busy.took, 0.95),
      unit: "ms",
      limit: { atMost: 40 },
    },
    { name: "saving a change, slowest", value: Math.max(...took), unit: "ms" },
    {
      name: "changes refused or failed",
      value: failures.length,
      unit: "changes",
      limit: { atMost: 0 },
    },
    {
      name: "acknowledged changes lost",
      value: await lost(reviewers),
      unit: "changes",
      limit: { atMost: 0 },
    },
  ];
};

/** Does something while datasets are read and articles come in, again and again. */
async function duringHeavyLoad<T>(
  { baseUrl, scale, log }: { baseUrl: string; scale: number; log: (line: string) => void },
  work: () => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await fillWithAnnotated(client, { articles: Math.round(DATASET_ARTICLES * scale), spans: 5 });
  await client.end();
  await createProject(operator, { slug: "load", title: "Load" });
  const email = "admin@example.org";
  await addUser(operator, { email, name: "Admin", siteAdmin: true, password: null });
  const { token } = await createTokenFor(email, "bench");
  const script = fileURLToPath(new URL("heavy-load.mjs", import.meta.url));
  // Enough for a job: less is imported while the sender waits.
  const articles = Math.max(2000, Math.round(IMPORTED_ARTICLES * scale));
  const load = spawn(process.execPath, [script, baseUrl, token, `${DATASETS}`, `${articles}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let done = "";
  load.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    done += chunk;
  });
  const ended = once(load, "exit");
  const broke = ended.then(([code]) => {
    throw new Error(`What should have gone on meanwhile ended with ${code}.`);
  });
  try {
    await pause(2000); // until all of it has begun
    return await Promise.race([work(), broke]);
  } finally {
    broke.catch(() => undefined);
    load.kill();
    await ended;
    for (const line of done.split("\n").filter(Boolean)) log(`meanwhile: ${line}`);
  }
}

/** A project with articles and reviewers, each with a token. */
async function prepare(people: number): Promise<string[]> {
  await createProject(operator, { slug: "corpus", title: "Corpus" });
  const sentence =
    "The ministry said that the reports of a poisoned well were an invention of its rivals. ";
  const files = Array.from({ length: ARTICLES }, (_, index) => ({
    path: `article-${index}.md`,
    stream: [Buffer.from(`# Article ${index}\n\n${`${sentence.repeat(6)}\n\n`.repeat(12)}`)],
  }));
  await importFiles(operator, "corpus", { format: "markdown", files: files.map(streamed) });
  const tokens: string[] = [];
  for (let index = 0; index < people; index += 1) {
    const email = `reviewer-${index}@example.org`;
    await addUser(operator, { email, name: `Reviewer ${index}`, siteAdmin: false, password: null });
    await addMember(operator, "corpus", { email, role: "reviewer" });
    tokens.push((await createTokenFor(email, "bench")).token);
  }
  return tokens;
}

function streamed({ path, stream }: { path: string; stream: Uint8Array[] }) {
  async function* bytes() {
    yield* stream;
  }
  return { path, stream: bytes() };
}

async function articleIds(): Promise<string[]> {
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles ORDER BY id",
  );
  return rows.map(({ id }) => id);
}

async function open(agent: Agent, url: string, token: string): Promise<Reviewer> {
  const { status, body } = await send(agent, url, token);
  if (status !== 200) throw new Error(`An article could not be opened: ${status} ${body}`);
  const { text, annotation_set: set } = Opened.parse(JSON.parse(body));
  return {
    token,
    setId: set.id,
    revision: set.revision,
    text: new ArticleText(text),
    annotations: new Annotations(),
    acknowledged: new Set(),
  };
}

/** @returns what went wrong, or null */
async function change(
  agent: Agent,
  baseUrl: string,
  reviewer: Reviewer,
  turn: number,
): Promise<string | null> {
  const { annotations, text, revision, token, setId } = reviewer;
  const operation = { ...nextIntent(reviewer, turn), id: uuidv7() };
  const planned: Change = annotations.plan(operation, { text, scheme: defaultScheme });
  const url = `${baseUrl}/api/v1/annotation-sets/${setId}/operations`;
  const { status, body } = await send(agent, url, token, { revision, operations: [operation] });
  if (status !== 200) return `${operation.type}: ${status} ${body.slice(0, 300)}`;
  const answer = Acknowledged.parse(JSON.parse(body));
  annotations.commit(planned);
  reviewer.revision = answer.revision;
  for (const { id } of answer.operations) reviewer.acknowledged.add(id);
  return null;
}

/** What a reviewer does next: mostly new spans, and now and then an attribute, a link, a removal, a note. */
function nextIntent({ annotations, text }: Reviewer, turn: number): Intent {
  const spans = [...annotations.spans.values()];
  const last = spans.at(-1);
  const denial = spans.findLast(({ label }) => label === "denial");
  const claim = spans.findLast(({ label }) => label === "claim");
  if (turn % 6 === 3 && claim) {
    return {
      type: "edit_span",
      span: { id: claim.id, attributes: { certainty: turn % 4 === 3 ? "certain" : "possible" } },
    };
  }
  if (turn % 6 === 4 && denial && claim && annotations.relationsOf(denial.id).length === 0) {
    return {
      type: "add_relation",
      relation: { id: uuidv7(), type: "denies", from: denial.id, to: claim.id, attributes: {} },
    };
  }
  if (turn % 12 === 11) return { type: "set_article_note", note: `Read until turn ${turn}.` };
  if (turn % 12 === 8 && last && annotations.relationsOf(last.id).length === 0) {
    return { type: "remove_span", span: { id: last.id } };
  }
  const start = text.fromUtf16(text.value.indexOf("ministry", 100 + turn * 60));
  const fragments = [{ start, end: start + "ministry said that".length }];
  return {
    type: "add_span",
    span: {
      id: uuidv7(),
      label: turn % 2 === 0 ? "claim" : "denial",
      fragments,
      quote: quoteOf(text, fragments),
      attributes: {},
    },
  };
}

/** Acknowledged changes that the database does not have, or whose effect it does not have. */
async function lost(reviewers: readonly Reviewer[]): Promise<number> {
  const { pool } = database();
  let count = 0;
  for (const { setId, acknowledged, annotations } of reviewers) {
    const operations = await pool.query<{ id: string }>(
      "SELECT id FROM operations WHERE set_id = $1",
      [setId],
    );
    const stored = new Set(operations.rows.map(({ id }) => id));
    count += [...acknowledged].filter((id) => !stored.has(id)).length;
    const spans = await pool.query<{
      id: string;
      label: string;
      quote: string;
      attributes: unknown;
    }>("SELECT id, label, quote, attributes FROM spans WHERE set_id = $1", [setId]);
    const relations = await pool.query<{ id: string }>(
      "SELECT id FROM relations WHERE set_id = $1",
      [setId],
    );
    const known = ({ id, label, quote, attributes }: (typeof spans.rows)[number]) => {
      const span = annotations.spans.get(id);
      return (
        span?.label === label &&
        span.quote === quote &&
        JSON.stringify(span.attributes) === JSON.stringify(attributes)
      );
    };
    count += spans.rows.filter((row) => !known(row)).length;
    count += Math.abs(annotations.spans.size - spans.rows.length);
    count += relations.rows.filter(({ id }) => !annotations.relations.has(id)).length;
    count += Math.abs(annotations.relations.size - relations.rows.length);
  }
  return count;
}

/** One request over a kept connection, as browsers make them. */
function send(
  agent: Agent,
  url: string,
  token: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      url,
      {
        agent,
        method: sent === undefined ? "GET" : "POST",
        headers: {
          authorization: `Bearer ${token}`,
          ...(sent === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(sent);
  });
}
