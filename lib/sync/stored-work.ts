/** Where work that waits to be sent is stored in IndexedDB. */
export const places = { database: "gainsay", store: "operations", byOwner: "owner" } as const;

/**
 * Whether this browser has stored anything of a user's work. Loads nothing and makes nothing: every
 * page asks, and few browsers have any.
 */
export function hasStoredWork(user: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (typeof indexedDB === "undefined") return resolve(false);
    const opening = indexedDB.open(places.database);
    // It was not there, and need not come to be.
    // Stryker disable next-line OptionalChaining: who upgrades has a transaction
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = (event) => {
      // Stryker disable next-line CallExpression: or some browsers report what has been dealt with
      event.preventDefault();
      resolve(false);
    };
    opening.onsuccess = () => {
      const database = opening.result;
      const operations = database.transaction(places.store).objectStore(places.store);
      const counting = operations.index(places.byOwner).count(ofUser(user));
      counting.onsuccess = () => resolve(counting.result > 0);
      // Stryker disable next-line ArrowFunction,BooleanLiteral: only a broken disk would tell
      counting.onerror = () => resolve(true); // Who reads one by one finds out more.
      database.close(); // Once that is done.
    };
  });
}

/** The keys of all that is a user's, by owner. */
export function ofUser(user: string): IDBKeyRange {
  // In the order of keys, lists come after strings.
  // Stryker disable next-line ArrayDeclaration: whatever is in the list
  return IDBKeyRange.bound([user], [user, []]);
}
