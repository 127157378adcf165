import { same, type ConformanceCase } from '../../src/conformance-case.ts';
import type { SpanContext } from '../../src/contract.ts';
import { BinaryCarrier, FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '../../src/index.ts';
import { MockTracer } from '../../src/mock.ts';

// Each platform has its own Headers, which checks names and values, and its own text codecs.
const awkward = 'Ä b, c=d;e% 😀 \n';

/** The carriers that are objects of the platform. */
export const carrierCases: ConformanceCase[] = [
  { name: 'Headers carry a context', run: () => carries(FORMAT_HTTP_HEADERS, new Headers()) },
  { name: 'a Map carries a context as text', run: () => carries(FORMAT_TEXT_MAP, new Map()) },
  { name: 'a Map carries a context as headers', run: () => carries(FORMAT_HTTP_HEADERS, new Map()) },
  {
    name: 'the headers of a Request carry a context',
    run: () => {
      const { tracer, context } = started();
      const headers = new Headers({ accept: '*/*' });
      tracer.inject(context, FORMAT_HTTP_HEADERS, headers);
      const request = new Request('http://localhost/', { headers });
      sameContext(tracer.extract(FORMAT_HTTP_HEADERS, request.headers), context, 'user-id');
      same(request.headers.get('accept'), '*/*', 'another header');
    },
  },
  {
    name: 'bytes are injected as a Uint8Array',
    run: () => same(injectedBytes() instanceof Uint8Array, true, 'instance of Uint8Array'),
  },
  ...bytesAs({
    'a Uint8Array': (bytes) => bytes,
    'an ArrayBuffer': (bytes) => bytes.slice().buffer,
    'an array': (bytes) => [...bytes],
    'a view into a larger buffer': (bytes) => {
      const larger = new Uint8Array(bytes.length + 8);
      larger.set(bytes, 4);
      return larger.subarray(4, 4 + bytes.length);
    },
    'a structured clone': (bytes) => structuredClone(bytes),
  }),
];

function bytesAs(forms: Record<string, (bytes: Uint8Array) => unknown>): ConformanceCase[] {
  return Object.entries(forms).map(([form, make]) => ({
    name: `${form} carries a context in bytes`,
    run: () => {
      const { tracer, context } = started();
      const carrier = new BinaryCarrier([]);
      tracer.inject(context, FORMAT_BINARY, carrier);
      const buffer = make(carrier.buffer as Uint8Array);
      sameContext(tracer.extract(FORMAT_BINARY, { buffer }), context, 'User-Id');
    },
  }));
}

function injectedBytes(): unknown {
  const { tracer, context } = started();
  const carrier: { buffer?: unknown } = {};
  tracer.inject(context, FORMAT_BINARY, carrier);
  return carrier.buffer;
}

function carries(format: string, carrier: object): void {
  const { tracer, context } = started();
  tracer.inject(context, format, carrier);
  sameContext(tracer.extract(format, carrier), context, format === FORMAT_TEXT_MAP ? 'User-Id' : 'user-id');
}

function started(): { tracer: MockTracer; context: SpanContext } {
  const tracer = new MockTracer({ strict: true });
  return { tracer, context: tracer.startSpan('a').setBaggageItem('User-Id', awkward).context() };
}

function sameContext(actual: SpanContext | null, expected: SpanContext, baggageKey: string): void {
  same(actual?.toTraceId(), expected.toTraceId(), 'the trace id');
  same(actual?.toSpanId(), expected.toSpanId(), 'the span id');
  const child = new MockTracer().startSpan('b', { childOf: actual as SpanContext });
  same(child.getBaggageItem(baggageKey), awkward, 'the baggage');
}
