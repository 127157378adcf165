import { describe, expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { parentBased } from './parent-based.ts';
import { probabilitySampler } from './probability.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { Sampler } from './sampler.ts';

describe('parentBased as a Sampler', () => {
  for (const { name, run } of samplerCases(() => parentBased(constantSampler(true)))) it(name, run);
});
describe('parentBased with delegates as a Sampler', () => {
  const create = (): Sampler => parentBased(constantSampler(true), { remoteSampled: probabilitySampler(0.5) });
  for (const { name, run } of samplerCases(create)) it(name, run);
});

it.each([true, false])('asks its root sampler (%s) only where no decision is known', (root) => {
  const sampler = parentBased(constantSampler(root));
  expect(sampler.sample(request(), undefined).sampled).toBe(root);
  expect(sampler.sample(request(), parentWith(0, { samplingKnown: false })).sampled).toBe(root);
  expect(sampler.sample(request(), parentWith(1)).sampled).toBe(true);
  expect(sampler.sample(request(), parentWith(0)).sampled).toBe(false);
});

it('hands on the threshold that the parent was sampled by', () => {
  expect(parentBased(constantSampler(true)).sample(request(), parentWith(1)).threshold).toBeUndefined();
});

describe('a delegate', () => {
  const cases = [
    ['remoteSampled', parentWith(1, { isRemote: true })],
    ['remoteUnsampled', parentWith(0, { isRemote: true })],
    ['localSampled', parentWith(1)],
    ['localUnsampled', parentWith(0)],
  ] as const;

  it.each(cases)('%s decides in its case, and the parent in the others', (name, parent) => {
    const parents = cases.map(([, other]) => other);
    const opposite = constantSampler((parent.flags & 1) === 0);
    const sampler = parentBased(constantSampler(true), { [name]: opposite });
    for (const other of parents) {
      const byParent = (other.flags & 1) === 1;
      expect(sampler.sample(request(), other).sampled).toBe(other === parent ? !byParent : byParent);
    }
    expect(sampler.sample(request(), undefined).sampled).toBe(true);
  });

  it('makes the tracer ask for every span, and none lets it be', () => {
    const root = constantSampler(true);
    expect(parentBased(root, { localSampled: root }).followsParent).toBe(false);
    expect(parentBased(root, {}).followsParent).toBe(true);
    expect(parentBased(root, { localSampled: undefined } as never).followsParent).toBe(true);
  });

  it('that knows its probability writes its threshold over the one that came', () => {
    const sampler = parentBased(constantSampler(true), { remoteSampled: probabilitySampler(0.25) });
    const asked = request({ traceId2: 0xffffff, traceId3: -1, traceState: 'ot=th:8' });
    expect(sampler.sample(asked, parentWith(1, { isRemote: true })).threshold).toBe('c');
  });
});

it('closes the samplers that it holds', () => {
  const closed: string[] = [];
  const closing = (name: string): Sampler => ({ ...constantSampler(true), close: () => void closed.push(name) });
  parentBased(closing('root')).close!();
  parentBased(closing('root'), { remoteSampled: closing('remote'), localUnsampled: closing('local') }).close!();
  expect(closed).toEqual(['root', 'root', 'remote', 'local']);
});

it('closes the others when one of them cannot be closed, and throws what the first threw', () => {
  const closed: string[] = [];
  const closing = (name: string, throws: boolean): Sampler => ({
    ...constantSampler(true),
    close: () => {
      closed.push(name);
      if (throws) throw new Error(name);
    },
  });
  const sampler = parentBased(closing('root', true), {
    remoteSampled: closing('remote', true),
    localSampled: closing('local', false),
  });
  expect(() => sampler.close!()).toThrow('root');
  expect(closed).toEqual(['root', 'remote', 'local']);
});

it('refuses what is no sampler', () => {
  expect(() => parentBased(0.1 as never)).toThrow(
    'parentBased must be a Sampler, such as probabilitySampler(0.1); it was 0.1',
  );
  expect(() => parentBased(constantSampler(true), { localSampled: 0.1 } as never)).toThrow(
    'parentBased: localSampled must be a Sampler, such as probabilitySampler(0.1); it was 0.1',
  );
  expect(() => parentBased(constantSampler(true), { remoteParentSampled: constantSampler(true) } as never)).toThrow(
    'parentBased: delegates knows only the options remoteSampled, remoteUnsampled, localSampled, localUnsampled; it was "remoteParentSampled"',
  );
});
