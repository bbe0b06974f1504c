import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StoredOutbox, type StoredWork, type UnsentOperation } from "@/lib/sync/outbox";
import { hasStoredWork } from "@/lib/sync/stored-work";

beforeEach(() => vi.stubGlobal("indexedDB", new IDBFactory()));
afterEach(() => vi.restoreAllMocks());

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

const idsIn = ({ operations }: StoredWork) => operations.map(({ id }) => id);

test("what one page stored is there for the next, as it was", async () => {
  const entry = unsent("a", { refused: "No.", mentioned: { spans: [], relations: [] } });
  await new StoredOutbox().put([entry]);
  expect(await new StoredOutbox().all({ user: "u", set: "s" })).toEqual({
    operations: [entry],
    unreadable: [],
  });
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
  expect(await outbox.all({ user: "u", set: "s" })).toMatchObject({
    operations: [{ queue: "other" }],
  });
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

test("a user has stored work as long as anything of theirs is there", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a")]);
  expect([await hasStoredWork("u"), await hasStoredWork("v")]).toEqual([true, false]);
  await outbox.remove(["a"]);
  expect(await hasStoredWork("u")).toBe(false);
});

test("looking for stored work does not make a storage", async () => {
  expect(await hasStoredWork("u")).toBe(false);
  expect(await indexedDB.databases()).toEqual([]);
  await new StoredOutbox().put([unsent("a")]);
  expect(await hasStoredWork("u")).toBe(true);
});

test("where the browser has no storage, there is no stored work", async () => {
  vi.stubGlobal("indexedDB", undefined);
  expect(await hasStoredWork("u")).toBe(false);
});

test("looking for stored work keeps no page of a later version waiting", async () => {
  await new StoredOutbox().put([unsent("a")]);
  vi.stubGlobal("indexedDB", indexedDB);
  await hasStoredWork("u");
  (await openLater()).close();
});

test("one record that the browser cannot read does not hide the others", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a"), unsent("b")]);
  const damaged = () => {
    throw new DOMException("Data lost due to missing file.", "NotReadableError");
  };
  vi.spyOn(IDBIndex.prototype, "getAll").mockImplementation(damaged);
  const { get } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function (this: IDBObjectStore, id) {
    return id === "a" ? damaged() : get.call(this, id);
  });
  const { operations, unreadable } = await outbox.allOf("u");
  expect([operations.map(({ id }) => id), unreadable]).toEqual([
    ["b"],
    [{ id: "a", record: { id: "a" } }],
  ]);
});

test.for([
  ["queue", 7],
  ["sequence", "first"],
  ["group", undefined],
  ["revision", -1],
  ["operation", { id: "a", type: "add_span" }],
  ["operation", { type: "set_article_note", note: "x" }],
  ["page", { title: "Article" }],
  ["refused", undefined],
  ["mentioned", { spans: [{}], relations: [] }],
  ["mentioned", { spans: [] }],
] as const)(
  "a record whose %s makes no sense is unreadable, and the others are read",
  async ([field, value]) => {
    const outbox = new StoredOutbox();
    const damaged = { ...unsent("a"), [field]: value } as UnsentOperation;
    await outbox.put([damaged, unsent("b")]);
    const { operations, unreadable } = await outbox.all({ user: "u", set: "s" });
    expect(operations.map(({ id }) => id)).toEqual(["b"]);
    expect(unreadable).toEqual([{ id: "a", record: damaged }]);
  },
);

test("who reconnects finds what was stored, and the old way is closed", async () => {
  const outbox = new StoredOutbox();
  await outbox.put([unsent("a")]);
  const open = vi.spyOn(indexedDB, "open");
  outbox.reconnect();
  expect(idsIn(await outbox.allOf("u"))).toEqual(["a"]);
  expect(open).toHaveBeenCalledTimes(1);
});

test("after a storage that never answered, reconnecting finds one that does", async () => {
  vi.spyOn(indexedDB, "open").mockReturnValueOnce(new IDBOpenDBRequest());
  const outbox = new StoredOutbox();
  void outbox.allOf("u");
  outbox.reconnect();
  await outbox.put([unsent("a")]);
  expect(idsIn(await outbox.allOf("u"))).toEqual(["a"]);
});

test("who reconnects before anything was asked finds what is asked then", async () => {
  const outbox = new StoredOutbox();
  outbox.reconnect();
  expect(await outbox.allOf("nobody")).toMatchObject({ operations: [] });
});
