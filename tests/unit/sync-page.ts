import { v7 as uuid } from "uuid";
import { expect, onTestFinished, vi } from "vitest";
import type { Annotations } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { SyncedSet } from "@/lib/sync/synced-set";
import { OutboxInMemory, SetOnServer, type Weather } from "./sync-server";

export const text = new ArticleText(
  "Tehran denied it. “The plot”, he said, “was real” 😀 and more of it.",
);
export const context = { text, scheme: defaultScheme };
const pace = { coalesce: 0, retry: 1, longestRetry: 3, fresh: 1e9 };

/** A page open on a set, closed when the test is over. */
export function aSession(
  server: SetOnServer,
  set: string,
  outbox = new OutboxInMemory(),
  weather?: () => Weather,
) {
  const owner = { user: "u", set };
  const session = new SyncedSet({
    owner,
    place: { title: "Article", href: `/${set}` },
    set: structuredClone(server.state),
    context,
    transport: server.transport(weather),
    outbox,
    pace,
  });
  const close = session.start();
  onTestFinished(close);
  return Object.assign(session, { outbox, shut: close });
}

export function setUp() {
  const server = new SetOnServer(context);
  return { server, set: uuid() };
}

export const saved = (session: SyncedSet) =>
  vi.waitFor(() => expect(session.view().saving.state).toBe("saved"), {
    timeout: 10_000,
    interval: 4,
  });

export const contentOf = ({ spans, relations, note }: SyncedSet["current"] | Annotations) => ({
  spans: [...spans.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  relations: [...relations.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  note,
});
