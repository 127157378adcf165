/**
 * When something happened and how much of it there was: the newest intervals of time, as many as it is told, in the order of their
 * ends.
 */
export class IntervalList {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #amounts: Float64Array;
  /** How many were ever added: the newest stands at `(#added - 1) % capacity`. */
  #added = 0;

  constructor(capacity: number) {
    this.#starts = new Float64Array(capacity);
    this.#ends = new Float64Array(capacity);
    this.#amounts = new Float64Array(capacity);
  }

  add(start: number, end: number, amount: number = 0): void {
    const index = this.#added % this.#starts.length;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#amounts[index] = amount;
    this.#added += 1;
  }

  /** Calls `visit` with the part of each interval that lies between the two moments, and that part of its amount, the newest first. */
  within(from: number, until: number, visit: (start: number, end: number, amount: number) => void): void {
    const oldest = Math.max(0, this.#added - this.#starts.length);
    for (let nth = this.#added - 1; nth >= oldest; nth--) {
      const index = nth % this.#starts.length;
      if (this.#ends[index]! <= from) return;
      if (this.#starts[index]! < until) this.#visit(index, from, until, visit);
    }
  }

  #visit(
    index: number,
    from: number,
    until: number,
    visit: (start: number, end: number, amount: number) => void,
  ): void {
    const [wholeStart, wholeEnd] = [this.#starts[index]!, this.#ends[index]!];
    const [start, end] = [Math.max(wholeStart, from), Math.min(wholeEnd, until)];
    visit(start, end, (this.#amounts[index]! * (end - start)) / (wholeEnd - wholeStart));
  }
}
