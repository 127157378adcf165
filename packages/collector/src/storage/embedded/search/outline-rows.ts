import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { SpanLink } from '@spanwise/wire/span-record';
import { traceIdHex } from '@spanwise/wire';
import { emptyOutlineSpans, encodeTraceOutline, packTraceOutline } from '@spanwise/wire/query';

import type { Catalogue } from '../hot/catalogue.ts';
import { Interner } from '../hot/interner.ts';
import type { PackedRows } from '../hot/packed-rows.ts';
import { RowColumns } from '../hot/row-columns.ts';
import { RowIndex } from '../hot/row-index.ts';
import { replaces } from '../../matching/trace-assembly.ts';
import { readRest } from '../rows/rest-json.ts';
import { RowBits } from '../rows/row-bits.ts';
import { readResource, readScope } from '../rows/shared-json.ts';
import { finishHash } from '../rows/text-hash.ts';

type TraceId = readonly [number, number, number, number];

/** What `OutlineRows` reads of a segment: no tags, and of the rest only that of rows with links. */
export const outlineColumns =
  `trace_hi, trace_lo, span_id, parent_id, start_us, duration_ns, name_id, resource_id, scope_id, flags, start_ns, ` +
  `kind, status, bits, CASE WHEN contains(rest, '"l":') THEN rest END AS rest`;

/**
 * The rows of one large trace in columns, without their tags and without an object for each: what takes a second with records for
 * 100,000 spans takes a tenth of it here. Of records with one key the one that counts is kept, as `assembleTrace` does.
 */
export class OutlineRows {
  readonly #id: TraceId;
  readonly #columns = new RowColumns(4096);
  readonly #keys = new RowIndex(4096);
  readonly #names = new Interner();
  readonly #resources = new Interner();
  readonly #scopes = new Interner();
  readonly #links = new Map<number, readonly SpanLink[]>();
  #catalogue: Catalogue | undefined;
  #catalogueNumbers: readonly [number[], number[], number[]] = [[], [], []];
  #rows = 0;

  constructor(id: TraceId) {
    this.#id = id;
  }

  /** Rows of a segment, in order of arrival; the columns are `outlineColumns`. */
  addChunk(chunk: DuckDBDataChunk, rows: number, catalogue: Catalogue): void {
    const items = Array.from({ length: 14 }, (_, at) => itemsOf(chunk, at));
    const [traceHigh, traceLow, spanId, parentId] = items.slice(0, 4).map(wordsOf) as [Words, Words, Words, Words];
    const [start, duration] = [items[4] as BigInt64Array, items[5] as BigInt64Array];
    const numbers = items as unknown as ArrayLike<number>[];
    const [names, resources, scopes] = this.#numbersOf(catalogue);
    const durations = chunk.getColumnVector(5);
    const rests = chunk.getColumnVector(14);
    const columns = this.#columns;
    for (let at = 0; at < rows; at++) {
      const row = this.#next();
      copyId(columns.ids, row * 8, traceHigh, at);
      copyId(columns.ids, row * 8 + 2, traceLow, at);
      copyId(columns.ids, row * 8 + 4, spanId, at);
      copyId(columns.ids, row * 8 + 6, parentId, at);
      columns.startMicros[row] = Number(start[at]);
      columns.durationNanos[row] = durations.getItem(at) === null ? Number.NaN : Number(duration[at]);
      columns.nameId[row] = names[numbers[6]![at]!] ??= this.#names.number(catalogue.names[numbers[6]![at]!]!);
      columns.resourceId[row] = resources[numbers[7]![at]!] ??= this.#resources.number(
        catalogue.resources[numbers[7]![at]!]!,
      );
      columns.scopeId[row] = scopes[numbers[8]![at]!] ??= this.#scopes.number(catalogue.scopes[numbers[8]![at]!]!);
      columns.flags[row] = numbers[9]![at]!;
      columns.startNanos[row] = numbers[10]![at]!;
      columns.kind[row] = numbers[11]![at]!;
      columns.status[row] = numbers[12]![at]!;
      columns.bits[row] = numbers[13]![at]!;
      this.#keep(row, rests.getItem(at) as string | null);
    }
  }

  /** Rows that are still in memory, packed as an outline. */
  addPacked(packed: PackedRows): void {
    const text = Buffer.from(packed.text.buffer, packed.text.byteOffset, packed.text.byteLength);
    const columns = this.#columns;
    let end = 0;
    for (let at = 0; at * 16 < packed.numbers.length; at++) {
      const numbers = packed.numbers.subarray(at * 16, at * 16 + 16);
      const rest = text.toString('utf8', end, (end += packed.lengths[at * 2 + 1]!));
      const row = this.#next();
      columns.ids.set(numbers.subarray(0, 8), row * 8);
      columns.startMicros[row] = numbers[8]!;
      columns.startNanos[row] = numbers[9]!;
      columns.durationNanos[row] = numbers[10]!;
      columns.flags[row] = numbers[11]!;
      columns.kind[row] = numbers[12]!;
      columns.status[row] = numbers[13]!;
      columns.bits[row] = numbers[14]!;
      columns.nameId[row] = this.#names.number(packed.names[numbers[15]!]!);
      columns.resourceId[row] = this.#resources.number(packed.resources[packed.shared[at * 2]!]!);
      columns.scopeId[row] = this.#scopes.number(packed.scopes[packed.shared[at * 2 + 1]!]!);
      this.#keep(row, rest === '' ? null : rest);
    }
  }

  /** The outline, encoded; `undefined` without rows. */
  encode(): Uint8Array<ArrayBuffer> | undefined {
    const order = this.#order();
    if (order.length === 0) return undefined;
    const columns = this.#columns;
    const baseMicros = columns.startMicros[order.find((row) => columns.startMicros[row]! > 0) ?? -1] ?? 0;
    const spans = emptyOutlineSpans(order.length);
    const links = new Map<number, readonly SpanLink[]>();
    const traceIds = new Map<number, string>();
    const first = order[0]!;
    for (const [index, row] of order.entries()) {
      for (let word = 0; word < 4; word++) spans.ids[index * 4 + word] = columns.ids[row * 8 + 4 + word]!;
      spans.startOffsetMicros[index] = columns.startMicros[row]! - baseMicros;
      spans.startNanos[index] = columns.startNanos[row]!;
      spans.durationNanos[index] = columns.durationNanos[row]!;
      spans.name[index] = columns.nameId[row]!;
      spans.resource[index] = columns.resourceId[row]!;
      spans.scope[index] = columns.scopeId[row]!;
      spans.flags[index] = columns.flags[row]!;
      spans.kind[index] = columns.kind[row]!;
      spans.status[index] = columns.status[row]!;
      spans.marks[index] = marksOf(columns.bits[row]!);
      const linked = this.#links.get(row);
      if (linked !== undefined) links.set(index, linked);
      // The low halves are equal: that is how rows were found.
      const { ids } = columns;
      if (ids[row * 8] !== ids[first * 8] || ids[row * 8 + 1] !== ids[first * 8 + 1])
        traceIds.set(index, this.#traceIdHex(row));
    }
    return encodeTraceOutline(
      packTraceOutline({
        traceId: this.#traceIdHex(first),
        count: order.length,
        baseMicros,
        spans,
        names: this.#names.texts,
        resources: this.#resources.texts.map(readResource),
        scopes: this.#scopes.texts.map(readScope),
        links,
        traceIds,
      }),
    );
  }

  /** For each number of the catalogue the own one, once it is known: texts are looked up once for a segment. */
  #numbersOf(catalogue: Catalogue): readonly [number[], number[], number[]] {
    if (this.#catalogue !== catalogue) this.#catalogueNumbers = [[], [], []];
    this.#catalogue = catalogue;
    return this.#catalogueNumbers;
  }

  #traceIdHex(row: number): string {
    const [traceId0 = 0, traceId1 = 0, traceId2 = 0, traceId3 = 0] = this.#columns.ids.subarray(row * 8, row * 8 + 4);
    return traceIdHex({ traceId0, traceId1, traceId2, traceId3 });
  }

  #next(): number {
    if (this.#rows === this.#columns.capacity) this.#columns.grow();
    return this.#rows;
  }

  /** Counts the row that was just written, unless another of its key wins or it is another trace's. */
  #keep(row: number, rest: string | null): void {
    if (!this.#belongs(row)) return;
    const hash = this.#hash(row);
    let known = this.#keys.newest(hash);
    while (known >= 0 && (this.#columns.dead[known] !== 0 || !this.#isSameSpan(known, row))) {
      known = this.#keys.before(known);
    }
    if (known >= 0) {
      if (!replaces(this.#rank(row), this.#rank(known))) return;
      this.#columns.dead[known] = 1;
    }
    this.#columns.dead[row] = 0;
    this.#keys.add(row, hash);
    if (rest !== null) this.#links.set(row, readRest(rest).links);
    this.#rows++;
  }

  /** As `belongsTo` has it for records. */
  #belongs(row: number): boolean {
    const { ids } = this.#columns;
    if (ids[row * 8 + 2] !== this.#id[2] || ids[row * 8 + 3] !== this.#id[3]) return false;
    const [high0, high1] = [ids[row * 8]!, ids[row * 8 + 1]!];
    return (
      (high0 === this.#id[0] && high1 === this.#id[1]) || (this.#id[0] | this.#id[1]) === 0 || (high0 | high1) === 0
    );
  }

  #hash(row: number): number {
    const { ids, startMicros, kind } = this.#columns;
    const id = Math.imul(ids[row * 8 + 4]!, 0x9e3779b1) ^ Math.imul(ids[row * 8 + 5]!, 0x85ebca6b);
    return finishHash(id ^ Math.imul(startMicros[row]! | 0, 0xc2b2ae35) ^ kind[row]!);
  }

  #isSameSpan(one: number, other: number): boolean {
    const { ids, kind, bits, startMicros, startNanos } = this.#columns;
    return (
      ids[one * 8] === ids[other * 8] &&
      ids[one * 8 + 1] === ids[other * 8 + 1] &&
      ids[one * 8 + 4] === ids[other * 8 + 4] &&
      ids[one * 8 + 5] === ids[other * 8 + 5] &&
      startMicros[one] === startMicros[other] &&
      startNanos[one] === startNanos[other] &&
      kind[one] === kind[other] &&
      ((bits[one]! ^ bits[other]!) & RowBits.shared) === 0
    );
  }

  #rank(row: number): { readonly unfinished: boolean; readonly durationNanos: number | undefined } {
    const duration = this.#columns.durationNanos[row]!;
    return {
      unfinished: (this.#columns.bits[row]! & RowBits.unfinished) !== 0,
      durationNanos: Number.isNaN(duration) ? undefined : duration,
    };
  }

  /** The rows that count, in the order of `compareSpans`. */
  #order(): number[] {
    const { dead, startMicros } = this.#columns;
    const rows: number[] = [];
    for (let row = 0; row < this.#rows; row++) if (dead[row] === 0) rows.push(row);
    const earliest = rows.reduce((least, row) => Math.min(least, startMicros[row]!), Infinity);
    const latest = rows.reduce((most, row) => Math.max(most, startMicros[row]!), 0);
    const compare = (one: number, other: number): number => this.#compare(one, other);
    if ((latest - earliest + 1) * this.#rows > Number.MAX_SAFE_INTEGER) return rows.sort(compare);
    // A comparing sort of a million takes seconds: microsecond and row are sorted as one number, and then each microsecond.
    const keys = Float64Array.from(rows, (row) => (startMicros[row]! - earliest) * this.#rows + row).sort();
    const sorted = Array.from(keys, (key) => key % this.#rows);
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      for (to = from + 1; to < sorted.length && startMicros[sorted[to]!] === startMicros[sorted[from]!]; to++);
      if (to - from > 1)
        sorted
          .slice(from, to)
          .sort(compare)
          .forEach((row, at) => (sorted[from + at] = row));
    }
    return sorted;
  }

  #compare(one: number, other: number): number {
    const { ids, kind, bits, startMicros, startNanos } = this.#columns;
    return (
      startMicros[one]! - startMicros[other]! ||
      startNanos[one]! - startNanos[other]! ||
      (ids[one * 8 + 4]! >>> 0) - (ids[other * 8 + 4]! >>> 0) ||
      (ids[one * 8 + 5]! >>> 0) - (ids[other * 8 + 5]! >>> 0) ||
      kind[one]! - kind[other]! ||
      (bits[one]! & RowBits.shared) - (bits[other]! & RowBits.shared) ||
      (ids[one * 8]! >>> 0) - (ids[other * 8]! >>> 0) ||
      (ids[one * 8 + 1]! >>> 0) - (ids[other * 8 + 1]! >>> 0)
    );
  }
}

type Words = Int32Array;

function itemsOf(chunk: DuckDBDataChunk, column: number): ArrayBufferView {
  return (chunk.getColumnVector(column) as unknown as { readonly items: ArrayBufferView }).items;
}

/** 64-bit numbers as pairs of words, the lower one first. */
function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Words {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

/** An id of two words, as `wordsOf` has them, to where the higher one comes first. */
function copyId(into: Int32Array, place: number, words: Words, at: number): void {
  into[place] = words[at * 2 + 1]!;
  into[place + 1] = words[at * 2]!;
}

/** As an outline has them. */
function marksOf(bits: number): number {
  return (
    ((bits & RowBits.shared) === 0 ? 0 : 1) |
    ((bits & RowBits.debug) === 0 ? 0 : 2) |
    ((bits & RowBits.unfinished) === 0 ? 0 : 4)
  );
}
