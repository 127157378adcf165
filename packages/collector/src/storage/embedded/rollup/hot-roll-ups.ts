import type { TableName } from '../../rollup/roll-up.ts';
import { countSpan } from '../../rollup/roll-up.ts';
import type { SeriesTableJson } from '../../rollup/series-table.ts';
import { SeriesTable } from '../../rollup/series-table.ts';
import { addServiceEdges } from '../../rollup/service-edges.ts';
import type { Generation } from '../hot/generation.ts';
import type { PackedRows } from '../hot/packed-rows.ts';
import { packRows } from '../hot/packed-rows.ts';
import { GenerationSpans } from './generation-spans.ts';
import { keptUntil } from './kept-until.ts';
import type { RollUpFile } from './roll-up-files.ts';

/** Rows of cut traces that leave for another thread at most, of each generation. */
const mostCutRows = 20_000;

/** What is asked of rows in memory. */
export interface HotSumQuestion {
  readonly table: TableName;
  /** Of the operations those of one service only. */
  readonly service?: string;
  /** Sorted: those of the traces in segments that have not been looked at together with these rows. Without them no rows are asked for. */
  readonly hashes?: Uint32Array;
}

/** What is in no segment, rolled up, as it goes to the query worker. */
export interface HotRollUp {
  readonly sums: SeriesTableJson;
  readonly minStartMicros: number;
  readonly maxStartMicros: number;
  /** Rows of traces that may be elsewhere as well. */
  readonly cut?: PackedRows;
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

/** Sums of a generation's rows as they were. */
interface Kept {
  readonly rows: number;
  readonly deadRows: number;
  /** Of the monotonic clock: not made anew before. */
  readonly untilMillis: number;
}

interface KeptEdges extends Kept {
  readonly edges: SeriesTable;
}

interface KeptSpans extends Kept {
  readonly operations: SeriesTable;
  readonly services: SeriesTable;
}

/** Rolls up rows in memory when it is asked. */
export class HotRollUps {
  readonly #spans = new WeakMap<Generation, KeptSpans>();
  readonly #edges = new WeakMap<Generation, KeptEdges>();

  of(generations: readonly Generation[], { table, service, hashes }: HotSumQuestion): HotRollUp[] {
    return generations.map((generation) => {
      const { sums, rows } = this.#sumsOf(generation, table, service);
      const others = generations.filter((other) => other !== generation);
      const { minStartMicros, maxStartMicros } = generation;
      const cut = hashes === undefined ? { isCutShort: false } : cutRows(generation, rows, others, hashes);
      return { sums, minStartMicros, maxStartMicros, ...cut };
    });
  }

  #sumsOf(generation: Generation, table: TableName, service?: string): { sums: SeriesTableJson; rows: number } {
    if (table === 'edges') {
      const { edges, rows } = this.#edgesOf(generation);
      return { sums: edges.toJSON(), rows };
    }
    const { rows, [table]: sums } = this.#spansOf(generation);
    return { sums: sums.toJSON(service), rows };
  }

  /** Which rows call each other may change with each row, so all are looked at. */
  #edgesOf(generation: Generation): KeptEdges {
    const known = this.#edges.get(generation);
    if (known !== undefined && (isSame(known, generation) || performance.now() < known.untilMillis)) return known;
    const { rows, deadRows } = generation;
    const edges = new SeriesTable();
    const untilMillis = timed(() => addServiceEdges(new GenerationSpans(generation).read(0, rows), edges));
    const kept = { edges, rows, deadRows, untilMillis };
    this.#edges.set(generation, kept);
    return kept;
  }

  /** Rows that came are added; all are counted anew when one was replaced. */
  #spansOf(generation: Generation): KeptSpans {
    const known = this.#spans.get(generation);
    if (known !== undefined && isSame(known, generation)) return known;
    const isReplaced = known !== undefined && known.deadRows !== generation.deadRows;
    if (isReplaced && performance.now() < known.untilMillis) return known;
    const start = known === undefined || isReplaced ? fresh() : known;
    const { rows, deadRows } = generation;
    const spentUntil = timed(() => {
      for (const span of new GenerationSpans(generation).read(start.rows, rows)) {
        countSpan(span, start.operations, span.operation);
        countSpan(span, start.services, '');
      }
    });
    const untilMillis = start === known ? known.untilMillis : spentUntil;
    const kept = { ...start, rows, deadRows, untilMillis };
    this.#spans.set(generation, kept);
    return kept;
  }
}

function fresh(): KeptSpans {
  return { operations: new SeriesTable(), services: new SeriesTable(), rows: 0, deadRows: 0, untilMillis: 0 };
}

function isSame({ rows, deadRows }: Kept, generation: Generation): boolean {
  return rows === generation.rows && deadRows === generation.deadRows;
}

/** Does it, and answers until when it is not to be done again. */
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return keptUntil(start, performance.now());
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
