import type { ConformanceCase } from '@spanwise/opentracing/conformance';

import { required, sameData } from '../conformance-assert.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * The contract of a {@link Sampler}, as cases for any test framework.
 *
 * @param create makes a sampler; called at least once a case
 */
export function samplerCases(create: () => Sampler): ConformanceCase[] {
  return Object.entries(requirements).map(([name, test]) => ({ name, run: () => test(create) }));
}

const requirements: Record<string, (create: () => Sampler) => void> = {
  'decides for roots, local and remote parents, sampled or not or undecided': (create) => {
    for (const parent of parents) requireDecision(create().sample(request(), parent));
  },

  "takes the parent's decision if it says that it does": (create) => {
    const sampler = create();
    if (!sampler.followsParent) return;
    sameData(sampler.sample(request(), parentWith(1)).sampled, true, 'the decision under a sampled parent');
    sameData(sampler.sample(request(), parentWith(0)).sampled, false, 'the decision under an unsampled parent');
  },

  'needs neither tags nor tracestate': (create) => {
    requireDecision(create().sample(request({ tags: undefined, traceState: '' }), undefined));
    requireDecision(create().sample(request({ tags: { a: 1 }, traceState: 'a=b,ot=nonsense' }), undefined));
  },

  'changes neither request nor parent': (create) => {
    requireDecision(create().sample(Object.freeze(request()), Object.freeze(parentWith(1))));
  },
};

function requireDecision({ sampled, attributes, threshold }: SamplingDecision): void {
  sameData(typeof sampled, 'boolean', 'the type of sampled');
  sameData(attributes.length % 2, 0, 'attributes that are not names and values in turn');
  required(/^[0-9a-f]{1,14}$/.test(threshold ?? '0'), `a threshold is up to 14 hex digits, was ${String(threshold)}`);
  if (!sampled) required(threshold === null || threshold === undefined, 'an unsampled span has no threshold');
}

/** A request for tests. */
export function request(parts: Partial<SamplingRequest> = {}): SamplingRequest {
  return { traceId0: 1, traceId1: 2, traceId2: 3, traceId3: 4, name: 'get', tags: undefined, traceState: '', ...parts };
}

/** A parent for tests, with these trace flags. */
export function parentWith(flags: number, parts: Partial<SamplingParent> = {}): SamplingParent {
  return {
    traceId0: 1,
    traceId1: 2,
    traceId2: 3,
    traceId3: 4,
    spanId0: 5,
    spanId1: 6,
    flags,
    samplingKnown: true,
    debug: false,
    traceState: '',
    ...parts,
  };
}

const parents = [undefined, parentWith(1), parentWith(0), parentWith(0, { samplingKnown: false }), parentWith(3)];
