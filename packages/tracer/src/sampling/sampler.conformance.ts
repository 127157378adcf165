import type { ConformanceCase } from '@spanwise/opentracing/conformance';
import { otRandomValue } from '@spanwise/wire/propagation';

import { required, sameData } from '../conformance-assert.ts';
import { hasIds } from '../propagation/propagator.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * The contract of a {@link Sampler}, as cases for any test framework.
 *
 * @param create makes a sampler; called at least once a case
 * @param can what the sampler can do; what it cannot is not asked for
 */
export function samplerCases(
  create: () => Sampler,
  can: {
    /**
     * Whether the same request gets the same decision each time, so that whoever decides on a trace again decides alike.
     * Default `true`; `false` for those that count, measure time or throw dice.
     */
    readonly repeats?: boolean;
  } = {},
): ConformanceCase[] {
  const cases = { ...requirements, ...(can.repeats === false ? {} : repetition) };
  return Object.entries(cases).map(([name, test]) => ({ name, run: () => test(create) }));
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

  "writes no threshold that the trace's randomness does not reach": (create) => {
    const sampler = create();
    for (const parent of parents) {
      for (const traceId2 of traceIds) {
        const asked = request({ traceId1: traceId2, traceId2, traceId3: ~traceId2 });
        requireReached(asked, parent, sampler.sample(asked, parent));
      }
      const explicit = request({ traceState: 'ot=rv:00000000000001' });
      requireReached(explicit, parent, sampler.sample(explicit, parent));
    }
  },

  'can be closed, twice, and asked afterwards': (create) => {
    const sampler = create();
    sampler.close?.();
    sampler.close?.();
    requireDecision(sampler.sample(request(), undefined));
  },
};

const repetition: Record<string, (create: () => Sampler) => void> = {
  'decides alike each time that it is asked the same': (create) => {
    const sampler = create();
    for (const parent of parents) {
      for (const traceId2 of traceIds) {
        const asked = request({ traceId2, traceId3: ~traceId2 });
        const first = sampler.sample(asked, parent);
        for (let count = 0; count < repetitions; count++) {
          sameData(sampler.sample(asked, parent), first, 'the decision when asked again');
        }
      }
    }
  },
};

/** So many, with each of the ids, that dice which fall on one side in 1,000 throws show the other with certainty. */
const repetitions = 1000;

function requireDecision({ sampled, attributes, threshold }: SamplingDecision): void {
  sameData(typeof sampled, 'boolean', 'the type of sampled');
  sameData(attributes.length % 2, 0, 'attributes that are not names and values in turn');
  required(/^[0-9a-f]{1,14}$/.test(threshold ?? '0'), `a threshold is up to 14 hex digits, was ${String(threshold)}`);
  if (!sampled) required(threshold === null || threshold === undefined, 'an unsampled span has no threshold');
}

function requireReached(
  asked: SamplingRequest,
  parent: SamplingParent | undefined,
  { threshold, randomness }: SamplingDecision,
): void {
  required(randomness === undefined || /^[0-9a-f]{14}$/.test(randomness), `randomness is 14 hex digits: ${randomness}`);
  if (typeof threshold !== 'string') return;
  const isRoot = parent === undefined || !hasIds(parent);
  const explicit = (isRoot ? randomness : undefined) ?? otRandomValue(asked.traceState);
  const reached = explicit ?? hex(asked.traceId2 & 0xffffff, 6) + hex(asked.traceId3 >>> 0, 8);
  required(reached >= threshold.padEnd(14, '0'), `the threshold is ${threshold}, the trace's randomness ${reached}`);
}

function hex(word: number, digits: number): string {
  return word.toString(16).padStart(digits, '0');
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
    isRemote: false,
    ...parts,
  };
}

/** From one end of what is compared with thresholds to the other. */
const traceIds = [0, 1, 0x7fffff, 0x800000, 0xffffff, -1];

const parents = [
  undefined,
  parentWith(1),
  parentWith(0),
  parentWith(0, { samplingKnown: false, isRemote: true }),
  parentWith(3),
  parentWith(1, { isRemote: true }),
  parentWith(0, { isRemote: true }),
];
