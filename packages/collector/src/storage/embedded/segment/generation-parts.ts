import { Generation } from '../hot/generation.ts';
import { packRows, unpackRows } from '../hot/packed-rows.ts';
import type { Pause } from './sidecar-writer.ts';

/** What a row takes besides its text, roughly. */
const fixedRowBytes = 128;
/** Rows between pauses. */
const rowsTogether = 256;

/** The rows that count, in order. */
export function liveRowsOf({ rows, columns }: Generation): number[] {
  const live: number[] = [];
  for (let row = 0; row < rows; row++) if (columns.dead[row] === 0) live.push(row);
  return live;
}

/** How large rows are, roughly. */
export function bytesOfRows(generation: Generation, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + bytesOfRow(generation, row), 0);
}

/** Cuts two or more rows into two parts of about the same size, neither of them empty. */
export function halvesOf(generation: Generation, rows: readonly number[]): [number[], number[]] {
  const half = bytesOfRows(generation, rows) / 2;
  let bytes = bytesOfRow(generation, rows[0] as number);
  let cut = 1;
  while (cut < rows.length - 1) {
    bytes += bytesOfRow(generation, rows[cut] as number);
    if (bytes > half) break;
    cut++;
  }
  return [rows.slice(0, cut), rows.slice(cut)];
}

/** A generation of some of the rows, with numbers, filters and names of its own. */
export async function partOf(whole: Generation, rows: readonly number[], pause: Pause): Promise<Generation> {
  const part = new Generation(rows.length, whole.filters.rowsPerBlock, whole.from);
  for (let at = 0; at < rows.length; at += rowsTogether) {
    for (const span of unpackRows(packRows(whole, rows.slice(at, at + rowsTogether)))) part.add(span);
    await pause();
  }
  return part;
}

function bytesOfRow({ columns: { text } }: Generation, row: number): number {
  return (text[row * 3 + 2] as number) - (text[row * 3] as number) + fixedRowBytes;
}
