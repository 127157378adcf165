import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readJaegerTags } from './jaeger-tags.ts';
import type { Environment } from './variables.ts';

test.each<[Environment, Record<string, string>]>([
  [{}, {}],
  [{ JAEGER_TAGS: 'a=b' }, { a: 'b' }],
  [{ JAEGER_TAGS: ' a = b ,\tc=d,' }, { a: 'b', c: 'd' }],
  [{ JAEGER_TAGS: 'a=b=c,d=' }, { a: 'b=c', d: '' }],
  [{ JAEGER_TAGS: 'host=${HOST}', HOST: 'h1' }, { host: 'h1' }],
  [{ JAEGER_TAGS: 'host=${HOST:none}', HOST: 'h1' }, { host: 'h1' }],
  [{ JAEGER_TAGS: 'host=${HOST:none}' }, { host: 'none' }],
  [{ JAEGER_TAGS: 'url=${URL:http://h:1}' }, { url: 'http://h:1' }],
  [{ JAEGER_TAGS: 'host=${HOST:}', HOST: '' }, { host: '' }],
  [{ JAEGER_TAGS: 'a=${constructor:x},b=${__proto__:y},c=${:z}' }, { a: 'x', b: 'y', c: 'z' }],
  [{ JAEGER_TAGS: 'a=x${HOST},b=${HOST' }, { a: 'x${HOST}', b: '${HOST' }],
  [{ JAEGER_TAGS: 'a=${A}', A: '${A}' }, { a: '${A}' }],
  [{ JAEGER_TAGS: 'a=${JAEGER_TAGS}' }, { a: 'a=${JAEGER_TAGS}' }],
  [{ JAEGER_TAGS: 'a=${B}', B: '${C}', C: '${B}' }, { a: '${C}' }],
])('%j are the tags %j', (environment, settings) => {
  expect(readVariables(readJaegerTags, environment)).toEqual({ settings, warnings: [] });
});

test('a tag called __proto__ is one', () => {
  const { settings } = readVariables(readJaegerTags, { JAEGER_TAGS: '__proto__=x' });
  expect(Object.entries(settings)).toEqual([['__proto__', 'x']]);
});

test.each([
  ['novalue', 'is not understood and is left out; write entries such as name=value'],
  ['=novalue', 'is not understood and is left out; write entries such as name=value'],
  ['a=${NONE}', 'refers to what is not set and is left out; set NONE, or write a default: ${NONE:default}'],
])('the entry %s warns once and loses only itself', (entry, warning) => {
  const { settings, warnings } = readVariables(readJaegerTags, { JAEGER_TAGS: `x=1, ${entry} ,y=2` });
  expect(settings).toEqual({ x: '1', y: '2' });
  expect(warnings).toEqual([expect.stringContaining(`spanwise: JAEGER_TAGS="${entry}" ${warning}`)]);
});
