import { describe, expect, it } from 'vitest';

import type { Span } from '../contract.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { Tracer } from '../tracer.ts';
import { parentCases } from './api-check-extras.ts';
import { workCases } from './api-check-work.ts';
import { apiCheck } from './api-check.ts';
import { brokenTracers } from './fixtures/broken-tracers.ts';
import { failingCases } from './fixtures/failing-cases.ts';
import { mutants } from './fixtures/mutants.ts';
import { recordedOfMock } from './fixtures/recorded-of-mock.ts';

const pythonNames = [
  'test_active_span',
  'test_start_active_span',
  'test_start_active_span_parent',
  'test_start_active_span_ignore_active_span',
  'test_start_active_span_not_finish_on_close',
  'test_start_active_span_finish_on_close',
  'test_start_active_span_default_finish_on_close',
  'test_start_span',
  'test_start_span_propagation',
  'test_start_span_propagation_ignore_active_span',
  'test_start_span_with_parent',
  'test_start_child_span',
  'test_set_operation_name',
  'test_span_as_context_manager',
  'test_span_tag_value_types',
  'test_span_tags_with_chaining',
  'test_span_logs',
  'test_span_baggage',
  'test_context_baggage',
  'test_text_propagation',
  'test_binary_propagation',
  'test_mandatory_formats',
  'test_unknown_format',
  'test_tracer_start_active_span_scope',
  'test_tracer_start_span_scope',
];

const forNoop = { checkBaggageValues: false, checkScopeManager: false, checkUnknownFormat: false };

function isParent(parent: Span | null, span: Span): boolean {
  return (span as MockSpan).parentId() === parent?.context().toSpanId();
}

/** A mock reports nothing: its spans stay, with their ends. */
function reportedEnds(span: Span): unknown[] {
  const tracer = span.tracer() as MockTracer;
  const reported = tracer.finishedSpans().filter((other) => other.uuid() === span.context().toSpanId());
  return reported.map((finished) => finished.finishTime());
}

const ofMock = { isParent, reportedEnds, recorded: recordedOfMock };

describe('apiCheck of the mock tracer', () => {
  for (const { name, run } of apiCheck(() => new MockTracer(), ofMock)) it(name, run);
});

describe('apiCheck of the strict mock tracer', () => {
  for (const { name, run } of apiCheck(() => new MockTracer({ strict: true }), { ...ofMock, strict: true }))
    it(name, run);
});

describe('apiCheck of the mock tracer with AsyncLocalStorage', () => {
  const create = (): MockTracer => new MockTracer(new AsyncLocalStorageScopeManager());
  for (const { name, run } of apiCheck(create, { isParent })) it(name, run);
});

describe('apiCheck of the no-op, with the checks switched off', () => {
  for (const { name, run } of apiCheck(() => new Tracer(), forNoop)) it(name, run);
});

describe('apiCheck', () => {
  it("has the 25 cases of opentracing-python's harness, and marks its own", () => {
    const names = apiCheck(() => new Tracer()).map(({ name }) => name);
    expect(names.slice(0, 25)).toEqual(pythonNames);
    expect(names.slice(25).every((name) => name.startsWith('extra: '))).toBe(true);
    expect(apiCheck(() => new Tracer(), { extras: false }).map(({ name }) => name)).toEqual(pythonNames);
  });

  it('fails on the no-op where it checks parents, scopes, baggage and formats', async () => {
    expect(await failingCases(apiCheck(() => new Tracer()))).toEqual([
      'test_active_span',
      'test_start_active_span',
      'test_start_active_span_parent',
      'test_start_active_span_finish_on_close',
      'test_start_active_span_default_finish_on_close',
      'test_start_span_propagation',
      'test_span_as_context_manager',
      'test_span_baggage',
      'test_context_baggage',
      'test_unknown_format',
      'test_tracer_start_span_scope',
      'extra: references to nothing are passed over at any index',
      'extra: with references to nothing alone, the active span is the parent',
      'extra: a scope that is closed twice finishes its span once',
      'extra: baggage is carried in text maps',
      'extra: baggage is carried in headers',
      'extra: baggage is carried in binary carriers',
      'extra: children inherit baggage',
      'extra: baggage of a child is not that of its parent',
      ...Object.keys(parentCases),
      ...Object.keys(workCases),
    ]);
  });

  it('asks a tracer that extends nothing of this package for no work that it cannot run', async () => {
    const create = (): Tracer => {
      const mock = new MockTracer();
      const startSpan: Tracer['startSpan'] = (...args) => mock.startSpan(...args);
      return { startSpan } as Tracer;
    };
    const failed = await failingCases(apiCheck(create, ofMock));
    expect(failed.filter((name) => name in workCases)).toEqual([]);
  });

  it('fails where parents are checked until it is told what a parent is', async () => {
    expect(await failingCases(apiCheck(() => new MockTracer(), { extras: false }))).toEqual([
      'test_start_active_span',
      'test_start_active_span_parent',
      'test_start_span_propagation',
    ]);
  });

  it('says in each of these that isParent was not given, and what to pass', async () => {
    const failing: string[] = [];
    for (const { run } of apiCheck(() => new MockTracer())) {
      await Promise.resolve()
        .then(run)
        .catch((error: Error) => failing.push(error.message));
    }
    expect(failing).toHaveLength(12);
    for (const message of failing) {
      expect(message).toMatch(/^isParent was not given, .*\{ isParent: \(parent, span\) => boolean \}.*null.* root$/);
    }
  });

  it('holds a strict tracer to what it declares', async () => {
    expect(await failingCases(apiCheck(() => new MockTracer(), { isParent, strict: true }))).toEqual([
      'extra: an empty carrier holds no context',
      'extra: damaged bytes hold no context',
      'extra: extract finds nothing in what is no carrier',
    ]);
    expect(await failingCases(apiCheck(() => new MockTracer({ strict: true }), { isParent }))).toEqual([
      'extra: a second finish throws nothing, and keeps the ids',
      'extra: an empty carrier holds no context',
      'extra: damaged bytes hold no context',
      'extra: extract finds nothing in what is no carrier',
    ]);
  });

  it('says which cases are not asked without a way to read what was recorded', () => {
    const skipped = apiCheck(() => new MockTracer(), { isParent }).filter((one) => one.skipped !== undefined);
    expect(skipped.length).toBeGreaterThan(5);
    for (const { name } of skipped) expect(name).toMatch(/^extra: .* \(not asked: there is no recorded\)$/);
  });

  it('leaves the spans of the tracer as they were', async () => {
    const tracer = new Tracer();
    await failingCases(apiCheck(() => tracer, forNoop));
    expect(Object.keys(tracer.startSpan('a'))).toEqual([]);
  });
});

describe('apiCheck catches', () => {
  it('a broken tracer in each of its cases', () => {
    const caught = new Set([...Object.keys(mutants), ...brokenTracers.flatMap(({ seenBy }) => seenBy.map(asExtra))]);
    expect(caught).toEqual(new Set(apiCheck(() => new MockTracer(), ofMock).map(({ name }) => name)));
  });

  it.each(brokenTracers)('that $fault', async ({ breaks, seenBy }) => {
    const create = (): MockTracer => {
      const tracer = new MockTracer();
      breaks(tracer);
      return tracer;
    };
    // What was reported is not asked: no other suite can.
    const { reportedEnds: _, ...options } = ofMock;
    expect(await failingCases(apiCheck(create, options))).toEqual(seenBy.map(asExtra));
  });

  it.each(Object.entries(mutants))('%s', async (name, { breaks, also = [] }) => {
    const create = (): MockTracer => {
      const tracer = new MockTracer();
      breaks(tracer);
      return tracer;
    };
    // What was recorded is not asked: some of these break it too.
    const cases = apiCheck(create, { ...ofMock, recorded: undefined });
    expect(new Set(await failingCases(cases))).toEqual(new Set([name, ...also]));
  });
});

/** As the cases beyond those of Python are called. */
function asExtra(name: string): string {
  return `extra: ${name}`;
}
