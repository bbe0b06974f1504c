import type { Browser } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { operator, type UserActor } from "@/lib/access/actor";
import { MAX_BATCH } from "@/lib/domain/limits";
import type { Operation } from "@/lib/domain/operation";
import { ArticleText } from "@/lib/domain/text";
import { beginAdjudication } from "@/lib/workflow/adjudicating";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { addMember, changeRole } from "@/lib/workflow/members";
import { addUser } from "@/lib/workflow/users";
import { type Bench, type Figure, quantile } from "./figure";
import {
  aBrowser,
  anUnmarkedArticle,
  aReader,
  aWindow,
  devToolsOf,
  metric,
  type Session,
  signIn,
} from "./reader";

const REVIEWERS = 3;
const CHARACTERS = 300_000;
const SPANS = 2000;

/** Milliseconds until the first dispute is in hand, and until a key has brought the next one. */
const OPEN = 1500;
const KEY = 50;

/**
 * The curator's desk in Chromium, with a long article of which three reviewers have submitted a set each: of three spans
 * they agree on one, have other boundaries for another and another label for the third.
 *
 * - Begin: what the rule settles, by the workflow alone.
 * - Open: from the beginning of the navigation until a frame was painted with the text and a dispute in hand.
 * - Key: a real press; from the time stamp of its event until the frame was painted in which another dispute is in hand.
 * - Busy: what the main thread does from such a press on for half a second: drawing, panel, saving.
 */
export const bench: Bench = async ({ startServer, scale, log }) => {
  const curator = await aReader();
  await changeRole(operator, "corpus", { userId: curator.userId, role: "curator" });
  const [characters, spans] = [CHARACTERS, SPANS].map((of) => Math.round(of * scale));
  const id = await anUnmarkedArticle({ slug: "long", characters: characters ?? 0 });
  for (let nth = 0; nth < REVIEWERS; nth += 1) await mark(id, nth, spans ?? 0);
  log("marked");
  const began = performance.now();
  await beginAdjudication(curator, id);
  const begun = performance.now() - began;
  const { baseUrl } = await startServer();
  const browser = await aBrowser();
  try {
    const session = await signIn(browser, baseUrl);
    const url = `${baseUrl}/projects/corpus/adjudication/${id}`;
    const opened: Opened[] = [];
    for (let round = 0; round < 4; round += 1) opened.push(await opening(browser, session, url));
    const presses = Math.max(12, Math.round(60 * scale));
    const walked = await pressing(browser, session, url, { key: "n", presses });
    const decided = await pressing(browser, session, url, { key: "2", presses });
    const figure = (name: string, value: number, unit: string, atMost?: number): Figure => ({
      name: `${characters} characters, ${spans} spans of each of ${REVIEWERS}: ${name}`,
      value,
      unit,
      ...(atMost === undefined ? {} : { limit: { atMost } }),
    });
    // The first is of a server that has not answered yet.
    const median = (of: (one: Opened) => number) => quantile(opened.slice(1).map(of), 0.5);
    return [
      figure("begin", begun, "ms"),
      figure(
        "open to the first dispute, median",
        median(({ ready }) => ready),
        "ms",
        OPEN,
      ),
      figure(
        "sent for the page, packed",
        median(({ sent }) => sent),
        "KiB",
      ),
      figure(
        "heap",
        median(({ heap }) => heap),
        "MB",
      ),
      ...[
        { what: "going on", of: walked },
        { what: "deciding", of: decided },
      ].flatMap(({ what, of }) => [
        figure(`${what} by a key, median`, quantile(of.painted, 0.5), "ms", KEY),
        figure(`${what} by a key, p95`, quantile(of.painted, 0.95), "ms"),
        figure(`${what}, busy, median`, quantile(of.busy, 0.5), "ms"),
      ]),
    ];
  } finally {
    await browser.close();
  }
};

/** Has another reviewer mark and submit an article. @param nth which of them: what they differ in */
async function mark(articleId: string, nth: number, spans: number): Promise<void> {
  const email = `reviewer-${nth}@example.org`;
  const name = `Reviewer ${nth}`;
  const { id: userId } = await addUser(operator, { email, name, siteAdmin: false, password: null });
  await addMember(operator, "corpus", { email, role: "reviewer" });
  const user: UserActor = { kind: "user", userId, email, name, siteAdmin: false };
  const { annotation_set: set, text: value } = (await openArticle(user, articleId)).article;
  if (!set) throw new Error("The reviewer has no annotation set.");
  const text = new ArticleText(value);
  const step = Math.floor(text.length / (spans + 1));
  const operations = Array.from({ length: spans }, (_, at): Operation => {
    const start = at * step + 12 + (at % 3 === 1 ? nth * 4 : 0);
    const words = { start, end: start + Math.floor(step * 0.6) };
    const label = at % 3 === 2 && nth === 1 ? "denial" : "claim";
    const span = {
      id: uuidv7(),
      label,
      fragments: [words],
      quote: text.slice(words),
      attributes: {},
    };
    return { id: uuidv7(), type: "add_span", span };
  });
  let { revision } = set;
  for (let at = 0; at < operations.length; at += MAX_BATCH) {
    const batch = { revision, operations: operations.slice(at, at + MAX_BATCH) };
    ({ revision } = await annotate(user, set.id, batch));
  }
  await submit(user, set.id, { revision });
}

/** Milliseconds from the beginning of the navigation; `sent` is KiB, `heap` MB. */
type Opened = { readonly ready: number; readonly sent: number; readonly heap: number };

declare global {
  interface Window {
    gainsayInHandAt?: number;
    /** From the key to the next dispute, of the last press. */
    gainsayPainted?: number | undefined;
  }
}

async function opening(browser: Browser, session: Session, url: string): Promise<Opened> {
  const page = await aWindow(browser, session);
  await page.addInitScript(() => {
    const look = () => {
      const editor = document.querySelector<HTMLElement>(".desk .article[role=document]");
      const head = document.querySelector(".desk-panel h2")?.textContent ?? "";
      if (!editor?.offsetParent || !head.startsWith("Dispute")) return requestAnimationFrame(look);
      return scheduler.postTask(() => {
        window.gainsayInHandAt = performance.now();
      });
    };
    requestAnimationFrame(look);
  });
  await page.goto(url);
  await page.waitForFunction(() => window.gainsayInHandAt !== undefined);
  const { ready, sent } = await page.evaluate(() => {
    const entries = performance
      .getEntries()
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ initiatorType }) => !/^(?:script|link|css)$/.test(initiatorType));
    const bytes = entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    return { ready: window.gainsayInHandAt ?? Number.NaN, sent: bytes / 1024 };
  });
  await page.waitForTimeout(3000);
  const devTools = await devToolsOf(page);
  await devTools.send("HeapProfiler.collectGarbage");
  const heap = (await metric(devTools, "JSHeapUsedSize")) / 1e6;
  await page.context().close();
  return { ready, sent, heap };
}

/** Presses a key that brings the next dispute, again and again; times in milliseconds. */
async function pressing(
  browser: Browser,
  session: Session,
  url: string,
  { key, presses }: { key: string; presses: number },
): Promise<{ readonly painted: readonly number[]; readonly busy: readonly number[] }> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await page.locator(".desk .article[role=document]").waitFor();
  await page.waitForTimeout(3000);
  await page.evaluate((wanted) => {
    const head = () => document.querySelector(".desk-panel h2")?.textContent;
    addEventListener(
      "keydown",
      ({ key: pressed, timeStamp }) => {
        if (pressed !== wanted) return;
        const before = head();
        const look = () => {
          if (head() === before) return requestAnimationFrame(look);
          const painted = () => {
            window.gainsayPainted = performance.now() - timeStamp;
          };
          return scheduler.postTask(painted, { priority: "user-blocking" });
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  }, key);
  const devTools = await devToolsOf(page);
  const painted: number[] = [];
  const busy: number[] = [];
  for (let turn = 0; turn < presses; turn += 1) {
    await page.evaluate(() => {
      window.gainsayPainted = undefined;
    });
    const before = await metric(devTools, "TaskDuration");
    await page.keyboard.press(key);
    await page.waitForTimeout(500);
    busy.push(((await metric(devTools, "TaskDuration")) - before) * 1000);
    painted.push((await page.evaluate(() => window.gainsayPainted)) ?? Number.POSITIVE_INFINITY);
  }
  await page.context().close();
  return { painted, busy };
}
