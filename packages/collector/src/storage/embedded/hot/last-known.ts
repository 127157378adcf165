/** Objects that are met once only, as those of a sender that changes them with every body, must not pile up. */
const most = 1024;

/** Remembers what is known of objects; spans in a row share them, so the last one is looked at first. */
export class LastKnown<Key extends object, Value> {
  readonly #learn: (key: Key) => Value;
  readonly #values = new Map<Key, Value>();
  #lastKey: Key | undefined;
  #lastValue: Value | undefined;

  constructor(learn: (key: Key) => Value) {
    this.#learn = learn;
  }

  get(key: Key): Value {
    if (this.#lastKey === key) return this.#lastValue as Value;
    this.#lastValue = this.#values.get(key) ?? this.#keep(key);
    this.#lastKey = key;
    return this.#lastValue;
  }

  #keep(key: Key): Value {
    if (this.#values.size === most) this.#values.clear();
    const value = this.#learn(key);
    this.#values.set(key, value);
    return value;
  }
}
