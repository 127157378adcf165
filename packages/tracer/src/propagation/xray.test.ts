import { describe, expect, it } from 'vitest';

import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext } from './propagator.ts';
import { xray } from './xray.ts';

describe('xray as a Propagator', () => {
  const cases = propagatorCases(xray, { traceState: false, undecided: true, debug: false });
  for (const { name, run } of cases) it(name, run);
});

function inject(context: PropagatedContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  xray.inject(context, carrier, (_carrier, name, value) => void (carrier[name] = value));
  return carrier;
}

it('writes one header', () => {
  const header = 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1';
  expect(inject(sample)).toEqual({ 'X-Amzn-Trace-Id': header });
  expect(inject({ ...emptyTarget(), samplingKnown: true })).toEqual({ 'X-Amzn-Trace-Id': 'Sampled=0' });
});

it.each([
  [undefined, 'absent'],
  ['Root=1-5759e988-bd862e3fe1be46a994272793', 'absent'],
  ['Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0', 'found'],
  ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=', 'malformed'],
])('finds %s %s', (header, result) => {
  const target = emptyTarget();
  expect(xray.extract([header], 0, target)).toBe(result);
  expect(target).toEqual(result === 'found' ? { ...emptyTarget(), samplingKnown: true } : emptyTarget());
});
