import { openArticle } from "@/lib/workflow/annotating";
import { KeyAnnotator, type Plan, type Purpose } from "../setup/key-annotator";
import { PointerAnnotator } from "../setup/pointer-annotator";
import { realArticle, realPlan } from "../setup/real-article";
import type { Bench, Figure } from "./figure";
import { aBrowser, anArticleFrom, aReader, aWindow, signIn } from "./reader";

/**
 * A real article marked whole, once by keys alone and once by the pointer (and letters where a text has to
 * be written), by scripts that know what is to be marked. An action is a key pressed, a click or a drag;
 * the words of a span are chosen by as many as that takes, which are counted by themselves, as are the
 * letters of values that nothing completes. Seconds are those of the script, which looks at the page after
 * each action: they tell the page's share of the work, not a reader's.
 */
export const bench: Bench = async ({ startServer, log }) => {
  const source = realArticle();
  if (source === null) {
    log("skipped: the real article is not beside the project (../shared/seeds)");
    return [];
  }
  const plan = realPlan();
  const user = await aReader();
  const articles = [
    await anArticleFrom("by-keys", source),
    await anArticleFrom("by-pointer", source),
  ];
  const { baseUrl } = await startServer();
  const browser = await aBrowser();
  const figures: Figure[] = [];
  try {
    const session = await signIn(browser, baseUrl);
    for (const [index, by] of (["keys", "pointer"] as const).entries()) {
      const id = articles[index] ?? "";
      const page = await aWindow(browser, session);
      await page.goto(`${baseUrl}/projects/corpus/articles/${id}`);
      await page.locator(".article[role=document]:focus").waitFor();
      const { article } = await openArticle(user, id);
      const annotator =
        by === "keys" ? new KeyAnnotator(page, article) : new PointerAnnotator(page, article);
      const began = performance.now();
      await annotator.carryOut(plan);
      const seconds = (performance.now() - began) / 1000;
      figures.push(...figuresOf(plan, annotator.pressed, seconds, by));
      log(`${by}: ${JSON.stringify(annotator.pressed)}`);
      await page.context().close();
    }
    return figures;
  } finally {
    await browser.close();
  }
};

function figuresOf(
  { spans, relations }: Plan,
  pressed: Readonly<Record<Purpose, number>>,
  seconds: number,
  by: "keys" | "pointer",
): Figure[] {
  const described = spans.flatMap(({ attributes }) => Object.keys(attributes)).length;
  const each = (purpose: Purpose, of: number, what: string, atMost?: number): Figure => ({
    name: `by ${by}, actions ${what}`,
    value: pressed[purpose] / of,
    unit: "actions",
    ...(atMost === undefined ? {} : { limit: { atMost } }),
  });
  return [
    each("choosing words", spans.length, "to choose the words of a span"),
    each("labels", spans.length, "to label a span", 2),
    each("attributes", described, "for an attribute", 1),
    each("letters", described, "of writing for an attribute (letters)"),
    each("relations", relations.length, "for a relation", 2),
    {
      name: `by ${by}, the whole article (${spans.length} spans, ${described} attributes, ${relations.length} relations), by script`,
      value: seconds,
      unit: "s",
    },
  ];
}
