import { describe, expect, it } from 'vitest';

import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/** The contract of `Sampler`; every implementation runs it, and others' may. */
export function samplerConformance(name: string, create: () => Sampler): void {
  describe(`${name} as a Sampler`, () => {
    it('decides for roots, local and remote parents, sampled or not or undecided', () => {
      for (const parent of parents) assertDecision(create().sample(request(), parent));
    });

    it("takes the parent's decision if it says that it does", () => {
      const sampler = create();
      if (!sampler.followsParent) return;
      expect(sampler.sample(request(), parentWith(1)).sampled).toBe(true);
      expect(sampler.sample(request(), parentWith(0)).sampled).toBe(false);
    });

    it('needs neither tags nor tracestate', () => {
      assertDecision(create().sample(request({ tags: undefined, traceState: '' }), undefined));
      assertDecision(create().sample(request({ tags: { a: 1 }, traceState: 'a=b,ot=nonsense' }), undefined));
    });

    it('changes neither request nor parent', () => {
      const parent = Object.freeze(parentWith(1));
      expect(() => create().sample(Object.freeze(request()), parent)).not.toThrow();
    });
  });
}

function assertDecision({ sampled, attributes, threshold }: SamplingDecision): void {
  expect(typeof sampled).toBe('boolean');
  expect(attributes.length % 2).toBe(0);
  expect(threshold ?? '0').toMatch(/^[0-9a-f]{1,14}$/);
  if (!sampled) expect(threshold ?? undefined).toBeUndefined();
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
