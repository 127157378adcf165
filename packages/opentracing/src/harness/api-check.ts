import { BinaryCarrier } from '../binary_carrier.ts';
import { type ConformanceCase, notAsked, same } from '../conformance-case.ts';
import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '../constants.ts';
import type { Span, Tracer } from '../contract.ts';
import { followsFrom, startChildSpan } from '../functions.ts';
import { type ReadRecorded, recordedCases } from '../recorded-cases.ts';
import { ApiBench, type ApiCheckOptions, type ApiRequirement } from './api-bench.ts';
import { extraApiCases, parentCases, reportCases } from './api-check-extras.ts';
import { workCases } from './api-check-work.ts';
import { finishesIn } from './finish-watch.ts';
import { thrownBy } from './thrown.ts';
import { withBlock } from './with-block.ts';

export type { ApiCheckOptions };

/**
 * The cases of opentracing-python's `APICompatibilityCheckMixin` (2.4.0), by their names there, and ours beyond them.
 * For a tracer in JavaScript they say the same as for one in Python. Whether a span finished, and what was noted on it,
 * is heard from its public methods.
 *
 * @param createTracer makes a tracer; called several times in a case, where one injects and another extracts
 */
export function apiCheck(createTracer: () => Tracer, options: ApiCheckOptions = {}): ConformanceCase[] {
  const bench = new ApiBench(createTracer, options);
  const extraCases = { ...extraApiCases, ...parentCases, ...workCases, ...(options.reportedEnds && reportCases) };
  const cases = { ...pythonCases, ...(options.extras === false ? {} : extraCases) };
  return [
    ...Object.entries(cases).map(([name, test]) => ({ name, run: () => test(bench) })),
    ...(options.extras === false ? [] : recordedCasesOf(createTracer, options.recorded)),
  ];
}

function recordedCasesOf(createTracer: () => Tracer, recorded: ReadRecorded | undefined): ConformanceCase[] {
  return Object.entries(recordedCases).map(([plain, test]) => {
    const name = `extra: ${plain}`;
    if (recorded === undefined) return notAsked(name, 'there is no recorded');
    return { name, run: () => test(createTracer(), recorded) };
  });
}

const activeSpanCases: Record<string, ApiRequirement> = {
  test_active_span({ createTracer, checkScopeManager }) {
    const tracer = createTracer();
    const span = tracer.startSpan('Fry');
    if (!checkScopeManager) return;
    same(tracer.activeSpan, null, 'tracer.activeSpan before');
    same(tracer.scopeManager.active, null, 'scopeManager.active before');
    withBlock(tracer.scopeManager.activate(span, true), () => {
      same(tracer.activeSpan, span, 'tracer.activeSpan in the scope');
      same(tracer.scopeManager.active?.span, span, 'scopeManager.active.span in the scope');
    });
  },

  test_start_active_span(bench) {
    withBlock(bench.createTracer().startActiveSpan('Fry'), ({ span }) => {
      expectSpan(span, 'scope.span');
      bench.expectParent(null, span, true);
    });
  },

  test_start_active_span_parent(bench) {
    const tracer = bench.createTracer();
    withBlock(tracer.startActiveSpan('Fry'), (parent) => {
      withBlock(tracer.startActiveSpan('Farnsworth'), (child) => bench.expectParent(parent.span, child.span, true));
    });
  },

  test_start_active_span_ignore_active_span(bench) {
    const tracer = bench.createTracer();
    withBlock(tracer.startActiveSpan('Fry'), (parent) => {
      withBlock(tracer.startActiveSpan('Farnsworth', { ignoreActiveSpan: true }), (child) =>
        bench.expectParent(parent.span, child.span, false),
      );
    });
  },

  test_start_active_span_not_finish_on_close({ createTracer }) {
    const scope = createTracer().startActiveSpan('Fry', { finishOnClose: false });
    const finishes = finishesIn(scope.span, () => scope.close());
    same(finishes, 0, 'calls of finish');
  },

  test_start_active_span_finish_on_close({ createTracer, checkScopeManager }) {
    const scope = createTracer().startActiveSpan('Fry', { finishOnClose: true });
    const finishes = finishesIn(scope.span, () => scope.close());
    if (checkScopeManager) same(finishes, 1, 'calls of finish');
  },

  test_start_active_span_default_finish_on_close({ createTracer, checkScopeManager }) {
    const scope = createTracer().startActiveSpan('Fry');
    const finishes = finishesIn(scope.span, () => scope.close());
    if (checkScopeManager) same(finishes, 1, 'calls of finish');
  },
};

const startSpanCases: Record<string, ApiRequirement> = {
  test_start_span({ createTracer }) {
    const tracer = createTracer();
    tracer.startSpan('Fry').finish();
    withBlock(tracer.startSpan('Fry', { tags: { birthday: 'August 14 1974' } }), (span) => {
      span.logEvent('birthplace', { hospital: 'Brooklyn Pre-Med Hospital', city: 'Old New York' });
    });
  },

  test_start_span_propagation(bench) {
    const tracer = bench.createTracer();
    withBlock(tracer.startActiveSpan('Fry'), (parent) => {
      withBlock(tracer.startSpan('Farnsworth'), (child) => bench.expectParent(parent.span, child, true));
    });
  },

  test_start_span_propagation_ignore_active_span(bench) {
    const tracer = bench.createTracer();
    withBlock(tracer.startActiveSpan('Fry'), (parent) => {
      withBlock(tracer.startSpan('Farnsworth', { ignoreActiveSpan: true }), (child) =>
        bench.expectParent(parent.span, child, false),
      );
    });
  },

  test_start_span_with_parent({ createTracer }) {
    const tracer = createTracer();
    const parent = tracer.startSpan('parent');
    expectSpan(parent, 'the parent');
    tracer.startSpan('Leela', { childOf: parent }).finish();
    tracer.startSpan('Leela', { references: [followsFrom(parent.context())], tags: { birthplace: 'sewers' } }).finish();
    parent.finish();
  },

  test_start_child_span({ createTracer }) {
    const parent = createTracer().startSpan('parent');
    expectSpan(parent, 'the parent');
    startChildSpan(parent, 'Leela').finish();
    parent.finish();
  },
};

const spanCases: Record<string, ApiRequirement> = {
  test_set_operation_name({ createTracer }) {
    createTracer().startSpan().setOperationName('Farnsworth').finish();
  },

  test_span_as_context_manager({ createTracer, checkScopeManager }) {
    const tracer = createTracer();
    const span = tracer.startSpan('antiquing');
    same(
      finishesIn(span, () => withBlock(span, () => {})),
      1,
      'calls of finish after a block',
    );
    const failing = tracer.startSpan('antiquing');
    const inBlock = finishesIn(failing, () => expectThrown((error) => withBlock(failing, () => raise(error))));
    same(inBlock, 1, 'calls of finish after a block that throws');
    // A `with` block of Python sees the exception; here that is withActiveSpan. The no-op has nothing to finish.
    if (!checkScopeManager) return;
    const traced = tracer.startSpan('antiquing');
    const inCallback = finishesIn(traced, () =>
      expectThrown((error) => tracer.withActiveSpan(traced, { finishOnClose: true }, () => raise(error))),
    );
    same(inCallback, 1, 'calls of finish after withActiveSpan');
  },

  test_span_tag_value_types({ createTracer }) {
    withBlock(createTracer().startSpan('ManyTypes'), (span) => {
      span.setTag('an_int', 9).setTag('a_bool', true).setTag('a_string', 'aoeuidhtns');
    });
  },

  test_span_tags_with_chaining({ createTracer }) {
    const span = createTracer().startSpan('Farnsworth');
    span.setTag('birthday', '9 April, 2841').setTag('loves', 'different lengths of wires');
    span.setTag('unicode_val', 'non-ascii: \u200b').setTag('unicode_key_\u200b', 'ascii val');
    span.finish();
  },

  // Python's log_kv is `log`, its log_event `logEvent`, which gives nothing to chain. The third form there,
  // `log(event=…, payload=…, timestamp=…)`, is `logEvent` without a time and `log` with one.
  test_span_logs({ createTracer }) {
    const span = createTracer().startSpan('Fry');
    span
      .log({ 'frozen.year': 1999, 'frozen.place': 'Cryogenics Labs' })
      .log({ 'defrosted.year': 2999, 'defrosted.place': 'Cryogenics Labs' }, Date.now());
    span.logEvent('frozen', { year: 1999, place: 'Cryogenics Labs' });
    span.logEvent('defrosted', { year: 2999 });
    span.logEvent('became his own grandfather', 1947);
    span
      .log({ event: 'frozen' })
      .log({ payload: { year: 1999 } })
      .log({ event: 'frozen', payload: { year: 1999 } }, Date.now())
      .log({ event: 'unfrozen', payload: { year: 2999 } }, Date.now());
  },

  test_span_baggage(bench) {
    withBlock(bench.createTracer().startSpan('Fry'), (span) => {
      bench.expectBaggage(span.context(), {}, 'the baggage at first');
      same(span.setBaggageItem('Kiff-loves', 'Amy'), span, 'the result of setBaggageItem');
      const value = span.getBaggageItem('Kiff-loves');
      if (bench.checkBaggageValues) same(value, 'Amy', 'the item');
    });
  },

  test_context_baggage(bench) {
    withBlock(bench.createTracer().startSpan('Fry'), (span) => {
      bench.expectBaggage(span.context(), {}, 'the baggage at first');
      span.setBaggageItem('Kiff-loves', 'Amy');
      if (bench.checkBaggageValues) bench.expectBaggage(span.context(), { 'Kiff-loves': 'Amy' }, 'the baggage');
    });
  },
};

const carrierCases: Record<string, ApiRequirement> = {
  test_text_propagation(bench) {
    expectCarried(bench, FORMAT_TEXT_MAP, {});
  },

  test_binary_propagation(bench) {
    expectCarried(bench, FORMAT_BINARY, new BinaryCarrier([]));
  },

  test_mandatory_formats({ createTracer }) {
    const carriers = { [FORMAT_TEXT_MAP]: {}, [FORMAT_HTTP_HEADERS]: {}, [FORMAT_BINARY]: new BinaryCarrier([]) };
    withBlock(createTracer().startSpan('Bender'), (span) => {
      for (const [format, carrier] of Object.entries(carriers)) {
        span.tracer().inject(span.context(), format, carrier);
        span.tracer().extract(format, carrier);
      }
    });
  },

  test_unknown_format({ createTracer, checkUnknownFormat }) {
    withBlock(createTracer().startSpan('Bender'), (span) => {
      const format = 'kiss my shiny metal ...';
      const expected = checkUnknownFormat ? 'UnsupportedFormatException' : 'nothing';
      const byInject = thrownBy(() => span.tracer().inject(span.context(), format, {}));
      same(byInject, expected, 'what inject throws');
      const byExtract = thrownBy(() => span.tracer().extract(format, {}));
      same(byExtract, expected, 'what extract throws');
    });
  },
};

const activeScopeCases: Record<string, ApiRequirement> = {
  test_tracer_start_active_span_scope({ createTracer, checkScopeManager }) {
    const tracer = createTracer();
    withBlock(tracer.startActiveSpan('Fry'), (scope) => {
      if (checkScopeManager) same(tracer.scopeManager.active, scope, 'scopeManager.active');
    });
  },

  test_tracer_start_span_scope({ createTracer, checkScopeManager }) {
    const tracer = createTracer();
    const span = tracer.startSpan('Fry');
    if (checkScopeManager) same(tracer.scopeManager.active, null, 'scopeManager.active');
    span.finish();
  },
};

const pythonCases: Record<string, ApiRequirement> = {
  ...activeSpanCases,
  ...startSpanCases,
  ...spanCases,
  ...carrierCases,
  ...activeScopeCases,
};

function expectSpan(span: Span | null | undefined, what: string): void {
  if (span === null || span === undefined) throw new Error(`${what}: expected a span, was ${String(span)}`);
}

/** One tracer injects, another extracts. */
function expectCarried(bench: ApiBench, format: string, carrier: object): void {
  withBlock(bench.createTracer().startSpan('Bender'), (span) => {
    bench.createTracer().inject(span.context(), format, carrier);
    bench.expectBaggage(bench.createTracer().extract(format, carrier), {}, 'the baggage of the extracted context');
  });
}

/** Requires that the error that `block` is given to throw comes out of it. */
function expectThrown(block: (error: Error) => void): void {
  const error = new Error('of the application');
  let caught: unknown;
  try {
    block(error);
  } catch (thrown) {
    caught = thrown;
  }
  same(caught, error, 'what is thrown on');
}

function raise(error: Error): never {
  throw error;
}
