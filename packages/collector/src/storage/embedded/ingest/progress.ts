import type { JournalPosition } from '../journal/journal-position.ts';

const fields = [
  'part',
  'offset',
  'convertedSpans',
  'hotSpans',
  'segments',
  'segmentBytes',
  'segmentSpans',
  'replayedBodies',
  'tornFrames',
  'quarantinedBodies',
  'readingPart',
  'readingOffset',
  'damagedFrames',
  'damagedSegments',
  'quarantinedSpans',
] as const;

export type ProgressField = (typeof fields)[number];

/** How far the ingest worker is, in memory that both threads see and that outlives the worker. One writer at a time. */
export class Progress {
  readonly buffer: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(fields.length * 8)) {
    this.buffer = buffer;
    this.#values = new Float64Array(buffer);
  }

  get(field: ProgressField): number {
    return this.#values[fields.indexOf(field)] as number;
  }

  set(field: ProgressField, value: number): void {
    this.#values[fields.indexOf(field)] = value;
  }

  add(field: ProgressField, more: number): void {
    this.set(field, this.get(field) + more);
  }

  /** The body that is being converted just now. What is left here by a worker that ended is what it ended at. */
  get reading(): JournalPosition | undefined {
    const part = this.get('readingPart');
    return part === 0 ? undefined : { part, offset: this.get('readingOffset') };
  }

  set reading(at: JournalPosition | undefined) {
    this.set('readingOffset', at?.offset ?? 0);
    this.set('readingPart', at?.part ?? 0);
  }

  /** Where the next body to convert begins. */
  get position(): JournalPosition {
    return { part: this.get('part'), offset: this.get('offset') };
  }

  set position({ part, offset }: JournalPosition) {
    this.set('part', part);
    this.set('offset', offset);
  }
}
