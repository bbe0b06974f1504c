import type { Command } from "commander";
import { operator } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { createProject, projectsOf } from "@/lib/workflow/projects";
import { printJson, printTable, tell } from "./output";
import { connected } from "./with-database";

/** @returns the command that they are commands of */
export function addProjectCommands(gainsay: Command): Command {
  const project = gainsay.command("project").description("Add, list, delete and restore projects.");
  project
    .command("add")
    .description("Add a project with the default scheme.")
    .argument("<slug>", "its short name in addresses: a-z, 0-9 and -")
    .requiredOption("--title <title>", "its name for people")
    .action((slug: string, { title }: { title: string }) =>
      connected(async () => {
        const made = await createProject(operator, { slug, title });
        tell(`Added the project ${made.slug}.`);
      }),
    );
  project
    .command("list")
    .description("List the projects.")
    .option("--json", "one JSON object a line")
    .action(({ json }: { json?: true }) =>
      connected(async () => {
        const projects = await projectsOf(operator);
        if (json) {
          for (const { id, slug, title, created_at } of projects) {
            printJson({ id, slug, title, created_at });
          }
        } else printTable(projects.map(({ slug, title }) => [slug, title]));
      }),
    );
  return project;
}

/**
 * The project that is meant when none is named: the only one.
 *
 * @throws Refusal "invalid" if there is none, or more than one
 */
export async function projectOrOnly(named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const projects = await projectsOf(operator);
  const [only] = projects;
  if (only && projects.length === 1) return only.slug;
  throw new Refusal(
    "invalid",
    projects.length === 0
      ? "There is no project yet: add one with “gainsay project add SLUG --title TITLE”."
      : `There are several projects, so name one: --project ${projects.map(({ slug }) => slug).join(" or ")}.`,
  );
}
