import { platform } from "node:os";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing/index";
import { aWorkbench } from "../setup/annotating";
import { aBrowser, fontsAreThere, fontsOf, pictureOf } from "../setup/browser";

/** What a page in Latin may load of fonts, in bytes as they are sent. */
const LIMIT = 150 * 1024;

// Elsewhere fonts are not to be taken away from a browser.
describe.skipIf(platform() !== "linux")("on a machine without any fonts", () => {
  const workbench = aWorkbench({ start: () => aBrowser({ withoutFonts: true }) });

  /** A new article of some paragraphs, opened, and what was fetched for it. */
  async function opened(
    paragraphs: readonly string[],
    language: string | null,
    blocks?: readonly { kind: string; start: number; end: number }[],
  ) {
    const person = await workbench.aPerson();
    const text = paragraphs.join("\n\n");
    const title = paragraphs[0] ?? "";
    async function* stream() {
      yield Buffer.from(JSON.stringify({ title, text, ...(language && { language }), blocks }));
    }
    await importFiles(operator, person.project.slug, {
      format: "jsonl",
      files: [{ path: "a.jsonl", stream: stream() }],
    });
    const { rows } = await database().pool.query<{ id: string }>(
      "SELECT id FROM articles WHERE project_id = $1",
      [person.project.id],
    );
    const page = await person.context.newPage();
    const fetched: { url: URL; sent: Promise<number> }[] = [];
    page.on("requestfinished", (request) => {
      const sent = request.sizes().then(({ responseBodySize }) => responseBodySize);
      fetched.push({ url: new URL(request.url()), sent });
    });
    const list = `${workbench.url}/projects/${person.project.slug}/articles`;
    await page.goto(`${list}/${rows[0]?.id}`);
    await page.locator(".article[role=document]").waitFor();
    await fontsAreThere(page);
    return { page, list, fetched };
  }

  /** Whether a paragraph has ink: fonts are said to be used, too, where they draw nothing. */
  async function isDrawn(page: Page, paragraph: number): Promise<boolean> {
    const place = page.locator(".article [data-block]").nth(paragraph);
    const shown = await place.screenshot();
    const style = ".article [data-block] { opacity: 0 !important }";
    const hidden = await place.screenshot({ style });
    return !shown.equals(hidden);
  }

  test.for([
    {
      language: null,
      paragraphs: [
        ["Officials “denied” it – naïve…", "Source Serif 4"],
        ["ZażółćgęśląjaźńŞtefanĐặng", "Source Serif 4"],
        ["Представители№5", "Source Serif 4"],
        ["ὙπουργείοΕξωτερικών", "Source Serif 4"],
        ["وزارت؛خارجه،این؟ک", "Noto Naskh Arabic"],
        ["「发言人否认」。かなカナ", "Noto Serif SC ExtraLight"],
        ["외교부는부인했다", "Noto Serif KR ExtraLight"],
        ["😀🇺🇦👩🏽‍🚀🤫🔴", "Noto Emoji"],
      ],
    },
    {
      language: "en", // beside Chinese ones, signs are of their face
      paragraphs: [
        ["→←↔①Ⅳ", "Noto Sans Symbols"],
        ["≠≥∞⇒", "Noto Sans Math"],
        ["✓★●■☎", "Noto Sans Symbols 2"],
      ],
    },
    { language: "fa", paragraphs: [["می‌خواهند گفت «۱۲» a b", "Noto Naskh Arabic"]] },
    { language: "ar", paragraphs: [["نفت الوزارة، ٢٤ تموز؛ لا", "Noto Naskh Arabic"]] },
    { language: "ur", paragraphs: [["وزارتِ خارجہ نے تردید کی۔", "Noto Naskh Arabic"]] },
    { language: "ru", paragraphs: [["«Приказ» — подделка, 2024", "Source Serif 4"]] },
    { language: "zh", paragraphs: [["外交部发言人否认", "Noto Serif SC ExtraLight"]] },
    { language: "zh-Hant", paragraphs: [["虛假訊息調查骨直", "Noto Serif TC ExtraLight"]] },
    { language: "ja", paragraphs: [["外務省は「直す」と述べた", "Noto Serif JP ExtraLight"]] },
    { language: "ko", paragraphs: [["외교부韓國", "Noto Serif KR ExtraLight"]] },
  ] as const)(
    "an article in $language is drawn in faces of the page",
    async ({ language, paragraphs }) => {
      const { page, list } = await opened(
        paragraphs.map(([words]) => words),
        language,
      );
      const seen: [string, string[], boolean][] = [];
      for (const [index, [words]] of paragraphs.entries()) {
        const place = `.article [data-block]:nth-child(${index + 1})`;
        await page.locator(".article [data-block]").nth(index).scrollIntoViewIfNeeded();
        seen.push([words, await fontsOf(page, place), await isDrawn(page, index)]);
      }
      expect(seen).toEqual(paragraphs.map(([words, font]) => [words, [font], true]));
      expect((await fontsOf(page, "body")).filter((font) => font.endsWith("*"))).toEqual([]);
      await page.screenshot({ path: pictureOf(`fonts of ${language}`) });
      await page.goto(list);
      await fontsAreThere(page);
      expect((await fontsOf(page, "body")).filter((font) => font.endsWith("*"))).toEqual([]);
    },
  );

  test("a page in Latin loads few fonts, all from here, and no sheet of other scripts", async () => {
    const blocks = [
      { kind: "title", start: 0, end: 7 },
      { kind: "quote", start: 9, end: 17 },
    ];
    const { fetched } = await opened(["A title", "A quote."], "en", blocks);
    const fonts = fetched.filter(({ url }) => url.pathname.endsWith(".woff2"));
    expect(fonts.map(({ url }) => url.pathname.replace(/^.*\/([^.]*)\..*$/, "$1")).sort()).toEqual([
      "source-sans-3-latin-wght-normal",
      "source-serif-4-latin-wght-italic",
      "source-serif-4-latin-wght-normal",
    ]);
    const sent = await Promise.all(fonts.map((font) => font.sent));
    expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(LIMIT);
    expect(new Set(fetched.map(({ url }) => url.origin))).toEqual(new Set([workbench.url]));
  });

  test("letters are seen before their font is there, and both that every page has come first", async () => {
    const { context } = await workbench.aPerson();
    const page = await context.newPage();
    let letThrough: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route("**/*.woff2", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${workbench.url}/projects`, { waitUntil: "commit" });
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
    const links = page.locator("link[rel=preload][as=font]");
    await links.nth(1).waitFor({ state: "attached" });
    const preloaded = await links.evaluateAll((all) =>
      all.map((link) => link.getAttribute("href")?.split("/").at(-1)),
    );
    expect(preloaded).toEqual([
      expect.stringMatching(/^source-sans-3-latin-wght-normal\./),
      expect.stringMatching(/^source-serif-4-latin-wght-normal\./),
    ]);
    letThrough();
    await fontsAreThere(page);
    expect(await fontsOf(page, "h1")).toEqual(["Source Serif 4"]);
  });
});
