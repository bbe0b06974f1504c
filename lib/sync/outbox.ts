import { type DBSchema, type IDBPDatabase, openDB, unwrap } from "idb";
import type { Operation } from "@/lib/domain/operation";
import { fieldsOf, isListOf, isOperation, isRelation, isRevision, isSpan } from "./shapes";
import { ofUser, places } from "./stored-work";
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
  /** Whether the server had it and went back to before it: the reviewer is asked first. */
  readonly forgotten?: boolean;
};

/** What is stored and makes no sense here: damaged, or of a later version. Nobody touches it. */
export type UnreadableRecord = {
  readonly id: string;
  /** Nothing but its id, if the browser itself cannot read it. */
  readonly record: unknown;
};

export type StoredWork = {
  /** Each queue in the order it is to be sent. */
  readonly operations: UnsentOperation[];
  readonly unreadable: UnreadableRecord[];
};

/** Where operations outlive the page. Whatever cannot be done rejects; it may never answer, too. */
export type Outbox = {
  /** Resolves when all of it is stored; what is there under the same ids is replaced. */
  put(entries: readonly UnsentOperation[]): Promise<void>;
  /** What is not there is left out. */
  remove(ids: readonly string[]): Promise<void>;
  /** Everything of an owner. */
  all(owner: Owner): Promise<StoredWork>;
  /** Everything of a user, on whichever set. */
  allOf(user: string): Promise<StoredWork>;
  /** It has not answered: gives up the way to it, so that the next request finds another. */
  reconnect(): void;
};

interface Schema extends DBSchema {
  operations: { key: string; value: UnsentOperation; indexes: { owner: [string, string] } };
}

/** Entries that are handed to the browser in one go: about 10 ms on a small laptop. */
const SLICE = 250;

/** The outbox in IndexedDB. */
export class StoredOutbox implements Outbox {
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  async put(entries: readonly UnsentOperation[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(places.store, "readwrite");
    // All or nothing, yet the page has its turn in between: each entry is copied while it waits.
    const putting = async () => {
      // Stryker disable next-line EqualityOperator: a slice of nothing stores nothing
      for (let at = 0; at < entries.length; at += SLICE) {
        // Stryker disable next-line MethodExpression: all of them at once only keep the page waiting
        const slice = entries.slice(at, at + SLICE);
        const last = slice.pop();
        // A promise for each takes as long as storing it; one that fails ends the transaction.
        const store = unwrap(transaction.store);
        for (const entry of slice) store.put(entry);
        if (last) await transaction.store.put(last);
      }
    };
    await Promise.all([putting(), transaction.done]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(places.store, "readwrite");
    const store = unwrap(transaction.store);
    for (const id of ids) store.delete(id);
    await transaction.done;
  }

  async all({ user, set }: Owner): Promise<StoredWork> {
    return fromRecords(await this.#read(IDBKeyRange.only([user, set])));
  }

  async allOf(user: string): Promise<StoredWork> {
    return fromRecords(await this.#read(ofUser(user)));
  }

  reconnect(): void {
    const connecting = this.#database;
    this.#database = null;
    connecting?.then(
      // Stryker disable next-line ArrowFunction: one that answers late goes of itself, but later
      (database) => database.close(),
      () => undefined,
    );
  }

  async #read(owners: IDBKeyRange): Promise<unknown[]> {
    const database = await this.#open();
    try {
      return await database.getAllFromIndex(places.store, places.byOwner, owners);
    } catch {
      // One that is damaged spoils the list.
      const ids = await database.getAllKeysFromIndex(places.store, places.byOwner, owners);
      return Promise.all(ids.map((id) => database.get(places.store, id).catch(() => ({ id }))));
    }
  }

  /** One connection for all; a new one after it could not be opened or was closed by the browser. */
  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#database) return this.#database;
    const forget = () => {
      // Stryker disable next-line ConditionalExpression: or it is opened once more than needed
      if (this.#database === opened) this.#database = null;
    };
    const opened = openDB<Schema>(places.database, 1, {
      upgrade(database) {
        const store = database.createObjectStore(places.store, { keyPath: "id" });
        store.createIndex(places.byOwner, ["user", "set"]);
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

/** The one outbox of this window. */
export const browserOutbox: Outbox = new StoredOutbox();

/**
 * Divides what is stored, and puts the operations in order. The clock that ids are made of may be
 * put back: they only order what has no sequence.
 *
 * @param records each set's in the order of their ids, as the index has them
 */
export function fromRecords(records: readonly unknown[]): StoredWork {
  const operations = records.filter(isUnsentOperation);
  const unreadable = records.filter((record) => !isUnsentOperation(record));
  return {
    operations: operations.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)),
    unreadable: unreadable.map((record) => ({ id: String(fieldsOf(record).id), record })),
  };
}

function isUnsentOperation(value: unknown): value is UnsentOperation {
  const { user, set, id, queue, sequence, group, revision, operation, page, refused, mentioned } =
    fieldsOf(value);
  const { title, href } = fieldsOf(page);
  return (
    [user, set, id, queue, group, title, href].every((one) => typeof one === "string") &&
    (sequence === undefined || Number.isFinite(sequence)) &&
    isRevision(revision) &&
    isOperation(operation) &&
    (refused === null || typeof refused === "string") &&
    (mentioned === undefined || isMentioned(mentioned))
  );
}

function isMentioned(value: unknown): value is Mentioned {
  const { spans, relations } = fieldsOf(value);
  return isListOf(spans, isSpan) && isListOf(relations, isRelation);
}
