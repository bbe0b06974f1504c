import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Operation } from "@/lib/domain/operation";
import type { Mentioned } from "./working-copy";

/** Whose operations, and on which annotation set. */
export type Owner = { readonly user: string; readonly set: string };

/** The page that shows an annotation set, to lead back to it. */
export type Page = { readonly title: string; readonly href: string };

/** An operation stored in the browser until the server has acknowledged it. */
export type UnsentOperation = Owner & {
  readonly id: string;
  /** The open page that sends it; another takes it over when that page is gone. */
  readonly queue: string;
  /**
   * Its place among those of its queue, the lowest first; may be negative. Missing in what was
   * stored before there were any.
   */
  readonly sequence?: number;
  readonly group: string;
  /** The revision of the set when it was made. */
  readonly revision: number;
  readonly operation: Operation;
  readonly page: Page;
  /** Why it could not be kept; null while it is to be sent. */
  readonly refused: string | null;
  /** What it spoke of when it was refused. */
  readonly mentioned?: Mentioned;
};

/** Where operations outlive the page. Whatever cannot be done rejects; it may never answer, too. */
export type Outbox = {
  /** Resolves when all of it is stored; what is there under the same ids is replaced. */
  put(entries: readonly UnsentOperation[]): Promise<void>;
  /** What is not there is left out. */
  remove(ids: readonly string[]): Promise<void>;
  /** Everything of an owner, each queue in the order it is to be sent. */
  all(owner: Owner): Promise<UnsentOperation[]>;
  /** Everything of a user, on whichever set, each queue in the order it is to be sent. */
  allOf(user: string): Promise<UnsentOperation[]>;
};

interface Schema extends DBSchema {
  operations: { key: string; value: UnsentOperation; indexes: { owner: [string, string] } };
}

/** The outbox in IndexedDB. */
export class StoredOutbox implements Outbox {
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  async put(entries: readonly UnsentOperation[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("operations", "readwrite");
    await Promise.all([...entries.map((entry) => transaction.store.put(entry)), transaction.done]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("operations", "readwrite");
    await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
  }

  async all({ user, set }: Owner): Promise<UnsentOperation[]> {
    const database = await this.#open();
    return inOrder(await database.getAllFromIndex("operations", "owner", [user, set]));
  }

  async allOf(user: string): Promise<UnsentOperation[]> {
    const database = await this.#open();
    // In the order of keys, lists come after strings.
    // Stryker disable next-line ArrayDeclaration: whatever is in the list
    const ofUser = IDBKeyRange.bound([user], [user, []]);
    return inOrder(await database.getAllFromIndex("operations", "owner", ofUser));
  }

  /** One connection for all; a new one after it could not be opened or was closed by the browser. */
  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#database) return this.#database;
    const forget = () => {
      this.#database = null;
    };
    const opened = openDB<Schema>("gainsay", 1, {
      upgrade(database) {
        const store = database.createObjectStore("operations", { keyPath: "id" });
        store.createIndex("owner", ["user", "set"]);
      },
      // A page of a later version waits for this one to let go.
      blocking: (_current, _blocked, event) => {
        forget();
        (event.target as IDBDatabase).close(); // "versionchange" goes to a connection.
      },
      terminated: forget,
    });
    opened.catch(forget);
    this.#database = opened;
    return opened;
  }
}

/**
 * The clock that ids are made of may be put back: they only order what has no sequence.
 *
 * @param entries each set's in the order of their ids, as the index has them
 */
function inOrder(entries: readonly UnsentOperation[]): UnsentOperation[] {
  return entries.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}
