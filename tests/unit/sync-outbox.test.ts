import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { StoredOutbox, type UnsentOperation } from "@/lib/sync/outbox";

beforeEach(() => vi.stubGlobal("indexedDB", new IDBFactory()));

function unsent(id: string, rest: Partial<UnsentOperation> = {}): UnsentOperation {
  return {
    user: "u",
    set: "s",
    id,
    queue: "q",
    sequence: 0,
    group: id,
    revision: 3,
    operation: { id, type: "set_article_note", note: id },
    page: { title: "Article", href: "/s" },
    refused: null,
    ...rest,
  };
}

const idsIn = (entries: readonly UnsentOperation[]) => entries.map(({ id }) => id);

test("what one page stored is there for the next, as it was", async () => {
  const entry = unsent("a", { refused: "No.", mentioned: { spans: [], relations: [] } });
  await new StoredOutbox().put([entry]);
  expect(await new StoredOutbox().all({ user: "u", set: "s" })).toEqual([entry]);
});

test("an owner gets what is theirs on that set, a user what is theirs on all", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([
    unsent("a"),
    unsent("b", { set: "t" }),
    unsent("c", { user: "t" }),
    unsent("d", { user: "v" }),
  ]);
  expect(idsIn(await outbox.all({ user: "u", set: "s" }))).toEqual(["a"]);
  expect(idsIn(await outbox.allOf("u"))).toEqual(["a", "b"]);
});

test.for([
  { name: "by their place, the lowest first", sequences: [5, -2, 0], expected: ["b", "c", "a"] },
  {
    name: "by their ids where they have one place",
    sequences: [1, 1, 1],
    expected: ["a", "b", "c"],
  },
  { name: "by their ids where they have none", sequences: [], expected: ["a", "b", "c"] },
])("operations come $name", async ({ sequences, expected }) => {
  const outbox = new StoredOutbox();
  const entries = ["a", "b", "c"].map((id, index) => {
    const { sequence, ...entry } = unsent(id);
    const place = sequences[index];
    return place === undefined ? entry : { ...entry, sequence: place };
  });
  await outbox.put(entries.toReversed());
  expect(idsIn(await outbox.all({ user: "u", set: "s" }))).toEqual(expected);
  expect(idsIn(await outbox.allOf("u"))).toEqual(expected);
});

test("what is put under an id that is there replaces it", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a")]);
  await outbox.put([unsent("a", { queue: "other" })]);
  expect(await outbox.all({ user: "u", set: "s" })).toMatchObject([{ queue: "other" }]);
});

test("what is removed is gone, what was never there does not matter", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a"), unsent("b")]);
  await outbox.remove(["a", "never"]);
  expect(idsIn(await outbox.allOf("u"))).toEqual(["b"]);
});

/** Opens the storage as a page of a later version does. */
function openLater(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("gainsay", 2);
    request.onsuccess = () => resolve(request.result);
    request.onblocked = () => reject(new Error("It waits for the page of now."));
  });
}

test("after the storage could not be opened, it is tried again", async () => {
  const outbox = new StoredOutbox();
  (await openLater()).close();
  await expect(outbox.put([unsent("a")])).rejects.toThrow();
  vi.stubGlobal("indexedDB", new IDBFactory());
  await outbox.put([unsent("a")]);
  expect(idsIn(await outbox.allOf("u"))).toEqual(["a"]);
});

test("a page of a later version is not kept from changing the storage", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a")]);
  (await openLater()).close();
  // What is of a later version cannot be read here, and that is said.
  await expect(outbox.allOf("u")).rejects.toThrow();
});

test("after the browser's data were cleared, it begins anew", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a")]);
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("gainsay");
    request.onsuccess = resolve;
    request.onblocked = () => reject(new Error("It waits for the page of now."));
  });
  await outbox.put([unsent("b")]);
  expect(idsIn(await outbox.allOf("u"))).toEqual(["b"]);
});

test("one page opens the storage once", async () => {
  const open = vi.spyOn(indexedDB, "open");
  const outbox = new StoredOutbox();
  await Promise.all([outbox.put([unsent("a")]), outbox.put([unsent("b")]), outbox.allOf("u")]);
  expect(open).toHaveBeenCalledTimes(1);
});
