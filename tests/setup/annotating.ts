import { encode } from "next-auth/jwt";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { UserActor } from "@/lib/access/actor";
import { aFrame } from "./browser";

/** What the servers of the tests seal sessions with; see gainsay.ts. */
const secret = "a secret of the tests, longer than 32 characters";

/** A window in which somebody is signed in. */
export async function signedIn(
  browser: Browser,
  url: string,
  user: UserActor,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const value = await encode({ token: { sub: user.userId, v: 1 }, secret, maxAge: 3600 });
  await context.addCookies([{ name: "gainsay-session", value, url }]);
  return context;
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

/**
 * Waits until the page says that everything is saved, all that was done until now included: its panels
 * hear of a change a frame later, and say of the last one until then.
 */
export async function untilSaved(page: Page): Promise<void> {
  await aFrame(page);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
}
