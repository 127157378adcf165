import path from 'node:path';

import type { RollUpSpan } from '../../rollup/roll-up-span.ts';
import { rollUpSpanOf } from '../../rollup/roll-up-span.ts';
import { RollUp } from '../../rollup/roll-up.ts';
import { Database } from '../search/database.ts';
import { QueryConnection } from '../search/query-connection.ts';
import { SegmentSearch } from '../search/segment-search.ts';
import { rollUpPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import { errorCode } from '../storage-failure.ts';
import type { SegmentRows } from './cut-traces.ts';
import { correctionFor } from './cut-traces.ts';
import { factsOf, readRollUp, writeRollUp } from './roll-up-file.ts';
import type { RollUpFile, RollUpFiles } from './roll-up-files.ts';
import { isMerged } from './roll-up-files.ts';

/** Segments that one merged file counts at most; so many are merged before their hour is over. */
export const mostMerged = 32;
/** Rows of cut traces that are looked at in one merge: about a second's work. */
const mostCutRows = 100_000;
const hourMicros = 3600e6;

export interface RollUpKeeperOptions {
  /** Of the segments. */
  readonly directory: string;
  readonly files: RollUpFiles;
  readonly segments: () => readonly SegmentInfo[];
  readonly memoryLimitMegabytes: number;
  readonly log: (message: string) => void;
}

/**
 * Makes roll-ups in the background, one at a time: of segments that have none, newest first, as those of older formats; then
 * merged ones of the segments whose hour is over. What fails is told and tried again when it is woken again.
 */
export class RollUpKeeper {
  readonly #options: RollUpKeeperOptions;
  /** Segments that cannot be read: their spans are in no roll-up. */
  readonly #unreadable = new Set<SegmentInfo>();
  #nowMicros = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #connection: QueryConnection | undefined;

  constructor(options: RollUpKeeperOptions) {
    this.#options = options;
  }

  /** Does what is due, unless it is at it. `nowMicros` as far as it is known. */
  wake(nowMicros: number = this.#nowMicros): void {
    this.#nowMicros = nowMicros;
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Nothing is written any more once this resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#connection?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let work = this.#next(); work !== undefined; work = this.#next()) {
      try {
        await work();
      } catch (error) {
        if (!this.#stopped)
          this.#options.log(`a roll-up cannot be made: ${(error as Error).message}; it is tried again`);
        return;
      }
    }
  }

  #next(): (() => Promise<void>) | undefined {
    if (this.#stopped) return undefined;
    const { files, segments } = this.#options;
    const missing = files.missing(segments()).filter((segment) => !this.#unreadable.has(segment));
    const newest = missing.sort((a, b) => b.number - a.number)[0];
    if (newest !== undefined) return () => this.#make(newest);
    const group = dueGroup(files.list(), this.#nowMicros);
    return group.length === 0 ? undefined : () => this.#merge(group);
  }

  async #make(segment: SegmentInfo): Promise<void> {
    const { directory, files } = this.#options;
    const rollUp = new RollUp();
    try {
      const spans = await this.#reading([segment], ({ search }) => this.#spansOf(segment, search));
      await rollUp.addPausing(spans, () => this.#pause());
    } catch (error) {
      if (this.#stopped || !this.#options.segments().includes(segment)) return;
      // Until the next start, which may find the disk mended.
      this.#unreadable.add(segment);
      this.#options.log(`segment ${segment.number} is in no roll-up: ${(error as Error).message}`);
      return;
    }
    if (this.#isGone([segment])) return;
    writeRollUp(rollUpPath(directory, segment.number), rollUp, { ...factsOf([segment]), isJoined: true });
    files.addSegment(segment);
  }

  async #spansOf(segment: SegmentInfo, search: SegmentSearch): Promise<RollUpSpan[]> {
    const spans: RollUpSpan[] = [];
    for await (const records of search.blocks(segment)) {
      for (const record of records) {
        const span = rollUpSpanOf(record);
        if (span !== undefined) spans.push(span);
      }
      await this.#pause();
    }
    return spans;
  }

  async #merge(group: readonly RollUpFile[]): Promise<void> {
    const { directory, files, segments } = this.#options;
    const known = segments();
    const merging = segmentsOf(group, known);
    const rollUp = new RollUp();
    for (const file of group) {
      const json = this.#read(file);
      // It is made again first.
      if (json === undefined) return;
      rollUp.mergeJson(json);
      await this.#pause();
    }
    const mergedBefore = files.list().filter((file) => isMerged(file) && firstOf(file) < firstOf(group[0]!));
    const before = segmentsOf(mergedBefore.slice(-1), known);
    const correction = await this.#reading([...before, ...merging], (rows) =>
      correctionFor({ before, segments: merging, inMemory: [] }, rows, {
        mostRows: mostCutRows,
        pause: () => this.#pause(),
      }),
    );
    rollUp.merge(correction.rollUp);
    if (this.#isGone(merging)) return;
    const name = `${stemOf(group[0]!)}-${stemOf(group.at(-1)!)}.rollup`;
    const facts = { ...factsOf(merging), isJoined: correction.isJoined };
    const bytes = writeRollUp(path.join(directory, name), rollUp, facts);
    files.replace(group, { name, header: facts, bytes });
  }

  #read({ name }: RollUpFile): ReturnType<typeof readRollUp> | undefined {
    const { directory, files, log } = this.#options;
    try {
      return readRollUp(path.join(directory, name));
    } catch (error) {
      if (errorCode(error) !== undefined && errorCode(error) !== 'ENOENT') throw error;
      log(`${name} is made again: ${(error as Error).message}`);
      files.remove(name);
      return undefined;
    }
  }

  /** DuckDB is there as long as it is needed: most of the time nothing is due. */
  async #reading<T>(segments: readonly SegmentInfo[], work: (rows: SegmentRows) => Promise<T>): Promise<T> {
    const set = new SegmentSet(this.#options.directory);
    for (const segment of segments) set.add(segment);
    const database = new Database(this.#options.memoryLimitMegabytes);
    this.#connection = new QueryConnection(database);
    try {
      return await work({ set, search: new SegmentSearch(this.#connection, set) });
    } finally {
      await this.#connection.close();
      this.#connection = undefined;
      set.clear();
      await database.close();
    }
  }

  /** Retention went by, or whoever stops it: nothing must be written. */
  #isGone(segments: readonly SegmentInfo[]): boolean {
    const left = new Set(this.#options.segments());
    return this.#stopped || !segments.every((segment) => left.has(segment));
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#stopped) throw new Error('the store is being closed');
  }
}

/** The oldest files to be merged now: of hours that are over, or of any once they are as many as one may count. */
function dueGroup(files: readonly RollUpFile[], nowMicros: number): RollUpFile[] {
  const single = files.filter((file) => !isMerged(file));
  if (single.length >= mostMerged) return single.slice(0, mostMerged);
  const over = single.filter((file) => (hourOf(file) + 1) * hourMicros <= nowMicros);
  return over.length > 1 ? over : [];
}

function hourOf({ header }: RollUpFile): number {
  return Math.floor((header.segments[0]?.writtenMicros ?? 0) / hourMicros);
}

function firstOf({ header }: RollUpFile): number {
  return header.segments[0]?.number ?? 0;
}

function stemOf({ name }: RollUpFile): string {
  return path.basename(name, '.rollup');
}

function segmentsOf(files: readonly RollUpFile[], known: readonly SegmentInfo[]): SegmentInfo[] {
  const counted = new Set(files.flatMap(({ header }) => header.segments.map(({ number }) => number)));
  return known.filter(({ number }) => counted.has(number)).sort((a, b) => a.number - b.number);
}
