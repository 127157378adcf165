import type { InstrumentationScope, Resource, SpanRecord } from '@spanwise/wire/span-record';
import { SpanStatus } from '@spanwise/wire/span-record';

import { replaces } from '../../matching/trace-assembly.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import type { KeyText } from '../rows/attribute-writer.ts';
import { AttributeWriter } from '../rows/attribute-writer.ts';
import { RestWriter } from '../rows/rest-json.ts';
import { RowBits } from '../rows/row-bits.ts';
import { needlesOf } from '../rows/search-needle.ts';
import { resourceJson, scopeJson } from '../rows/shared-json.ts';
import { TextArena } from '../rows/text-arena.ts';
import { finishHash, traceHash } from '../rows/text-hash.ts';
import { BlockFilters } from './block-filters.ts';
import type { Catalogue } from './catalogue.ts';
import { Interner } from './interner.ts';
import { LastKnown } from './last-known.ts';
import { RowColumns } from './row-columns.ts';
import { RowIndex } from './row-index.ts';
import { ServiceBuilder } from './service-builder.ts';

const failedHashes = needlesOf({ key: 'error', value: 'true' }).map((needle) => needle.hash);
const errorKeyHashes = needlesOf({ key: 'error' }).map((needle) => needle.hash);

interface KnownResource {
  readonly id: number;
  readonly service: ServiceBuilder;
  readonly hashes: readonly number[];
  /** The last block that has its entries. */
  block: number;
}

/** The rows of one segment to be: appended here, searched here, then written out and dropped. */
export class Generation {
  /** Rows, replaced ones included. */
  rows = 0;
  deadRows = 0;
  minStartMicros = Number.POSITIVE_INFINITY;
  maxStartMicros = 0;
  readonly columns: RowColumns;
  readonly arena: TextArena;
  readonly filters: BlockFilters;
  readonly traces: RowIndex;
  /** Where the journal stood when the first row came. */
  readonly from: JournalPosition;
  readonly #keys: RowIndex;
  readonly #names = new Interner();
  readonly #scopes = new Interner();
  readonly #remotes = new Interner();
  readonly #resourceTexts = new Interner();
  readonly #resourcesById: KnownResource[] = [];
  readonly #services = new Map<string, ServiceBuilder>();
  /** By object: decoders give one for the same bytes. */
  readonly #knownScopes = new LastKnown<InstrumentationScope, number>((scope) => this.#numberScope(scope));
  readonly #knownResources = new LastKnown<Resource, KnownResource>((resource) => this.#numberResource(resource));
  /** Writes what rows hold as tags. */
  readonly tags: AttributeWriter;
  readonly #rest: RestWriter;
  #service: ServiceBuilder;
  #block = 0;
  /** Keys of a span that is written ahead: they count once it is kept. */
  readonly #keysAhead: KeyText[] = [];
  #isAhead = false;
  /** The row whose block is the current one. */
  #entered = -1;

  /** `spent` gives its memory to the new generation and must not be used any more. */
  constructor(capacity: number, rowsPerBlock: number, from: JournalPosition, spent?: Generation) {
    const rows = 2 ** Math.ceil(Math.log2(Math.max(capacity, 16)));
    this.columns = spent === undefined ? new RowColumns(rows) : spent.columns.cleared();
    this.arena = spent === undefined ? new TextArena(rows * 32) : spent.arena.cleared();
    this.filters = new BlockFilters(rowsPerBlock);
    this.traces = new RowIndex(rows);
    this.#keys = new RowIndex(rows);
    this.from = from;
    this.#remotes.number('');
    this.#service = new ServiceBuilder('', 0);
    const { filters } = this;
    this.tags = new AttributeWriter(this.arena, {
      key: (key) => this.#tagKey(key),
      pair: (hash) => filters.add(hash),
    });
    const events = new AttributeWriter(this.arena, {
      key: ({ hash }) => filters.add(hash),
      pair: (hash) => filters.add(hash),
    });
    this.#rest = new RestWriter(this.arena, events);
  }

  get liveRows(): number {
    return this.rows - this.deadRows;
  }

  /** What takes the attributes of the next span ahead of `add`, for a reader that makes no list of them. */
  writerAhead(resource: Resource): AttributeWriter {
    this.#enter(this.rows);
    this.#service = this.#knownResources.get(resource).service;
    this.#keysAhead.length = 0;
    this.#isAhead = true;
    return this.tags;
  }

  /**
   * Keeps the span unless a row with its key wins over it. `tagsStart` is where in the arena its attributes begin, if they
   * were written ahead; they end where the arena ends.
   */
  add(span: SpanRecord, tagsStart?: number): void {
    this.#isAhead = false;
    const keyHash = spanKeyHash(span);
    const known = this.#findRow(span, keyHash);
    if (known >= 0) {
      if (!replaces(span, this.#rank(known))) {
        if (tagsStart !== undefined) this.arena.length = tagsStart;
        return;
      }
      this.columns.dead[known] = 1;
      this.deadRows++;
    }
    this.#append(span, keyHash, tagsStart);
    if (tagsStart !== undefined) for (const key of this.#keysAhead) this.#noteKey(key);
  }

  /** As if the row had not come. */
  leaveOut(row: number): void {
    this.columns.dead[row] = 1;
    this.deadRows++;
  }

  /** What rows name by number. */
  texts(): Pick<Catalogue, 'names' | 'resources' | 'scopes'> {
    return { names: this.#names.texts, resources: this.#resourceTexts.texts, scopes: this.#scopes.texts };
  }

  catalogue(): Catalogue {
    return {
      ...this.texts(),
      resourceServices: this.#resourcesById.map((known) => known.service.service),
      remotes: this.#remotes.texts,
      // One without an operation had none of its spans kept.
      services: [...this.#services.values()]
        .map((service) => service.finish())
        .filter(({ operations }) => operations.length > 0),
    };
  }

  #append(span: SpanRecord, keyHash: number, tagsStart: number | undefined): void {
    const row = this.rows;
    if (row === this.columns.capacity) this.columns.grow();
    this.#enter(row);
    const resource = this.#knownResources.get(span.resource);
    this.#service = resource.service;
    this.#writeNumbers(row, span, resource);
    this.#writeText(row, span, tagsStart);
    this.#addFilterEntries(span, resource, this.columns.nameId[row] as number);
    this.traces.add(row, traceHash(span.traceId2, span.traceId3));
    this.#keys.add(row, keyHash);
    this.rows++;
    if (span.startMicros < this.minStartMicros) this.minStartMicros = span.startMicros;
    if (span.startMicros > this.maxStartMicros) this.maxStartMicros = span.startMicros;
  }

  #writeNumbers(row: number, span: SpanRecord, resource: KnownResource): void {
    const { columns } = this;
    const { ids } = columns;
    let at = row * 8;
    ids[at++] = span.traceId0;
    ids[at++] = span.traceId1;
    ids[at++] = span.traceId2;
    ids[at++] = span.traceId3;
    ids[at++] = span.spanId0;
    ids[at++] = span.spanId1;
    ids[at++] = span.parentId0;
    ids[at++] = span.parentId1;
    columns.startMicros[row] = span.startMicros;
    columns.startNanos[row] = span.startNanos;
    columns.durationNanos[row] = span.durationNanos ?? Number.NaN;
    columns.nameId[row] = this.#names.number(span.name);
    columns.resourceId[row] = resource.id;
    columns.scopeId[row] = this.#knownScopes.get(span.scope);
    columns.remoteId[row] = this.#remote(span);
    columns.flags[row] = span.flags;
    columns.kind[row] = span.kind;
    columns.status[row] = span.status;
    columns.bits[row] =
      (span.debug ? RowBits.debug : 0) |
      (span.shared ? RowBits.shared : 0) |
      (span.unfinished ? RowBits.unfinished : 0);
  }

  #enter(row: number): void {
    if (row === this.#entered) return;
    this.#entered = row;
    if (this.filters.enter(row)) this.#block = Math.floor(row / this.filters.rowsPerBlock);
  }

  #writeText(row: number, span: SpanRecord, tagsStart: number | undefined): void {
    const { text } = this.columns;
    text[row * 3] = tagsStart ?? this.arena.length;
    if (tagsStart === undefined) this.tags.write(span.attributes);
    text[row * 3 + 1] = this.arena.length;
    this.#rest.write(span);
    text[row * 3 + 2] = this.arena.length;
  }

  #addFilterEntries(span: SpanRecord, resource: KnownResource, nameId: number): void {
    const { filters } = this;
    const operation = resource.service.operation(nameId, span.name, span.kind);
    if (operation.block !== this.#block) {
      operation.block = this.#block;
      filters.add(operation.hash);
      filters.add(operation.withService);
    }
    if (resource.block !== this.#block) {
      resource.block = this.#block;
      filters.add(resource.service.hash);
      for (const hash of resource.hashes) filters.add(hash);
    }
    if (span.status === SpanStatus.error) this.#addErrorEntries(span.statusMessage);
  }

  /** Once for each block and service in a row is enough. */
  #tagKey(key: KeyText): void {
    if (key.seenInBlock === this.#block && key.seenInService === this.#service.number) return;
    if (this.#isAhead) this.#keysAhead.push(key);
    else this.#noteKey(key);
  }

  #noteKey(key: KeyText): void {
    key.seenInBlock = this.#block;
    key.seenInService = this.#service.number;
    this.filters.add(key.hash);
    this.#service.tagKey(key.key);
  }

  /** So that `error`, `error=true` and `error=<message>` find failed spans by the filter too. */
  #addErrorEntries(message: string): void {
    for (const hash of errorKeyHashes) this.filters.add(hash);
    for (const hash of failedHashes) this.filters.add(hash);
    if (message === '') return;
    for (const needle of needlesOf({ key: 'error', value: message })) this.filters.add(needle.hash);
  }

  #numberResource(resource: Resource): KnownResource {
    const hashes: number[] = [];
    const service = this.#serviceOf(resource.serviceName);
    const text = resourceJson(resource, { key: ({ hash }) => hashes.push(hash), pair: (hash) => hashes.push(hash) });
    const id = this.#resourceTexts.number(text);
    return (this.#resourcesById[id] ??= { id, service, hashes, block: -1 });
  }

  #serviceOf(name: string): ServiceBuilder {
    let service = this.#services.get(name);
    if (service === undefined) {
      service = new ServiceBuilder(name, this.#services.size);
      this.#services.set(name, service);
    }
    return service;
  }

  #numberScope(scope: InstrumentationScope): number {
    return this.#scopes.number(scopeJson(scope));
  }

  #remote(span: SpanRecord): number {
    const name = span.remoteEndpoint?.serviceName ?? '';
    if (name === '') return 0;
    this.#service.remote(name);
    return this.#remotes.number(name);
  }

  #findRow(span: SpanRecord, keyHash: number): number {
    let row = this.#keys.newest(keyHash);
    while (row >= 0 && (this.columns.dead[row] !== 0 || !this.#isSameSpan(row, span))) row = this.#keys.before(row);
    return row;
  }

  #isSameSpan(row: number, span: SpanRecord): boolean {
    const { ids, kind, bits, startMicros, startNanos } = this.columns;
    const at = row * 8;
    return (
      ids[at + 5] === span.spanId1 &&
      ids[at + 4] === span.spanId0 &&
      ids[at + 3] === span.traceId3 &&
      ids[at + 2] === span.traceId2 &&
      ids[at + 1] === span.traceId1 &&
      ids[at] === span.traceId0 &&
      kind[row] === span.kind &&
      (((bits[row] as number) & RowBits.shared) !== 0) === span.shared &&
      startMicros[row] === span.startMicros &&
      startNanos[row] === span.startNanos
    );
  }

  #rank(row: number): Pick<SpanRecord, 'unfinished' | 'durationNanos'> {
    const duration = this.columns.durationNanos[row] as number;
    return {
      unfinished: ((this.columns.bits[row] as number) & RowBits.unfinished) !== 0,
      durationNanos: Number.isNaN(duration) ? undefined : duration,
    };
  }
}

function spanKeyHash(span: SpanRecord): number {
  const ids = Math.imul(span.spanId0 ^ span.traceId2, 0x9e3779b1) ^ Math.imul(span.spanId1 ^ span.traceId3, 0x85ebca6b);
  return finishHash(ids ^ Math.imul(span.startMicros | 0, 0xc2b2ae35) ^ span.kind);
}
