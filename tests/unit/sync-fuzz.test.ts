import { v7 as uuid } from "uuid";
import { expect, onTestFinished, test, vi } from "vitest";
import { addRelation, addSpan, linksBetween, relabel, removeSpan } from "@/lib/annotator/edits";
import { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import type { SyncedSet } from "@/lib/sync/synced-set";
import { aSession, contentOf, context, saved, setUp, text } from "./sync-page";
import { OutboxInMemory, type Weather } from "./sync-server";

/** A random sequence that is the same for the same seed (mulberry32). */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** One random gesture; what the rules refuse is refused here as on the page. */
function fumble(session: SyncedSet, roll: (sides: number) => number): void {
  const { spans, relations } = session.view();
  const span = spans[roll(Math.max(1, spans.length))];
  const other = spans[roll(Math.max(1, spans.length))];
  const label = defaultScheme.labels[roll(3)]?.name ?? "claim";
  try {
    switch (roll(10)) {
      case 0:
      case 1:
      case 2: {
        const start = text.boundaryBefore(roll(text.length - 8));
        const end = text.boundaryAfter(start + 2 + roll(6));
        session.perform(addSpan(text, uuid(), label, { start, end }));
        break;
      }
      case 3:
        if (span) session.perform(relabel(defaultScheme, session.current, span, label));
        break;
      case 4:
        if (span) session.perform(removeSpan(session.current, span.id));
        break;
      case 5:
      case 6: {
        const links =
          span && other ? linksBetween(defaultScheme, session.current, span, other) : [];
        const link = links[roll(Math.max(1, links.length))];
        if (link) session.perform(addRelation(uuid(), link));
        break;
      }
      case 7: {
        const relation = relations[roll(Math.max(1, relations.length))];
        if (relation) {
          session.perform([{ type: "remove_relation", relation: { id: relation.id } }]);
        }
        break;
      }
      case 8:
        session.undo();
        break;
      case 9:
        session.redo();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

test.for(Array.from({ length: 100 }, (_, index) => index + 1))(
  "three devices on a bad network end with the same set, nothing vanishes (seed %i)",
  { timeout: 30_000 },
  async (seed) => {
    const roll = dice(seed);
    const { server, set } = setUp();
    const weathers: Weather[] = ["fine", "fine", "fine", "before", "after"];
    server.weather = () => weathers[roll(weathers.length)] ?? "fine";
    // Two pages of one browser, and another device.
    const outbox = new OutboxInMemory();
    const sessions = [
      aSession(server, set, outbox),
      aSession(server, set, outbox),
      aSession(server, `${set} elsewhere`),
    ];
    const made = new Set<string>();
    const put = vi.spyOn(OutboxInMemory.prototype, "put");
    onTestFinished(() => put.mockRestore());
    for (let turn = 0; turn < 40; turn += 1) {
      const session = sessions[roll(sessions.length)];
      if (session) fumble(session, roll);
      if (roll(3) === 0) await new Promise((resolve) => setTimeout(resolve, roll(3)));
    }
    server.weather = () => "fine";
    for (const session of sessions) {
      session.resume();
      await saved(session);
    }
    for (const [entries] of put.mock.calls) for (const { id } of entries) made.add(id);

    const replayed = new Annotations();
    for (const operation of server.log) replayed.apply(operation, context);
    expect(contentOf(new Annotations(server.state))).toEqual(contentOf(replayed));
    // A page that is behind learns of it with its next change.
    for (const session of sessions) {
      session.perform([{ type: "set_article_note", note: `end ${sessions.indexOf(session)}` }]);
      await saved(session);
      expect(contentOf(session.current)).toEqual(contentOf(new Annotations(server.state)));
    }
    const known = new Set(server.log.map(({ id }) => id));
    for (const session of sessions) for (const { id } of session.view().lost) known.add(id);
    expect([...made].filter((id) => !known.has(id))).toEqual([]);
    expect([...outbox.entries.values()].filter(({ refused }) => refused === null)).toEqual([]);
  },
);

test.for(Array.from({ length: 30 }, (_, index) => index + 1))(
  "undoing everything restores the beginning, doing it again the end (seed %i)",
  (seed) => {
    const roll = dice(seed);
    const { server, set } = setUp();
    const session = aSession(server, set);
    const beginning = contentOf(session.current);
    for (let turn = 0; turn < 60; turn += 1) fumble(session, roll);
    while (session.view().canRedo) session.redo();
    const end = contentOf(session.current);
    while (session.view().canUndo) session.undo();
    expect(contentOf(session.current)).toEqual(beginning);
    while (session.view().canRedo) session.redo();
    expect(contentOf(session.current)).toEqual(end);
  },
);
