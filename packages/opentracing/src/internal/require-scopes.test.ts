import { EventEmitter } from 'node:events';

import { expect, it } from 'vitest';

import type { Tracer } from '../contract.ts';
import { traced } from '../decorators/traced.ts';
import { initGlobalTracer } from '../global_tracer.ts';
import { continueTrace } from '../hand-over/continue-trace.ts';
import { receiveTraced } from '../hand-over/ports.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { suppressTracing } from '../suppress-tracing.ts';

/** As jaeger-client's: the methods of npm's package, and no scopes. */
const npmTracer = { startSpan: () => ({}), inject: () => {}, extract: () => null } as unknown as Tracer;
const advice = /the tracer has no scopes \(withActiveSpan, scopeManager\)\. Give it to initGlobalTracer/;

it.each<[string, () => unknown]>([
  ['traced()', () => traced({ tracer: npmTracer })],
  ['receiveTraced', () => receiveTraced(new EventEmitter(), () => {}, { tracer: npmTracer })],
  ['continueTrace', () => continueTrace(null, () => expect.fail('called'), { tracer: npmTracer })],
  ['continueTrace', () => continueTrace(null, () => {}, { tracer: npmTracer, operationName: 'work' })],
])('%s refuses a tracer without scopes at once', (who, use) => {
  expect(use).toThrow(TypeError);
  expect(use).toThrow(advice);
  expect(use).toThrow(`${who}: `);
});

it('options that come with a call are too late to refuse: then the global tracer traces it', () => {
  const global = new MockTracer();
  initGlobalTracer(global);
  const decorate = traced(() => ({ tracer: npmTracer, name: 'checkout' }));
  const checkout = decorate(() => 'paid', { kind: 'method', name: 'checkout' });
  expect(checkout()).toBe('paid');
  expect(global.finishedSpans().map((span) => span.operationName())).toEqual(['checkout']);
});

it('suppressTracing calls the function of such a tracer, and nothing else', () => {
  expect(suppressTracing(npmTracer, () => 'done')).toBe('done');
});
