import type { InstrumentationScope, Resource, SpanRecord } from '@spanwise/wire/span-record';

import type { StartRange } from '../../span-store.ts';
import { traceHash } from '../rows/text-hash.ts';
import { decodeRow } from '../rows/decode-row.ts';
import { readResource, readScope } from '../rows/shared-json.ts';
import type { Generation } from './generation.ts';

/** Rows on their way to another thread: typed arrays that are moved, not copied. */
export interface PackedRows {
  /** Sixteen a row: ids (8), start, nanos, duration, flags, kind, status, bits, name. */
  readonly numbers: Float64Array;
  /** Resource and scope of each row. */
  readonly shared: Uint32Array;
  /** Lengths of tags and rest of each row. */
  readonly lengths: Uint32Array;
  readonly text: Uint8Array;
  readonly names: readonly string[];
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}

const numbersPerRow = 16;

/** Which rows are packed, and what of them. */
export interface PackChoice {
  /** More rows are not packed at all. Default: any number. */
  readonly most?: number;
  /** Only rows that start in it. */
  readonly range?: StartRange | undefined;
  /** No tags, and of the rest only that of rows with links: what `OutlineRows` reads. */
  readonly outline?: boolean;
}

/** The rows of traces with these low halves, for each generation; `undefined` when they are more than `most`. */
export function packTraces(
  generations: readonly Generation[],
  lows: readonly (readonly [number, number])[],
  { most = Number.POSITIVE_INFINITY, range, outline = false }: PackChoice = {},
): PackedRows[] | undefined {
  const rows = generations.map((generation) => {
    const all = lows.flatMap((low) => rowsOfTrace(generation, low));
    return range === undefined ? all : all.filter((row) => startsIn(generation, row, range));
  });
  if (rows.reduce((sum, { length }) => sum + length, 0) > most) return undefined;
  return generations.map((generation, index) => packRows(generation, rows[index]!, outline));
}

function startsIn({ columns }: Generation, row: number, { startMicros, endMicros }: StartRange): boolean {
  return columns.startMicros[row]! >= startMicros && columns.startMicros[row]! <= endMicros;
}

function rowsOfTrace({ traces, columns }: Generation, [traceId2, traceId3]: readonly [number, number]): number[] {
  const rows: number[] = [];
  for (let row = traces.newest(traceHash(traceId2, traceId3)); row >= 0; row = traces.before(row)) {
    const at = row * 8;
    if (columns.dead[row] === 0 && columns.ids[at + 2] === traceId2 && columns.ids[at + 3] === traceId3) rows.push(row);
  }
  return rows.reverse();
}

/** Rows that count, by their places; as an outline, without what `PackChoice.outline` leaves out. */
export function packRows(generation: Generation, rows: readonly number[], outline = false): PackedRows {
  const { columns, arena } = generation;
  const catalogue = generation.texts();
  const numbers = new Float64Array(rows.length * numbersPerRow);
  const shared = new Uint32Array(rows.length * 2);
  const lengths = new Uint32Array(rows.length * 2);
  const texts: Uint8Array[] = [];
  for (const [index, row] of rows.entries()) {
    numbers.set(columns.ids.subarray(row * 8, row * 8 + 8), index * numbersPerRow);
    numbers.set(rowNumbers(generation, row), index * numbersPerRow + 8);
    shared.set([columns.resourceId[row] as number, columns.scopeId[row] as number], index * 2);
    const [tags = 0, middle = 0, end = 0] = columns.text.subarray(row * 3, row * 3 + 3);
    if (outline && !hasLinks(arena.bytes, middle, end)) continue;
    const start = outline ? middle : tags;
    lengths.set([middle - start, end - middle], index * 2);
    texts.push(arena.bytes.subarray(start, end));
  }
  const { names, resources, scopes } = used(catalogue, numbers, shared);
  return { numbers, shared, lengths, text: joined(texts), names, resources, scopes };
}

/** Whether the rest of a row may name links: their member of `RestJson`, or a text that looks like it. */
function hasLinks(bytes: Buffer, start: number, end: number): boolean {
  return start < end && bytes.subarray(start, end).includes('"l":');
}

/** A copy with an `ArrayBuffer` of its own: small results of `Buffer.concat` share one, which must not be moved. */
function joined(texts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(texts.reduce((sum, text) => sum + text.length, 0));
  let at = 0;
  for (const text of texts) {
    all.set(text, at);
    at += text.length;
  }
  return all;
}

function rowNumbers({ columns }: Generation, row: number): number[] {
  return [
    columns.startMicros[row] as number,
    columns.startNanos[row] as number,
    columns.durationNanos[row] as number,
    columns.flags[row] as number,
    columns.kind[row] as number,
    columns.status[row] as number,
    columns.bits[row] as number,
    columns.nameId[row] as number,
  ];
}

/** Only the shared texts that the rows name; the others stay empty in their places. */
function used(
  catalogue: Pick<PackedRows, 'names' | 'resources' | 'scopes'>,
  numbers: Float64Array,
  shared: Uint32Array,
): Pick<PackedRows, 'names' | 'resources' | 'scopes'> {
  const names: string[] = [];
  const resources: string[] = [];
  const scopes: string[] = [];
  for (let index = 0; index * 2 < shared.length; index++) {
    const nameId = numbers[index * numbersPerRow + 15] as number;
    const resourceId = shared[index * 2] as number;
    const scopeId = shared[index * 2 + 1] as number;
    names[nameId] = catalogue.names[nameId] as string;
    resources[resourceId] = catalogue.resources[resourceId] as string;
    scopes[scopeId] = catalogue.scopes[scopeId] as string;
  }
  return { names, resources, scopes };
}

/** What is moved when the rows go to another thread. */
export function buffersOf(packed: readonly PackedRows[]): ArrayBuffer[] {
  return packed.flatMap(({ numbers, shared, lengths, text }) =>
    [numbers, shared, lengths, text].map(({ buffer }) => buffer as ArrayBuffer),
  );
}

export function rowCount({ lengths }: PackedRows): number {
  return lengths.length / 2;
}

export function unpackRows(packed: PackedRows): SpanRecord[] {
  const text = Buffer.from(packed.text.buffer, packed.text.byteOffset, packed.text.byteLength);
  const resources = packed.resources.map(readResource);
  const scopes = packed.scopes.map(readScope);
  const spans: SpanRecord[] = [];
  let at = 0;
  for (let index = 0; index * numbersPerRow < packed.numbers.length; index++) {
    const tagsEnd = at + (packed.lengths[index * 2] as number);
    const restEnd = tagsEnd + (packed.lengths[index * 2 + 1] as number);
    const numbers = packed.numbers.subarray(index * numbersPerRow, (index + 1) * numbersPerRow);
    const tags = text.toString('utf8', at, tagsEnd);
    const rest = text.toString('utf8', tagsEnd, restEnd);
    const resource = resources[packed.shared[index * 2] as number] as Resource;
    const scope = scopes[packed.shared[index * 2 + 1] as number] as InstrumentationScope;
    spans.push(decodeRow(numbers, packed.names[numbers[15] as number] as string, { tags, rest, resource, scope }));
    at = restEnd;
  }
  return spans;
}
