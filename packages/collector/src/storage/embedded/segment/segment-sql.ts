import type { NumberBound } from '../../matching/search-criteria.ts';
import type { StartRange } from '../../span-store.ts';
import { numberPattern } from '../rows/search-needle.ts';
import type { NumberTest, RowTest, TermTest } from '../search/search-plan.ts';
import { blockBits } from './sidecar-format.ts';
import type { SidecarHeader } from './sidecar-format.ts';
import { sqlText } from './segment-schema.ts';

/** A run of rows, by their number in the file: `from` included, `to` not. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The runs of rows whose blocks have their bit set. */
export function rangesOf({ blockStarts, rows }: SidecarHeader, blocks: number): RowRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const [block, from] of blockStarts.entries()) {
    if ((blocks & (1 << (block % blockBits))) === 0) continue;
    const to = blockStarts[block + 1] ?? rows;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = to;
    else if (to > from) ranges.push({ from, to });
  }
  return ranges;
}

/**
 * Reads ranges of a Parquet file. One SELECT for each range: DuckDB prunes row groups for one range of row numbers, not
 * for several joined by OR.
 */
export function selectRanges(file: string, columns: string, ranges: readonly RowRange[], condition: string): string {
  const source = `read_parquet(${sqlText(file)}, file_row_number = true)`;
  return ranges
    .map(({ from, to }) => {
      return `SELECT ${columns} FROM ${source} WHERE file_row_number >= ${from} AND file_row_number < ${to} AND ${condition}`;
    })
    .join('\nUNION ALL\n');
}

/** The low half of a trace id as an SQL literal. */
export function traceLowSql(traceId2: number, traceId3: number): string {
  return `${(BigInt(traceId2 >>> 0) << 32n) | BigInt(traceId3 >>> 0)}::UBIGINT`;
}

export function conditionOf(test: RowTest): string {
  const conditions = [
    startCondition(test),
    ...oneOf('resource_id', test.resourceIds),
    ...oneOf('name_id', test.nameIds),
    ...oneOf('remote_id', test.remoteIds),
    ...oneOf('kind', test.kinds),
    ...oneOf('status', test.statuses),
    ...test.terms.map(termCondition),
    ...test.numbers.map(numberCondition),
  ];
  if (test.minNanos !== undefined) conditions.push(`duration_ns >= ${bigintSql(Math.ceil(test.minNanos))}`);
  if (test.maxNanos !== undefined) conditions.push(`duration_ns <= ${bigintSql(Math.floor(test.maxNanos))}`);
  return conditions.join(' AND ');
}

/** Rows that start in the range. BIGINT holds every instant; the bounds may be infinite or fractional. */
export function startCondition({ startMicros, endMicros }: StartRange): string {
  return `start_us BETWEEN ${bigintSql(Math.ceil(startMicros))} AND ${bigintSql(Math.floor(endMicros))}`;
}

const largestBigint = 2n ** 63n - 1n;

function bigintSql(value: number): string {
  if (value >= 2 ** 63) return `${largestBigint}`;
  return value <= -(2 ** 63) ? `${-largestBigint}` : String(BigInt(value));
}

function oneOf(column: string, ids: readonly number[] | undefined): string[] {
  return ids === undefined ? [] : [`${column} IN (${ids.join()})`];
}

function termCondition({ needles, resourceIds, orFailed }: TermTest): string {
  const ways = needles.flatMap((needle) => [
    `contains(tags, ${sqlText(needle)})`,
    `contains(rest, ${sqlText(needle)})`,
  ]);
  if (resourceIds.length > 0) ways.push(`resource_id IN (${resourceIds.join()})`);
  if (orFailed) ways.push('status = 2');
  return `(${ways.join(' OR ')})`;
}

function numberCondition({ needle, min, max, resourceIds }: NumberTest): string {
  const pattern = sqlText(needle.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&') + numberPattern);
  const range = [...boundSql('>', min), ...boundSql('<', max)].map((bound) => `TRY_CAST(number AS DOUBLE) ${bound}`);
  // Looking for the key first spares rows without it the regular expression, which takes five times as long (measured).
  // Cutting the number out by strpos and split_part takes three times as long again.
  const ways = ['tags', 'rest'].map((column) => {
    const numbers = `regexp_extract_all(${column}, ${pattern}, 1)`;
    return `(contains(${column}, ${sqlText(needle)}) AND len(list_filter(${numbers}, lambda number: ${range.join(' AND ')})) > 0)`;
  });
  if (resourceIds.length > 0) ways.push(`resource_id IN (${resourceIds.join()})`);
  return `(${ways.join(' OR ')})`;
}

function boundSql(direction: '<' | '>', { value, isIncluded }: NumberBound): string[] {
  return Number.isFinite(value) ? [`${direction}${isIncluded ? '=' : ''} ${value}::DOUBLE`] : [];
}
