import type { RollUpJson } from '../../rollup/roll-up.ts';
import { RollUp } from '../../rollup/roll-up.ts';
import type { Generation } from '../hot/generation.ts';
import type { PackedRows } from '../hot/packed-rows.ts';
import { packRows } from '../hot/packed-rows.ts';
import { GenerationSpans } from './generation-spans.ts';
import type { RollUpFile } from './roll-up-files.ts';

/** Rows of cut traces that leave for another thread at most, of each generation. */
const mostCutRows = 20_000;
/** A roll-up that took long is good for so many times as long, so that questions take a tenth of the thread at most, … */
const keptTimes = 10;
/** … those that took less are made anew each time, … */
const quickMillis = 5;
/** … and what was acknowledged is counted within five seconds, so it is never kept as long. */
const longestKeptMillis = 4000;

/** What is in no segment, rolled up, as it goes to the query worker. */
export interface HotRollUp {
  readonly rollUp: RollUpJson;
  readonly minStartMicros: number;
  readonly maxStartMicros: number;
  /** Rows of traces that may be elsewhere as well. */
  readonly cut: PackedRows;
  /** There were more of them. */
  readonly isCutShort: boolean;
}

/** All that is rolled up, at one moment: a row is either in memory here or in a segment. */
export interface RollUpState {
  /** Oldest first. */
  readonly hot: readonly HotRollUp[];
  /** Oldest first. */
  readonly files: readonly RollUpFile[];
  /** Numbers of the segments that no file counts. */
  readonly missing: readonly number[];
  /** The newest segment; 0 when there is none. */
  readonly newestSegment: number;
}

interface Kept {
  readonly json: RollUpJson;
  readonly rows: number;
  readonly deadRows: number;
  readonly untilMillis: number;
}

/** Rolls up rows in memory when it is asked. */
export class HotRollUps {
  readonly #kept = new WeakMap<Generation, Kept>();

  /** `hashes`, sorted, are those of the traces in segments that have not been looked at together with these rows. */
  of(generations: readonly Generation[], hashes: Uint32Array): HotRollUp[] {
    return generations.map((generation) => {
      const { json, rows } = this.#rollUp(generation);
      const others = generations.filter((other) => other !== generation);
      const { minStartMicros, maxStartMicros } = generation;
      return { rollUp: json, minStartMicros, maxStartMicros, ...cutRows(generation, rows, others, hashes) };
    });
  }

  #rollUp(generation: Generation): Kept {
    const known = this.#kept.get(generation);
    const start = performance.now();
    const isSame = known?.rows === generation.rows && known.deadRows === generation.deadRows;
    if (known !== undefined && (isSame || start < known.untilMillis)) return known;
    const { rows, deadRows } = generation;
    const rollUp = new RollUp();
    rollUp.add(new GenerationSpans(generation).read(0, rows));
    const json = rollUp.toJSON();
    const end = performance.now();
    const took = end - start;
    const untilMillis = took < quickMillis ? 0 : end + Math.min(took * keptTimes, longestKeptMillis);
    const kept = { json, rows, deadRows, untilMillis };
    this.#kept.set(generation, kept);
    return kept;
  }
}

function cutRows(
  generation: Generation,
  rows: number,
  others: readonly Generation[],
  hashes: Uint32Array,
): Pick<HotRollUp, 'cut' | 'isCutShort'> {
  const { traces, columns } = generation;
  const chosen: number[] = [];
  let isCutShort = false;
  traces.forEachHash((hash, newest) => {
    if (!includes(hashes, hash) && !others.some((other) => other.traces.newest(hash) >= 0)) return;
    const rowsOfTrace: number[] = [];
    for (let row = newest; row >= 0; row = traces.before(row))
      if (row < rows && columns.dead[row] === 0) rowsOfTrace.push(row);
    if (chosen.length + rowsOfTrace.length > mostCutRows) isCutShort = true;
    else chosen.push(...rowsOfTrace.reverse());
  });
  return { cut: packRows(generation, chosen), isCutShort };
}

function includes(sorted: Uint32Array, hash: number): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const found = sorted[middle] as number;
    if (found === hash) return true;
    if (found < hash) from = middle + 1;
    else to = middle;
  }
  return false;
}
