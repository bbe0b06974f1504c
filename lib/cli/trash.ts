import type { Command } from "commander";
import { operator } from "@/lib/access/actor";
import type { Undoing, Work } from "@/lib/api/trash";
import { counted } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import {
  deleteArticles,
  deleteProject,
  restoreArticle,
  restoreProject,
  trashOf,
  undoImport,
  undoingOf,
  workOnArticles,
  workOnProject,
} from "@/lib/workflow/deleting";
import { printJson, printTable, tell } from "./output";
import { projectOrOnly } from "./projects";
import { conversation, isYes } from "./question";
import { connected } from "./with-database";

type Sureness = { yes?: true; force?: true };

const yes = ["--yes", "do not ask"] as const;
const force = ["--force", "delete what people have worked on, too"] as const;

/** Commands on what can be deleted; `import undo` is the import command's own. */
export function addTrashCommands(gainsay: Command): void {
  const article = gainsay.command("article").description("Delete and restore articles.");
  article
    .command("delete")
    .description("Put articles into the trash, for 30 days.")
    .argument("<id...>", "their ids, as in their addresses")
    .option(...force)
    .option(...yes)
    .action((ids: string[], sure: Sureness) =>
      connected(async () => {
        const work = await workOnArticles(operator, ids);
        requireSureness(work, sure);
        if (!(await confirmed(`Delete ${whatGoes(work)}?`, sure))) return;
        await deleteArticles(operator, ids, sure);
        tell(`Deleted. “gainsay article restore ID” brings one back within 30 days.`);
      }),
    );
  article
    .command("restore")
    .description("Take articles out of the trash.")
    .argument("<id...>", "their ids, as “gainsay trash list” has them")
    .action((ids: string[]) =>
      connected(async () => {
        for (const id of ids) await restoreArticle(operator, id);
        tell(ids.length === 1 ? "Restored the article." : `Restored ${ids.length} articles.`);
      }),
    );
  gainsay
    .command("trash")
    .description("Look into the trash.")
    .command("list")
    .description("List what can be restored, the last deleted first.")
    .option("--json", "one JSON object a line")
    .action(({ json }: { json?: true }) => connected(() => list(json === true)));
}

/** `project delete` and `project restore`, among the other commands on projects. */
export function addProjectDeletion(project: Command): void {
  project
    .command("delete")
    .description("Put a project into the trash with all that is in it, for 30 days.")
    .argument("<slug>", "its short name or id")
    .option(...force)
    .option(...yes)
    .action((slug: string, sure: Sureness) =>
      connected(async () => {
        const work = await workOnProject(operator, slug);
        requireSureness(work, sure);
        if (!(await confirmed(`Delete the project ${slug} with ${whatGoes(work)}?`, sure))) return;
        await deleteProject(operator, slug, sure);
        tell(`Deleted ${slug}. “gainsay project restore ID” brings it back within 30 days.`);
      }),
    );
  project
    .command("restore")
    .description("Take a project out of the trash.")
    .argument("<id>", "its id, as “gainsay trash list” has it")
    .option("--slug <slug>", "another short name, where its own is taken")
    .action((id: string, options: { slug?: string }) =>
      connected(async () => {
        const { slug } = await restoreProject(operator, id, options);
        tell(`Restored the project ${slug}.`);
      }),
    );
}

/** `import undo`. */
export function addImportUndo(importing: Command): void {
  importing
    .command("undo")
    .description("Take out again what an import brought. (A folder of this name is ./undo.)")
    .argument("<id>", "the import's id, as its address and “import --json” have it")
    .option("--project <project>", "its slug or id; the only project if left out")
    .option(...force)
    .option(...yes)
    // An option that the import command has too is parsed as its own.
    .action((id: string, _own: unknown, command: Command) => {
      const sure: Sureness & { project?: string } = command.optsWithGlobals();
      return connected(async () => {
        const project = await projectOrOnly(sure.project);
        const planned = await undoingOf(operator, project, id);
        for (const line of undoingInWords(planned)) tell(line);
        requireSureness(planned.work, sure);
        if (!(await confirmed("Undo the import?", sure))) return;
        await undoImport(operator, project, id, sure);
        tell("Undone. What went into the trash can be restored within 30 days.");
      });
    });
}

async function list(json: boolean): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const page = await trashOf(operator, { cursor, limit: 200 });
    if (json) page.items.forEach(printJson);
    else {
      printTable(
        page.items.map(({ kind, id, title, project, deleted_at, deleted_by }) => [
          kind,
          id,
          deleted_at.slice(0, 10),
          kind === "article" ? project.slug : "",
          title,
          deleted_by ? `(${deleted_by})` : "",
        ]),
      );
    }
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

/** "1 article and 3 annotation sets with 40 spans, of 2 people". */
function whatGoes({ articles, annotation_sets: sets, spans, people }: Work): string {
  if (sets === 0) return `${counted(articles, "article")}; nobody has marked anything in it`;
  const of = people > 0 ? `, of ${people === 1 ? "1 person" : `${people} people`}` : "";
  return `${counted(articles, "article")} and ${counted(sets, "annotation set")} with ${counted(spans, "span")}${of}`;
}

function undoingInWords({ articles, versions, kept, work }: Undoing): string[] {
  const lines = [
    articles > 0 ? `To the trash: ${whatGoes(work)}.` : "It created no article that is left.",
  ];
  if (versions > 0) {
    lines.push(`The version before is current again in ${counted(versions, "article")}.`);
  }
  const reasons = [
    [kept.changed_since, "changed by later imports"],
    [kept.worked, "whose new version people have worked on"],
    [kept.overwritten, "where it replaced what nothing kept"],
  ] as const;
  for (const [count, reason] of reasons) {
    if (count > 0) lines.push(`As they are stay ${counted(count, "article")} ${reason}.`);
  }
  return lines;
}

/** @throws Refusal "has_work" before anything is asked, if it would not be done anyway */
function requireSureness(work: Work, sure: Sureness): void {
  if (sure.force || work.of_others.annotation_sets === 0) return;
  throw new Refusal(
    "has_work",
    `People have worked on this: ${whatGoes(work)} would go. Give --force if it may.`,
  );
}

/** @throws Refusal "invalid" if there is nobody to ask */
async function confirmed(question: string, { yes: sure }: Sureness): Promise<boolean> {
  if (sure) return true;
  if (!process.stdin.isTTY) {
    throw new Refusal("invalid", `${question} Give --yes, for there is nobody here to ask.`);
  }
  return isYes(await conversation((ask) => ask(`${question} [y/N]`)));
}
