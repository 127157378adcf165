/** When something happened: the newest intervals of time, as many as it is told, in the order of their ends. */
export class IntervalList {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** How many were ever added: the newest stands at `(#added - 1) % capacity`. */
  #added = 0;

  constructor(capacity: number) {
    this.#starts = new Float64Array(capacity);
    this.#ends = new Float64Array(capacity);
  }

  add(start: number, end: number): void {
    const index = this.#added % this.#starts.length;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#added += 1;
  }

  /** Calls `visit` with the part of each interval that lies between the two moments, the newest first. */
  within(from: number, until: number, visit: (start: number, end: number) => void): void {
    const oldest = Math.max(0, this.#added - this.#starts.length);
    for (let nth = this.#added - 1; nth >= oldest; nth--) {
      const index = nth % this.#starts.length;
      const end = this.#ends[index]!;
      if (end <= from) return;
      const start = Math.max(this.#starts[index]!, from);
      if (start < until) visit(start, Math.min(end, until));
    }
  }
}
