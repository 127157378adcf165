/** A set of 32-bit hashes, none of them 0, in one typed array. */
export class HashSet {
  size = 0;
  #slots: Uint32Array;

  constructor(capacity = 1024) {
    this.#slots = new Uint32Array(capacity);
  }

  /** True when the hash was not there before. */
  add(hash: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
      if (found === hash) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = hash;
    if (++this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  has(hash: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
      if (found === hash) return true;
      slot = (slot + 1) & mask;
    }
    return false;
  }

  /** The hashes, in no order. */
  values(): Uint32Array {
    return this.#slots.filter((hash) => hash !== 0);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const hash of old) {
      if (hash === 0) continue;
      let slot = hash & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = hash;
    }
  }
}
