import { MAX_BATCH } from "@/lib/domain/limits";
import { browser, type Environment } from "./environment";
import { browserOutbox, type Outbox, type Page, type UnsentOperation } from "./outbox";
import { fieldsOf } from "./shapes";
import { channelOf, type Message, unlessSent } from "./tabs";
import { HttpTransport, type Sent, type Transport } from "./transport";

/** What earlier visits left of one annotation set in this browser, and how it stands. */
export type UnsentWork = {
  readonly set: string;
  /** The article's. */
  readonly page: Page;
  /** How many changes the server has not acknowledged. */
  readonly changes: number;
  /** How many changes could not be kept, or cannot be read, and nobody has looked at. */
  readonly lost: number;
  /**
   * "waiting" for the reviewer, on the article's own page: the set has changed or is submitted, the
   * server refuses, or there is only what is lost. "later": the server is busy.
   */
  readonly state: "sending" | "sent" | "offline" | "signed_out" | "later" | "waiting";
};

export type UnsentWorkOptions = {
  readonly user: string;
  /** The address of the page that is open: it sends its own. */
  readonly path?: string;
  /** Told as soon as a set's work is on its way. */
  readonly sending?: (work: UnsentWork) => void;
  // What stands in for the server and the browser in tests:
  readonly outbox?: Outbox;
  readonly transportTo?: (set: string) => Transport;
  readonly environment?: Environment;
};

/**
 * Sends what earlier visits of this user left unsent in this browser, set by set. Where that has
 * become more than sending it, it stays for the article's own page. Leaves alone what an open page
 * sends.
 *
 * @returns each set of which something was sent or is left; those that an open page sends are none
 * @throws whatever the browser's storage fails with as it is read
 */
export async function sendUnsentWork({
  user,
  path,
  sending,
  outbox = browserOutbox,
  // Stryker disable next-line ArrowFunction: the browser's own, in the tests of the pages
  transportTo = (set) => new HttpTransport(set),
  environment = browser,
}: UnsentWorkOptions): Promise<UnsentWork[]> {
  const { operations, unreadable } = await outbox.allOf(user);
  const elsewhere = operations.filter(({ page }) => pathOf(page) !== path);
  const works: UnsentWork[] = [];
  for (const [set, entries] of Map.groupBy(elsewhere, (entry) => entry.set)) {
    const [first] = entries;
    // Stryker disable next-line ConditionalExpression: a group has one at least
    if (!first) continue;
    const { page } = first;
    const damaged = unreadable.filter(({ record }) => fieldsOf(record).set === set);
    const unsent = entries.filter(({ refused }) => refused === null);
    const lost = entries.length - unsent.length + damaged.length;
    const of = (changes: number, state: UnsentWork["state"]) => ({
      set,
      page,
      changes,
      lost,
      state,
    });
    const outcomes: QueueOutcome[] = [];
    for (const [queue, queued] of Map.groupBy(unsent, (entry) => entry.queue)) {
      const outcome = await unlessSent(environment, queue, () => {
        sending?.(of(queued.length, "sending"));
        return sendQueue(queued, outbox, transportTo(set));
      });
      if (outcome) outcomes.push(outcome);
    }
    const sent = outcomes.reduce((sum, outcome) => sum + outcome.sent, 0);
    const left = outcomes.reduce((sum, outcome) => sum + outcome.left, 0);
    if (sent > 0) tellPages(environment, set);
    const obstacle = outcomes.find(({ state }) => state !== "sent")?.state;
    if (obstacle) works.push(of(left, obstacle));
    else if (lost > 0) works.push(of(0, "waiting"));
    else if (sent > 0) works.push(of(sent, "sent"));
  }
  return works;
}

type QueueOutcome = {
  readonly sent: number;
  readonly left: number;
  readonly state: Exclude<UnsentWork["state"], "sending">;
};

async function sendQueue(
  entries: readonly UnsentOperation[],
  outbox: Outbox,
  transport: Transport,
): Promise<QueueOutcome> {
  const outcome = (sent: number, state: QueueOutcome["state"]) => {
    return { sent, left: entries.length - sent, state };
  };
  if (entries.some(({ forgotten }) => forgotten)) return outcome(0, "waiting");
  let revision = Math.min(...entries.map((entry) => entry.revision));
  let head: string | null = null;
  for (let at = 0; at < entries.length; at += MAX_BATCH) {
    const batch = entries.slice(at, at + MAX_BATCH);
    const answer = await transport.send(
      revision,
      batch.map(({ operation }) => operation),
      head,
    );
    if (answer.kind !== "accepted") return outcome(at, stateAfter(answer));
    revision = Math.max(...answer.revisions.values());
    ({ head } = answer);
    // What cannot be removed is sent once more some day, and answered as before.
    await outbox.remove(batch.map(({ id }) => id)).catch(() => undefined);
  }
  return outcome(entries.length, "sent");
}

function stateAfter({ kind }: Exclude<Sent, { kind: "accepted" }>): QueueOutcome["state"] {
  if (kind === "unreachable") return "offline";
  return kind === "signed_out" || kind === "later" ? kind : "waiting";
}

/** Pages that show the set do not know yet. */
function tellPages({ openChannel }: Environment, set: string): void {
  const channel = openChannel(channelOf(set), () => undefined);
  // Stryker disable next-line ObjectLiteral: what is none of the other messages is taken for this
  channel?.post({ kind: "changed" } satisfies Message);
  channel?.close();
}

function pathOf({ href }: Page): string {
  return href.replace(/\?.*/, "");
}
