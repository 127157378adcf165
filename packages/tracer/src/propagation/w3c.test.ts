import { describe, expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import { w3cTraceContext } from './w3c.ts';

describe('w3cTraceContext as a Propagator', () => {
  const cases = propagatorCases(w3cTraceContext, { traceState: true, undecided: false, debug: false });
  for (const { name, run } of cases) it(name, run);
});

it('writes traceparent, and tracestate only when there is one', () => {
  const carrier: Record<string, string> = {};
  w3cTraceContext.inject(sample, carrier, writeProperty);
  expect(carrier).toEqual({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  w3cTraceContext.inject({ ...sample, traceState: 'a=b' }, carrier, writeProperty);
  expect(carrier['tracestate']).toBe('a=b');
});

it('drops a broken tracestate and keeps the rest', () => {
  const target = emptyTarget();
  const values = ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '==='];
  expect(w3cTraceContext.extract(values, 0, target)).toBe('found');
  expect(target).toMatchObject({ traceId0: sample.traceId0, traceState: '' });
});
