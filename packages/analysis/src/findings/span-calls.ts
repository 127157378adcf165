import { SpanKind } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { isStreamName, shapeOfName, statementTarget, unknownTarget, urlTarget } from './call-target.ts';
import type { CallTarget } from './call-target.ts';
import { numberTag, textTag } from './tag-of.ts';
import { isConnectionWait } from './wait-names.ts';

/** A request of a span to somebody else. */
export interface SpanCall {
  readonly protocol: 'database' | 'http' | 'other';
  readonly target: CallTarget;
}

/** Reads which spans are calls, and numbers what is alike. Spans are read once, texts that occur again as well. */
export class SpanCalls {
  readonly #spans: readonly SpanRecord[];
  readonly #calls: (SpanCall | undefined)[];
  readonly #statements = new Map<string, CallTarget>();
  readonly #urls = new Map<string, CallTarget>();
  readonly #nameShapes = new Map<string, string>();
  readonly #streamNames = new Map<string, boolean>();
  readonly #likeness: Int32Array;
  readonly #numbers = new Map<string, number>();

  constructor(spans: readonly SpanRecord[]) {
    this.#spans = spans;
    this.#calls = spans.map((span) => this.#read(span));
    this.#likeness = Int32Array.from(spans, (span, index) => this.#numberOf(this.#shapeOf(span, index)));
  }

  /** The call that the span is; `undefined` when it is none. */
  at(index: number): SpanCall | undefined {
    return this.#calls[index];
  }

  /**
   * The same number for spans that are alike: service, kind, and name, statement or URL without what is a value or an
   * identifier in it.
   */
  likeness(index: number): number {
    return this.#likeness[index]!;
  }

  /** True for what lasts by its nature, as far as the record says. */
  isStream(index: number): boolean {
    const span = this.#spans[index]!;
    if (this.#calls[index]?.target.isStream || this.#isStreamName(span.name)) return true;
    if (exchangesMessages(span)) return true;
    if (span.attributes.length === 0) return false;
    if (lastingType.test(textTag(span, 'contentType')) || numberTag(span, 'httpStatus') === switchingProtocols)
      return true;
    if (textTag(span, 'rpcStream').endsWith('_STREAMING')) return true;
    const url = span.kind === SpanKind.server ? textTag(span, 'url') : '';
    return url !== '' && this.#url(span, url).isStream;
  }

  #isStreamName(name: string): boolean {
    let isStream = this.#streamNames.get(name);
    if (isStream === undefined) this.#streamNames.set(name, (isStream = isStreamName(name)));
    return isStream;
  }

  #read(span: SpanRecord): SpanCall | undefined {
    const { kind } = span;
    if (kind === SpanKind.server || kind === SpanKind.consumer || kind === SpanKind.producer) return undefined;
    const statement = textTag(span, 'statement');
    if (statement !== '') return { protocol: 'database', target: this.#statement(statement) };
    if (kind !== SpanKind.client && textTag(span, 'method') === '') return undefined;
    const url = textTag(span, 'url');
    if (url !== '') return { protocol: 'http', target: this.#url(span, url) };
    // Whoever waits for a connection asks nobody for anything yet.
    const isWait = textTag(span, 'rpcMethod') === '' && isConnectionWait(span.name);
    if (kind !== SpanKind.client || isWait) return undefined;
    return { protocol: 'other', target: namedTarget(span) };
  }

  #statement(statement: string): CallTarget {
    let target = this.#statements.get(statement);
    if (target === undefined) this.#statements.set(statement, (target = statementTarget(statement)));
    return target;
  }

  #url(span: SpanRecord, url: string): CallTarget {
    const method = textTag(span, 'method') || 'GET';
    const key = `${method} ${url} ${span.name}`;
    let target = this.#urls.get(key);
    if (target === undefined) this.#urls.set(key, (target = urlTarget(method, url, span.name)));
    return target;
  }

  #shapeOf({ kind, name, resource }: SpanRecord, index: number): string {
    const shape = this.#calls[index]?.target.shape;
    return `${kind}\n${resource.serviceName}\n${shape ? shape : this.#nameShape(name)}`;
  }

  #nameShape(name: string): string {
    let shape = this.#nameShapes.get(name);
    if (shape === undefined) this.#nameShapes.set(name, (shape = shapeOfName(name)));
    return shape;
  }

  #numberOf(shape: string): number {
    let number = this.#numbers.get(shape);
    if (number === undefined) this.#numbers.set(shape, (number = this.#numbers.size));
    return number;
  }
}

/** Status of a connection that goes on as a web socket or the like. */
const switchingProtocols = 101;

/** Events, parts that replace each other, lines, media, downloads: the receiver says how long they take. */
const lastingType =
  /^(?:text\/event-stream|multipart\/x-mixed-replace|application\/(?:(?:x-)?ndjson|(?:x-)?jsonl|json-seq|stream\+json|octet-stream|zip)|video\/|audio\/)/i;

/** OpenTelemetry writes an event for each message of a remote call; without a stream there is one each way. */
function exchangesMessages({ events }: SpanRecord): boolean {
  return events.length > 2 && events.filter(({ name }) => name === 'message' || name === 'rpc.message').length > 2;
}

/** Of a remote procedure call only the name is known; those of Google's design guide say when they only read. */
function namedTarget(span: SpanRecord): CallTarget {
  const method = textTag(span, 'rpcMethod') || span.name.slice(span.name.lastIndexOf('/') + 1);
  const reads = readingMethod.test(method);
  return { ...unknownTarget, reads, isBatch: /^[bB]atch(?![a-z])/.test(method) };
}

const readingMethod =
  /^(?:[bB]atch)?(?:[gG]et|[lL]ist|[fF]ind|[sS]earch|[rR]ead|[fF]etch|[qQ]uery|[lL]ookup|[dD]escribe)(?![a-z])/;
