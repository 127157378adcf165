import { describe, expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { probabilitySampler } from './probability.ts';
import type { RulesOptions, SamplingRule } from './rules.ts';
import { rulesSampler } from './rules.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

const [all, none] = [constantSampler(true), constantSampler(false)];

describe('rulesSampler as a Sampler', () => {
  const create = (): Sampler =>
    rulesSampler({
      rules: [
        { operation: 'get', tags: { a: 1 }, sampler: all },
        { operation: { glob: 'g*' }, sampler: probabilitySampler(0.5) },
      ],
      otherwise: none,
    });
  for (const { name, run } of samplerCases(create)) it(name, run);
});

/** Whether the rule holds. */
function holds(rule: Omit<SamplingRule, 'sampler'>, asked: Partial<SamplingRequest>): boolean {
  const sampler = rulesSampler({ rules: [{ ...rule, sampler: all }], otherwise: none });
  return sampler.sample(request(asked), undefined).sampled;
}

describe('an operation', () => {
  it.each<[SamplingRule['operation'], string, boolean]>([
    ['GET /', 'GET /', true],
    ['GET /', 'get /', false],
    [{ prefix: 'GET ' }, 'GET /users', true],
    [{ prefix: 'GET ' }, 'POST /users', false],
    [{ glob: 'GET *' }, 'GET /users/42', true],
    [{ glob: 'GET /*' }, 'GET ', false],
    [(text) => /^(?:GET|HEAD) /.test(text), 'HEAD /', true],
    [(text) => /^(?:GET|HEAD) /.test(text), 'POST /', false],
  ])('%o holds for %j: %s', (operation, name, expected) => {
    expect(holds({ operation: operation! }, { name })).toBe(expected);
  });
});

describe('tags', () => {
  it.each<[SamplingRule['tags'], Record<string, unknown> | undefined, boolean]>([
    [{ 'http.method': 'POST' }, { 'http.method': 'POST' }, true],
    [{ 'http.method': 'POST' }, { 'http.method': 'GET' }, false],
    [{ 'http.method': 'POST' }, {}, false],
    [{ 'http.method': 'POST' }, undefined, false],
    [{ a: 1, b: true }, { a: 1, b: true }, true],
    [{ a: 1, b: true }, { a: 1, b: false }, false],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: '1' }, { a: 1 }, true],
    [{ a: 'true' }, { a: true }, true],
    [{ tier: { prefix: 'gold' } }, { tier: 'gold-1' }, true],
    [{ tier: (text: string) => /^(?:gold|silver)$/.test(text) }, { tier: 'bronze' }, false],
    [{ a: { glob: '*' } }, { a: { toString: () => 'x' } }, false],
    [{ a: { glob: '*' } }, { a: null }, false],
  ])('%o hold for %o: %s', (tags, given, expected) => {
    expect(holds({ tags: tags! }, { tags: given })).toBe(expected);
  });

  it('that throw when they are read fail the rule, and the next is tried', () => {
    const tags = {
      get broken(): never {
        throw new Error('trap');
      },
    };
    const rules = [
      { tags: { broken: 'x' }, sampler: none },
      { operation: 'get', sampler: all },
    ];
    expect(rulesSampler({ rules, otherwise: none }).sample(request({ tags }), undefined).sampled).toBe(true);
  });
});

describe('a path', () => {
  it.each<[SamplingRule['path'], string, boolean]>([
    ['/health', 'http://host/health?a=b', true],
    ['/health', 'http://host/healthz', false],
    [{ prefix: '/static/' }, 'http://host/static/a.css', true],
    [{ glob: '/users/*/orders' }, 'http://host/users/42/orders', true],
    [{ glob: '/users/*' }, 'http://host/users/42/orders', false],
    [(path) => /^\/v\d+\//.test(path), 'http://host/v12/x', true],
    [(path) => /^\/v\d+\//.test(path), 'http://host/v/x', false],
  ])('%o holds for %j: %s', (path, url, expected) => {
    expect(holds({ path: path! }, { tags: { 'http.url': url } })).toBe(expected);
  });

  it('fails without tags, and without one of them that is a path', () => {
    expect(holds({ path: { glob: '**' } }, { tags: undefined })).toBe(false);
    expect(holds({ path: { glob: '**' } }, { tags: { component: 'job' } })).toBe(false);
  });
});

describe('rules', () => {
  it('hold when all of their conditions do', () => {
    const rule = { operation: 'get', tags: { a: 1 }, path: '/x' };
    expect(holds(rule, { name: 'get', tags: { a: 1, 'url.path': '/x' } })).toBe(true);
    expect(holds(rule, { name: 'put', tags: { a: 1, 'url.path': '/x' } })).toBe(false);
    expect(holds(rule, { name: 'get', tags: { a: 2, 'url.path': '/x' } })).toBe(false);
    expect(holds(rule, { name: 'get', tags: { a: 1, 'url.path': '/y' } })).toBe(false);
  });

  it('are tried in order, and the first that holds names the sampler, with its threshold and tags', () => {
    const sampler = rulesSampler({
      rules: [
        { operation: { prefix: 'a' }, sampler: probabilitySampler(0.5) },
        { operation: { prefix: 'ab' }, sampler: none },
      ],
      otherwise: probabilitySampler(0.25),
    });
    const highest = { traceId2: 0xffffff, traceId3: -1 };
    expect(sampler.sample(request({ name: 'ab', ...highest }), undefined)).toMatchObject({
      threshold: '8',
      attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0.5],
    });
    expect(sampler.sample(request({ name: 'b', ...highest }), undefined).threshold).toBe('c');
  });

  it('hand the parent on to the sampler that they name', () => {
    const parents: unknown[] = [];
    const sample: Sampler['sample'] = (asked, parent) => {
      parents.push(parent);
      return all.sample(asked, parent);
    };
    const parent = parentWith(1);
    const rules = [{ operation: 'get', sampler: { followsParent: false, sample } }];
    rulesSampler({ rules, otherwise: none }).sample(request(), parent);
    expect(parents).toEqual([parent]);
  });

  it('close the samplers that they name', () => {
    let closed = 0;
    const closing = { ...all, close: () => void (closed += 1) };
    rulesSampler({ rules: [{ operation: 'a', sampler: closing }], otherwise: closing }).close!();
    expect(closed).toBe(2);
  });

  it('close the others when one of them cannot be closed, and say so', () => {
    let closed = 0;
    const closing = { ...all, close: () => void (closed += 1) };
    const close = (): never => {
      throw new Error('broken');
    };
    const rules = [
      { operation: 'a', sampler: { ...all, close } },
      { operation: 'b', sampler: closing },
    ];
    expect(() => rulesSampler({ rules, otherwise: closing }).close!()).toThrow('broken');
    expect(closed).toBe(2);
  });
});

it('a function holds when it gives true, and its errors mean no', () => {
  expect(holds({ operation: (() => 'yes') as never }, {})).toBe(false);
  const fail = (): never => {
    throw new Error('no answer');
  };
  expect(holds({ operation: fail }, {})).toBe(false);
  expect(holds({ tags: { a: fail } }, { tags: { a: 'b' } })).toBe(false);
});

it('takes globs of 256 characters and refuses one more', () => {
  expect(() => holds({ path: { glob: '*'.repeat(256) } }, {})).not.toThrow();
  expect(() => holds({ path: { glob: '*'.repeat(257) } }, {})).toThrow(
    'rulesSampler: rules[0].path must be a glob of at most 256 characters',
  );
});

it.each<[string, unknown]>([
  ['rulesSampler takes an object of options, such as { rules, otherwise }; it was undefined', undefined],
  ['rulesSampler knows only the options rules, otherwise; it was "default"', { rules: [], default: none }],
  ['rulesSampler: rules must be an array, such as [{ operation, sampler }]; it was an object', { rules: {} }],
  ['rulesSampler: otherwise must be a Sampler', { rules: [] }],
  ['rulesSampler: rules[0] must have operation, tags or path', { rules: [{ sampler: all }] }],
  ['rulesSampler: rules[0] must have operation, tags or path', { rules: [{ tags: {}, sampler: all }] }],
  [
    'rulesSampler: rules[0] knows only the options operation, tags, path, sampler; it was "name"',
    { rules: [{ name: 'a' }] },
  ],
  [
    'rulesSampler: rules[0] takes an object of options, such as { operation, tags, path, sampler }; it was null',
    { rules: [null] },
  ],
  ['rulesSampler: rules[0].tags must be an object', { rules: [{ tags: 'a', sampler: all }] }],
  [
    'rulesSampler: rules[1].sampler must be a Sampler, such as probabilitySampler(0.1); it was 0.1',
    {
      rules: [
        { operation: 'a', sampler: all },
        { operation: 'b', sampler: 0.1 },
      ],
    },
  ],
  [
    'rulesSampler: rules[0].operation must be a string, { prefix } or { glob } with a string, or a function such as (text) => /^a/.test(text); it was 7',
    { rules: [{ operation: 7, sampler: all }] },
  ],
  [
    'rulesSampler: rules[0].tags[a] must be a string, { prefix } or { glob } with a string, or a function such as (text) => /^a/.test(text); it was an object',
    { rules: [{ tags: { a: { prefix: 'b', glob: 'c' } }, sampler: all }] },
  ],
  ['rulesSampler: rules[0].path must be a string', { rules: [{ path: /^a/, sampler: all }] }],
])('refuses what is wrong: %s', (message, options) => {
  expect(() => rulesSampler(options as RulesOptions)).toThrow(message);
});
