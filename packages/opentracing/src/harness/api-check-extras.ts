import { BinaryCarrier } from '../binary_carrier.ts';
import { expectBaggageOfChild } from '../child-baggage.ts';
import { same } from '../conformance-case.ts';
import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '../constants.ts';
import type { SpanContext } from '../contract.ts';
import { childOf, followsFrom } from '../functions.ts';
import { expectNoHalves } from '../half-contexts.ts';
import { parentRules } from '../parent-rules.ts';
import type { Reference } from '../reference.ts';
import type { ApiBench, ApiRequirement } from './api-bench.ts';
import { finishesIn } from './finish-watch.ts';
import { thrownBy } from './thrown.ts';
import { withBlock } from './with-block.ts';

const formats = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY];
const noCarriers: unknown[] = [null, undefined, 'text', 5, true];

/** What opentracing-python's harness does not ask. @internal */
export const extraApiCases: Record<string, ApiRequirement> = {
  'extra: references to nothing are passed over at any index'(bench) {
    const tracer = bench.createTracer();
    const parent = tracer.startSpan('parent');
    const nothings = [null, undefined, childOf(null), followsFrom(undefined)] as Reference[];
    for (let index = 0; index <= nothings.length; index++) {
      const references = [...nothings.slice(0, index), childOf(parent), ...nothings.slice(index)];
      bench.expectParent(parent, tracer.startSpan('child', { references }), true);
    }
  },

  'extra: with references to nothing alone, the active span is the parent'(bench) {
    const tracer = bench.createTracer();
    withBlock(tracer.startActiveSpan('parent'), (scope) => {
      bench.expectParent(scope.span, tracer.startSpan('child', { references: [childOf(null)] }), true);
    });
  },

  'extra: startSpan leaves its options alone'({ createTracer }) {
    const tracer = createTracer();
    const parent = tracer.startSpan('parent');
    const reference = followsFrom(parent.context());
    const options = { childOf: parent, references: [reference], tags: { kept: 1 } };
    tracer.startSpan('child', options).setTag('later', 2).finish();
    same(Object.keys(options).join(), 'childOf,references,tags', 'the keys of the options');
    same(options.childOf, parent, 'childOf');
    same(options.references.length, 1, 'the number of references');
    same(options.references[0], reference, 'the reference');
    same(JSON.stringify(options.tags), '{"kept":1}', 'the tags');
  },

  'extra: a second finish throws nothing, and keeps the ids'({ createTracer, strict }) {
    const span = createTracer().startSpan('Zoidberg');
    span.finish();
    const ids = idsOf(span.context());
    // A strict tracer may throw.
    if (!strict) span.finish();
    same(idsOf(span.context()), ids, 'the ids');
  },

  'extra: calls after the finish are harmless'({ createTracer }) {
    const span = createTracer().startSpan('Zoidberg');
    span.finish();
    const chain = span.setOperationName('late').setTag('late', 1).addTags({ later: 2 }).log({ event: 'late' });
    same(chain.setBaggageItem('late', 'yes'), span, 'the end of the chain');
    span.logEvent('late', undefined);
    span.getBaggageItem('late');
  },

  'extra: close may be called again, and calls after it are harmless': async ({ createTracer }) => {
    const tracer = createTracer();
    const open = tracer.startSpan('open');
    await tracer.close();
    await tracer.close();
    open.setTag('late', 1).finish();
    const late = tracer.startSpan('late', { childOf: open });
    const carrier = {};
    tracer.inject(late, FORMAT_TEXT_MAP, carrier);
    tracer.extract(FORMAT_TEXT_MAP, carrier);
    late.finish();
  },

  'extra: a scope that is closed twice finishes its span once'({ createTracer, checkScopeManager }) {
    const tracer = createTracer();
    const span = tracer.startSpan('Fry');
    const scope = tracer.scopeManager.activate(span, true);
    const finishes = finishesIn(span, () => {
      scope.close();
      scope.close();
    });
    if (checkScopeManager) same(finishes, 1, 'calls of finish');
  },

  'extra: what one tracer injects, another extracts'({ createTracer }) {
    const context = createTracer().startSpan('Bender').context();
    for (const format of formats) {
      const carrier = {};
      createTracer().inject(context, format, carrier);
      same(idsOf(createTracer().extract(format, carrier)), idsOf(context), `the ids carried in ${format}`);
    }
  },

  'extra: header names are found in any case'({ createTracer }) {
    const context = createTracer().startSpan('Bender').context();
    const headers: Record<string, string> = {};
    createTracer().inject(context, FORMAT_HTTP_HEADERS, headers);
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    same(idsOf(createTracer().extract(FORMAT_HTTP_HEADERS, upper)), idsOf(context), 'the ids');
  },

  'extra: baggage is carried in text maps'(bench) {
    expectBaggageCarried(bench, FORMAT_TEXT_MAP, {});
  },

  'extra: baggage is carried in headers'(bench) {
    expectBaggageCarried(bench, FORMAT_HTTP_HEADERS, {});
  },

  'extra: baggage is carried in binary carriers'(bench) {
    expectBaggageCarried(bench, FORMAT_BINARY, new BinaryCarrier([]));
  },

  'extra: children inherit baggage'({ createTracer, checkBaggageValues }) {
    const tracer = createTracer();
    const parent = tracer.startSpan('Amy').setBaggageItem('kiff-loves', 'Amy Wong');
    for (const childOf of [parent, parent.context()]) {
      const item = tracer.startSpan('Axl', { childOf }).getBaggageItem('kiff-loves');
      if (checkBaggageValues) same(item, 'Amy Wong', "the child's item");
    }
  },

  'extra: baggage of a child is not that of its parent'({ createTracer, checkBaggageValues }) {
    if (checkBaggageValues) expectBaggageOfChild(createTracer());
  },

  'extra: an empty carrier holds no context'(bench) {
    for (const format of formats) expectNothing(bench, format, {}, 'SpanContextCorruptedException');
  },

  'extra: damaged bytes hold no context'(bench) {
    expectNothing(bench, FORMAT_BINARY, new BinaryCarrier([1, 2, 3]), 'SpanContextCorruptedException');
  },

  'extra: what is left of a carrier holds the whole context, or none'({ createTracer }) {
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS]) expectNoHalves(createTracer(), createTracer(), format);
  },

  'extra: extract finds nothing in what is no carrier'(bench) {
    for (const format of formats) {
      for (const carrier of noCarriers) expectNothing(bench, format, carrier, 'InvalidCarrierException');
    }
  },

  'extra: inject into what is no carrier throws InvalidCarrierException, or nothing'({ createTracer, strict }) {
    const tracer = createTracer();
    const span = tracer.startSpan('Bender');
    for (const format of formats) {
      for (const carrier of noCarriers) {
        const thrown = thrownBy(() => tracer.inject(span, format, carrier));
        if (thrown !== 'nothing' || strict) same(thrown, 'InvalidCarrierException', `what inject throws at ${format}`);
      }
    }
  },
};

/** What `startSpan` says of parents. @internal */
export const parentCases: Record<string, ApiRequirement> = Object.fromEntries(
  Object.entries(parentRules).map(([name, start]): [string, ApiRequirement] => [
    `extra: ${name}`,
    (bench) => {
      for (const { child, parent, others } of start(bench.createTracer())) {
        for (const other of others) bench.expectParent(other, child, false);
        bench.expectParent(parent, child, true);
      }
    },
  ]),
);

/** For those who know what was reported. @internal */
export const reportCases: Record<string, ApiRequirement> = {
  'extra: a second finish is not reported'({ createTracer, reportedEnds }) {
    const span = createTracer().startSpan('Zoidberg');
    same(reportedEnds(span).length, 0, 'the number of reports before the finish');
    span.finish();
    const before = [...reportedEnds(span)];
    same(before.length, 1, 'the number of reports after the finish');
    // Whether it may throw is asked above.
    thrownBy(() => span.finish(Date.now() + 60_000));
    const after = reportedEnds(span);
    same(after.length, 1, 'the number of reports after the second finish');
    same(after[0], before[0], 'the reported end after the second finish');
  },
};

/** One tracer injects items, another extracts them. Names are in lower case: those of headers may become so. */
function expectBaggageCarried({ createTracer, checkBaggageValues }: ApiBench, format: string, carrier: object): void {
  const items = { 'kiff-loves': 'Amy Wong', 'fry-loves': 'Leela' };
  const span = createTracer().startSpan('Bender');
  for (const [key, value] of Object.entries(items)) span.setBaggageItem(key, value);
  createTracer().inject(span.context(), format, carrier);
  const context = createTracer().extract(format, carrier) as { baggage?: Record<string, unknown> } | null;
  if (!checkBaggageValues) return;
  for (const [key, value] of Object.entries(items)) same(context?.baggage?.[key], value, `the item ${key}`);
}

/** Requires that nothing is extracted, or when strict that `exception` is thrown. */
function expectNothing({ createTracer, strict }: ApiBench, format: string, carrier: unknown, exception: string): void {
  const tracer = createTracer();
  if (strict) {
    const thrown = thrownBy(() => tracer.extract(format, carrier));
    same(thrown, exception, `what extract throws at ${format}`);
  } else {
    // The no-op gives its own context, whose ids are empty.
    same(idsOf(tracer.extract(format, carrier)), ' ', `the ids extracted from ${format}`);
  }
}

function idsOf(context: SpanContext | null): string {
  return `${context?.toTraceId() ?? ''} ${context?.toSpanId() ?? ''}`;
}
