import path from 'node:path';

import type { Coverage } from '../../rollup/answers.ts';
import type { TableName } from '../../rollup/roll-up.ts';
import type { TablePart } from '../../rollup/series-table.ts';
import { SeriesTable, stepOf } from '../../rollup/series-table.ts';
import { unpackRows } from '../hot/packed-rows.ts';
import type { SegmentSearch } from '../search/segment-search.ts';
import type { TimeBudget } from '../search/time-budget.ts';
import { OutOfTime } from '../search/time-budget.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { ApartRolledUp, Correction } from './cut-traces.ts';
import { correctionFor, distinctSorted } from './cut-traces.ts';
import type { HotSumQuestion, RollUpState } from './hot-roll-ups.ts';
import type { CorrectionTables, KeptCorrection } from './kept-correction.ts';
import { readRollUpTable } from './roll-up-file.ts';
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
  readonly correction: KeptCorrection;
  readonly ask: (question: HotSumQuestion) => Promise<RollUpState>;
}

/** Which table, and which part of it. */
export interface SumQuestion {
  readonly table: TableName;
  /** Of the operations those of one service only. */
  readonly service?: string;
  readonly part: TablePart;
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
export async function readRollUps(question: SumQuestion, places: RollUpPlaces): Promise<Summed> {
  const { part } = question;
  const { state, correction } = await askState(question, places);
  const table = new SeriesTable();
  for (const { sums } of state.hot) table.mergeJson(sums, part);
  const completeFromMicros = Math.max(
    missingUpTo(part, state, places),
    await mergeFiles(question, table, state, places),
  );
  const joined = await join(question, table, state, places, correction);
  return { table, coverage: { completeFromMicros, joined } };
}

interface Asked {
  readonly state: RollUpState;
  /** One that was made before and holds still; without it the state has the rows to make one of. */
  readonly correction: CorrectionTables | undefined;
}

async function askState({ table, service }: SumQuestion, places: RollUpPlaces): Promise<Asked> {
  const question = { table, ...(service !== undefined && { service }) };
  if (places.correction.isFresh) {
    const state = await places.ask(question);
    const correction = places.correction.for(state.files);
    if (correction !== undefined) return { state, correction };
  }
  return { state: await askWithRows(question, places), correction: undefined };
}

/** Segments that came while it was asked are known when the answer is here: then it is asked again, with theirs. */
async function askWithRows(question: HotSumQuestion, { segments, ask }: RollUpPlaces): Promise<RollUpState> {
  for (let attempt = 1; ; attempt++) {
    const recent = segments.list().slice(-recentSegments);
    const newest = recent.at(-1)?.number ?? 0;
    const hashes = distinctSorted(recent.map((segment) => segments.sidecar(segment).traceHashes()));
    const state = await ask({ ...question, hashes });
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
  { table: name, service, part }: SumQuestion,
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
    table.mergeJson(readRollUpTable(path.join(directory, file.name), name, service), part);
    await turn();
  }
  return 0;
}

/** Whether all traces that are cut have been looked at. */
async function join(
  { table: name, part }: SumQuestion,
  table: SeriesTable,
  state: RollUpState,
  places: RollUpPlaces,
  known: CorrectionTables | undefined,
): Promise<boolean> {
  const { segments, correction } = places;
  const apart = apartIn(state, segments.list());
  const isAsked =
    state.hot.some((hot) => overlaps(part, hot)) || apart.segments.some(({ header }) => overlaps(part, header));
  const wasJoined = state.files.every(({ header }) => header.isJoined || !overlaps(part, header));
  if (!isAsked) return wasJoined;
  try {
    const tables = known ?? (await correction.make(state.files, () => correct(apart, state, places)));
    table.merge(tables.table(name), part);
    return tables.isJoined && wasJoined;
  } catch (error) {
    if (error instanceof OutOfTime) return false;
    throw error;
  }
}

async function correct(apart: ApartRolledUp, { hot }: RollUpState, places: RollUpPlaces): Promise<Correction> {
  const limits = { mostRows: mostCutRows, pause: turn };
  const { rollUp, isJoined } = await correctionFor(apart, { set: places.segments, search: places.search }, limits);
  return { rollUp, isJoined: isJoined && !hot.some(({ isCutShort }) => isCutShort) };
}

/** Of what is not merged, the newest; with the segments that were merged last before them. */
function apartIn({ hot, files }: RollUpState, known: readonly SegmentInfo[]): ApartRolledUp {
  const recent = known.slice(-recentSegments);
  const single = files.filter((file) => !isMerged(file));
  return {
    before: segmentsOf(files.filter(isMerged).slice(-1), recent),
    segments: segmentsOf(single, recent),
    inMemory: hot.map(({ cut }) => (cut === undefined ? [] : unpackRows(cut))),
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
