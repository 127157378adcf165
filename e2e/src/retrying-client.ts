import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { SpanKind, spanRecord } from '@spanwise/wire/span-record';

const resource = {
  serviceName: 'retrying-client',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: '',
};

/** One request body that holds one whole trace: a root and its children. The trace id is made of the two numbers. */
export function traceBody(series: number, turn: number, spanCount: number): Uint8Array {
  const encoder = new OtlpProtobufEncoder();
  for (let index = 1; index <= spanCount; index += 1) {
    encoder.add(
      spanRecord({
        traceId0: series,
        traceId3: turn,
        spanId0: turn,
        spanId1: index,
        parentId0: index === 1 ? 0 : turn,
        parentId1: index === 1 ? 0 : 1,
        name: `step ${index % 7}`,
        kind: SpanKind.internal,
        startMicros: Date.now() * 1000 + index,
        durationNanos: 1_000 * index,
        attributes: ['turn', turn, 'index', index],
        resource,
      }),
    );
  }
  return encoder.take();
}

/** The id of the trace that `traceBody` makes. */
export function traceIdOf(series: number, turn: number): string {
  return `${series.toString(16).padStart(8, '0')}${'0'.repeat(16)}${turn.toString(16).padStart(8, '0')}`;
}

/** A trace that a client sent. */
export interface SentTrace {
  readonly id: string;
  /** Keys of its spans, as `spanKeyOf` makes them. */
  readonly spans: readonly string[];
  /** How often its body may have been stored: it was acknowledged, or nobody knows. */
  arrivals: number;
}

/** Names a span within its trace. */
export function spanKeyOf({ spanId0, spanId1 }: { readonly spanId0: number; readonly spanId1: number }): string {
  return `${spanId0}:${spanId1}`;
}

/**
 * Posts traces one after another and repeats each until it was acknowledged, as a good client does. Several, each with
 * a series of its own, make bodies that wait for one sync together.
 */
export class RetryingClient {
  /** What was acknowledged, in order: it must be found later. */
  readonly acknowledged: SentTrace[] = [];
  attempts = 0;
  readonly #url: string;
  readonly #series: number;
  readonly #spanCount: number;
  #turn = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(otlpUrl: string, series: number, spanCount: number) {
    this.#url = `${otlpUrl}/v1/traces`;
    this.#series = series;
    this.#spanCount = spanCount;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Ends after the trace in flight has been acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.#send(++this.#turn);
  }

  async #send(turn: number): Promise<void> {
    const body = traceBody(this.#series, turn, this.#spanCount);
    const spans = Array.from({ length: this.#spanCount }, (_, at) => spanKeyOf({ spanId0: turn, spanId1: at + 1 }));
    const trace: SentTrace = { id: traceIdOf(this.#series, turn), spans, arrivals: 0 };
    for (;;) {
      const outcome = await this.#post(body);
      if (outcome !== 'not stored') trace.arrivals += 1;
      if (outcome === 'acknowledged') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.acknowledged.push(trace);
  }

  async #post(body: Uint8Array): Promise<'acknowledged' | 'not stored' | 'unknown'> {
    this.attempts += 1;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: body as Uint8Array<ArrayBuffer>,
      });
      await response.arrayBuffer();
      return response.status === 200 ? 'acknowledged' : 'not stored';
    } catch (error) {
      return isRefusedConnection(error) ? 'not stored' : 'unknown';
    }
  }
}

function isRefusedConnection(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code === 'ECONNREFUSED';
}
