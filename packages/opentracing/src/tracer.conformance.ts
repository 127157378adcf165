import { BinaryCarrier } from './binary_carrier.ts';
import { expectBaggageOfChild } from './child-baggage.ts';
import { notAsked, same, type ConformanceCase } from './conformance-case.ts';
import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, REFERENCE_CHILD_OF } from './constants.ts';
import type { SpanContext, Tracer } from './contract.ts';
import { followsFrom } from './functions.ts';
import { expectNoHalves } from './half-contexts.ts';
import { parentRules } from './parent-rules.ts';
import { type ReadRecorded, recordedCases } from './recorded-cases.ts';
import { Reference } from './reference.ts';

/** What a tracer can do. What it cannot is thereby declared, and not tested. */
export interface TracerCapabilities {
  /** Keeps baggage. Default `true`. */
  baggage?: boolean;
  /** Carries contexts in text maps, HTTP headers and binary carriers. Default `true`. */
  propagation?: boolean;
  /** Throws at empty and damaged carriers, as opentracing-python does, instead of returning `null`. Default `false`. */
  strict?: boolean;
  /**
   * Keeps the case of baggage keys in HTTP headers too, as formats do that carry them inside a value (W3C Baggage).
   * Default `false`: they come back in lower case.
   */
  headersKeepCase?: boolean;
}

/** What {@link tracerCases} is told beyond what the API says. */
export interface TracerCaseOptions {
  /** What was recorded of a span that is finished. Without it nobody asks, and the names of these cases say so. */
  recorded?: ReadRecorded | undefined;
}

type Requirement = (tracer: Tracer, capabilities: TracerCapabilities) => void;

/**
 * The requirements on any {@link Tracer}, the no-op included: the calls of the API can be made. The same as those of
 * `opentracing/lib/test/api_compatibility`.
 *
 * @param createTracer makes a tracer; called once a case
 */
export function apiCases(createTracer: () => Tracer, capabilities: TracerCapabilities = {}): ConformanceCase[] {
  const { baggage = true, propagation = true } = capabilities;
  return casesOf(
    { ...callCases, ...(propagation ? propagationCallCases : {}), ...(baggage ? baggageCases : {}) },
    createTracer,
    capabilities,
  );
}

/**
 * The requirements on a {@link Tracer} that records: those of {@link apiCases}, what its contexts and carriers must do,
 * which span is the parent of a new one, and what must be recorded.
 *
 * @param createTracer makes a tracer that samples everything; called once a case
 */
export function tracerCases(
  createTracer: () => Tracer,
  capabilities: TracerCapabilities = {},
  options: TracerCaseOptions = {},
): ConformanceCase[] {
  const { baggage = true, propagation = true } = capabilities;
  const requirements = { ...contextCases, ...parentCases };
  if (baggage) Object.assign(requirements, childBaggageCases);
  if (propagation) Object.assign(requirements, carrierCases);
  if (propagation && baggage) Object.assign(requirements, carriedBaggageCases);
  return [
    ...apiCases(createTracer, capabilities),
    ...casesOf(requirements, createTracer, capabilities),
    ...recordedCasesOf(createTracer, options.recorded),
  ];
}

function recordedCasesOf(createTracer: () => Tracer, recorded: ReadRecorded | undefined): ConformanceCase[] {
  return Object.entries(recordedCases).map(([name, test]) =>
    recorded === undefined
      ? notAsked(name, 'there is no recorded')
      : { name, run: () => test(createTracer(), recorded) },
  );
}

function casesOf(
  requirements: Record<string, Requirement>,
  createTracer: () => Tracer,
  capabilities: TracerCapabilities,
): ConformanceCase[] {
  return Object.entries(requirements).map(([name, test]) => ({ name, run: () => test(createTracer(), capabilities) }));
}

const callCases: Record<string, Requirement> = {
  'startSpan takes spans and contexts as parents': (tracer) => {
    const parent = tracer.startSpan('parent');
    tracer.startSpan('child', { childOf: parent });
    tracer.startSpan('child', { childOf: parent.context() });
    tracer.startSpan('child', { references: [followsFrom(parent), followsFrom(parent.context())] });
  },

  'startSpan leaves its options alone': (tracer) => {
    const parent = tracer.startSpan('parent');
    const options = Object.freeze({ childOf: parent, references: Object.freeze([followsFrom(parent)]) as Reference[] });
    tracer.startSpan('child', options);
    tracer.startSpan('child', options);
  },

  'references take spans and contexts': (tracer) => {
    const span = tracer.startSpan('a');
    for (const target of [span, span.context()]) {
      const reference = new Reference(REFERENCE_CHILD_OF, target);
      same(reference.type(), REFERENCE_CHILD_OF, 'the type');
      same(reference.referencedContext().toSpanId(), span.context().toSpanId(), 'the span id of the reference');
    }
  },

  'ids are strings': (tracer) => {
    const context = tracer.startSpan('a').context();
    same(typeof context.toTraceId(), 'string', 'the type of toTraceId()');
    same(typeof context.toSpanId(), 'string', 'the type of toSpanId()');
  },

  'span methods can be chained, and finish returns nothing': (tracer) => {
    const span = tracer.startSpan('a');
    same(span.setTag('k', 1).addTags({ l: 2 }).log({ event: 'x' }).setOperationName('b'), span, 'the end of the chain');
    same(span.finish(Date.now()), undefined, 'the result of finish');
  },
};

const propagationCallCases: Record<string, Requirement> = {
  'inject takes spans and contexts, and the carriers of each format': (tracer) => {
    const span = tracer.startSpan('a');
    for (const source of [span, span.context()]) {
      tracer.inject(source, FORMAT_TEXT_MAP, {});
      tracer.inject(source, FORMAT_HTTP_HEADERS, {});
      tracer.inject(source, FORMAT_BINARY, new BinaryCarrier([1, 2, 3]));
      tracer.inject(source, FORMAT_BINARY, {});
    }
  },

  'extract does not throw at carriers without a context': (tracer, { strict }) => {
    if (strict === true) return;
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY]) tracer.extract(format, {});
    tracer.extract(FORMAT_BINARY, new BinaryCarrier([1, 2, 3]));
    tracer.extract(FORMAT_BINARY, { buffer: null });
  },
};

const baggageCases: Record<string, Requirement> = {
  'baggage can be set and read': (tracer) => {
    const span = tracer.startSpan('a');
    same(span.setBaggageItem('some-key', 'some-value'), span, 'the result of setBaggageItem');
    same(span.getBaggageItem('some-key'), 'some-value', 'the value');
    same(span.getBaggageItem('another-key'), undefined, 'the value of another key');
  },
};

const contextCases: Record<string, Requirement> = {
  'a span knows its tracer': (tracer) => {
    same(tracer.startSpan('a').tracer(), tracer, 'span.tracer()');
  },

  'roots are traces of their own, children share the trace of their parent': (tracer) => {
    const [one, other] = [tracer.startSpan('one'), tracer.startSpan('other')];
    same(idsOf(one.context()) === idsOf(other.context()), false, 'equal ids of two roots');
    same(one.context().toTraceId() === other.context().toTraceId(), false, 'equal trace ids of two roots');
    const child = tracer.startSpan('child', { childOf: one });
    same(child.context().toTraceId(), one.context().toTraceId(), 'the trace id of a child');
    same(child.context().toSpanId() === one.context().toSpanId(), false, 'equal span ids of parent and child');
  },

  'a context stays the same after the finish': (tracer) => {
    const span = tracer.startSpan('a');
    const before = idsOf(span.context());
    span.finish();
    same(idsOf(span.context()), before, 'the ids after the finish');
    const child = tracer.startSpan('late', { childOf: span });
    same(child.context().toTraceId(), span.context().toTraceId(), 'the trace id of a late child');
  },

  'a second finish does not throw': (tracer, { strict }) => {
    const span = tracer.startSpan('a');
    span.finish();
    if (strict !== true) span.finish();
  },
};

/** Each root is a trace of its own: the trace tells the parent. */
const parentCases: Record<string, Requirement> = Object.fromEntries(
  Object.entries(parentRules).map(([name, start]): [string, Requirement] => [
    name,
    (tracer) => {
      for (const { child, parent, others } of start(tracer)) {
        const traceId = child.context().toTraceId();
        for (const other of others) {
          same(traceId === other.context().toTraceId(), false, 'the child is in the trace of another than its parent');
        }
        same(traceId, parent.context().toTraceId(), 'the trace id of the child, which is to be that of its parent');
      }
    },
  ]),
);

const childBaggageCases: Record<string, Requirement> = {
  'baggage of a child is not that of its parent': expectBaggageOfChild,
};

const carrierCases: Record<string, Requirement> = {
  'what is injected can be extracted': (tracer) => {
    const span = tracer.startSpan('a');
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY]) {
      same(idsOf(carried(tracer, format, span.context())), idsOf(span.context()), `the ids carried in ${format}`);
    }
  },

  'an extracted context is a parent': (tracer) => {
    const span = tracer.startSpan('a');
    const context = carried(tracer, FORMAT_HTTP_HEADERS, span.context());
    const child = tracer.startSpan('b', { childOf: context });
    same(child.context().toTraceId(), span.context().toTraceId(), 'the trace id');
  },

  'header names are found in any case': (tracer) => {
    const span = tracer.startSpan('a');
    const headers: Record<string, string> = {};
    tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    same(idsOf(tracer.extract(FORMAT_HTTP_HEADERS, upper)), idsOf(span.context()), 'the ids');
  },

  'an empty carrier holds no context': (tracer, { strict }) => {
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY]) {
      if (strict === true) throws('SpanContextCorruptedException', () => tracer.extract(format, {}));
      else same(tracer.extract(format, {}), null, `what is extracted from an empty ${format} carrier`);
    }
  },

  'damaged bytes hold no context': (tracer, { strict }) => {
    const carrier = new BinaryCarrier([1, 2, 3]);
    if (strict === true) throws('SpanContextCorruptedException', () => tracer.extract(FORMAT_BINARY, carrier));
    else same(tracer.extract(FORMAT_BINARY, carrier), null, 'what is extracted');
  },

  'what is left of a carrier holds the whole context, or none': (tracer) => {
    expectNoHalves(tracer, tracer, FORMAT_TEXT_MAP);
    expectNoHalves(tracer, tracer, FORMAT_HTTP_HEADERS);
  },

  'an unknown format is an error': (tracer) => {
    throws('UnsupportedFormatException', () => tracer.extract('of tomorrow', {}));
    throws('UnsupportedFormatException', () => tracer.inject(tracer.startSpan('a'), 'of tomorrow', {}));
  },
};

const carriedBaggageCases: Record<string, Requirement> = {
  'baggage is carried; keys keep their case in text and bytes': (tracer, { headersKeepCase }) => {
    const span = tracer.startSpan('a').setBaggageItem('User-Id', 'Ä b, c=d;e%');
    for (const [format, key] of [
      [FORMAT_TEXT_MAP, 'User-Id'],
      [FORMAT_BINARY, 'User-Id'],
      [FORMAT_HTTP_HEADERS, headersKeepCase === true ? 'User-Id' : 'user-id'],
    ] as const) {
      const child = tracer.startSpan('b', { childOf: carried(tracer, format, span.context()) });
      same(child.getBaggageItem(key), 'Ä b, c=d;e%', `the baggage carried in ${format}`);
    }
  },

  'baggage goes to later children only': (tracer) => {
    const parent = tracer.startSpan('parent');
    const early = tracer.startSpan('early', { childOf: parent });
    parent.setBaggageItem('key', 'value');
    same(early.getBaggageItem('key'), undefined, 'the baggage of an earlier child');
    same(tracer.startSpan('late', { childOf: parent }).getBaggageItem('key'), 'value', 'the baggage of a later child');
  },
};

function carried(tracer: Tracer, format: string, context: SpanContext): SpanContext | null {
  const carrier = {};
  tracer.inject(context, format, carrier);
  return tracer.extract(format, carrier);
}

function idsOf(context: SpanContext | null): string {
  return context === null ? 'no context' : `${context.toTraceId()} ${context.toSpanId()}`;
}

function throws(name: string, fn: () => unknown): void {
  let thrown = 'nothing';
  try {
    fn();
  } catch (error) {
    thrown = (error as Error).name;
  }
  same(thrown, name, 'what is thrown');
}
