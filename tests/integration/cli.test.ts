import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { isPassword } from "@/lib/access/hashing";
import { KeptAgreement } from "@/lib/api/agreement";
import { database } from "@/lib/store/database";
import { changeSettings } from "@/lib/workflow/settings";
import { nodeArgumentsOf } from "@/scripts/launch.mjs";
import { aDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";
import { aTeam, markAndSubmit } from "../setup/rounds";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = aReachableFolder("gainsay-cli-");
afterAll(() => rm(folder, { recursive: true }));

type Outcome = { code: number | null; out: string; err: string };

type Run = { input?: string; env?: Record<string, string>; entry?: readonly string[] };

/** What the launcher, which costs a second process, starts. */
const command = await nodeArgumentsOf("lib/cli/main.ts", { joined: true });

/** Runs a command in a folder of the test's. */
async function gainsay(
  args: readonly string[],
  { input = "", env = {}, entry = command }: Run = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd: folder,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json"), ...env },
  });
  child.stdin.on("error", () => {}); // a command that reads no input may end before it is written
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, out, err };
}

const value = async (sql: string, values: unknown[] = []): Promise<unknown> =>
  (await database().pool.query(`SELECT (${sql}) AS value`, values)).rows[0]?.value;

/** An article nobody else has. */
const article = (title: string) =>
  `# ${title}\n\nThe ministry denied that ${title} was its doing.\n`;

beforeAll(async () => {
  await aDatabase();
  await gainsay(["project", "add", "corpus", "--title", "The corpus"]);
});

test("the launcher passes on arguments, output and the exit code", async () => {
  const entry = [join(root, "scripts/gainsay.mjs")];
  expect(await gainsay(["project", "list"], { entry })).toEqual({
    code: 0,
    out: "corpus  The corpus\n",
    err: "",
  });
  expect((await gainsay(["frobnicate"], { entry })).code).toBe(2);
});

describe("a call that is wrong", () => {
  test.for([
    { name: "without a command", args: [] },
    { name: "with a flag there is not", args: ["project", "list", "--frob"] },
    { name: "without a path to import", args: ["import"] },
    {
      name: "with a role there is not",
      args: ["member", "add", "a@example.org", "--project", "corpus", "--role", "boss"],
    },
  ])("$name is told so on stderr, with exit code 2", async ({ args }) => {
    const { code, out, err } = await gainsay(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).not.toBe("");
  });

  test.for([["--help"], ["db", "restore", "--help"]])("%s explains", async (args) => {
    const { code, out } = await gainsay(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: gainsay/);
  });
});

describe("import", () => {
  test("takes the article of a web page, in the thread for that", async () => {
    const words = "The ministry denied that the ferry was late, and said that it was early. ";
    const page = `<!doctype html><html><body><nav>Menu</nav><article><h1>Ferry on time</h1><p>${words}</p><p>${words}</p></article></body></html>`;
    await writeFile(join(folder, "ferry.html"), page);
    const { code, out } = await gainsay(["import", "ferry.html", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      created: 1,
      warnings: [{ code: "page_parts_left_out", path: "ferry.html" }],
    });
  });

  test("fetches addresses where a site admin has allowed it, and none within a network", async () => {
    await writeFile(join(folder, "list.csv"), "title,url\nInner,http://[::1]/\nNone,x\n");
    const args = ["import", "http://127.0.0.1/a", "--urls", "list.csv", "--json"];
    const refused = await gainsay(args);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("Fetching articles from the web is switched off here.");
    await changeSettings(operator, { pages_by_address: true });
    const { code, out } = await gainsay(args);
    expect(code).toBe(1);
    const reason = "The address leads to no place that is open to everybody.";
    expect(JSON.parse(out)).toMatchObject({
      created: 0,
      rejected: [
        { path: "http://127.0.0.1/a", reason },
        { path: "http://[::1]/", reason },
        { path: "x", reason: "This is no address of a web page." },
      ],
    });
    const listed = await gainsay(["import", "--urls", "-", "--dry-run"], { input: "http://10.1/" });
    expect(listed).toMatchObject({ code: 1, out: `http://10.0.0.1/: ${reason}\n` });
    expect(await gainsay(["import", "--urls", "gone.txt"])).toMatchObject({ code: 1 });
  });

  test("brings in what is good, tells what is not, and ends with 1", async () => {
    await mkdir(join(folder, "mixed", "deep"), { recursive: true });
    await writeFile(join(folder, "mixed", "good.md"), article("the first"));
    await writeFile(join(folder, "mixed", "deep", "also-good.md"), article("the second"));
    await writeFile(join(folder, "mixed", "bad.md"), Buffer.from([0x23, 0x20, 0xff]));
    await writeFile(join(folder, "mixed", "notes.docx"), "not for us");
    await writeFile(join(folder, "mixed", "deep", "table.rst"), "id,text\n1,a");
    await writeFile(join(folder, "mixed", ".hidden.md"), article("hidden"));
    await writeFile(join(folder, "mixed", "~$open.xlsx"), "no workbook");
    const card = "---\nlicense: mit\ntask_categories:\n- token-classification\n---\n# Data\n";
    await writeFile(join(folder, "mixed", "deep", "README.md"), card);
    const { code, out } = await gainsay(["import", "mixed", "gone.md", "--json"]);
    expect(code).toBe(1);
    const { rejected, ...counts } = JSON.parse(out);
    expect(counts).toEqual({
      id: expect.any(String),
      created: 2,
      updated: 0,
      unchanged: 0,
      warnings: [],
      skipped: [
        { path: "mixed/.hidden.md", reason: "Its name begins with a dot." },
        {
          path: "mixed/deep/README.md",
          reason: "It is the card of a dataset, and no article.",
        },
        { path: "mixed/deep/table.rst", reason: "It is reStructuredText, which is not read." },
        { path: "mixed/notes.docx", reason: "It is Word, which is not read." },
        { path: "mixed/~$open.xlsx", reason: "It only says that a file is open in Office." },
      ],
    });
    expect(rejected).toEqual([
      { path: "mixed/bad.md", line: 1, column: null, reason: expect.stringContaining("UTF-8") },
      { path: "gone.md", line: null, column: null, reason: "There is no such file." },
    ]);
  });

  test("of the same again changes nothing, and of something changed makes a version", async () => {
    await writeFile(join(folder, "again.md"), article("again"));
    expect((await gainsay(["import", "again.md"])).err).toContain("1 created");
    expect((await gainsay(["import", "again.md"])).err).toContain("1 unchanged");
    await writeFile(join(folder, "again.md"), article("again").replace("doing", "deed"));
    expect(await gainsay(["import", "again.md"])).toMatchObject({
      code: 0,
      err: expect.stringContaining("1 updated"),
    });
    expect(await value("SELECT current_version FROM articles WHERE title = 'again'")).toBe(2);
    expect(await value("SELECT terms @@ 'deed' FROM article_search WHERE title = 'again'")).toBe(
      true,
    );
    expect(await value("SELECT count(*) FROM search_waiting")).toBe("0");
  });

  test("says with --dry-run what it would do, and does nothing", async () => {
    await mkdir(join(folder, "dry"));
    await writeFile(join(folder, "dry", "new.md"), article("dry"));
    await writeFile(join(folder, "dry", "copy.md"), article("dry"));
    await writeFile(join(folder, "dry", "table.rst"), "id,text\n1,a");
    const before = await value("SELECT count(*) FROM imports");
    const dry = await gainsay(["import", "dry", "gone.md", "--dry-run", "--json"]);
    expect(await value("SELECT count(*) FROM articles WHERE title = 'dry'")).toBe("0");
    expect(await value("SELECT count(*) FROM imports")).toBe(before);
    const real = await gainsay(["import", "dry", "gone.md", "--json"]);
    const said = JSON.parse(dry.out);
    expect({ ...real, out: { ...JSON.parse(real.out), id: null } }).toEqual({ ...dry, out: said });
    expect(said).toMatchObject({ created: 2, warnings: [{ code: "same_text" }] });
    expect(await gainsay(["import", "dry", "--dry-run"])).toMatchObject({
      code: 0,
      err: "It would be 0 created, 0 updated, 2 unchanged, 0 rejected, 1 skipped. Nothing was written.\n",
    });
  });

  test("reads tables and encodings as it is told, and knows the table again", async () => {
    const bytes = Buffer.from("nr;Kopf;Inhalt\n1;Hafen;K\xfcste\n", "latin1");
    await writeFile(join(folder, "tabelle.csv"), bytes);
    const refused = await gainsay(["import", "tabelle.csv"]);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain("This is not UTF-8: byte 0xfc at line 2, byte 24.");
    expect(refused.err).toContain("With --encoding");
    const latin = ["import", "tabelle.csv", "--encoding", "windows-1252"];
    const missing = await gainsay([...latin, "--column", "Text=text"]);
    expect(missing.out).toContain('There is no column "Text". There are: nr, Kopf, Inhalt.');
    const columns = ["--column", "Inhalt=text", "--column", "Kopf=title", "--column", "nr="];
    expect((await gainsay([...latin, ...columns])).err).toContain("1 created");
    expect(await value("SELECT title FROM articles WHERE title = 'Hafen'")).toBe("Hafen");
    expect((await gainsay(latin)).err).toContain("1 unchanged");
    for (const wrong of [
      ["--column", "Inhalt=words"],
      ["--encoding", "x"],
    ]) {
      expect((await gainsay([...latin, ...wrong])).code).toBeGreaterThan(0);
    }
  });

  test("tells what was lost, or refuses it where that is asked for", async () => {
    await writeFile(
      join(folder, "lossy.md"),
      "---\ntitle: Lossy\ndate: soon\n---\nThey denied it.",
    );
    const strict = await gainsay(["import", "lossy.md", "--strict"]);
    expect(strict).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^lossy\.md:3: "soon" is no date/),
    });
    const { code, out, err } = await gainsay(["import", "lossy.md"]);
    expect({ code, err }).toEqual({
      code: 0,
      err: "1 created, 0 updated, 0 unchanged, 0 rejected.\n",
    });
    expect(out).toMatch(/^lossy\.md:3: warning: "soon" is no date/);
  });

  test("of files of one name in two folders takes neither for a version of the other", async () => {
    for (const year of ["2023", "2024"]) {
      await mkdir(join(folder, year, "reports"), { recursive: true });
      await writeFile(join(folder, year, "reports", "report.md"), article(`report of ${year}`));
    }
    expect((await gainsay(["import", "2023/reports"])).err).toContain("1 created");
    // As somebody would who stands elsewhere.
    const { code, out, err } = await gainsay(["import", join(folder, "2024", "reports")]);
    expect(code).toBe(1);
    expect(err).toContain(
      "With --update, a file that has the name of an article here is a new version",
    );
    expect(out).toMatch(
      /^reports\/report\.md: The article “report of 2023” has this name and another text\./,
    );
    expect((await gainsay(["import", "2024/reports/", "--update"])).err).toContain("1 updated");
    expect((await gainsay(["import", "2024/reports/"])).err).toContain("1 unchanged");
  });

  test("takes patterns", async () => {
    await mkdir(join(folder, "pattern"), { recursive: true });
    await writeFile(join(folder, "pattern", "a1.md"), article("pattern one"));
    await writeFile(join(folder, "pattern", "a2.md"), article("pattern two"));
    await writeFile(join(folder, "pattern", "b.md"), article("pattern three"));
    const { err } = await gainsay(["import", "pattern/a*.md"]);
    expect(err).toContain("2 created");
  });

  test("takes stdin", async () => {
    const input = `${JSON.stringify({ title: "Piped", text: "They denied it." })}\n{"title":\n`;
    const { code, out, err } = await gainsay(["import", "-", "--format", "jsonl"], { input });
    expect(code).toBe(1);
    expect(out).toMatch(/^stdin:2\b/);
    expect(err).toContain("1 created, 0 updated, 0 unchanged, 1 rejected.");
  });

  test("keeps two files apart that have the same name in different folders", async () => {
    for (const where of ["one", "two"]) {
      await mkdir(join(folder, where), { recursive: true });
      await writeFile(join(folder, where, "same.md"), article(`same in ${where}`));
    }
    const { err } = await gainsay(["import", "one/same.md", "two/same.md"]);
    expect(err).toContain("2 created");
  });

  test("into a project that is not there is refused in a sentence", async () => {
    const { code, out, err } = await gainsay(["import", "again.md", "--project", "nowhere"]);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: "There is no such project.\n" });
  });
});

describe("project publishing", () => {
  test("says what stands in datasets, keeps what is not said, and takes back what is empty", async () => {
    const publishing = (...args: string[]) => gainsay(["project", "publishing", "corpus", ...args]);
    const creators = [
      ["--creator", "Carberry, Josiah; 0000-0002-1825-0097; Brown University, Rhode Island"],
      ["--creator", "The Harbour Group"],
    ].flat();
    expect(
      (await publishing("--licence", "CC-BY-4.0", ...creators, "--doi", "10.1000/182")).out,
    ).toBe(
      "licence  Creative Commons Attribution 4.0\n" +
        "creator  Josiah Carberry; 0000-0002-1825-0097; Brown University, Rhode Island\n" +
        "creator  The Harbour Group\n" +
        "doi      10.1000/182\n",
    );
    const { out } = await publishing("--doi", "", "--published-on", "2026-02-28", "--json");
    expect(JSON.parse(out)).toMatchObject({
      licence: { id: "cc-by-4.0" },
      creators: [{ name: "Carberry", given_names: "Josiah" }, { name: "The Harbour Group" }],
      doi: null,
      published_on: "2026-02-28",
    });
    expect(await publishing("--licence", "", "--creator", "", "--published-on", "")).toEqual({
      code: 0,
      out: "",
      err: "",
    });
  });

  test.for([
    ["--licence", "mine"],
    ["--licence-name", "Mine"],
    ["--published-on", "28.02.2026"],
    ["--creator", "; 0000-0002-1825-0097"],
  ])("refuses %s %s in a sentence", async (args) => {
    const { code, out, err } = await gainsay(["project", "publishing", "corpus", ...args]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/\.\n/);
  });
});

describe("export", () => {
  test("writes a dataset into a folder, or into an archive where the name says so", async () => {
    const to = (out: string) =>
      gainsay(["export", "--format", "dataset", "--layer", "all", "--out", out]);
    expect(await to("set/")).toMatchObject({ code: 0, out: "" });
    expect((await readdir(join(folder, "set"))).toSorted()).toEqual([
      "CITATION.cff",
      "DATA_STATEMENT.md",
      "README.md",
      "checksums.sha256",
      "croissant.json",
      "data",
      "schema",
      "scheme.json",
    ]);
    expect(await to("set.zip")).toMatchObject({ code: 0, out: "" });
    expect((await readFile(join(folder, "set.zip"))).subarray(0, 2).toString()).toBe("PK");
    await writeFile(join(folder, "set", "README.md"), "Mine");
    const { code, err } = await to("set");
    expect(code).toBe(1);
    expect(err).toContain('"README.md" in ');
  });

  test("writes the same bytes to a file and to stdout, one article version a line", async () => {
    expect((await gainsay(["export", "--out", "all.jsonl", "--layer", "all"])).code).toBe(0);
    const written = await readFile(join(folder, "all.jsonl"), "utf8");
    const { code, out, err } = await gainsay(["export", "--layer", "all"]);
    expect(code).toBe(0);
    expect(out).toBe(written);
    const articles = Number(await value("SELECT count(*) FROM articles"));
    expect(written.trimEnd().split("\n")).toHaveLength(articles);
    expect(err).toContain(`Exported ${articles} article versions, layer all.\n`);
  });

  test("says whose annotations it takes if nobody says whose, and where there are others", async () => {
    const { code, out, err } = await gainsay(["export"]);
    expect(code).toBe(0);
    expect(JSON.parse(out.split("\n")[0] ?? "")).toMatchObject({ layer: "reviewers", sets: [] });
    expect(err).toMatch(/^There is no gold yet, so this is what the reviewers submitted/);
    expect(err).toMatch(/layer reviewers\.\nNone of them has work in this layer: --layer all/);
  });

  test("that nobody reads to its end is no trouble", async () => {
    const child = spawn(process.execPath, [...command, "export", "--layer", "all"], {
      cwd: folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("EPIPE") });
  });

  test("that fails says where, and leaves no file", async () => {
    const { code, err } = await gainsay(["export", "--out", "no-folder/none.jsonl"]);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/There is no folder .*no-folder: make it first\.\n$/),
    });
    expect((await readdir(folder)).filter((name) => name.startsWith("none"))).toEqual([]);
  });
});

describe("people", () => {
  test("are added, let into a project, given a token, disabled and enabled", async () => {
    const email = "rana@example.org";
    const input = "a password nobody guesses\n";
    expect(
      await gainsay(["user", "add", email, "--name", "Rana", "--admin", "--password-stdin"], {
        input,
      }),
    ).toMatchObject({ code: 0, out: "" });
    expect(
      await value(
        "SELECT password_hash LIKE '$argon2id$%' FROM users WHERE email = $1 AND site_admin",
        [email],
      ),
    ).toBe(true);
    expect(
      (await gainsay(["member", "add", email, "--project", "corpus", "--role", "curator"])).code,
    ).toBe(0);
    expect(await value("SELECT role::text FROM members")).toBe("curator");
    const { out } = await gainsay(["token", "add", "--user", email, "--name", "script"]);
    expect(out).toMatch(/^gainsay_api_[\w-]{43}\n$/);
    const narrow = ["--scope", "read", "--scope", "export", "--project", "corpus"];
    const named = ["--name", "narrow", "--expires", "2124-12-31"];
    const made = await gainsay(["token", "add", "--user", email, ...narrow, ...named]);
    expect(made.out).toMatch(/^gainsay_api_[\w-]{43}\n$/);
    expect(made.err).toContain("For read, export in corpus, until 2125-01-01T00:00:00.000Z.");
    expect(
      await value("SELECT scopes::text FROM api_tokens WHERE name = 'narrow' AND NOT everywhere"),
    ).toBe("{read,export}");
    const late = await gainsay(["token", "add", "--user", email, ...named.with(3, "soon")]);
    expect(late).toMatchObject({ code: 1, out: "" });
    expect(late.err).toContain("write 90d, 2026-12-31 or never");
    expect(
      (await gainsay(["token", "add", "--user", email, ...named, "--scope", "all"])).code,
    ).toBe(2);
    await gainsay(["user", "add", "second@example.org", "--admin"]);
    expect((await gainsay(["user", "disable", email])).code).toBe(0);
    expect(await value("SELECT disabled_at IS NOT NULL FROM users WHERE email = $1", [email])).toBe(
      true,
    );
    expect((await gainsay(["user", "enable", email])).code).toBe(0);
    expect(await value("SELECT disabled_at IS NULL FROM users WHERE email = $1", [email])).toBe(
      true,
    );
  });

  test("come in by a link of the first site admin, which is printed again while there is none", async () => {
    await database().pool.query("UPDATE users SET disabled_at = now()");
    const { code, out } = await gainsay(["user", "setup-link"], {
      env: { NEXTAUTH_URL: "https://gainsay.example.org" },
    });
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^https:\/\/gainsay\.example\.org\/setup\/gainsay_setup_[\w-]{43}\n$/),
    ]);
    await database().pool.query("UPDATE users SET disabled_at = NULL");
    const late = await gainsay(["user", "setup-link"]);
    expect(late).toMatchObject({ code: 1, out: "" });
    expect(late.err).toContain("There is a site admin already");
  });

  test("with a weak password are refused, and the password is not repeated", async () => {
    const { code, err } = await gainsay(["user", "add", "weak@example.org", "--password-stdin"], {
      input: "hunter2\n",
    });
    expect(code).toBe(1);
    expect(err).not.toContain("hunter2");
    expect(await value("SELECT count(*)::int FROM users WHERE email = 'weak@example.org'")).toBe(0);
  });
});

test("doctor ends with 0 on healthy data, and with 1 and the breach on broken data", async () => {
  expect((await gainsay(["doctor"])).code).toBe(0);
  await database().pool.query(
    "UPDATE article_versions SET project_id = gen_random_uuid() WHERE false",
  );
  await database().pool.query(`BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE articles SET current_version = 9 WHERE title = 'again'; COMMIT`);
  const { code, out, err } = await gainsay(["doctor", "--json"]);
  expect(code).toBe(1);
  expect(err).toContain("gainsay doctor --repair");
  const findings = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(findings.filter(({ breaches }) => breaches > 0)).toMatchObject([
    { check: "current_version_is_the_highest", breaches: 1 },
  ]);
});

test("doctor --repair says what it makes again, and ends as the data is then", async () => {
  const { code, err } = await gainsay(["doctor", "--repair"]);
  expect(err).toContain("Repaired current_version_is_the_highest: 1 row.\n");
  expect(err).toContain("Everything is as it should be.\n");
  expect(code).toBe(0);
  const again = await gainsay(["doctor", "--repair"]);
  expect(again.err).toContain("There was nothing to repair.\n");
});

test("a database that was never migrated is left so until told", async () => {
  const url = await aDatabase();
  await database().pool.query("DROP TABLE _prisma_migrations");
  const { code, err } = await gainsay(["project", "list"], { env: { DATABASE_URL: url } });
  expect(code).toBe(1);
  expect(err).toContain("gainsay db migrate");
});

test("a database that does not answer is told in a sentence without its password", async () => {
  const env = { DATABASE_URL: "postgresql://someone:hushhush@127.0.0.1:1/none" };
  const { code, err } = await gainsay(["project", "list"], { env });
  expect(code).toBe(1);
  expect(err).not.toContain("hushhush");
  expect(err.trim().split("\n")).toHaveLength(1);
});

describe("without DATABASE_URL", { timeout: 90_000 }, () => {
  const env = { DATABASE_URL: "", GAINSAY_DATA_DIR: join(folder, "data") };

  test("a command starts the embedded database, and stops it afterwards", async () => {
    expect((await gainsay(["project", "add", "own", "--title", "Own"], { env })).code).toBe(0);
    expect((await gainsay(["db", "url"], { env })).code).toBe(1);
    expect((await gainsay(["project", "list"], { env })).out).toBe("own  Own\n");
  });

  test("db start keeps it up, and a backup of it can be restored elsewhere", async () => {
    const { out: url } = await gainsay(["db", "start"], { env });
    expect((await gainsay(["db", "url"], { env })).out).toBe(url);
    expect((await gainsay(["db", "backup", "own.backup"], { env })).code).toBe(0);
    expect((await gainsay(["db", "stop"], { env })).code).toBe(0);
    expect((await gainsay(["db", "url"], { env })).code).toBe(1);
    expect((await readFile(join(folder, "own.backup"))).length).toBeGreaterThan(100);
    const elsewhere = { DATABASE_URL: await aDatabase() };
    expect((await gainsay(["db", "restore", "own.backup"], { env: elsewhere })).code).toBe(0);
    expect((await gainsay(["project", "list"], { env: elsewhere })).out).toBe("own  Own\n");
    const again = await gainsay(["db", "restore", "own.backup"], { env: elsewhere });
    expect(again.code).toBe(1);
    expect(again.err).toContain("--force");
  });
});

describe("a path that cannot be used is told in one sentence", () => {
  beforeAll(async () => {
    await gainsay(["project", "add", "paths", "--title", "Paths"]);
    await writeFile(join(folder, "no-backup"), "this is no backup");
    await writeFile(join(folder, "damaged"), gzipSync("this is no backup"));
    await writeFile(join(folder, "cut"), gzipSync("this is no backup".repeat(100)).subarray(0, 30));
    await symlink("around", join(folder, "around"));
  });

  test.for([
    {
      args: ["export", "--out", "missing/a.jsonl"],
      says: /^There is no folder .*missing: make it/,
    },
    {
      args: ["export", "--out", "no-backup/a.jsonl"],
      says: /^There is no folder .*no-backup: make/,
    },
    { args: ["export", "--out", "."], says: /is a folder, where a file is needed\.$/ },
    { args: ["export", "--out", `${"x".repeat(300)}`], says: /^The name .* is too long\.$/ },
    { args: ["db", "backup", "missing/a"], says: /^There is no folder .*missing: make it first/ },
    { args: ["db", "backup", "."], says: /is a folder, where a file is needed\.$/ },
    { args: ["db", "restore", ".", "--force"], says: /is a folder, where a file is needed\.$/ },
    { args: ["db", "restore", "missing", "--force"], says: /^There is no such file\.$/ },
    { args: ["db", "restore", "around", "--force"], says: /link that leads back to itself\.$/ },
    { args: ["db", "restore", "no-backup", "--force"], says: /damaged or not whole/ },
    { args: ["db", "restore", "damaged", "--force"], says: /backup/ },
    { args: ["db", "restore", "cut", "--force"], says: /backup/ },
  ])("gainsay $args", async ({ args, says }) => {
    const project = args[0] === "export" ? ["--project", "paths"] : [];
    const { code, out, err } = await gainsay([...args, ...project]);
    const lines = err
      .split("\n")
      .filter((line) => line !== "" && !/^(?:Exporting|There is no gold)/.test(line));
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  test("a disk that is full beneath the output", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [...command, "project", "list"], {
      cwd: folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    const err = child.stderr === null ? "" : await text(child.stderr);
    if (child.exitCode === null) await once(child, "exit");
    expect({ code: child.exitCode, err }).toEqual({
      code: 1,
      err: "There is no space left for the output: make some, or name another file.\n",
    });
  });
});

test("a backup that is ended leaves nothing, and what one that was killed left is told", async () => {
  const holder = await database().pool.connect();
  await holder.query("BEGIN; LOCK TABLE spans IN ACCESS EXCLUSIVE MODE");
  const start = () =>
    spawn(process.execPath, [...command, "db", "backup", "ended"], {
      cwd: folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      stdio: "ignore",
    });
  const partials = async () => (await readdir(folder)).filter((name) => name.endsWith(".partial"));
  const ended = start();
  while ((await partials()).length === 0) await pause(20);
  ended.kill("SIGTERM");
  await once(ended, "exit");
  expect(await partials()).toEqual([]);
  const killed = start();
  while ((await partials()).length === 0) await pause(20);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  await holder.query("ROLLBACK");
  holder.release();
  const [left = ""] = await partials();
  const { code, err } = await gainsay(["db", "backup", "ended"]);
  expect(err).toContain(`A run that was killed left ${join(folder, left)}`);
  expect(code).toBe(0);
});

describe("deleting", () => {
  const ids = async (titles: string[]) =>
    (
      await database().pool.query("SELECT id FROM articles WHERE title = ANY($1) ORDER BY title", [
        titles,
      ])
    ).rows.map(({ id }) => id);

  /** The import of both articles, as its outcome has its id. */
  let imported = "";

  beforeAll(async () => {
    await aDatabase();
    await gainsay(["project", "add", "harbour", "--title", "The harbour"]);
    for (const name of ["pier", "quay"]) {
      await writeFile(join(folder, `${name}.md`), article(name));
    }
  });

  test("an article goes and comes back, and nobody is asked where nobody is", async () => {
    const { out } = await gainsay(["import", "pier.md", "quay.md", "--json"]);
    const outcome = JSON.parse(out);
    expect(outcome).toMatchObject({ created: 2 });
    imported = outcome.id;
    const [pier = ""] = await ids(["pier"]);
    const unsure = await gainsay(["article", "delete", pier]);
    expect(unsure).toMatchObject({ code: 1, out: "" });
    expect(unsure.err).toContain("Delete 1 article; nobody has marked anything in it?");
    expect(unsure.err).toContain("--yes");
    expect((await gainsay(["article", "delete", pier, "--yes"])).code).toBe(0);
    const listed = await gainsay(["trash", "list", "--json"]);
    expect(JSON.parse(listed.out)).toMatchObject({ kind: "article", id: pier, title: "pier" });
    expect((await gainsay(["article", "restore", pier])).code).toBe(0);
    expect((await gainsay(["trash", "list"])).out).toBe("");
    expect((await gainsay(["article", "delete", "nonsense", "--yes"])).err).toContain(
      "There is no such article.",
    );
  });

  test("an import is undone by the id that its outcome has", async () => {
    const { code, err } = await gainsay(["import", "undo", imported, "--yes"]);
    expect(err).toContain("To the trash: 2 articles; nobody has marked anything in it.");
    expect(code).toBe(0);
    expect((await gainsay(["import", "undo", imported, "--yes"])).code).toBe(1);
    expect((await gainsay(["trash", "list"])).out.trim().split("\n")).toHaveLength(2);
  });

  test("a project on which people have worked goes only by force", async () => {
    await database().pool.query("UPDATE articles SET deleted_at = NULL");
    await database().pool.query(
      `WITH u AS (INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'r@example.org', 'R') RETURNING id),
            p AS (SELECT id FROM projects WHERE slug = 'harbour'),
            n AS (INSERT INTO annotators (project_id, number, user_id) SELECT p.id, 1, u.id FROM p, u RETURNING project_id)
       SELECT 1`,
    );
    await database().pool.query(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, submitted_at)
       SELECT gen_random_uuid(), v.project_id, v.article_id, v.id, 'reviewer', 1, 1, now() FROM article_versions v`,
    );
    const refused = await gainsay(["project", "delete", "harbour", "--yes"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      "2 articles and 2 annotation sets with 0 spans, of 1 person would go. Give --force",
    );
    const id = await value("SELECT id FROM projects");
    expect((await gainsay(["project", "delete", "harbour", "--yes", "--force"])).code).toBe(0);
    expect((await gainsay(["project", "list"])).out).toBe("");
    expect((await gainsay(["project", "restore", String(id), "--slug", "pier"])).err).toContain(
      "Restored the project pier.",
    );
    expect((await gainsay(["project", "list"])).out).toBe("pier  The harbour\n");
  });
});

describe("a project in which somebody works", () => {
  const count = 201; // more than are listed at once
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ title: `Berth ${n}`, text: `They denied berth ${n}.` }),
  );
  const trashed = async () => (await gainsay(["trash", "list"])).out.trim().split("\n");

  beforeAll(async () => {
    await aDatabase();
    await gainsay(["project", "add", "berths", "--title", "The berths"]);
    await gainsay(["import", "-", "--format", "jsonl"], { input: lines.join("\n") });
    // One set, in which its annotator has begun.
    await database().pool.query(
      `WITH u AS (INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'r@example.org', 'R') RETURNING id)
       INSERT INTO annotators (project_id, number, user_id) SELECT p.id, 1, u.id FROM projects p, u`,
    );
    await database().pool.query(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, revision)
       SELECT gen_random_uuid(), project_id, article_id, id, 'reviewer', 1, 1, 1
       FROM article_versions WHERE title = 'Berth 7'`,
    );
  });

  test.for([
    { flags: [], sets: 0 },
    { flags: ["--include-open"], sets: 1 },
  ])("export $flags has $sets of what is not submitted", async ({ flags, sets }) => {
    const { out, err } = await gainsay(["export", "--layer", "reviewers", ...flags]);
    const records = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.flatMap((record) => record.sets)).toHaveLength(sets);
    expect(err.includes("None of them has work in this layer")).toBe(sets === 0);
  });

  test("one set of somebody else keeps an article from being deleted", async () => {
    const id = String(await value("SELECT id FROM articles WHERE title = 'Berth 7'"));
    const { code, err } = await gainsay(["article", "delete", id, "--yes"]);
    expect(code).toBe(1);
    expect(err).toContain(
      "1 article and 1 annotation set with 0 spans, of 1 person would go. Give --force",
    );
  });

  test("the trash is listed to its end", async () => {
    await database().pool.query("UPDATE articles SET deleted_at = now()");
    expect(await trashed()).toHaveLength(count);
  });

  test("a password is what stands on the line, white space too", async () => {
    const password = "  words with room around  ";
    await gainsay(["user", "password", "r@example.org", "--password-stdin"], {
      input: `${password}\r\n`,
    });
    const hash = await value("SELECT password_hash FROM users WHERE email = 'r@example.org'");
    expect(await isPassword(password, String(hash))).toBe(true);
  });

  test("an import that is interrupted ends with 130, and what is in stays", async () => {
    const child = spawn(process.execPath, [...command, "import", "-", "--format", "jsonl"], {
      cwd: folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      stdio: ["pipe", "ignore", "pipe"],
    });
    const said = text(child.stderr);
    await expect
      .poll(() => value("SELECT count(*)::int FROM imports WHERE state = 'running'"))
      .toBe(1);
    child.kill("SIGINT");
    // It stops at the first good place that it comes to.
    child.stdin.on("error", () => {});
    while (child.exitCode === null) {
      child.stdin.write(`${JSON.stringify({ title: "Late", text: "They denied it." })}\n`);
      await pause(20);
    }
    expect(await said).toContain("What is in stays; import the same again for the rest.");
    expect(child.exitCode).toBe(130);
    expect(await value("SELECT state::text FROM imports ORDER BY id DESC LIMIT 1")).toBe("failed");
  });

  test("of several projects one has to be named", async () => {
    await gainsay(["project", "add", "moorings", "--title", "The moorings"]);
    expect(await gainsay(["export"])).toEqual({
      code: 1,
      out: "",
      err: "There are several projects, so name one: --project berths or moorings.\n",
    });
  });
});

// Last: what is made here is made without search entries, which the doctor would find.
describe("agreement", () => {
  test("is a table to a person and an object with --json, the same each time", async () => {
    const { project, team, articles } = await aTeam({ reviewers: 2, articles: 2 });
    for (const who of team) {
      for (const article of articles) await markAndSubmit(who, article, [["claim", 0, 7]]);
    }
    const asked = ["agreement", "--project", project.slug, "--resamples", "50"];
    const { code, out, err } = await gainsay(asked);
    expect(code).toBe(0);
    expect(err).toContain("2 articles compared");
    expect(out).toMatch(/^Krippendorff α +1\.00 +1\.00 to 1\.00 +\d+ words$/m);
    expect(out).toMatch(/^Relation F1 +undefined \(.+\)/m);
    const whole = await gainsay([...asked, "--json", "--gamma", "--seed", "7"]);
    const answer = KeptAgreement.parse(JSON.parse(whole.out));
    expect(answer).toMatchObject({
      state: "done",
      report: { articles: 2, seed: 7, gamma: { measure: { name: "gamma" } } },
    });
    expect((await gainsay([...asked, "--json", "--gamma", "--seed", "7"])).out).toBe(whole.out);
  });

  test("of what there is not is refused in a sentence, and of no number told so", async () => {
    expect(await gainsay(["agreement", "--project", "nowhere"])).toMatchObject({
      code: 1,
      out: "",
    });
    const round = await gainsay(["agreement", "--project", "corpus", "--round", "9"]);
    expect(round).toMatchObject({ code: 1, out: "" });
    expect((await gainsay(["agreement", "--round", "first"])).code).toBe(2);
  });
});

test("the commands of the README's tour do what it says", async () => {
  await symlink(join(root, "docs"), join(folder, "docs"));
  const readme = await readFile(join(root, "README.md"), "utf8");
  const commands = [
    ...readme.replaceAll("\\\n", " ").matchAll(/^npm run -s gainsay -- (.*harbour.*)$/gm),
  ]
    .map(([, line = ""]) => line)
    .filter((line) => /^(?:project add|import|export) /.test(line));
  const said: string[] = [];
  for (const line of commands) {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? "",
    );
    const { code, err } = await gainsay(args);
    expect({ line, code }).toEqual({ line, code: 0 });
    said.push(err);
  }
  expect(said[1]).toContain("2 created, 0 updated, 0 unchanged, 0 rejected.");
  expect(said[2]).toContain("2 created, 2 updated, 0 unchanged, 0 rejected.");
  const spans =
    "SELECT count(*)::int FROM spans s JOIN projects p ON p.id = s.project_id WHERE p.slug = 'harbour'";
  expect(await value(spans)).toBe(14);
  const [whole, published] = await Promise.all(
    ["harbour.jsonl", "harbour/data/train.jsonl"].map((path) =>
      readFile(join(folder, path), "utf8"),
    ),
  );
  expect(whole?.split("\n")).toHaveLength(5);
  expect(published).toBe(whole);
});
