import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { defaultScheme, type StoredScheme } from "@/lib/domain/scheme";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { aWorkbench, ownSet, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aMember, anArticle, aProject, withClaims } from "../setup/world";

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot was real, the ODNI official said. Marovia denied it.",
  "The envoy said that the pier was sold.",
].join("\n\n");

/** An article open before a reviewer, with what the server knows of their set. */
async function opened(text = words) {
  const person = await workbench.aPerson();
  const article = await anArticle(person.project.id, text);
  const page = await person.open(article.id);
  const attributes = async () => {
    await untilSaved(page);
    const { spans } = await ownSet(person.user, article.id);
    return Object.fromEntries(spans.map((span) => [span.quote, span.attributes]));
  };
  const relations = async () => {
    await untilSaved(page);
    const { spans, relations: all } = await ownSet(person.user, article.id);
    const quote = (id: string) => spans.find((span) => span.id === id)?.quote;
    return all.map(({ type, from, to }) => `${type}: ${quote(from)} → ${quote(to)}`);
  };
  return { ...person, article, page, attributes, relations };
}

const strip = (page: Page) => page.getByRole("toolbar", { name: /^Attributes of the/ });
const field = (page: Page, name: string) => strip(page).getByRole("combobox", { name });

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Labels some words by a key, and does without the link that may be offered. */
async function label(page: Page, quote: string, key: string): Promise<void> {
  await selectWords(page, quote);
  await press(page, key);
}

const whereStripIs = (page: Page) =>
  page.evaluate(() => {
    const [pane, strip, mark] = [".reading-pane", ".attribute-strip", "mark[data-selected]"].map(
      (selector) => document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect(),
    ) as [DOMRect, DOMRect, DOMRect]; // as many as there are selectors
    return {
      within:
        strip.top >= pane.top &&
        strip.bottom <= pane.bottom &&
        strip.left >= pane.left &&
        strip.right <= pane.right,
      onWords: strip.top < mark.bottom && strip.bottom > mark.top,
    };
  });

const isInText = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest(".article") != null);

describe("the strip at the span", () => {
  test("digits choose one value after the other, a text is typed, and the caret is behind the span", async () => {
    const { page, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await strip(page).getByText("Polarity").waitFor();
    expect(await isInText(page)).toBe(true);
    await press(page, "1", "2", "1");
    await field(page, "Accused actor").waitFor();
    await page.keyboard.type("Marovia");
    await press(page, "Enter");
    await strip(page).waitFor({ state: "hidden" });
    expect(await attributes()).toEqual({
      "The plot was real": {
        polarity: "positive",
        certainty: "probable",
        check_worthy: "yes",
        accused_actor: "Marovia",
      },
    });
    expect(await isInText(page)).toBe(true);
    await press(page, "Shift+ArrowRight", "Shift+ArrowRight");
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(", ");
  });

  test("undoing in its field is about the work, until something is written in it", async () => {
    const { page, attributes } = await opened();
    await label(page, "The envoy said", "3");
    await field(page, "Source").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-asks"));
    await press(page, "Control+z");
    await strip(page).waitFor({ state: "hidden" });
    expect(await attributes()).toEqual({});
    expect(await isInText(page)).toBe(true);
    await press(page, "Control+Shift+z");
    expect(Object.keys(await attributes())).toEqual(["The envoy said"]);

    await label(page, "the pier was sold", "3");
    await field(page, "Source").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-asks"));
    await page.keyboard.type("ab");
    await press(page, "Control+z");
    expect(await field(page, "Source").inputValue()).not.toBe("ab");
    await press(page, "Escape");
    expect(Object.keys(await attributes())).toHaveLength(2);
  });

  test("it is never on the words, and stays within what the text scrolls in", async () => {
    const paragraphs = Array.from({ length: 30 }, (_, index) => `It was said ${index} times.`);
    const { page } = await opened(paragraphs.join("\n\n"));
    await page.setViewportSize({ width: 900, height: 600 });
    for (const at of ["start", "end"] as const) {
      await selectWords(page, "said 20 times");
      await page.evaluate((block) => {
        const place = getSelection()?.anchorNode?.parentElement?.closest("[data-block]");
        place?.scrollIntoView({ block });
      }, at);
      await press(page, "1");
      await strip(page).waitFor();
      // The panel below has taken its room from the text meanwhile.
      await expect.poll(() => whereStripIs(page)).toEqual({ within: true, onWords: false });
      await press(page, "Delete");
      await strip(page).waitFor({ state: "hidden" });
    }
  });

  test("its field takes the focus from nobody who sets attributes beside the text", async () => {
    const { page } = await opened();
    await label(page, "The plot was real", "1");
    await press(page, "1", "1");
    const form = page.getByRole("region", { name: "Selected span" });
    await form
      .getByRole("group", { name: "Check worthy" })
      .getByText("yes", { exact: true })
      .click();
    await field(page, "Accused actor").waitFor();
    const at = () => page.evaluate(() => document.activeElement?.getAttribute("value"));
    expect(await at()).toBe("yes");
    await press(page, "ArrowRight");
    expect(await at()).toBe("no");
  });

  test("nor from a drag that has begun", async () => {
    const { page } = await opened();
    await label(page, "The plot was real", "1");
    await strip(page).getByText("Polarity").waitFor();
    const line = await page.locator(".article [data-block]").first().boundingBox();
    if (!line) throw new Error("There is no first paragraph.");
    const y = line.y + line.height / 2;
    await page.mouse.move(line.x + 2, y);
    await page.mouse.down();
    await press(page, "1", "1", "1");
    await field(page, "Accused actor").waitFor();
    await page.mouse.move(line.x + 60, y);
    await page.mouse.move(line.x + 80, y);
    await page.mouse.up();
    await page.getByRole("toolbar", { name: "Label the selected text" }).waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^Marovia/);
    await press(page, "3");
    await expect
      .poll(() =>
        page.getByRole("listbox", { name: "Spans in text order" }).getByRole("option").count(),
      )
      .toBe(2);
  });

  test("Enter skips, Shift+Enter goes back, and each value is one step of undo", async () => {
    const { page, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await press(page, "2", "Enter", "2", "Shift+Enter", "Shift+Enter", "4");
    expect((await attributes())["The plot was real"]).toEqual({
      polarity: "negative",
      certainty: "unspecified",
      check_worthy: "no",
    });
    await press(page, "Escape", "Control+z", "Control+z");
    expect((await attributes())["The plot was real"]).toEqual({ polarity: "negative" });
  });

  test("it never holds up: other words that are selected are labelled at once", async () => {
    const { page, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await label(page, "Marovia denied it", "2");
    await strip(page).getByText("Form").waitFor();
    expect(Object.keys(await attributes())).toEqual(["The plot was real", "Marovia denied it"]);
    await selectWords(page, "The envoy");
    await strip(page).waitFor({ state: "hidden" });
  });

  test("T and A lead to attributes of spans that are there", async () => {
    const { page, attributes } = await opened();
    await label(page, "Marovia denied it", "2");
    await label(page, "the pier was sold", "1");
    await press(page, "Escape", "Escape");
    await page.locator(".article").focus();
    await press(page, "Control+Home", "a", "3");
    await press(page, "a", "2");
    await press(page, "Escape", "Shift+A", "Shift+Enter", "1", "Escape");
    expect(await attributes()).toEqual({
      "Marovia denied it": { form: "direct" },
      "the pier was sold": { polarity: "negative" },
    });
    await press(page, "t");
    await strip(page).getByText("Scope").waitFor();
  });

  test("who does not want to be asked is not, here and after the next opening", async () => {
    const { page, open, article } = await opened();
    await label(page, "The plot was real", "1");
    await page.getByRole("checkbox", { name: /Ask for these/ }).uncheck();
    await strip(page).waitFor({ state: "hidden" });
    await label(page, "Marovia denied it", "2");
    await untilSaved(page);
    const again = await open(article.id);
    await label(again, "the pier was sold", "1");
    await untilSaved(again);
    for (const one of [page, again]) expect(await strip(one).count()).toBe(0);
  });

  test("it is said what is asked, and who cannot see finds it all by name", async () => {
    const { page } = await opened();
    await label(page, "The plot was real", "1");
    await page.getByText("Polarity: 1 positive, 2 negative", { exact: true }).waitFor();
    const tree = await strip(page).ariaSnapshot();
    expect(tree).toContain('toolbar "Attributes of the claim"');
    expect(tree).toContain('button "1 positive"');
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page)).toEqual([]);
    }
    await press(page, "Enter", "Enter", "Enter");
    await field(page, "Accused actor").waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test("Tab leads from the text into it, and what it has is pressed there", async () => {
    const { page, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await strip(page).waitFor();
    const isInStrip = () =>
      page.evaluate(() => document.activeElement?.closest(".attribute-strip") != null);
    for (let tabs = 0; tabs < 5 && !(await isInStrip()); tabs += 1) await press(page, "Tab");
    expect(await isInStrip()).toBe(true);
    await press(page, "Tab", "Enter");
    expect((await attributes())["The plot was real"]).toEqual({ polarity: "negative" });
    await press(page, "Escape");
    await strip(page).waitFor({ state: "hidden" });
    expect(await isInText(page)).toBe(true);
  });

  test("of more than nine values those are left that begin with what is typed", async () => {
    const tones = [
      "alarm",
      "anger",
      "awe",
      "calm",
      "doubt",
      "fear",
      "hope",
      "irony",
      "joy",
      "pity",
    ];
    const project = await aProject({
      scheme: {
        labels: [
          {
            name: "claim",
            key: "1",
            letter: "C",
            attributes: [
              { name: "tone", type: "choice", values: tones },
              { name: "other_tone", type: "choice", values: tones },
            ],
          },
        ],
        relations: [],
      },
    });
    const person = await workbench.aPerson({ project });
    const article = await anArticle(project.id, words);
    const page = await person.open(article.id);
    await label(page, "The plot was real", "1");
    await field(page, "Tone").waitFor();
    await page.keyboard.type("a");
    await expect.poll(() => strip(page).getByRole("option").count()).toBe(3);
    await press(page, "2");
    await field(page, "Other tone").waitFor();
    await page.keyboard.type("iro");
    await press(page, "Enter");
    await strip(page).waitFor({ state: "hidden" });
    await untilSaved(page);
    const { spans } = await ownSet(person.user, article.id);
    expect(spans[0]?.attributes).toEqual({ tone: "anger", other_tone: "irony" });
  });

  test("by pointer alone: a value, the next attribute, closed", async () => {
    const { page, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await strip(page).getByRole("button", { name: "negative" }).click();
    await strip(page).getByRole("button", { name: "Next attribute" }).click();
    await strip(page).getByRole("button", { name: "yes" }).click();
    await strip(page).getByRole("button", { name: "Close" }).click();
    await strip(page).waitFor({ state: "hidden" });
    expect(await isInText(page)).toBe(true);
    expect((await attributes())["The plot was real"]).toEqual({
      polarity: "negative",
      check_worthy: "yes",
    });
  });
});

describe("what completes a text", () => {
  test("a source is the words without the cue, by Enter alone", async () => {
    const { page, attributes } = await opened();
    await label(page, "the ODNI official said", "3");
    const source = field(page, "Source");
    await source.waitFor();
    expect(await source.getAttribute("placeholder")).toBe("the ODNI official");
    await press(page, "Enter", "1", "1");
    expect((await attributes())["the ODNI official said"]).toEqual({
      source: "the ODNI official",
      source_type: "person",
      cue: "speech",
    });
  });

  test("values of the article and the project come, chosen by arrows or the pointer", async () => {
    const person = await workbench.aPerson();
    const past = await anArticle(person.project.id, "Somebody said so.");
    const set = await openArticle(person.user, past.id);
    const fragments = [{ start: 0, end: 13 }];
    const span = { id: uuidv7(), label: "attribution", fragments, quote: "Somebody said" };
    await annotate(person.user, set.article.annotation_set?.id ?? "", {
      revision: 0,
      operations: [
        { id: uuidv7(), type: "add_span", span: { ...span, attributes: { source: "Élan press" } } },
      ],
    });
    const article = await anArticle(person.project.id, words);
    const page = await person.open(article.id);
    await label(page, "The envoy said", "3");
    await field(page, "Source").waitFor();
    await page.keyboard.type("ela");
    await strip(page).getByRole("option", { name: "Élan press" }).waitFor();
    await press(page, "ArrowDown", "Enter");
    await strip(page).getByText("Source type").waitFor();
    await untilSaved(page);
    // The form beside the text has the same.
    await page
      .getByRole("region", { name: "Selected span" })
      .getByLabel("Source", { exact: true })
      .focus();
    await page.locator("datalist option[value='Élan press']").waitFor({ state: "attached" });
    const { spans } = await ownSet(person.user, article.id);
    expect(spans[0]?.attributes).toEqual({ source: "Élan press" });
  });

  test("what is offered can be done without, and what is written as the field is left is kept", async () => {
    const { page, attributes } = await opened();
    await label(page, "the ODNI official said", "3");
    await field(page, "Source").waitFor();
    await press(page, "Backspace", "Enter");
    await strip(page).getByText("Source type").waitFor();
    await expect.poll(() => isInText(page)).toBe(true);
    await press(page, "Shift+Enter");
    await page.keyboard.type("an official");
    await press(page, "Escape");
    await strip(page).waitFor({ state: "hidden" });
    expect((await attributes())["the ODNI official said"]).toEqual({ source: "an official" });
  });

  test("without a network, what the article knows completes", async () => {
    const { page, context } = await opened();
    await label(page, "the ODNI official said", "3");
    await field(page, "Source").waitFor();
    await page.keyboard.type("The office");
    await press(page, "Enter", "Escape");
    await untilSaved(page);
    await context.setOffline(true);
    await label(page, "The envoy said", "3");
    await field(page, "Source").waitFor();
    await page.keyboard.type("the off");
    await strip(page).getByRole("option", { name: "The office" }).click();
    await strip(page).getByText("Source type").waitFor();
    await context.setOffline(false);
  });
});

describe("the link that is offered", () => {
  test("with an attribution just made, Enter links it with the claim of its sentence", async () => {
    const { page, relations } = await opened();
    await label(page, "The plot was real", "1");
    await label(page, "the ODNI official said", "3");
    await strip(page)
      .getByRole("button", { name: /Enter .*source of/ })
      .waitFor();
    await press(page, "Enter");
    expect(await relations()).toEqual(["source_of: the ODNI official said → The plot was real"]);
    await press(page, "Enter");
    await strip(page).getByText("Source type").waitFor();
  });

  test("any other key does what it does without the offer", async () => {
    const { page, relations, attributes } = await opened();
    await label(page, "The envoy said", "3");
    await press(page, "Escape");
    await label(page, "the pier was sold", "1");
    await strip(page)
      .getByRole("button", { name: /source of/ })
      .waitFor();
    await press(page, "2", "Enter", "1");
    expect(await relations()).toEqual([]);
    expect((await attributes())["the pier was sold"]).toEqual({
      polarity: "negative",
      check_worthy: "yes",
    });
  });

  test("typing goes into the field that waits", async () => {
    const { page, relations, attributes } = await opened();
    await label(page, "The plot was real", "1");
    await label(page, "the ODNI official said", "3");
    await strip(page)
      .getByRole("button", { name: /source of/ })
      .waitFor();
    await page.keyboard.type("Renner");
    await press(page, "Enter");
    expect(await relations()).toEqual([]);
    expect((await attributes())["the ODNI official said"]).toEqual({ source: "Renner" });
  });
});

test("R aims at the nearest, R again at the next, and Enter links: two keys", async () => {
  const { page, relations } = await opened();
  await label(page, "The plot was real", "1");
  await label(page, "the pier was sold", "1");
  await label(page, "Marovia denied it", "2");
  await press(page, "r");
  const linking = page.getByRole("region", { name: "Linking" });
  await linking.getByText("1 of 2").waitFor();
  await press(page, "r", "ArrowRight", "Shift+R", "Enter");
  await linking.waitFor({ state: "hidden" });
  expect(await relations()).toEqual(["denies: Marovia denied it → the pier was sold"]);
  await press(page, "r", "Enter");
  expect(await relations()).toContain("denies: Marovia denied it → The plot was real");
});

test("a viewer, and who has submitted, get none of it", async () => {
  const project = await aProject();
  const reviewer = await aMember(project.id);
  const article = await anArticle(project.id, words);
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  const fragments = [{ start: 25, end: 42 }];
  const span = { id: uuidv7(), label: "claim", fragments, quote: "The plot was real" };
  await annotate(reviewer, set?.id ?? "", {
    revision: 0,
    operations: [{ id: uuidv7(), type: "add_span", span: { ...span, attributes: {} } }],
  });
  await submit(reviewer, set?.id ?? "", { revision: 1 });
  const context = await workbench.signIn(reviewer);
  const viewer = await workbench.aPerson({ project, role: "viewer" });
  const pages = [await context.newPage(), await viewer.open(article.id)];
  for (const page of pages) {
    await page.goto(`${workbench.url}/projects/${project.slug}/articles/${article.id}`);
    await page.locator(".article[role=document]").focus();
    await press(page, "n", "t", "a", "Shift+A", "r", "1");
    await page
      .getByText(/Reopen it to change it|not annotate in it/)
      .first()
      .waitFor();
    expect([await strip(page).count(), await page.getByLabel("Linking").count()]).toEqual([0, 0]);
    expect(await page.getByRole("checkbox", { name: /Ask for these/ }).count()).toBe(0);
  }
});

/** A scheme with attributes of every kind, of labels, relations and the article. */
const ofEveryKind: StoredScheme = {
  ...withClaims([
    { name: "topics", type: "choices", values: ["health", "war", "money"] },
    { name: "harmful", type: "boolean" },
    { name: "whom", type: "text", only_if: { attribute: "harmful", values: [true] } },
    { name: "severity", type: "number", min: 1, max: 5, integer: true },
  ]),
  relations: defaultScheme.relations.map((relation) =>
    relation.name === "denies"
      ? {
          ...relation,
          attributes: [
            { name: "outright", type: "boolean" },
            { name: "ground", type: "text" },
            { name: "parts", type: "choice", values: ["all", "some"], default: "all" },
          ],
        }
      : relation,
  ),
  article: [
    { name: "techniques", type: "choices", values: ["flooding", "forgery"] },
    { name: "reach", type: "number", min: 0 },
    { name: "genre", type: "choice", values: ["news", "opinion"], required: true, default: "news" },
  ],
};

test("several choices, yes or no, and numbers are given by keys, and of relations and articles too", async () => {
  const person = await workbench.aPerson({ project: await aProject({ scheme: ofEveryKind }) });
  const article = await anArticle(person.project.id, "The plot was real. Marovia denied it.");
  const page = await person.open(article.id);
  await page.getByRole("group", { name: "Techniques" }).getByLabel("forgery").check();
  await page.getByLabel("Reach").fill("1,5");
  await page.getByLabel("Reach").press("Enter");
  await selectWords(page, "The plot was real");
  await page.keyboard.press("1");
  await strip(page).getByText("Topics", { exact: true }).waitFor();
  await page.keyboard.press("3");
  await page.keyboard.press("1");
  await page.keyboard.press("2");
  await page.keyboard.press("2"); // taken back
  await strip(page).getByRole("button", { name: "money", pressed: true }).waitFor();
  await page.screenshot({ path: pictureOf("annotate several choices") });
  await page.keyboard.press("Enter");
  await strip(page).getByText("Harmful", { exact: true }).waitFor();
  await page.keyboard.press("1");
  await field(page, "Whom").fill("children");
  await page.keyboard.press("Enter");
  const severity = field(page, "Severity");
  await severity.fill("7");
  await page.keyboard.press("Enter");
  await page.getByText("Severity is a whole number from 1 to 5.").first().waitFor();
  await severity.fill("۴");
  await page.keyboard.press("Enter");
  await strip(page).waitFor({ state: "hidden" });
  await selectWords(page, "Marovia denied it");
  await page.keyboard.press("2");
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  await page.keyboard.press("Enter");
  const ofRelation = page.getByRole("toolbar", { name: "Attributes of the relation denies" });
  await ofRelation.getByText("Outright", { exact: true }).waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("annotate attributes of a relation") });
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("2");
  await field(page, "Ground").fill("no proof");
  await page.keyboard.press("Enter");
  await strip(page).waitFor({ state: "hidden" });
  await untilSaved(page);
  const set = await ownSet(person.user, article.id);
  const claim = set.spans.find(({ label }) => label === "claim");
  expect(claim?.attributes).toEqual({
    topics: ["health", "money"],
    harmful: true,
    whom: "children",
    severity: 4,
  });
  expect(set.relations.map(({ attributes }) => attributes)).toEqual([
    { outright: false, ground: "no proof", parts: "all" },
  ]);
  expect(set.attributes).toEqual({ techniques: ["forgery"], reach: 1.5, genre: "news" });
  await settled(page);
  await page.screenshot({ path: pictureOf("annotate attributes of every kind") });
  expect(await barriers(page)).toEqual([]);
});

test("what the scheme has an article begin with is there when nothing else is said of it", async () => {
  const person = await workbench.aPerson({ project: await aProject({ scheme: ofEveryKind }) });
  const article = await anArticle(person.project.id, "The harbour was quiet.");
  const page = await person.open(article.id);
  expect((await ownSet(person.user, article.id)).revision).toBe(0); // looking is no work
  await page.getByRole("button", { name: "Submit" }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /Submit/ })
    .click();
  await page.getByText("Submitted, so it cannot be changed.").waitFor();
  expect(await ownSet(person.user, article.id)).toMatchObject({
    attributes: { genre: "news" },
    submitted_at: expect.any(String),
  });
});
