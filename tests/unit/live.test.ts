import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Queries that may read what lies in the trash, by a part of their text, and why.
 */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // Every row of the database has to be sound, wherever it lies.
  "doctor.ts": [""],
  // The trash itself, which says of each query what it wants.
  "trash.ts": [""],
  // Where somebody stood in the list, when the article has been deleted since.
  // And the tables of the list's query, whose conditions begin with the one meant here.
  "articles.ts": [
    "FROM articles b WHERE b.id",
    "article_search f JOIN articles a",
    '"f JOIN articles a',
  ],
  // Asked for a project that was found before. And sets are of the scheme that holds when what they are in comes back.
  "schemes.ts": [
    "SELECT scheme_version AS version FROM projects WHERE id",
    "SELECT p.id FROM projects p WHERE EXISTS",
  ],
  // Somebody gets a number where an article was found before, whatever became of the project since.
  "annotators.ts": ["FROM projects p WHERE p.id = $1"],
  // What was done to it is told of what has been deleted, too.
  "audit.ts": [
    "FROM articles a WHERE a.id = e.subject",
    "FROM projects o WHERE o.id = e.subject",
    "JOIN projects p ON p.id = e.project_id",
  ],
  // Whether it was deleted is the question.
  "seeding.ts": ["SELECT FROM projects WHERE slug = $1 AND deleted_at IS NOT NULL"],
};

/** `FROM articles a`, `JOIN projects AS p` …, in SQL as it is written in TypeScript. */
const reads =
  /\b(?:FROM|JOIN) (articles|projects)\b(?: AS)?(?: (?!(?:WHERE|JOIN|ON|CROSS|LEFT|ORDER)\b)(\w+))?/g;

/** Reads of articles and projects in a file of the store, without the condition that leaves out the trash. */
function unguarded(file: string, source: string): string[] {
  const found: string[] = [];
  for (const match of source.matchAll(reads)) {
    const line = source.slice(
      source.lastIndexOf("\n", match.index) + 1,
      source.indexOf("\n", match.index),
    );
    const around = source.slice(Math.max(0, match.index - 700), match.index + 700);
    const isGuarded = match[2] !== undefined && around.includes(`live("${match[2]}")`);
    const isException = exceptions[file]?.some(
      (part) => around.includes(part) && (part === "" || line.includes(part)),
    );
    if (!isGuarded && !isException) found.push(`${file}: ${line.trim()}`);
  }
  return found;
}

const files = readdirSync("lib/store", { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.startsWith("generated"),
);

test("every query leaves out what lies in the trash, or says why not", () => {
  const read = files.map((name) => ({ name, source: readFileSync(`lib/store/${name}`, "utf8") }));
  expect(read.flatMap(({ name, source }) => unguarded(name, source))).toEqual([]);
  expect(read.some(({ source }) => source.search(reads) >= 0)).toBe(true);
});

test("a query without the condition is found", () => {
  const guard = 'live("a")';
  expect(unguarded("new.ts", "`SELECT 1 FROM articles a WHERE a.id = $1`")).toHaveLength(1);
  expect(unguarded("new.ts", "`SELECT 1 FROM articles WHERE id = $1`")).toHaveLength(1);
  expect(unguarded("new.ts", `SELECT 1 FROM articles a WHERE ${guard}`)).toEqual([]);
  expect(unguarded("new.ts", `SELECT 1 FROM articles b WHERE ${guard}`)).toHaveLength(1);
});

test("what Prisma reads of projects leaves out the trash", () => {
  for (const name of files) {
    const source = readFileSync(`lib/store/${name}`, "utf8");
    for (const { index } of source.matchAll(/\bproject\.(?:find|count|aggregate|groupBy)/g)) {
      expect(source.slice(index, index + 200), name).toContain("deletedAt: null");
    }
    expect(source, name).not.toMatch(/\b(?:prisma|tx)\.article\b/);
  }
});
