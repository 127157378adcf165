import type { Candidate } from '../search/candidate.ts';
import { compareCandidates } from '../search/candidate.ts';
import { isNumberWithin } from '../../matching/search-criteria.ts';
import { numberPattern } from '../rows/search-needle.ts';
import type { NumberTest, RowTest, SearchPlan, TermTest } from '../search/search-plan.ts';
import { filterGroups, rowTest } from '../search/search-plan.ts';
import type { Generation } from './generation.ts';

/** The candidates among rows in memory, newest first, at most `count`. */
export function hotCandidates(generations: readonly Generation[], plan: SearchPlan, count: number): Candidate[] {
  const found = new Map<string, Candidate>();
  const groups = filterGroups(plan);
  for (const generation of generations) {
    const test = rowTest(plan, generation.catalogue());
    if (test !== undefined) collect(generation, test, groups, found);
  }
  return [...found.values()].sort(compareCandidates).slice(0, count);
}

function collect(generation: Generation, test: RowTest, groups: number[][], found: Map<string, Candidate>): void {
  const { filters, rows } = generation;
  const { rowsPerBlock } = filters;
  const passes = rowTester(generation, test);
  for (let start = 0, block = 0; start < rows; start += rowsPerBlock, block++) {
    if (!groups.every((hashes) => filters.mayHave(block, hashes))) continue;
    const end = Math.min(start + rowsPerBlock, rows);
    for (let row = start; row < end; row++) if (passes(row)) note(generation, row, found);
  }
}

function note({ columns }: Generation, row: number, found: Map<string, Candidate>): void {
  const traceId2 = columns.ids[row * 8 + 2] as number;
  const traceId3 = columns.ids[row * 8 + 3] as number;
  const newestMicros = columns.startMicros[row] as number;
  const key = `${traceId2}:${traceId3}`;
  const known = found.get(key);
  if (known === undefined || known.newestMicros < newestMicros) found.set(key, { traceId2, traceId3, newestMicros });
}

function rowTester(generation: Generation, test: RowTest): (row: number) => boolean {
  const { columns } = generation;
  const resources = setOf(test.resourceIds);
  const names = setOf(test.nameIds);
  const remotes = setOf(test.remoteIds);
  const kinds = setOf(test.kinds);
  const statuses = setOf(test.statuses);
  const texts = [
    ...test.terms.map((term) => termTester(generation, term)),
    ...test.numbers.map((number) => numberTester(generation, number)),
  ];
  return (row) => {
    const start = columns.startMicros[row] as number;
    if (start < test.startMicros || start > test.endMicros || columns.dead[row] !== 0) return false;
    if (resources?.has(columns.resourceId[row] as number) === false) return false;
    if (names?.has(columns.nameId[row] as number) === false) return false;
    if (remotes?.has(columns.remoteId[row] as number) === false) return false;
    if (kinds?.has(columns.kind[row] as number) === false) return false;
    if (statuses?.has(columns.status[row] as number) === false) return false;
    const duration = columns.durationNanos[row] as number;
    // NaN, the absent duration, fails both comparisons.
    if (test.minNanos !== undefined && !(duration >= test.minNanos)) return false;
    if (test.maxNanos !== undefined && !(duration <= test.maxNanos)) return false;
    return texts.every((passes) => passes(row));
  };
}

function termTester({ columns, arena }: Generation, term: TermTest): (row: number) => boolean {
  const resources = new Set(term.resourceIds);
  const needles = term.needles.map((needle) => Buffer.from(needle));
  const { text } = columns;
  return (row) => {
    if (resources.has(columns.resourceId[row] as number)) return true;
    if (term.orFailed && columns.status[row] === 2) return true;
    const bytes = arena.bytes.subarray(text[row * 3], text[row * 3 + 2]);
    return needles.some((needle) => bytes.includes(needle));
  };
}

/** Longer than any number that JSON holds. */
const numberBytes = 48;
const numberAhead = new RegExp(`^${numberPattern}`);

function numberTester({ columns, arena }: Generation, test: NumberTest): (row: number) => boolean {
  const resources = new Set(test.resourceIds);
  const needle = Buffer.from(test.needle);
  const { text } = columns;
  return (row) => {
    if (resources.has(columns.resourceId[row] as number)) return true;
    const bytes = arena.bytes.subarray(text[row * 3], text[row * 3 + 2]);
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
      const start = at + needle.length;
      const ahead = numberAhead.exec(bytes.toString('latin1', start, start + numberBytes))?.[1];
      if (ahead !== undefined && isNumberWithin(ahead, test.min, test.max)) return true;
    }
    return false;
  };
}

function setOf(ids: readonly number[] | undefined): Set<number> | undefined {
  return ids === undefined ? undefined : new Set(ids);
}
