import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { errorCode } from '../storage-failure.ts';
import { rollUpPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { RollUpFacts } from './roll-up-file.ts';
import { factsOf, readRollUpFacts } from './roll-up-file.ts';

/** A roll-up that is on disk. */
export interface RollUpFile {
  /** In the folder of the segments. */
  readonly name: string;
  readonly header: RollUpFacts;
  readonly bytes: number;
}

/** Whether it was merged of several. */
export function isMerged({ header }: RollUpFile): boolean {
  return header.segments.length > 1;
}

/**
 * Which roll-ups there are: those of single segments beside them, and merged ones, which take their place. A segment counts in
 * one file. A merged file goes with the last of its segments.
 */
export class RollUpFiles {
  readonly #directory: string;
  readonly #log: (message: string) => void;
  readonly #files = new Map<string, RollUpFile>();

  constructor(directory: string, log: (message: string) => void) {
    this.#directory = directory;
    this.#log = log;
  }

  /** Looks at what is there; removes what counts no segment that is left, or none that a larger one does not count. */
  recover(segments: readonly SegmentInfo[]): void {
    const written = new Map(segments.map(({ number, header }) => [number, header.writtenMicros]));
    const found = readdirSync(this.#directory).filter((name) => name.endsWith('.rollup'));
    const files = found.flatMap((name) => this.#read(name));
    files.sort((a, b) => b.header.segments.length - a.header.segments.length);
    const counted = new Set<number>();
    for (const file of files) {
      const left = file.header.segments.filter(({ number, writtenMicros }) => written.get(number) === writtenMicros);
      if (left.length === 0 || left.some(({ number }) => counted.has(number))) this.#unlink(file.name);
      else {
        for (const { number } of left) counted.add(number);
        this.#files.set(file.name, file);
      }
    }
  }

  /** Oldest first. */
  list(): RollUpFile[] {
    return [...this.#files.values()].sort((a, b) => firstOf(a) - firstOf(b));
  }

  /** Of these segments those that no roll-up counts. */
  missing(segments: readonly SegmentInfo[]): SegmentInfo[] {
    const counted = new Map(
      this.list().flatMap(({ header }) =>
        header.segments.map(({ number, writtenMicros }) => [number, writtenMicros] as const),
      ),
    );
    return segments.filter(({ number, header }) => counted.get(number) !== header.writtenMicros);
  }

  /** The segment was written, and its roll-up before it: with its bytes. */
  addSegment(segment: SegmentInfo): void {
    const name = path.basename(rollUpPath(this.#directory, segment.number));
    this.add({ name, header: { ...factsOf([segment]), isJoined: true }, bytes: 0 });
  }

  add(file: RollUpFile): void {
    this.#files.set(file.name, file);
  }

  /** `merged` is in place, and takes that of what it was made of. */
  replace(parts: readonly RollUpFile[], merged: RollUpFile): void {
    this.add(merged);
    for (const { name } of parts) this.remove(name);
  }

  /** A segment was removed; `left` are the others. */
  forget(removed: SegmentInfo, left: ReadonlyMap<number, SegmentInfo>): void {
    for (const { name, header } of this.list()) {
      const isLeft = header.segments.some(
        ({ number, writtenMicros }) => left.get(number)?.header.writtenMicros === writtenMicros,
      );
      if (!isLeft && header.segments.some(({ number }) => number === removed.number)) this.remove(name);
    }
  }

  /** Its segments are in no roll-up then. */
  remove(name: string): void {
    this.#files.delete(name);
    this.#unlink(name);
  }

  /** Of merged files; those beside segments count with these. */
  get mergedBytes(): number {
    return this.list()
      .filter(isMerged)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #read(name: string): RollUpFile[] {
    const file = path.join(this.#directory, name);
    try {
      const header = readRollUpFacts(file);
      return [{ name, header, bytes: statSync(file).size }];
    } catch (error) {
      // It is made again of the segments, as far as they are there.
      this.#log(`${file} is not used: ${(error as Error).message}`);
      if (errorCode(error) === undefined) this.#unlink(name);
      return [];
    }
  }

  /** One that stays is only in the way: the next start removes it. */
  #unlink(name: string): void {
    try {
      rmSync(path.join(this.#directory, name), { force: true });
    } catch (error) {
      this.#log(`cannot remove ${name}: ${(error as Error).message}`);
    }
  }
}

function firstOf({ header }: RollUpFile): number {
  return header.segments[0]?.number ?? 0;
}
