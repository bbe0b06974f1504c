/** A map that makes what it is asked for and has not. */
export class GrowingMap<Key, Value> extends Map<Key, Value> {
  readonly #make: (key: Key) => Value;

  constructor(make: (key: Key) => Value) {
    super();
    this.#make = make;
  }

  need(key: Key): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = this.#make(key);
    this.set(key, made);
    return made;
  }
}
