import type { Actor } from "@/lib/access/actor";
import type { Amendment } from "@/lib/api/adjudication";
import type { GuidelineVersion } from "@/lib/api/guidelines";
import { type Amending, amended, emptyGuideline } from "@/lib/domain/guideline";
import { MAX_EXAMPLE_LENGTH } from "@/lib/domain/limits";
import { Refusal } from "@/lib/domain/refusal";
import { labelRule } from "@/lib/domain/scheme";
import { checkFragments, hull } from "@/lib/domain/span";
import { ArticleText, type Block, type Range, shownBlocks } from "@/lib/domain/text";
import { findArticle } from "./annotating";
import { guidelinesOf, saveGuidelines } from "./guidelines";
import { projectFor } from "./projects";
import { schemeOfProject } from "./schemes";

/**
 * Adds a line to the section of a label in a project's guidelines, with a passage as an example, as their next version.
 *
 * @throws Refusal "not_found" also for an article of another project, "forbidden", "conflict" with the `version` that
 *   holds if the line was made for another, "unprocessable" for a label that the scheme has not, or a passage that is
 *   none or too long
 */
export async function amendGuidelines(
  actor: Actor,
  ref: string,
  { from, label, text, example }: Amendment,
): Promise<GuidelineVersion> {
  const project = await projectFor(actor, ref, "write_guidelines");
  labelRule(await schemeOfProject(project), label);
  const { current } = await guidelinesOf(actor, project.id);
  const content = amended(current?.content ?? emptyGuideline, {
    label,
    text,
    example: example ? await exampleOf(actor, project.id, example, label) : null,
  });
  // Whatever was read here: what was made for another version is refused by this.
  const note = `A line on ${label}, from a dispute`;
  return saveGuidelines(actor, project.id, { from, content, note });
}

async function exampleOf(
  actor: Actor,
  projectId: string,
  { article: id, version, fragments, label: shown }: NonNullable<Amendment["example"]>,
  label: string,
): Promise<NonNullable<Amending["example"]>> {
  const article = await findArticle(actor, id, version ?? null);
  if (article.projectId !== projectId) {
    throw new Refusal("not_found", "There is no such article in this project.");
  }
  const text = new ArticleText(article.text);
  checkFragments(text, fragments);
  const passage = passageAround(text, article.blocks, hull(fragments), MAX_EXAMPLE_LENGTH);
  if (!passage) {
    throw new Refusal(
      "unprocessable",
      `An example may have ${MAX_EXAMPLE_LENGTH} characters at most.`,
    );
  }
  const spans = fragments.map(({ start, end }) => ({
    label: shown ?? label,
    start: start - passage.start,
    end: end - passage.start,
  }));
  return { type: "example", text: text.slice(passage), spans };
}

/**
 * The blocks that some words lie in, or as much around those as is allowed.
 *
 * @param most how many code points there may be
 * @returns null if the words alone are more
 */
export function passageAround(
  text: ArticleText,
  blocks: readonly Block[],
  words: Range,
  most: number,
): Range | null {
  if (words.end - words.start > most) return null;
  const around = shownBlocks(text, blocks).filter(
    ({ start, end }) => start < words.end && words.start < end,
  );
  const whole = {
    start: Math.min(words.start, ...around.map(({ start }) => start)),
    end: Math.max(words.end, ...around.map(({ end }) => end)),
  };
  if (whole.end - whole.start <= most) return whole;
  const room = Math.floor((most - (words.end - words.start)) / 2);
  return {
    start: text.boundaryAfter(Math.max(whole.start, words.start - room)),
    end: text.boundaryBefore(Math.min(whole.end, words.end + room)),
  };
}
