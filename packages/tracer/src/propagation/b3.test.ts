import { describe, expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext, Propagator } from './propagator.ts';

for (const propagator of [b3Single, b3Multi]) {
  describe(`${propagator.name} as a Propagator`, () => {
    const cases = propagatorCases(propagator, { traceState: false, undecided: true, debug: true });
    for (const { name, run } of cases) it(name, run);
  });
}

function inject(propagator: Propagator, context: PropagatedContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  return carrier;
}

it('writes one header', () => {
  expect(inject(b3Single, sample)).toEqual({ b3: '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1' });
});

it('writes several headers', () => {
  expect(inject(b3Multi, sample)).toEqual({
    'x-b3-traceid': '0af7651916cd43dd8448eb211c80319c',
    'x-b3-spanid': 'b7ad6b7169203331',
    'x-b3-sampled': '1',
  });
});

it('sends debug as a flag, not as a decision', () => {
  expect(inject(b3Multi, { ...sample, debug: true })).toMatchObject({ 'x-b3-flags': '1' });
  expect(inject(b3Multi, { ...sample, debug: true })).not.toHaveProperty('x-b3-sampled');
});

it.each([
  ['0', { flags: 0, debug: false }],
  ['1', { flags: 1, debug: false }],
  ['d', { flags: 1, debug: true }],
])('hands on a decision without ids: %s', (header, expected) => {
  const target = emptyTarget();
  expect(b3Single.extract([header], 0, target)).toBe('found');
  expect(target).toMatchObject({ ...expected, spanId1: 0, samplingKnown: true });
  expect(inject(b3Single, target)).toEqual({ b3: header });
});
