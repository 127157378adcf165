import path from 'node:path';

import type { Coverage } from '../../rollup/answers.ts';
import type { RollUp, RollUpJson } from '../../rollup/roll-up.ts';
import type { TablePart } from '../../rollup/series-table.ts';
import { SeriesTable, stepOf } from '../../rollup/series-table.ts';
import { unpackRows } from '../hot/packed-rows.ts';
import type { SegmentSearch } from '../search/segment-search.ts';
import type { TimeBudget } from '../search/time-budget.ts';
import { OutOfTime } from '../search/time-budget.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { ApartRolledUp } from './cut-traces.ts';
import { correctionFor, distinctSorted } from './cut-traces.ts';
import type { RollUpState } from './hot-roll-ups.ts';
import { readRollUp } from './roll-up-file.ts';
import type { RollUpFile } from './roll-up-files.ts';
import { isMerged } from './roll-up-files.ts';

/** Not yet merged and those looked at together with them, at most: twice what is merged together. */
const recentSegments = 64;
/** Rows of traces cut by the boundaries of segments that one answer looks at. */
const mostCutRows = 20_000;

/** Where a reader finds things. */
export interface RollUpPlaces {
  readonly directory: string;
  readonly segments: SegmentSet;
  readonly search: SegmentSearch;
  readonly budget: TimeBudget;
  /** The state with the rows in memory of traces that have one of the hashes. */
  readonly ask: (hashes: Uint32Array) => Promise<RollUpState>;
}

/** The part of a table, summed over everything that is stored, and how much of it that is. */
export interface Summed {
  readonly table: SeriesTable;
  readonly coverage: Coverage;
}

/**
 * Sums up one table from the roll-ups of segments and of rows in memory. What is not merged yet is looked at together, within the
 * time and the rows that one answer may take.
 *
 * @throws the system's error when a file is gone: it was merged or removed meanwhile, and all is to be done again.
 */
export async function readRollUps(name: keyof RollUpJson, part: TablePart, places: RollUpPlaces): Promise<Summed> {
  const state = await askState(places);
  const table = new SeriesTable();
  for (const { rollUp } of state.hot) table.mergeJson(rollUp[name], part);
  const completeFromMicros = Math.max(
    missingUpTo(part, state, places),
    await mergeFiles(name, part, table, state, places),
  );
  const joined = await join(name, part, table, state, places);
  return { table, coverage: { completeFromMicros, joined } };
}

/** Segments that came while it was asked are known when the answer is here: then it is asked again, with theirs. */
async function askState({ segments, ask }: RollUpPlaces): Promise<RollUpState> {
  for (let attempt = 1; ; attempt++) {
    const recent = segments.list().slice(-recentSegments);
    const newest = recent.at(-1)?.number ?? 0;
    const state = await ask(distinctSorted(recent.map((segment) => segments.sidecar(segment).traceHashes())));
    if (attempt === 3 || state.newestSegment <= newest) return state;
  }
}

function missingUpTo(part: TablePart, { missing }: RollUpState, { segments }: RollUpPlaces): number {
  const numbers = new Set(missing);
  const left = segments.list().filter(({ number, header }) => numbers.has(number) && overlaps(part, header));
  return left.reduce((most, { header }) => Math.max(most, header.maxStartMicros + 1), 0);
}

/** Newest first. Answers from when on all that starts is in. */
async function mergeFiles(
  name: keyof RollUpJson,
  part: TablePart,
  table: SeriesTable,
  { files }: RollUpState,
  { directory, budget }: RollUpPlaces,
): Promise<number> {
  const asked = files.filter((file) => overlaps(part, file.header));
  asked.sort((a, b) => b.header.maxStartMicros - a.header.maxStartMicros);
  for (const [index, file] of asked.entries()) {
    try {
      // At least one, so that asking again comes further.
      if (index > 0) budget.check();
    } catch (error) {
      if (error instanceof OutOfTime) return file.header.maxStartMicros + 1;
      throw error;
    }
    table.mergeJson(readRollUp(path.join(directory, file.name))[name], part);
    await turn();
  }
  return 0;
}

/** Whether all traces that are cut have been looked at. */
async function join(
  name: keyof RollUpJson,
  part: TablePart,
  table: SeriesTable,
  state: RollUpState,
  { segments, search }: RollUpPlaces,
): Promise<boolean> {
  const apart = apartIn(state, segments.list());
  const isAsked =
    state.hot.some((hot) => overlaps(part, hot)) || apart.segments.some(({ header }) => overlaps(part, header));
  const wasJoined = state.files.every(({ header }) => header.isJoined || !overlaps(part, header));
  if (!isAsked) return wasJoined;
  try {
    const { rollUp, isJoined } = await correctionFor(
      apart,
      { set: segments, search },
      { mostRows: mostCutRows, pause: turn },
    );
    mergePart(table, rollUp, name, part);
    return isJoined && wasJoined && !state.hot.some(({ isCutShort }) => isCutShort);
  } catch (error) {
    if (error instanceof OutOfTime) return false;
    throw error;
  }
}

function mergePart(table: SeriesTable, rollUp: RollUp, name: keyof RollUpJson, part: TablePart): void {
  table.mergeJson(rollUp.toJSON()[name], part);
}

/** Of what is not merged, the newest; with the segments that were merged last before them. */
function apartIn({ hot, files }: RollUpState, known: readonly SegmentInfo[]): ApartRolledUp {
  const recent = known.slice(-recentSegments);
  const single = files.filter((file) => !isMerged(file));
  return {
    before: segmentsOf(files.filter(isMerged).slice(-1), recent),
    segments: segmentsOf(single, recent),
    inMemory: hot.map(({ cut }) => unpackRows(cut)),
  };
}

function segmentsOf(files: readonly RollUpFile[], known: readonly SegmentInfo[]): SegmentInfo[] {
  const counted = new Set(files.flatMap(({ header }) => header.segments.map(({ number }) => number)));
  return known.filter(({ number }) => counted.has(number));
}

function overlaps(
  { fromStep, toStep }: TablePart,
  { minStartMicros, maxStartMicros }: Pick<RollUpState['hot'][number], 'minStartMicros' | 'maxStartMicros'>,
): boolean {
  return stepOf(maxStartMicros) >= fromStep && stepOf(minStartMicros) <= toStep;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
