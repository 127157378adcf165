import type { JournalPosition } from './journal-position.ts';

/** Measures distances in a journal of several parts. */
export class JournalMeter {
  /** Bytes before each part written since start. */
  readonly #before = new Map<number, number>();
  #end: JournalPosition = { part: 0, offset: 0 };
  #total = 0;

  /** The journal now ends here. */
  reached(end: JournalPosition): void {
    if (end.part !== this.#end.part) {
      this.#before.set(end.part, this.#total);
      this.#end = { part: end.part, offset: 0 };
    }
    this.#total += end.offset - this.#end.offset;
    this.#end = end;
  }

  /** Bytes between a position and the end; those of parts from before the start are not counted. */
  bytesBehind({ part, offset }: JournalPosition): number {
    for (const known of this.#before.keys()) if (known < part) this.#before.delete(known);
    const before = this.#before.get(part);
    return this.#total - (before === undefined ? this.#totalBefore(part) : before + offset);
  }

  #totalBefore(part: number): number {
    return part < this.#end.part ? (this.#before.values().next().value ?? this.#total) : this.#total;
  }
}
