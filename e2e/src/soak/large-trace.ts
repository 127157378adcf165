import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import type { Attributes, Resource, SpanRecord } from '@spanwise/wire/span-record';

/** Spans of one item of the batch: an order with its calls and queries. */
const spansInItem = 100;
const queriesInCall = 10;
const spansInBody = 5_000;
const itemMicros = 12_000;

const resources: readonly Resource[] = ['batch', 'orders', 'stock', 'payment', 'mailer'].map((serviceName, index) => ({
  serviceName,
  attributes: ['service.version', '1.4.2', 'host.name', `host-${index}`, 'process.pid', 1000 + index],
  droppedAttributesCount: 0,
  schemaUrl: '',
}));

/**
 * A nightly batch as one trace: under its root an item for each hundred spans, in it calls over four services and ten queries
 * in each call; six tags a span, a log on one in ten, an error on one in a thousand, and `needle=yes` on the last. The same for
 * the same arguments.
 */
export class LargeTrace {
  readonly #trace: number;
  readonly #originMicros: number;
  /** Spans that it has. */
  readonly count: number;

  constructor(trace: number, originMicros: number, count: number) {
    this.#trace = trace;
    this.#originMicros = originMicros;
    this.count = count;
  }

  /** As the collector's API takes it. */
  get id(): string {
    return this.#trace.toString(16);
  }

  /** As OTLP protobuf, in bodies that a collector takes by default. */
  *bodies(): Generator<Uint8Array<ArrayBuffer>> {
    const encoder = new OtlpProtobufEncoder();
    for (let index = 0; index < this.count; index += 1) {
      encoder.add(this.#span(index));
      if (encoder.spanCount === spansInBody || index === this.count - 1)
        yield encoder.take() as Uint8Array<ArrayBuffer>;
    }
  }

  #span(index: number): SpanRecord {
    if (index === 0) {
      const durationMicros = (Math.ceil(this.count / spansInItem) + 1) * itemMicros;
      return this.#record(index, { parent: -1, service: 0, name: 'nightly batch', kind: 1, at: 0, durationMicros });
    }
    const item = Math.floor((index - 1) / spansInItem);
    const within = (index - 1) % spansInItem;
    const first = 1 + item * spansInItem;
    const at = item * itemMicros + 100;
    if (within === 0) {
      return this.#record(index, { parent: 0, service: 1, name: 'item', kind: 1, at, durationMicros: 11_000 });
    }
    const call = Math.floor((within - 1) / (queriesInCall + 1));
    const inCall = (within - 1) % (queriesInCall + 1);
    const service = 1 + (call % 4);
    const callAt = at + 100 + call * 1_200;
    if (inCall === 0) {
      return this.#record(index, {
        parent: first,
        service,
        name: `POST /step/${call}`,
        kind: SpanKind.server,
        at: callAt,
        durationMicros: 1_100,
      });
    }
    const parent = first + 1 + call * (queriesInCall + 1);
    const durationMicros = 60 + ((index * 7_919) % 40);
    const start = callAt + 20 + (inCall - 1) * 105;
    return this.#record(index, {
      parent,
      service,
      name: 'SELECT row',
      kind: SpanKind.client,
      at: start,
      durationMicros,
    });
  }

  #record(index: number, place: Place): SpanRecord {
    const { parent, service, name, kind, at, durationMicros } = place;
    return spanRecord({
      traceId3: this.#trace,
      spanId0: 7,
      spanId1: index + 1,
      parentId0: parent === -1 ? 0 : 7,
      parentId1: parent + 1,
      name,
      kind,
      startMicros: this.#originMicros + at,
      durationNanos: durationMicros * 1000,
      status: index % 1000 === 999 ? SpanStatus.error : SpanStatus.unset,
      attributes: this.#tags(index, service),
      events:
        index % 10 === 3
          ? [
              {
                name: 'row read',
                timeMicros: this.#originMicros + at + 10,
                timeNanos: 0,
                attributes: ['rows', index % 50, 'cached', index % 20 === 3],
                droppedAttributesCount: 0,
              },
            ]
          : [],
      resource: resources[service] as Resource,
    });
  }

  #tags(index: number, service: number): Attributes {
    const tags = [
      'db.type',
      'sql',
      'db.instance',
      `shop_${service}`,
      'db.statement',
      `SELECT id, name, price FROM item WHERE id = ${index} AND region = 'region-${index % 8}'`,
      'customer',
      `customer-${index % 100_000}`,
      'thread',
      index % 16,
      'component',
      'pg',
    ];
    return index === this.count - 1 ? [...tags, 'needle', 'yes'] : tags;
  }
}

interface Place {
  readonly parent: number;
  readonly service: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly at: number;
  readonly durationMicros: number;
}
