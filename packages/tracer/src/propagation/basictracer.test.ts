import { describe, expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { basictracer } from './basictracer.ts';
import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext, Propagator } from './propagator.ts';

const textMap = basictracer.textMap!;

describe.each([
  ['HTTP headers', basictracer],
  ['text maps', textMap],
])('basictracer in %s as a Propagator', (_, propagator) => {
  const can = { traceState: false, undecided: false, debug: false, traceId: 'lower half' } as const;
  for (const { name, run } of propagatorCases(propagator, can)) it(name, run);
});

function inject(propagator: Propagator, context: PropagatedContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  return carrier;
}

const ids = { 'ot-tracer-traceid': '8448eb211c80319c', 'ot-tracer-spanid': 'b7ad6b7169203331' };

it('writes the lower half of the trace id, and baggage as it is', () => {
  const context = { ...sample, baggageItems: { Kiff: 'x y', 'no header': '1', value: 'ā' } };
  expect(inject(basictracer, context)).toEqual({ ...ids, 'ot-tracer-sampled': 'true', 'ot-baggage-Kiff': 'x y' });
  expect(inject(textMap, { ...context, flags: 0 })).toEqual({
    ...ids,
    'ot-tracer-sampled': 'false',
    'ot-baggage-Kiff': 'x y',
    'ot-baggage-no header': '1',
    'ot-baggage-value': 'ā',
  });
});

it('writes neither a context without ids nor one whose trace id has no lower half', () => {
  const baggageItems = { a: '1' };
  for (const context of [
    { ...emptyTarget(), samplingKnown: true, baggageItems },
    { ...sample, traceId2: 0, traceId3: 0, baggageItems },
  ]) {
    expect(inject(basictracer, context)).toEqual({});
    expect(basictracer.binary!.inject(context)).toBeUndefined();
  }
});

it.each<[string, (string | undefined)[]]>([
  ['one field', ['1', undefined, undefined]],
  ['another one', [undefined, undefined, 'true']],
  ['two fields', ['1', '2', undefined]],
  ['another two', [undefined, '2', 'true']],
  ['a broken decision', ['1', '2', 'maybe']],
])('calls %s malformed', (_, values) => {
  const target = emptyTarget();
  expect(basictracer.extract(values, 0, target)).toBe('malformed');
  expect(target).toEqual(emptyTarget());
});

it('reads baggage without ids, and calls malformed what cannot be kept', () => {
  const target = emptyTarget();
  expect(basictracer.extractBaggage!([], 0, target, ['a', '50%25'])).toBe('found');
  expect(target).toEqual({ ...emptyTarget(), baggageItems: { a: '50%25' } });
  expect(basictracer.extractBaggage!([], 0, emptyTarget(), ['a', 'v'.repeat(4096)])).toBe('malformed');
});

describe('its bytes', () => {
  const { binary } = basictracer;

  it('come back with baggage', () => {
    const target = emptyTarget();
    const context = { ...sample, baggageItems: { 'User Id': 'ä' } };
    expect(binary!.extract(binary!.inject(context)!, target)).toBe('found');
    expect(target).toEqual({ ...context, traceId0: 0, traceId1: 0 });
  });

  it.each([
    ['another format', Uint8Array.of(1, 2, 3), 'absent'],
    ['nothing', new Uint8Array(), 'absent'],
    ['a length alone', Uint8Array.of(0, 0, 0, 9), 'malformed'],
    ['an empty message', Uint8Array.of(0, 0, 0, 0), 'malformed'],
  ])('of %s are told', (_, bytes, result) => {
    const target = emptyTarget();
    expect(binary!.extract(bytes, target)).toBe(result);
    expect(target).toEqual(emptyTarget());
  });
});
