import type { Command } from "commander";
import { operator } from "@/lib/access/actor";
import { PublishingChange } from "@/lib/api/projects";
import { knownLicence, OTHER_LICENCE } from "@/lib/domain/licences";
import { nameOf } from "@/lib/domain/publishing";
import type { Publishing } from "@/lib/domain/publishing-schemas";
import { Refusal } from "@/lib/domain/refusal";
import { createProject, projectsOf } from "@/lib/workflow/projects";
import { changePublishing } from "@/lib/workflow/publishing";
import { printJson, printTable, tell } from "./output";
import { connected } from "./with-database";

/** @returns the command that they are commands of */
export function addProjectCommands(gainsay: Command): Command {
  const project = gainsay
    .command("project")
    .description("Add, list, delete and restore projects, and say what stands in their datasets.");
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
  project
    .command("publishing")
    .description(
      "Say what stands in a project's datasets: licence, creators, where they are found, how to cite them. With no option, print it.",
    )
    .argument("<slug>", "its short name or id")
    .option(
      "--licence <name>",
      `as SPDX or Hugging Face names it, such as CC-BY-4.0; “${OTHER_LICENCE}” with its name and address`,
    )
    .option("--licence-name <name>", "of another licence")
    .option("--licence-url <url>", "of another licence")
    .option(
      "--creator <creator...>",
      "“Family name, Given names; ORCID; affiliation”, the last three where there are any; in place of all before",
    )
    .option("--description <text>", "what the dataset is about, in a few sentences")
    .option("--doi <doi>")
    .option("--url <url>", "where the dataset is found")
    .option("--citation <text>", "how to cite it, if not by itself: a reference, or BibTeX")
    .option("--published-on <day>", "the day on which it came out, such as 2026-12-31")
    .option("--json", "all of it as one JSON object, as the API has it")
    .addHelpText("after", "\nAn option that is empty, as in --doi '', takes back what was said.")
    .action((slug: string, { json, ...said }: PublishingOptions) =>
      connected(async () => {
        const change = PublishingChange.safeParse(changeIn(said));
        if (!change.success) throw new Refusal("invalid", "A day is written as 2026-12-31.");
        const publishing = await changePublishing(operator, slug, change.data);
        if (json) printJson(publishing);
        else printTable(rowsOf(publishing));
      }),
    );
  return project;
}

type PublishingOptions = {
  licence?: string;
  licenceName?: string;
  licenceUrl?: string;
  creator?: string[];
  description?: string;
  doi?: string;
  url?: string;
  citation?: string;
  publishedOn?: string;
  json?: true;
};

/** What options say, as the API takes it; members that none speaks of are undefined. */
function changeIn({
  licence,
  licenceName: name,
  licenceUrl: url,
  creator,
  publishedOn,
  ...texts
}: Omit<PublishingOptions, "json">) {
  if (licence === undefined && (name !== undefined || url !== undefined)) {
    throw new Refusal("invalid", "Say --licence other with the name and the address of a licence.");
  }
  return {
    ...texts,
    licence:
      licence === undefined ? undefined : licence.trim() === "" ? null : { id: licence, name, url },
    creators: creator?.filter((one) => one.trim() !== "").map(creatorIn),
    published_on: publishedOn?.trim() === "" ? null : publishedOn,
  };
}

/** "Family name, Given names; ORCID; affiliation": an ORCID is known by its look, so that it may be left out. */
function creatorIn(written: string) {
  const [names = "", ...rest] = written.split(";").map((part) => part.trim());
  const [name = "", ...given] = names.split(",");
  const orcid = rest.find((part) => /\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/i.test(part)) ?? null;
  const affiliation = rest.filter((part) => part !== orcid && part !== "").join("; ");
  return {
    name,
    given_names: given.join(",").trim() || null,
    orcid,
    affiliation: affiliation || null,
  };
}

/** What is said, for people; nothing of what is not. */
function rowsOf({ licence, creators, ...said }: Publishing): string[][] {
  const { description, doi, url, citation, published_on } = said;
  const name = licence && (knownLicence(licence.id)?.name ?? licence.name);
  return [
    ["licence", name && [name, licence?.url].filter(Boolean).join(" ")],
    ...creators.map((creator) => [
      "creator",
      [nameOf(creator), creator.orcid, creator.affiliation].filter(Boolean).join("; "),
    ]),
    ["description", description.replaceAll(/\s+/g, " ")],
    ["doi", doi],
    ["url", url],
    ["citation", citation.replaceAll(/\s+/g, " ")],
    ["published on", published_on],
  ].flatMap(([what, words]) => (what && words ? [[what, words]] : []));
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
