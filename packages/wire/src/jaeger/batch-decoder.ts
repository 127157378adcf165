import type { DecodedSpans } from '../decoded-spans.ts';
import { maxReasons } from '../decoded-spans.ts';
import { NamedScopes } from '../internal/named-scopes.ts';
import { peerEndpoint } from '../peer-endpoint.ts';
import type { AttributeValue, Resource, SpanEvent, SpanRecord } from '../span-record.ts';
import { emptyResource, noAttributes, SpanFlags } from '../span-record.ts';
import { logEvent } from './log-event.ts';
import { placeOf, readReferences } from './references.ts';
import type { Reference } from './references.ts';
import { takeTags } from './tag-facts.ts';
import { readTags } from './tag-list.ts';
import { ThriftBinaryReader } from './thrift-binary-reader.ts';
import { ThriftCompactReader } from './thrift-compact-reader.ts';
import type { ThriftReader } from './thrift-reader.ts';
import { ThriftType } from './thrift-reader.ts';

/**
 * Reads a `Batch` of jaeger.thrift (jaegertracing/jaeger-idl) in Thrift's binary protocol, as Jaeger's clients post it to
 * port 14268.
 *
 * Unknown fields, and known ones of another type, are passed over, as Thrift has it. Ids are 64 or 128 bits. References
 * are parents and links, logs are events, and tags that records have fields for are taken out (`span.kind`, `error`,
 * OpenTelemetry's `otel.…`). References with ids of zero and logs without a time are left out and counted.
 *
 * @throws {WireFormatError} when the bytes are no such struct, or more than that.
 */
export function decodeJaegerBinary(bytes: Uint8Array): DecodedSpans {
  return new BatchReader(new ThriftBinaryReader(bytes)).read();
}

/** The same in Thrift's compact protocol, as agents get it at port 6831. */
export function decodeJaegerCompact(bytes: Uint8Array): DecodedSpans {
  return new BatchReader(new ThriftCompactReader(bytes)).read();
}

const debugFlag = 2;
const { struct, list, string, i32, i64 } = ThriftType;

class BatchReader {
  readonly #reader: ThriftReader;
  readonly #spans: SpanRecord[] = [];
  readonly #reasons: string[] = [];
  /** By name and version: shared among the spans of a batch. */
  readonly #scopes = new NamedScopes();
  #rejected = 0;
  #index = 0;
  #resource: Resource | undefined;

  constructor(reader: ThriftReader) {
    this.#reader = reader;
  }

  read(): DecodedSpans {
    const reader = this.#reader;
    let spansAt = -1;
    reader.struct((id, type) => {
      if (id === 1 && type === struct) this.#resource = this.#process();
      else if (id === 2 && type === list) {
        spansAt = reader.position;
        return false;
      } else return false;
      return true;
    });
    const left = reader.bytes.length - reader.position;
    if (left > 0) reader.fail(`${left} bytes follow the batch`);
    if (this.#resource === undefined) reader.fail('the batch has no process');
    if (spansAt < 0) reader.fail('the batch has no spans');
    // The process may come behind the spans that it belongs to.
    reader.position = spansAt;
    const size = reader.listSize();
    if (size > 0 && reader.type !== struct) reader.fail(`spans of type ${reader.type}`);
    for (this.#index = 0; this.#index < size; this.#index++) this.#span();
    return { spans: this.#spans, rejected: this.#rejected, reasons: this.#reasons };
  }

  #process(): Resource {
    const reader = this.#reader;
    let serviceName = '';
    let tags: readonly AttributeValue[] = noAttributes;
    reader.struct((id, type) => {
      if (id === 1 && type === string) serviceName = reader.text();
      else if (id === 2 && type === list) tags = readTags(reader);
      else return false;
      return true;
    });
    return resourceOf(serviceName, tags);
  }

  #span(): void {
    const reader = this.#reader;
    /** Trace id, span id, parent's span id. */
    const ids = [0, 0, 0, 0, 0, 0, 0, 0];
    let name = '';
    let flags = 0;
    let references: readonly Reference[] = [];
    let tags: readonly AttributeValue[] = noAttributes;
    let logs: Logs = noLogs;
    let [start, duration]: [number | undefined, number | undefined] = [0, 0];
    reader.struct((id, type) => {
      if (id <= 4 && id >= 1 && type === i64) {
        reader.i64();
        const at = [2, 0, 4, 6][id - 1]!;
        ids[at] = reader.high;
        ids[at + 1] = reader.low;
      } else if (id === 5 && type === string) name = reader.text();
      else if (id === 6 && type === list) references = readReferences(reader);
      else if (id === 7 && type === i32) flags = reader.i32();
      else if (id === 8 && type === i64) start = instantOf(reader.integer());
      else if (id === 9 && type === i64) duration = microsOf(reader.integer());
      else if (id === 10 && type === list) tags = readTags(reader);
      else if (id === 11 && type === list) logs = readLogs(reader);
      else return false;
      return true;
    });
    const trace = [ids[0]!, ids[1]!, ids[2]!, ids[3]!] as const;
    const span = [ids[4]!, ids[5]!] as const;
    if (trace.every((word) => word === 0)) return this.#reject('its trace id is zero');
    if ((span[0] | span[1]) === 0) return this.#reject('its id is zero');
    if (start === undefined || duration === undefined || logs.events === undefined) {
      return this.#reject('a time is negative or beyond 2^53 microseconds');
    }
    const place = placeOf({ trace, span }, [ids[6]!, ids[7]!], references);
    const facts = takeTags(tags);
    // Written out, as in the other decoders.
    this.#spans.push({
      traceId0: trace[0],
      traceId1: trace[1],
      traceId2: trace[2],
      traceId3: trace[3],
      spanId0: span[0],
      spanId1: span[1],
      parentId0: place.parent[0],
      parentId1: place.parent[1],
      name,
      kind: facts.kind,
      startMicros: start,
      startNanos: 0,
      durationNanos: facts.unfinished ? undefined : duration * 1000,
      attributes: facts.attributes,
      droppedAttributesCount: facts.droppedAttributesCount,
      events: logs.events,
      droppedEventsCount: facts.droppedEventsCount + logs.lost,
      links: place.links,
      droppedLinksCount: facts.droppedLinksCount + place.droppedLinksCount,
      status: facts.status,
      statusMessage: facts.statusMessage,
      traceState: facts.traceState,
      flags: flags & SpanFlags.sampled,
      debug: (flags & debugFlag) !== 0,
      shared: facts.shared,
      unfinished: facts.unfinished,
      resource: this.#resource!,
      scope: this.#scopes.get(facts.scopeName, facts.scopeVersion),
      localEndpoint: undefined,
      remoteEndpoint: peerEndpoint(facts.attributes),
    });
  }

  #reject(reason: string): void {
    this.#rejected++;
    if (this.#reasons.length < maxReasons) this.#reasons.push(`span [${this.#index}]: ${reason}`);
  }
}

/** The name has a place of its own: a tag that repeats it counts where the process has none. */
function resourceOf(serviceName: string, tags: readonly AttributeValue[]): Resource {
  const at = tags.findIndex((key, index) => index % 2 === 0 && key === 'service.name');
  if (at < 0) return { ...emptyResource, serviceName, attributes: tags };
  const tagged = tags[at + 1];
  return {
    ...emptyResource,
    serviceName: serviceName === '' && typeof tagged === 'string' ? tagged : serviceName,
    attributes: [...tags.slice(0, at), ...tags.slice(at + 2)],
  };
}

interface Logs {
  /** Undefined when a time cannot be kept. */
  readonly events: readonly SpanEvent[] | undefined;
  /** Logs without a time. */
  readonly lost: number;
}

const noLogs: Logs = { events: [], lost: 0 };

function readLogs(reader: ThriftReader): Logs {
  const events: SpanEvent[] = [];
  let lost = 0;
  let timesFit = true;
  const size = reader.listSize();
  if (size > 0 && reader.type !== struct) reader.fail(`logs of type ${reader.type}`);
  for (let index = 0; index < size; index++) {
    let time: number | undefined = 0;
    let fields: readonly AttributeValue[] = noAttributes;
    reader.struct((id, type) => {
      if (id === 1 && type === i64) time = instantOf(reader.integer());
      else if (id === 2 && type === list) fields = readTags(reader);
      else return false;
      return true;
    });
    if (time === undefined) timesFit = false;
    else if (time === 0) lost++;
    else events.push({ timeMicros: time, timeNanos: 0, ...logEvent(fields), droppedAttributesCount: 0 });
  }
  return { events: timesFit ? events : undefined, lost };
}

/** Microseconds that a record can hold. */
function microsOf(value: number | bigint): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function instantOf(value: number | bigint): number | undefined {
  const micros = microsOf(value);
  return micros !== undefined && micros < 0 ? undefined : micros;
}
