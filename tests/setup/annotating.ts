import { encode } from "next-auth/jwt";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { Role } from "@/lib/domain/roles";
import { closeDatabase } from "@/lib/store/database";
import { annotationSet, openArticle } from "@/lib/workflow/annotating";
import { aBrowser, aFrame } from "./browser";
import { anotherDatabase } from "./database";
import { aRunningGainsay, type RunningGainsay } from "./gainsay";
import { aMember, aProject, inSession } from "./world";

/** What the servers of the tests seal sessions with; see gainsay.ts. */
const secret = "a secret of the tests, longer than 32 characters";

/**
 * The app and a browser, up for as long as a file of tests runs, on a database that the tests reach, too.
 * Called once, at the top of the file. No page may have thrown at its end.
 *
 * @param start starts the browser
 */
export function aWorkbench({ start = aBrowser }: { start?: () => Promise<Browser> } = {}) {
  const up: { gainsay?: RunningGainsay; browser?: Browser } = {};
  const troubles: string[] = [];
  const isUp = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("It is there once the tests run.");
    return part;
  };

  beforeAll(async () => {
    await closeDatabase();
    process.env.DATABASE_URL = await anotherDatabase();
    up.gainsay = await aRunningGainsay({ env: { DATABASE_URL: process.env.DATABASE_URL } });
    up.browser = await start();
  });

  afterAll(async () => {
    await up.browser?.close();
    await up.gainsay?.stop();
    await closeDatabase();
    expect(troubles).toEqual([]);
  });

  const signIn = (user: UserActor) => signedIn(isUp(up.browser), isUp(up.gainsay).url, user);

  /** Somebody in a project, at first a new one, in a browser of their own. */
  const aPerson = async ({
    project: given,
    role = "reviewer",
  }: {
    project?: { readonly id: string; readonly slug: string };
    role?: Role;
  } = {}) => {
    const project = given ?? (await aProject());
    const user = await aMember(project.id, role);
    const context = await signIn(user);
    const open = async (article: string) => {
      const page = await annotatePage(context, isUp(up.gainsay).url, {
        project: project.slug,
        article,
      });
      page.on("pageerror", (error) => troubles.push(String(error)));
      return page;
    };
    return { project, user, context, open };
  };

  return {
    get url() {
      return isUp(up.gainsay).url;
    },
    signIn,
    aPerson,
  };
}

/** Somebody of a {@link aWorkbench}: `open` opens an article's annotate page. */
export type Person = Awaited<ReturnType<ReturnType<typeof aWorkbench>["aPerson"]>>;

/** A user's own set on an article, as the server has it now. */
export async function ownSet(user: UserActor, article: string) {
  const { annotation_set: set } = (await openArticle(user, article)).article;
  return annotationSet(user, set?.id ?? "");
}

/** A window in which somebody is signed in. */
export async function signedIn(
  browser: Browser,
  url: string,
  user: UserActor,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  await context.addCookies([{ ...(await sessionCookieOf(user)), url }]);
  return context;
}

/** The cookie of a new session of somebody, on a server whose database the test has. */
export async function sessionCookieOf(user: UserActor): Promise<{ name: string; value: string }> {
  const { session } = await inSession(user);
  const value = await encode({ token: { sid: session.id }, secret, maxAge: 3600 });
  return { name: "gainsay-session", value };
}

/** An article on its annotate page, ready for keys. */
export async function annotatePage(
  context: BrowserContext,
  url: string,
  { project, article }: { project: string; article: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/projects/${project}/articles/${article}`);
  await page.locator(".article[role=document]").waitFor();
  return page;
}

/** Selects some words of the article as a reader would have; the first place they stand at. */
export async function selectWords(page: Page, words: string): Promise<void> {
  await page.locator(".article[role=document]").focus();
  await page.evaluate((wanted) => {
    for (const block of document.querySelectorAll("[role=document] [data-block]")) {
      const start = block.textContent.indexOf(wanted);
      if (start < 0) continue;
      const place = (at: number): [Node, number] => {
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        let rest = at;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const { length } = node.nodeValue ?? "";
          if (rest <= length) return [node, rest];
          rest -= length;
        }
        return [block, 0];
      };
      block.scrollIntoView({ block: "center" });
      getSelection()?.setBaseAndExtent(...place(start), ...place(start + wanted.length));
      return;
    }
    throw new Error(`"${wanted}" is not in the article.`);
  }, words);
}

/** Answers what is to be looked at before submitting: all of it may stay as it is. */
export async function submitAllTheSame(page: Page): Promise<void> {
  await page.getByRole("dialog", { name: "Before you submit" }).waitFor();
  await page.keyboard.press("Control+Enter");
}

/**
 * Waits until the page says that everything is saved, all that was done until now included: its panels
 * hear of a change a frame later, and say of the last one until then.
 */
export async function untilSaved(page: Page): Promise<void> {
  await aFrame(page);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
}

/** Copies the layer that is shown; what does that is loaded then, so the page says "Saved" for a while yet. */
export async function copyToMine(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "Copy to mine" });
  await button.click();
  await button.waitFor({ state: "hidden" });
  await untilSaved(page);
}
