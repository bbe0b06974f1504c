import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing/index";
import { aWorkbench, ownSet, selectWords, submitAllTheSame, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aFile } from "../setup/files";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot, he said, was real, and nobody in the harbour has denied a word of it to this day.",
  "وزارت بهداشت گفت این خبر ساختگی است.",
  "Nobody else was asked.",
].join("\n\n");

/** An article open before somebody. */
async function opened({ text = words, role = "reviewer" as "reviewer" | "viewer" } = {}) {
  const person = await workbench.aPerson({ role });
  const article = await anArticle(person.project.id, text);
  const page = await person.open(article.id);
  await focusOfText(page);
  return { ...person, page, article };
}

/** What has the focus: "the text", or the name of what else. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement?.matches(".article")) return "the text";
    if (activeElement === document.body) return "nowhere";
    return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent;
  });

const focusOfText = (page: Page) => expect.poll(() => focus(page)).toBe("the text");

/** The id of a project's one article. */
async function onlyArticleOf(project: { readonly id: string }): Promise<string> {
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1",
    [project.id],
  );
  return rows[0]?.id ?? "";
}

const block = (page: Page, number: number) => page.locator(".article [data-block]").nth(number);

const selection = (page: Page) => page.evaluate(() => getSelection()?.toString());

type Place = readonly [x: number, y: number];

async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}

/** The middles of some words' first and last letters on the screen. */
async function placesOf(page: Page, number: number, sought: string) {
  const box = await block(page, number).evaluate((element, wanted) => {
    const start = element.textContent.indexOf(wanted);
    const range = document.createRange();
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    if (!text) throw new Error("There are no words.");
    range.setStart(text, start);
    range.setEnd(text, start + wanted.length);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, y: (top + bottom) / 2 };
  }, sought);
  return box;
}

describe("a drag that begins beside the words selects from the nearest place in them", () => {
  test("from the left margin, from that of the frame and from that of the view", async () => {
    const { page } = await opened();
    const pane = await page.locator(".reading-pane").boundingBox();
    const { left, right, y } = await placesOf(page, 1, "The plot");
    for (const x of [left - 20, (pane?.x ?? 0) + 4]) {
      await drag(page, [x, y], [right, y]);
      await expect.poll(() => selection(page)).toBe("The plot");
    }
    expect(await focus(page)).toBe("the text");
    await page.keyboard.press("1");
    await page.getByRole("option").getByText("The plot").waitFor();
  });

  test("from the right margin", async () => {
    const { page } = await opened();
    const pane = await page.locator(".reading-pane").boundingBox();
    const { left, y } = await placesOf(page, 0, "any role");
    await drag(page, [(pane?.x ?? 0) + (pane?.width ?? 0) - 40, y], [left, y]);
    await expect.poll(() => selection(page)).toBe("any role");
  });

  test("from beside what stands over the text", async () => {
    const { project, open } = await workbench.aPerson();
    const article = { id: "x", title: "The plot", publisher: "Daily Herald", text: words };
    const file = aFile("articles.jsonl", JSON.stringify(article));
    await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
    const page = await open(await onlyArticleOf(project));
    await focusOfText(page);
    const line = await page.getByText("Daily Herald").boundingBox();
    const { left, y } = await placesOf(page, 0, "The plot");
    const top = (line?.y ?? 0) + 5;
    await drag(page, [(line?.x ?? 0) + (line?.width ?? 0) + 60, top], [left, y]);
    await expect.poll(() => selection(page)).toBe("The plot");
    // The bar at what is selected lies over it.
    await page.keyboard.press("Escape");
    await page
      .getByRole("toolbar", { name: "Label the selected text" })
      .waitFor({ state: "hidden" });
    await page.mouse.click((line?.x ?? 0) + 10, top, { clickCount: 2 });
    await expect.poll(() => selection(page)).toMatch(/^(Daily|Herald) ?$/);
  });

  test("from the gap between two paragraphs", async () => {
    const { page } = await opened();
    const { left, right } = await placesOf(page, 1, "The plot");
    const { y } = (await block(page, 1).boundingBox()) ?? { y: 0 };
    const inLine = (await placesOf(page, 1, "The plot")).y;
    await drag(page, [left, y - 3], [right, inLine]);
    await expect.poll(() => selection(page)).toBe("The plot");
  });

  test("from below the text, back to its end", async () => {
    const { page } = await opened();
    const { left, y } = await placesOf(page, 3, "was asked.");
    const end = await block(page, 3).boundingBox();
    await drag(page, [(end?.x ?? 0) + (end?.width ?? 0) - 5, y + 90], [left, y]);
    await expect.poll(() => selection(page)).toBe("was asked");
  });

  test("where the words run from right to left, the right margin is their beginning", async () => {
    const { page } = await opened();
    const box = await placesOf(page, 2, "وزارت بهداشت");
    await drag(page, [box.right + 30, box.y], [box.left, box.y]);
    await expect.poll(() => selection(page)).toBe("وزارت بهداشت");
  });

  test("scrolls where it leaves the view, and goes on with Shift", async () => {
    const long = Array.from({ length: 60 }, (_, index) => `Paragraph ${index}.`).join("\n\n");
    const { page } = await opened({ text: long });
    const pane = await page.locator(".reading-pane").boundingBox();
    const bottom = (pane?.y ?? 0) + (pane?.height ?? 0);
    const { left, y } = await placesOf(page, 0, "Paragraph");
    await page.mouse.move(left - 30, y);
    await page.mouse.down();
    await page.mouse.move(left + 100, bottom - 2);
    await expect
      .poll(() => page.locator(".reading-pane").evaluate(({ scrollTop }) => scrollTop))
      .toBeGreaterThan(400);
    await page.mouse.up();
    expect(await selection(page)).toMatch(/^Paragraph 0\..*Paragraph 1\d/s);
    const length = (await selection(page))?.length ?? 0;
    await page.keyboard.down("Shift");
    await page.mouse.click(left - 30, bottom - 200);
    await page.keyboard.up("Shift");
    await expect.poll(async () => (await selection(page))?.length ?? 0).toBeLessThan(length);
    expect(await selection(page)).toMatch(/^Paragraph 0\./);
  });

  test("but words over the text are selected and links pressed as everywhere", async () => {
    const { page } = await opened();
    await page
      .getByRole("heading", { level: 1 })
      .or(page.locator(".reading-frame > p"))
      .first()
      .waitFor();
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  });
});

test("the keypad labels with NumLock alone", async () => {
  const { page, user, article } = await opened();
  await selectWords(page, "The plot");
  for (const [key, code] of [
    ["Home", "Numpad7"],
    ["ArrowLeft", "Numpad4"],
    ["End", "Numpad1"],
  ]) {
    await page.locator(".article").dispatchEvent("keydown", { key, code, bubbles: true });
  }
  expect((await ownSet(user, article.id)).spans).toEqual([]);
  await selectWords(page, "The plot");
  await page
    .locator(".article")
    .dispatchEvent("keydown", { key: "1", code: "Numpad1", bubbles: true });
  await untilSaved(page);
  expect((await ownSet(user, article.id)).spans.map(({ label }) => label)).toEqual(["claim"]);
});

describe("the focus is in the text", () => {
  test("after opening from the list, after Next by button and by key, after Back, and after a reload", async () => {
    const { page, project, context } = await opened();
    await anArticle(project.id, `One more.\n\n${words}`);
    await page.close();
    const list = await context.newPage();
    await list.goto(`${workbench.url}/projects/${project.slug}/articles`);
    await list.getByRole("link", { name: /^Marovia denies/ }).click();
    await list.locator(".article[role=document]").waitFor();
    await focusOfText(list);
    const first = list.url();
    await list.getByRole("button", { name: "Next article" }).click();
    await list.waitForURL((url) => url.href !== first && /articles\/./.test(url.href));
    await list.getByText("One more.").first().waitFor();
    await focusOfText(list);
    await list.goBack();
    await list.waitForURL(first);
    await focusOfText(list);
    await list.reload();
    await list.locator(".article[role=document]").waitFor();
    await focusOfText(list);
    await selectWords(list, "The plot");
    await list.keyboard.press("1");
    await untilSaved(list);
    await list.keyboard.press("Control+Enter");
    await submitAllTheSame(list);
    await list.getByText("Submitted, so it cannot be changed.").waitFor();
    await list.keyboard.press("Control+Enter");
    await list.waitForURL((url) => url.href !== first);
    await list.getByText("One more.").first().waitFor();
    await focusOfText(list);
    // At once by keyboard: the caret is where the text begins.
    await list.keyboard.press("Control+Shift+ArrowRight");
    await expect.poll(() => selection(list)).toMatch(/^One ?$/);
  });

  test("a key pressed as the next article comes up, before it has an editor, is not lost", async () => {
    const { page, project } = await opened();
    await anArticle(project.id, `One more.\n\n${words}`);
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        const shown = document.querySelector(".first-screens");
        if (!shown?.textContent?.startsWith("One more.")) return;
        observer.disconnect();
        document.body.dataset.pressed = `${document.querySelectorAll(".ProseMirror").length} editors`;
        const key = { key: "e", code: "KeyE", bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", key));
      });
      observer.observe(document.body, { childList: true, subtree: true });
    });
    await page.getByRole("button", { name: "Next article" }).click();
    await page.locator("body[data-pressed]").waitFor();
    expect(await page.locator("body").getAttribute("data-pressed")).toBe("0 editors");
    await focusOfText(page);
    await expect.poll(() => selection(page)).toBe("One more");
  });

  test("Escape leads back to it from every control of the page, after what it closes there", async () => {
    const { page } = await opened();
    await selectWords(page, "The plot");
    await page.keyboard.press("1");
    await untilSaved(page);
    const visited = new Set<string>();
    for (let press = 1; press < 80; press += 1) {
      // From the text, on through the page: Tab goes through the spans of a place first.
      await page.locator("main button, main a").first().focus();
      for (let tab = 0; tab < press; tab += 1) await page.keyboard.press("Tab");
      const at = await focus(page);
      const inMain = await page.evaluate(
        () =>
          document.activeElement?.closest("main") !== null &&
          document.activeElement !== document.body,
      );
      if (!inMain) break;
      visited.add(at ?? "");
      await page.keyboard.press("Escape");
      expect([at, await focus(page)]).toEqual([at, "the text"]);
    }
    expect(visited.size).toBeGreaterThan(12);

    await page.keyboard.press("Escape");
    await focusOfText(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
    await focusOfText(page);
    await page.getByRole("button", { name: "Ana" }).click();
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
    await focusOfText(page);
  });

  test("after a control that goes with what it was about", async () => {
    const { page } = await opened();
    await selectWords(page, "The plot");
    const bar = page.getByRole("toolbar", { name: "Label the selected text" });
    await bar.getByRole("button", { name: /claim/ }).focus();
    await page.keyboard.press("Enter");
    await bar.waitFor({ state: "hidden" });
    await focusOfText(page);
    for (const name of ["Deselect", /^Remove/]) {
      await page.getByRole("option").first().click();
      await page.getByRole("button", { name }).click();
      await page.getByRole("region", { name: "Selected span" }).waitFor({ state: "hidden" });
      await focusOfText(page);
    }
  });

  test("what is written in a field is kept when Escape leads back", async () => {
    const { page, user, article } = await opened();
    await page.getByLabel("Note on the article").fill("Read twice.");
    await page.keyboard.press("Escape");
    expect(await focus(page)).toBe("the text");
    await untilSaved(page);
    expect((await ownSet(user, article.id)).note).toBe("Read twice.");
  });
});

/** What a screen reader reads of the text, block by block: its role, its name, and what is in it. */
async function readOut(page: Page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  type Node = (typeof nodes)[number];
  const wordsOf = (node: Node): string => {
    if (node.role?.value === "StaticText") return String(node.name?.value ?? "");
    const inside = (node.childIds ?? []).flatMap((id) => byId.get(id) ?? []);
    return inside
      .map(wordsOf)
      .filter((words) => words !== "")
      .join("|");
  };
  const article = nodes.find(({ role, properties }) => {
    return role?.value === "document" && properties?.some(({ name }) => name === "editable");
  });
  const blocks = (node: Node | undefined): Node[] =>
    (node?.childIds ?? []).flatMap((id) => {
      const child = byId.get(id);
      if (!child) return [];
      return ["heading", "paragraph"].includes(child.role?.value) ? [child] : blocks(child);
    });
  return blocks(article).map((node) => ({
    role: String(node.role?.value),
    name: String(node.name?.value ?? ""),
    words: wordsOf(node),
  }));
}

test("a heading with spans is read with its words, and of spans that overlap or are in parts beginning and end are told", async () => {
  const { project, open } = await workbench.aPerson();
  const title = "Marovia denies any role";
  const body = "The plot, he said, was real. Nobody denied it.";
  const text = `${title}\n\n${body}`;
  const at = (words: string) => {
    const start = text.indexOf(words);
    return { start, end: start + words.length };
  };
  const record = {
    title,
    text,
    spans: [
      { label: "denial", ...at("Marovia denies") },
      { label: "claim", ...at("denies any role") },
      {
        label: "claim",
        start: at("The plot").start,
        end: at("was real").end,
        fragments: [at("The plot"), at("was real")],
      },
      { label: "attribution", ...at("plot, he said") },
    ],
  };
  const file = aFile("read.jsonl", JSON.stringify(record));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const page = await open(await onlyArticleOf(project));
  await page.getByText("Imported annotations, read-only").waitFor();
  expect(await page.locator("h1").count()).toBe(1);
  const [heading, paragraph] = await readOut(page);
  expect(heading?.role).toBe("heading");
  expect(heading?.name.replaceAll(/\s+/g, " ")).toBe(
    "denial: Marovia claim: denies end of denial any role end of claim",
  );
  expect(paragraph?.words.split("|").map((words) => words.trim())).toEqual([
    "claim, part 1 of 2:",
    "The",
    "attribution:",
    "plot",
    "end of part 1",
    ", he said",
    "end of attribution",
    ",",
    "claim, part 2 of 2:",
    "was real",
    "end of claim",
    ". Nobody denied it.",
  ]);
});

/** Where the text is in its view: the words of the block at the top, and how far up it begins. */
const place = (page: Page) =>
  page.locator(".reading-pane").evaluate((pane) => {
    const { top } = pane.getBoundingClientRect();
    const blocks = [...pane.querySelectorAll(".article[role=document] [data-block]")];
    const first = blocks.find((block) => block.getBoundingClientRect().bottom > top + 1);
    const from = Math.round((first?.getBoundingClientRect().top ?? 0) - top);
    return { words: first?.textContent?.slice(0, 30), from };
  });

test("the place in a long article is kept over a reload and over going away and coming back, with the caret", async () => {
  const { project, open } = await workbench.aPerson();
  // Sections that are out of sight are as high as they are guessed to be, and labels come late.
  const paragraphs = Array.from({ length: 400 }, (_, index) => {
    return `Paragraph ${index}. ${"He said that nobody had denied it. ".repeat((index * 7) % 11)}`.trim();
  });
  const text = paragraphs.join("\n\n");
  const spans = [...text.matchAll(/nobody had denied/g)].map(({ index, 0: words }) => {
    return { label: "denial", start: index, end: index + words.length };
  });
  const file = aFile("long.jsonl", JSON.stringify({ text, spans }));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const page = await open(await onlyArticleOf(project));
  await focusOfText(page);
  await page.locator(".reading-pane").evaluate((pane) => pane.scrollTo(0, pane.scrollHeight * 0.6));
  await page.waitForTimeout(600);
  const pane = await page.locator(".reading-pane").boundingBox();
  await page.mouse.click((pane?.x ?? 0) + 300, (pane?.y ?? 0) + 200);
  await page.locator(".reading-pane").evaluate((pane) => pane.scrollBy(0, 30));
  await page.waitForTimeout(600);
  const before = await place(page);
  const caret = await page.evaluate(() => getSelection()?.focusNode?.textContent);
  expect(before.words).toMatch(/^Paragraph \d\d\d/);
  const isThere = async () => {
    await page.locator(".article[role=document]").waitFor();
    await expect
      .poll(async () => {
        const { words, from } = await place(page);
        return words === before.words && Math.abs(from - before.from) <= 2;
      })
      .toBe(true);
    await focusOfText(page);
    await expect
      .poll(() => page.evaluate(() => getSelection()?.focusNode?.textContent))
      .toBe(caret);
  };
  await page.reload();
  await isThere();
  await page.getByRole("link", { name: "Back to the articles" }).click();
  await page.waitForURL("**/articles");
  await page.goBack();
  await isThere();
  await page.reload();
  await isThere();
  // What an address names goes first.
  await page.goto(`${page.url()}#main`);
  await page.reload();
  await page.locator(".article[role=document]").waitFor();
  await focusOfText(page);
  expect(await page.locator(".reading-pane").evaluate(({ scrollTop }) => scrollTop)).toBe(0);
});

test("a layer comes into a set that has something, but for what is there and what conflicts, in one step", async () => {
  const { user, project, open } = await workbench.aPerson();
  const text = "Marovia denies any role.\n\nThe plot was real, he said.";
  const at = (words: string) => {
    const start = text.indexOf(words);
    return { start, end: start + words.length };
  };
  const spans = [
    { id: "d", label: "denial", ...at("Marovia denies") },
    { id: "c", label: "claim", ...at("The plot was real") },
    { id: "a", label: "attribution", ...at("he said") },
  ];
  const relations = [
    { type: "source_of", from: "a", to: "c" },
    { type: "denies", from: "d", to: "c" },
  ];
  const file = aFile("layer.jsonl", JSON.stringify({ text, spans, relations }));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const id = await onlyArticleOf(project);
  const page = await open(id);
  await page.getByRole("button", { name: "Start empty" }).click();
  await selectWords(page, "plot was");
  await page.keyboard.press("1");
  await selectWords(page, "he said");
  await page.keyboard.press("3");
  await untilSaved(page);
  await page.getByLabel("Layer").selectOption({ label: "Imported · a1" });
  await page.getByRole("button", { name: "Copy to mine" }).click();
  const told = page.getByRole("region", { name: "Notices" }).getByText("Left out:");
  await told.waitFor();
  expect(await told.textContent()).toBe(
    "Copied 1 span to your annotation. Left out: 1 span that you have already; 1 span over one of yours with the same label (“The plot was real”); 2 relations of what was left out.",
  );
  await page.screenshot({ path: pictureOf("annotate copied in part") });
  await untilSaved(page);
  const quotes = async () => (await ownSet(user, id)).spans.map(({ quote }) => quote);
  expect(await quotes()).toEqual(["Marovia denies", "plot was", "he said"]);
  await page.keyboard.press("Control+z");
  await told.waitFor({ state: "hidden" });
  await untilSaved(page);
  expect(await quotes()).toEqual(["plot was", "he said"]);
});

test("where all relations are shown, no name lies on words or on another name", async () => {
  const { project, open } = await workbench.aPerson();
  const sentences = Array.from({ length: 26 }, (_, index) => {
    return `The mayor said on day ${index} that the plot ${index} was real and that it had been known for long.`;
  });
  const text = sentences.join(" ");
  const places = (pattern: RegExp, label: string) =>
    [...text.matchAll(pattern)].map(({ index, 0: words }, number) => {
      return { id: `${label}${number}`, label, start: index, end: index + words.length };
    });
  const claims = places(/the plot \d+ was real/g, "claim");
  const attributions = places(/The mayor said/g, "attribution");
  const relations = claims.flatMap(({ id }, number) => [
    { type: "source_of", from: `attribution${number}`, to: id },
    { type: "source_of", from: `attribution${(number + 3) % 26}`, to: id },
  ]);
  const record = { text, spans: [...claims, ...attributions], relations: relations.slice(0, 51) };
  const file = aFile("dense.jsonl", JSON.stringify(record));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const page = await open(await onlyArticleOf(project));
  await page.getByRole("button", { name: "Show all relations" }).click();
  const lines = page.locator(".relation-line");
  await expect.poll(() => lines.count()).toBe(51);
  expect(await page.locator(".relation-name").count()).toBe(0);
  for (const width of [1360, 1024]) {
    await page.setViewportSize({ width, height: 860 });
    await settled(page);
    for (const number of [4, 9, 14]) {
      const { x, y } = await page
        .locator("mark[data-first]")
        .nth(number)
        .evaluate((mark) => {
          mark.scrollIntoView({ block: "center" });
          const { left, top, height } = mark.getClientRects()[0] ?? new DOMRect();
          return { x: left + 4, y: top + height / 2 };
        });
      await page.mouse.move(5, 5);
      await page.mouse.move(x, y);
      await page.locator(".relation-name").first().waitFor();
      const clashes = await page.evaluate(() => {
        const names = [...document.querySelectorAll(".relation-name")].map((name) =>
          name.getBoundingClientRect(),
        );
        const article = document.querySelector(".article[role=document]") ?? document.body;
        const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        const words: DOMRect[] = [];
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
          range.selectNodeContents(text);
          words.push(...range.getClientRects());
        }
        const meet = (a: DOMRect, b: DOMRect) =>
          a.left < b.right - 1 &&
          b.left < a.right - 1 &&
          a.top < b.bottom - 1 &&
          b.top < a.bottom - 1;
        return names.filter(
          (name) =>
            words.some((word) => meet(name, word)) ||
            names.some((other) => other !== name && meet(name, other)),
        ).length;
      });
      expect([width, number, clashes]).toEqual([width, number, 0]);
    }
  }
  await page.screenshot({ path: pictureOf("annotate relations") });
});

test("who wants less motion gets none on this page, nor in what pops up on it", async () => {
  const { page } = await opened();
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) => {
        const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(element);
        const longest = Math.max(
          ...`${transitionDuration}, ${animationDuration}`.split(", ").map(Number.parseFloat),
        );
        return longest > 0.001 || scrollBehavior === "smooth" ? [element.className] : [];
      }),
    );
  await selectWords(page, "The plot");
  await page.getByRole("toolbar", { name: "Label the selected text" }).waitFor();
  expect(await moving()).toEqual([]);
  await page.keyboard.press("1");
  await page.keyboard.press("r");
  await page.getByText("There is no span here").first().waitFor();
  expect(await moving()).toEqual([]);
  await page.getByRole("button", { name: "Ana" }).click();
  await page.getByRole("menu").waitFor();
  expect(await moving()).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  expect(await moving()).toEqual([]);
});

test.for([1360, 390])(
  "at %s pixels nothing beside the text moves as it is submitted and reopened",
  async (width) => {
    const { page } = await opened();
    await page.setViewportSize({ width, height: 860 });
    await selectWords(page, "The plot");
    await page.keyboard.press("1");
    await untilSaved(page);
    const places = async (finishing: "Submit" | "Reopen") => {
      const buttons = [finishing, "Next article"].map((name) =>
        page.getByRole("button", { name }).first().boundingBox(),
      );
      return Promise.all(buttons);
    };
    const before = await places("Submit");
    await page.getByRole("button", { name: "Submit" }).click();
    await submitAllTheSame(page);
    await page.getByRole("button", { name: "Reopen", exact: true }).first().waitFor();
    await settled(page);
    await page.screenshot({ path: pictureOf(`submitted at ${width}`) });
    expect(await places("Reopen")).toEqual(before);
    await page.getByRole("button", { name: "Reopen", exact: true }).first().click();
    await page.getByRole("button", { name: "Submit" }).waitFor();
    expect(await places("Submit")).toEqual(before);
  },
);

test("keys that do not fit on a screen are scrolled by keys", async () => {
  const { page } = await opened();
  await page.setViewportSize({ width: 390, height: 430 });
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" }).getByRole("document");
  await keys.waitFor();
  await expect.poll(() => keys.evaluate((body) => body === document.activeElement)).toBe(true);
  await page.keyboard.press("End");
  await expect.poll(() => keys.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  expect(await barriers(page)).toEqual([]);
});

test("on a low screen the bar over the text is one line, also with a layer to choose", async () => {
  const { project, open } = await workbench.aPerson();
  const record = { text: words, spans: [{ label: "claim", start: 0, end: 7 }] };
  const file = aFile("layer.jsonl", JSON.stringify(record));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const page = await open(await onlyArticleOf(project));
  await page.setViewportSize({ width: 680, height: 430 });
  await page.screenshot({ path: pictureOf("low with a layer") });
  const middles = await Promise.all(
    [
      page.getByRole("link", { name: "Back to the articles" }),
      page.getByLabel("Layer"),
      page.getByRole("button", { name: "Next article" }),
    ].map(async (control) => {
      const box = await control.boundingBox();
      return box && Math.round(box.y + box.height / 2);
    }),
  );
  expect(new Set(middles).size).toBe(1);
});

test("on a low screen the note lies neither over the words above it nor over the spans", async () => {
  const { page } = await opened();
  await page.setViewportSize({ width: 680, height: 430 });
  const note = page.getByText("Note on the article", { exact: true });
  const gapTo = async (above: Locator) => {
    const [upper, lower] = [await above.boundingBox(), await note.boundingBox()];
    return (lower?.y ?? 0) - (upper?.y ?? 0) - (upper?.height ?? 0);
  };
  expect(await gapTo(page.getByText("No spans yet."))).toBeGreaterThan(0);
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Deselect" }).click();
  await note.waitFor();
  const list = page.getByRole("listbox", { name: "Spans in text order" });
  expect((await list.boundingBox())?.height).toBeGreaterThan(60);
  expect(await gapTo(list)).toBeGreaterThan(0);
});

test("R without a span says what to do first", async () => {
  const { page } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("r");
  await page.getByText("Select a span first, by a click or with N.").first().waitFor();
});

test("a viewer is told of nothing that only others can do", async () => {
  const { page } = await opened({ role: "viewer" });
  const told = async () =>
    (await page.locator("main").allTextContents()).join(" ").replaceAll(words, "");
  await page.getByText("Nothing is marked here.").waitFor();
  await selectWords(page, "The plot");
  for (const key of ["1", "r", "b", "+", "Delete", "Control+z", "Control+Enter"]) {
    await page.keyboard.press(key);
  }
  await page.getByText("You may read this project, not annotate in it.").first().waitFor();
  expect(await told()).not.toMatch(/select|label the|press|submit|undo|mine/i);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.getByText("Next span", { exact: true }).waitFor();
  expect(await help.textContent()).not.toMatch(/label|link|undo|submit|remove|boundaries/i);
});
