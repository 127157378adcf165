import { describe, expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { emptyTarget } from './extraction-target.ts';
import { jaeger } from './jaeger.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext, Propagator } from './propagator.ts';

const textMap = jaeger.textMap!;

describe.each([
  ['HTTP headers', jaeger],
  ['text maps', textMap],
])('jaeger in %s as a Propagator', (_, propagator) => {
  const cases = propagatorCases(propagator, { traceState: false, undecided: false, debug: true });
  for (const { name, run } of cases) it(name, run);
});

function inject(propagator: Propagator, context: PropagatedContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  return carrier;
}

it('writes ids without zeros in front, and baggage beside them', () => {
  const context = { ...sample, baggageItems: { 'User Id': 'ä b', k: '1' } };
  const traceId = 'af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1';
  expect(inject(jaeger, context)).toEqual({
    'uber-trace-id': traceId,
    'uberctx-User%20Id': '%C3%A4%20b',
    'uberctx-k': '1',
  });
  expect(inject(textMap, context)).toEqual({ 'uber-trace-id': traceId, 'uberctx-User Id': 'ä b', 'uberctx-k': '1' });
});

it('writes baggage alone', () => {
  expect(inject(jaeger, { ...emptyTarget(), baggageItems: { a: '1' } })).toEqual({ 'uberctx-a': '1' });
});

describe('a debug id', () => {
  it('is a decision without ids, and has a name', () => {
    const target = emptyTarget();
    expect(jaeger.extract([undefined, 'order 42', undefined], 0, target)).toBe('found');
    expect(target).toEqual({ ...emptyTarget(), flags: 1, samplingKnown: true, debug: true, debugId: 'order 42' });
    expect(inject(jaeger, target)).toEqual({ 'jaeger-debug-id': 'order 42' });
  });

  it('does not count beside a trace', () => {
    const target = emptyTarget();
    expect(jaeger.extract(['1:2:0:0', 'order 42', undefined], 0, target)).toBe('found');
    expect(target).toMatchObject({ traceId3: 1, spanId1: 2, flags: 0, debug: false, debugId: '' });
    expect(jaeger.extract(['1:2:0', 'order 42', undefined], 0, emptyTarget())).toBe('malformed');
  });

  it.each(['', ' ', 'ä', 'd'.repeat(257)])('is malformed as %j', (debugId) => {
    const target = emptyTarget();
    expect(jaeger.extract([undefined, debugId, undefined], 0, target)).toBe('malformed');
    expect(target).toEqual(emptyTarget());
  });
});

describe('baggage', () => {
  it.each<[string, string | undefined, string[], Record<string, string>]>([
    ['by prefix', undefined, ['user-id', 'a%20b', '%c3%a4', '%C3%B6'], { 'user-id': 'a b', ä: 'ö' }],
    ['by hand', 'a=1, b=x%2Cy', [], { a: '1', b: 'x,y' }],
    ['both, of which the prefix counts', 'a=1,b=2', ['b', '3'], { a: '1', b: '3' }],
  ])('%s is read', (_, header, items, baggageItems) => {
    const target = emptyTarget();
    expect(jaeger.extractBaggage!([undefined, undefined, header], 0, target, items)).toBe('found');
    expect(target).toEqual({ ...emptyTarget(), baggageItems });
  });

  it('in text maps is taken as it is', () => {
    const target = emptyTarget();
    expect(textMap.extractBaggage!([undefined, undefined, 'a=%41'], 0, target, ['B', '50%25'])).toBe('found');
    expect(target.baggageItems).toEqual({ a: '%41', B: '50%25' });
  });

  it.each<[string | undefined, string[]]>([
    ['nonsense', []],
    ['', []],
    [undefined, ['', 'no key']],
    [undefined, ['k', 'v'.repeat(4096)]],
  ])('is malformed when nothing in it can be read (%#)', (header, items) => {
    const target = emptyTarget();
    expect(jaeger.extractBaggage!([undefined, undefined, header], 0, target, items)).toBe('malformed');
    expect(target).toEqual(emptyTarget());
  });

  it('is absent without items', () => {
    expect(jaeger.extractBaggage!([undefined, undefined, undefined], 0, emptyTarget())).toBe('absent');
  });
});
