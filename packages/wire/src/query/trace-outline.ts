import { parseTraceId } from '../ids.ts';
import type { InstrumentationScope, Resource, SpanKind, SpanRecord, SpanStatus } from '../span-record.ts';
import { linkFrom, resourceFrom, scopeFrom } from './column-parts.ts';
import type { ColumnLink, ColumnResource, ColumnScope } from './column-parts.ts';

/**
 * A whole trace without what only a look at a single span needs: no attributes, logs, endpoints, status messages. It has
 * what tree, times and critical path are made of, in typed arrays, so that a million spans travel in 50 MB and are read without
 * parsing. Spans are ordered by start, as in `TraceColumns`. Use `TraceColumns` for traces of a few thousand spans.
 */
export interface TraceOutline {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly count: number;
  /** As in `TraceColumns`. */
  readonly baseMicros: number;
  readonly names: readonly string[];
  readonly resources: readonly ColumnResource[];
  readonly scopes: readonly ColumnScope[];
  readonly spans: OutlineSpans;
  /** What few spans have, by index. Sparse. */
  readonly details: Readonly<Record<number, OutlineDetails>>;
}

/** A column for each field; `ids` has four words for each span, the others one element. */
export interface OutlineSpans {
  /** Both words of the span's id, then of its parent's; zeros for a root. */
  readonly ids: Int32Array;
  readonly startOffsetMicros: Float64Array;
  /** NaN when the span has no end. */
  readonly durationNanos: Float64Array;
  /** Into `names`. */
  readonly name: Uint32Array;
  /** Into `resources`. */
  readonly resource: Uint32Array;
  /** Into `scopes`. */
  readonly scope: Uint32Array;
  readonly flags: Uint32Array;
  readonly startNanos: Uint16Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  /** 1 shared, 2 debug, 4 unfinished. */
  readonly marks: Uint8Array;
}

/** Of `SpanDetails` what the tree depends on. */
export interface OutlineDetails {
  readonly traceId?: string | undefined;
  readonly links?: readonly ColumnLink[] | undefined;
}

/** The media type under which an encoded outline travels. */
export const traceOutlineType = 'application/vnd.spanwise.trace-outline';

/** `SWTO`, little-endian. */
const magic = 0x4f545753;
const version = 1;
const preambleBytes = 12;

type Header = Omit<TraceOutline, 'spans'>;

/** In the order in which they travel; wider ones first, so that each begins at a multiple of its width. */
const columns = [
  ['startOffsetMicros', Float64Array, 1],
  ['durationNanos', Float64Array, 1],
  ['ids', Int32Array, 4],
  ['name', Uint32Array, 1],
  ['resource', Uint32Array, 1],
  ['scope', Uint32Array, 1],
  ['flags', Uint32Array, 1],
  ['startNanos', Uint16Array, 1],
  ['kind', Uint8Array, 1],
  ['status', Uint8Array, 1],
  ['marks', Uint8Array, 1],
] as const satisfies readonly (readonly [keyof OutlineSpans, unknown, number])[];

const bytesPerSpan: number = columns.reduce((sum, [, type, words]) => sum + type.BYTES_PER_ELEMENT * words, 0);

/** Columns for so many spans, all zero. */
export function emptyOutlineSpans(count: number): OutlineSpans {
  return spansIn(new ArrayBuffer(count * bytesPerSpan), 0, count);
}

/**
 * As it travels: `SWTO`, version and length of the header (12 bytes, little-endian), the header as JSON padded to a multiple of 8
 * with spaces, then the columns in the order of their width. The bytes have a buffer of their own.
 */
export function encodeTraceOutline({ spans, ...rest }: TraceOutline): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify(rest satisfies Header));
  const headerBytes = Math.ceil((preambleBytes + header.byteLength) / 8) * 8 - preambleBytes;
  const start = preambleBytes + headerBytes;
  const bytes = new Uint8Array(start + rest.count * bytesPerSpan);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, headerBytes, true);
  bytes.fill(0x20, preambleBytes, start);
  bytes.set(header, preambleBytes);
  const into = spansIn(bytes.buffer, start, rest.count);
  for (const [name] of columns) into[name].set(spans[name]);
  return bytes;
}

/**
 * The way back from `encodeTraceOutline`. The columns are views of `bytes`, whose buffer must begin with them.
 *
 * @throws {TypeError} for bytes that are none, are of another version, or are cut off.
 */
export function decodeTraceOutline(bytes: Uint8Array<ArrayBuffer>): TraceOutline {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteOffset !== 0 || bytes.byteLength < preambleBytes || view.getUint32(0, true) !== magic) {
    throw new TypeError('these bytes are no outline of a trace');
  }
  if (view.getUint32(4, true) !== version) {
    throw new TypeError(`an outline of version ${view.getUint32(4, true)}: this reads version ${version}`);
  }
  const start = preambleBytes + view.getUint32(8, true);
  if (start > bytes.byteLength) throw new TypeError('the outline of a trace is cut off');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(preambleBytes, start))) as Header;
  if (bytes.byteLength !== start + header.count * bytesPerSpan)
    throw new TypeError('the outline of a trace is cut off');
  return { ...header, spans: spansIn(bytes.buffer, start, header.count) };
}

function spansIn(buffer: ArrayBuffer, start: number, count: number): OutlineSpans {
  let at = start;
  const spans: Record<string, unknown> = {};
  for (const [name, type, words] of columns) {
    spans[name] = new type(buffer, at, count * words);
    at += count * words * type.BYTES_PER_ELEMENT;
  }
  return spans as unknown as OutlineSpans;
}

/**
 * Records of the spans, sorted by start, as `fromTraceColumns` gives them but without what the outline lacks: it is empty there.
 * Spans share `Resource` and `InstrumentationScope` objects.
 */
export function fromTraceOutline(outline: TraceOutline): SpanRecord[] {
  const resources = outline.resources.map(resourceFrom);
  const scopes = outline.scopes.map(scopeFrom);
  const traceId = parseTraceId(outline.traceId) ?? noTraceId;
  const records: SpanRecord[] = [];
  for (let index = 0; index < outline.count; index++) {
    records.push(spanAt(outline, index, traceId, resources, scopes));
  }
  return records;
}

function spanAt(
  { spans, names, baseMicros, details }: TraceOutline,
  index: number,
  traceIdOfMost: readonly [number, number, number, number],
  resources: readonly Resource[],
  scopes: readonly InstrumentationScope[],
): SpanRecord {
  const rare = details[index];
  const marks = spans.marks[index]!;
  const duration = spans.durationNanos[index]!;
  const traceId = rare?.traceId === undefined ? traceIdOfMost : (parseTraceId(rare.traceId) ?? noTraceId);
  // Written out, as in `fromTraceColumns`.
  return {
    traceId0: traceId[0],
    traceId1: traceId[1],
    traceId2: traceId[2],
    traceId3: traceId[3],
    spanId0: spans.ids[index * 4]!,
    spanId1: spans.ids[index * 4 + 1]!,
    parentId0: spans.ids[index * 4 + 2]!,
    parentId1: spans.ids[index * 4 + 3]!,
    name: names[spans.name[index]!]!,
    kind: spans.kind[index] as SpanKind,
    startMicros: baseMicros + spans.startOffsetMicros[index]!,
    startNanos: spans.startNanos[index]!,
    durationNanos: Number.isNaN(duration) ? undefined : duration,
    attributes: none,
    droppedAttributesCount: 0,
    events: none,
    droppedEventsCount: 0,
    links: rare?.links === undefined ? none : rare.links.map(linkFrom),
    droppedLinksCount: 0,
    status: spans.status[index] as SpanStatus,
    statusMessage: '',
    traceState: '',
    flags: spans.flags[index]!,
    debug: (marks & 2) !== 0,
    shared: (marks & 1) !== 0,
    unfinished: (marks & 4) !== 0,
    resource: resources[spans.resource[index]!]!,
    scope: scopes[spans.scope[index]!]!,
    localEndpoint: undefined,
    remoteEndpoint: undefined,
  };
}

const none: readonly never[] = [];
const noTraceId = [0, 0, 0, 0] as const;
