import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Operation } from "@/lib/domain/operation";

/** Whose operations, and on which annotation set. */
export type Owner = { readonly user: string; readonly set: string };

/** The page that shows an annotation set, to lead back to it. */
export type Place = { readonly title: string; readonly href: string };

/** An operation kept in the browser until the server has acknowledged it. */
export type Kept = Owner & {
  readonly id: string;
  /** The open page that sends it; another takes it over when that page is gone. */
  readonly queue: string;
  readonly group: string;
  /** The revision of the set when it was made. */
  readonly revision: number;
  readonly operation: Operation;
  readonly place: Place;
  /** Why the server's state does not take it; null while it is to be sent. */
  readonly refused: string | null;
};

/** Where operations outlive the page. */
export type Outbox = {
  /** Resolves when all of it is stored. */
  put(entries: readonly Kept[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Everything of an owner, in the order it is to be sent. */
  all(owner: Owner): Promise<Kept[]>;
  /** Everything of a user, on whichever set. */
  allOf(user: string): Promise<Kept[]>;
};

interface Schema extends DBSchema {
  operations: { key: string; value: Kept; indexes: { owner: [string, string] } };
}

/** The outbox in IndexedDB. */
export class StoredOutbox implements Outbox {
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  async put(entries: readonly Kept[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("operations", "readwrite");
    await Promise.all([...entries.map((entry) => transaction.store.put(entry)), transaction.done]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("operations", "readwrite");
    await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
  }

  async all({ user, set }: Owner): Promise<Kept[]> {
    const database = await this.#open();
    const found = await database.getAllFromIndex("operations", "owner", [user, set]);
    // Operation ids are UUIDv7: in the order of their ids is in the order they were made.
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async allOf(user: string): Promise<Kept[]> {
    const database = await this.#open();
    // In the order of keys, lists come after strings.
    const found = await database.getAllFromIndex(
      "operations",
      "owner",
      IDBKeyRange.bound([user], [user, []]),
    );
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= openDB<Schema>("gainsay", 1, {
      upgrade(database) {
        const store = database.createObjectStore("operations", { keyPath: "id" });
        store.createIndex("owner", ["user", "set"]);
      },
    });
    return this.#database;
  }
}
