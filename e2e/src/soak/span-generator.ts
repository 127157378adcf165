import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import type { Resource } from '@spanwise/wire/span-record';

const services = 20;
const operations = 200;
const spansInTrace = 8;

const resources: readonly Resource[] = Array.from({ length: services }, (_, index) => ({
  serviceName: `service-${index}`,
  attributes: ['host.name', `host-${index % 5}`, 'process.pid', 1000 + index],
  droppedAttributesCount: 0,
  schemaUrl: '',
}));

/** A body of whole traces, and the ids to find them by. */
export interface GeneratedBody {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Hex ids of the traces in it, in order. */
  readonly traceIds: readonly string[];
}

/**
 * Endless synthetic traces: 20 services × 200 operations, eight spans a trace, nine tags of which one has a million
 * values, and a tag `rare=yes` on one span in two million. Deterministic for a seed.
 */
export class SpanGenerator {
  readonly #encoder = new OtlpProtobufEncoder();
  #state: number;
  #spans = 0;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  get spans(): number {
    return this.#spans;
  }

  /** A body of `traces` traces that start now, all of whose spans carry the tags of `more` as well. */
  body(traces: number, more: readonly string[] = []): GeneratedBody {
    const traceIds = Array.from({ length: traces }, () => this.#trace(more));
    return { bytes: this.#encoder.take(), spanCount: traces * spansInTrace, traceIds };
  }

  #trace(more: readonly string[]): string {
    const words = [this.#random(), this.#random(), this.#random(), this.#random() | 1] as const;
    const [traceId0, traceId1, traceId2, traceId3] = words;
    const start = Date.now() * 1000;
    const first = this.#random() >>> 0;
    for (let index = 0; index < spansInTrace; index += 1) {
      const service = (first + index * 7) % services;
      this.#spans += 1;
      this.#encoder.add(
        spanRecord({
          traceId0,
          traceId1,
          traceId2,
          traceId3,
          spanId0: traceId3,
          spanId1: index + 1,
          parentId0: index === 0 ? 0 : traceId3,
          parentId1: index === 0 ? 0 : 1 + ((index - 1) >> 1),
          name: `operation-${(first + index * 13) % operations}`,
          kind: index === 0 ? SpanKind.server : SpanKind.internal,
          startMicros: start + index * 50,
          durationNanos: 1_000_000 + ((first + index) % 997) * 10_000,
          status: first % 100 === 0 ? SpanStatus.error : SpanStatus.unset,
          attributes: [...this.#tags(first, index), ...more],
          resource: resources[service] as Resource,
        }),
      );
    }
    return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #tags(first: number, index: number): (string | number)[] {
    const tags: (string | number)[] = [
      'http.method',
      first % 3 === 0 ? 'POST' : 'GET',
      'http.status_code',
      first % 50 === 0 ? 500 : 200,
      'http.url',
      `http://shop.example/products/${first % 5_000}`,
      'customer',
      `customer-${(first + index) % 1_000_000}`,
      'region',
      `region-${first % 8}`,
      'component',
      'http',
      'thread',
      first % 16,
      'version',
      `1.${first % 4}.0`,
      'cache',
      first % 2 === 0 ? 'hit' : 'miss',
    ];
    if (this.#spans % 2_000_000 === 1_000_000) tags.push('rare', 'yes');
    return tags;
  }

  /** xorshift32: a signed 32-bit word. */
  #random(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x;
  }
}
