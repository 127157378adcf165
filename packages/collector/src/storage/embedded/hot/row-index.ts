/** Finds rows by a 32-bit hash: open addressing over the newest row of each hash, and a chain to the ones before. */
export class RowIndex {
  #slots: Int32Array;
  #previous: Int32Array;
  #hashes: Uint32Array;
  #used = 0;

  constructor(capacity: number) {
    this.#slots = new Int32Array(capacity * 2);
    this.#previous = new Int32Array(capacity);
    this.#hashes = new Uint32Array(capacity);
  }

  /** Rows must be added in order: 0, 1, 2 … */
  add(row: number, hash: number): void {
    if (row >= this.#previous.length) this.#growRows();
    if (this.#used * 2 > this.#slots.length) this.#growSlots();
    this.#hashes[row] = hash;
    const slot = this.#slotOf(hash);
    this.#previous[row] = this.#slots[slot] as number;
    if (this.#slots[slot] === 0) this.#used++;
    this.#slots[slot] = row + 1;
  }

  /** The newest row of this hash, or -1. */
  newest(hash: number): number {
    return (this.#slots[this.#slotOf(hash)] as number) - 1;
  }

  /** The row of the same hash before this one, or -1. */
  before(row: number): number {
    return (this.#previous[row] as number) - 1;
  }

  /** Each distinct hash with its newest row. */
  forEachHash(visit: (hash: number, newest: number) => void): void {
    for (const next of this.#slots) if (next !== 0) visit(this.#hashes[next - 1] as number, next - 1);
  }

  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let next = this.#slots[slot] as number; next !== 0; next = this.#slots[slot] as number) {
      if (this.#hashes[next - 1] === hash) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #growRows(): void {
    const previous = this.#previous;
    const hashes = this.#hashes;
    this.#previous = new Int32Array(previous.length * 2);
    this.#previous.set(previous);
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#hashes.set(hashes);
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (const next of old) if (next !== 0) this.#slots[this.#slotOf(this.#hashes[next - 1] as number)] = next;
  }
}
