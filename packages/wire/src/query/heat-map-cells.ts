import type { TracesOverviewAnswer } from './messages.ts';

/** Which time an overview covers, and how many columns its heat map has. */
export type HeatMapExtent = Pick<TracesOverviewAnswer, 'startMicros' | 'endMicros' | 'columns'>;

/**
 * The column of a heat map that counts a trace of this instant: the first at `startMicros`, the last up to `endMicros`, inclusive.
 * Instants beyond either end are in the column there.
 */
export function heatMapColumn(micros: number, { startMicros, endMicros, columns }: HeatMapExtent): number {
  const column = Math.floor(((micros - startMicros) / Math.max(1, endMicros - startMicros)) * columns);
  return Math.min(columns - 1, Math.max(0, column));
}

/**
 * The first microsecond that a column counts. The one before it belongs to the column before; of the column after the last it is
 * the microsecond after `endMicros`. A column of less than a microsecond may count none: then the next starts with it.
 */
export function heatMapColumnStart(column: number, extent: HeatMapExtent): number {
  const { startMicros, endMicros, columns } = extent;
  if (column <= 0) return startMicros;
  if (column >= columns) return endMicros + 1;
  let micros = Math.ceil(startMicros + ((endMicros - startMicros) * column) / columns);
  // Divisions are not exact at the bounds.
  while (heatMapColumn(micros - 1, extent) >= column) micros--;
  while (heatMapColumn(micros, extent) < column) micros++;
  return micros;
}

/**
 * The shortest duration of a heat map's bucket, in nanoseconds: two buckets for each doubling, from a microsecond on, each below
 * the next one's. Bucket 0 has none: it holds all that is shorter, too.
 */
export function heatMapBucketNanos(bucket: number): number {
  if (bucket <= 0) return 0;
  // Powers of halves differ in the last digits from engine to engine, and collector and page have to agree.
  const root = bucket % 2 === 0 ? 1 : Math.SQRT2;
  return Math.round(root * 2 ** Math.floor(bucket / 2) * 1000);
}
