import type { SpanRecord } from '@spanwise/wire/span-record';

import type { RollUpSpan } from '../../rollup/roll-up-span.ts';
import { RollUp } from '../../rollup/roll-up.ts';
import type { Generation } from '../hot/generation.ts';
import { packRows, unpackRows } from '../hot/packed-rows.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { GenerationSpans } from '../rollup/generation-spans.ts';
import { factsOf, writeRollUp } from '../rollup/roll-up-file.ts';
import { bytesOfRows, halvesOf, liveRowsOf, partOf } from './generation-parts.ts';
import type { WritingMemory } from './parquet-writer.ts';
import { isOutOfMemory, ParquetWriter } from './parquet-writer.ts';
import type { StagedSegment } from './place-segments.ts';
import { discardSegments, placeSegments, stagedPath } from './place-segments.ts';
import { rollUpPath, sidecarPath } from './segment-files.ts';
import type { SegmentInfo } from './segment-info.ts';
import type { Pause } from './sidecar-writer.ts';
import { writeSidecar } from './sidecar-writer.ts';

/**
 * To write rows takes about four times their size. Those of a smaller share of the memory than this fail for a reason that
 * is not theirs: to split them would not help, and to leave them out would lose them.
 */
const faultlessShare = 1 / 16;

/** Rows between pauses. */
const rowsTogether = 2048;

/** Rows on their way to segments. */
interface Writing {
  /** Of the first segment. */
  readonly number: number;
  readonly generation: Generation;
  /** Up to where they cover the journal. */
  readonly to: JournalPosition;
  /** Written and not yet in place. */
  readonly staged: StagedSegment[];
}

/** Keeps a span that no segment can hold. */
export type KeepTooLarge = (span: SpanRecord) => Promise<void>;

/** Turns generations into segments. One at a time. */
export class SegmentWriter {
  readonly #parquet: ParquetWriter;
  readonly #directory: string;
  readonly #pause: Pause;

  private constructor(parquet: ParquetWriter, directory: string, pause: Pause) {
    this.#parquet = parquet;
    this.#directory = directory;
    this.#pause = pause;
  }

  static async open(directory: string, memory: WritingMemory, pause: Pause): Promise<SegmentWriter> {
    return new SegmentWriter(await ParquetWriter.open(memory), directory, pause);
  }

  /**
   * Writes the segment with this number, with as much memory as it needs; when the rows do not fit into the most, several
   * from this number on, of which the last covers the journal for all. A span that does not fit alone is given to
   * `keepTooLarge` and left out of the generation. No segment when that leaves no row.
   *
   * @throws what the file system or DuckDB says; then nothing of the segments is left, and it can be tried again.
   */
  async write(
    number: number,
    generation: Generation,
    to: JournalPosition,
    keepTooLarge: KeepTooLarge,
  ): Promise<SegmentInfo[]> {
    for (;;) {
      const writing: Writing = { number, generation, to, staged: [] };
      try {
        await this.#stageAll(writing, keepTooLarge);
        const segments = placeSegments(this.#directory, writing.staged);
        await this.#parquet.allowUsualMemory();
        return segments;
      } catch (error) {
        this.#discard(writing);
        // Rows that do not fit must not stand in the way of all later ones.
        if (!isOutOfMemory(error) || !(await this.#parquet.allowMoreMemory())) throw error;
      }
    }
  }

  /** As `ParquetWriter.interrupt`. */
  interrupt(): void {
    this.#parquet.interrupt();
  }

  /** What DuckDB may use just now, in megabytes. */
  get memoryLimitMegabytes(): number {
    return this.#parquet.memoryLimitMegabytes;
  }

  close(): void {
    this.#parquet.close();
  }

  /** Which segment is the last is known only when all fit, so rows that are too large mean another round without them. */
  async #stageAll(writing: Writing, keepTooLarge: KeepTooLarge): Promise<void> {
    const { generation } = writing;
    while (generation.liveRows > 0) {
      const tooLarge = await this.#stageFitting(writing);
      if (tooLarge.length === 0) return;
      this.#discard(writing);
      for (const row of tooLarge) {
        for (const span of unpackRows(packRows(generation, [row]))) await keepTooLarge(span);
        generation.leaveOut(row);
      }
    }
  }

  /** As few segments as halving gives; answers the rows that do not fit alone. */
  async #stageFitting(writing: Writing): Promise<number[]> {
    const { generation, to, staged } = writing;
    const tooLarge: number[] = [];
    const left = [liveRowsOf(generation)];
    for (let rows = left.shift(); rows !== undefined; rows = left.shift()) {
      const end = left.length === 0 ? to : generation.from;
      try {
        staged.push(await this.#stage(writing, rows, end));
      } catch (error) {
        if (!this.#isTooMuch(error, bytesOfRows(generation, rows))) throw error;
        if (rows.length === 1) tooLarge.push(...rows);
        else left.unshift(...halvesOf(generation, rows));
      }
    }
    return tooLarge;
  }

  async #stage(
    { number: first, generation, staged }: Writing,
    rows: readonly number[],
    to: JournalPosition,
  ): Promise<StagedSegment> {
    const number = first + staged.length;
    const isAll = rows.length === generation.liveRows;
    try {
      const part = isAll ? generation : await partOf(generation, rows, this.#pause);
      await this.#parquet.write(part, stagedPath(this.#directory, number), this.#pause);
      const facts = { to, writtenMicros: Date.now() * 1000 };
      const header = await writeSidecar(sidecarPath(this.#directory, number), part, facts, this.#pause);
      await this.#writeRollUp({ number, header }, part);
      return { number, header };
    } catch (error) {
      discardSegments(this.#directory, [number]);
      throw error;
    }
  }

  /** Like the sidecar, in place before the Parquet file is: whoever sees the segment finds it. */
  async #writeRollUp({ number, header }: StagedSegment, part: Generation): Promise<void> {
    const rollUp = await rollUpPausing(part, this.#pause);
    const facts = { ...factsOf([{ number, header }]), isJoined: true };
    writeRollUp(rollUpPath(this.#directory, number), rollUp, facts);
  }

  #isTooMuch(error: unknown, bytes: number): boolean {
    const { hasMostMemory, memoryLimitMegabytes } = this.#parquet;
    return isOutOfMemory(error) && hasMostMemory && bytes > memoryLimitMegabytes * 1e6 * faultlessShare;
  }

  #discard({ staged }: Writing): void {
    discardSegments(
      this.#directory,
      staged.splice(0).map(({ number }) => number),
    );
  }
}

async function rollUpPausing(generation: Generation, pause: Pause): Promise<RollUp> {
  const reader = new GenerationSpans(generation);
  const spans: RollUpSpan[] = [];
  for (let row = 0; row < generation.rows; row += rowsTogether) {
    for (const span of reader.read(row, Math.min(row + rowsTogether, generation.rows))) spans.push(span);
    await pause();
  }
  const rollUp = new RollUp();
  await rollUp.addPausing(spans, pause);
  return rollUp;
}
