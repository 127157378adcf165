import { expect, test } from 'vitest';

import type { HttpClientCapabilities, HttpServerCapabilities } from '../conformance.ts';
import { httpClientCases } from './http-client-cases.ts';
import { httpServerCases } from './http-server-cases.ts';

const create = (): never => {
  throw new Error('cases create nothing before they run');
};

function leftOut(all: readonly { name: string }[], some: readonly { name: string }[]): string[] {
  const kept = new Set(some.map(({ name }) => name));
  return all.map(({ name }) => name).filter((name) => !kept.has(name));
}

const ofServers: [keyof HttpServerCapabilities, string[]][] = [
  ['peer', ['the span says who called']],
  ['routes', ['all requests of a route have one name, which holds the route']],
  ['unrouted', ['a request that no route takes has a span with the status that the server gives it']],
  ['filter', ['a request that is left alone has no span, and none is active in its handler']],
  ['errorLogs', ['an exception of the handler is logged']],
  ['rejections', ['a rejection of the handler is an error, and goes on']],
  [
    'streaming',
    [
      'the span of an answer in parts lasts until the last',
      'the span finishes once when the client goes away in the middle of the response',
    ],
  ],
  ['guarded', ['a tracer that fails does not reach the application']],
];

test.each(ofServers)('a server adapter that declares %s: false is not asked for it', (capability, names) => {
  expect(leftOut(httpServerCases(create), httpServerCases(create, { [capability]: false }))).toEqual(names);
  expect(leftOut(httpServerCases(create), httpServerCases(create, { [capability]: true }))).toEqual([]);
});

const ofClients: [keyof HttpClientCapabilities, string[]][] = [
  ['peer', ['the span says who was called']],
  ['untraced', ['a request that is left alone has no span and no headers']],
  [
    'abort',
    [
      'the span finishes once when the application gives up before the answer',
      'the span finishes once when the application gives up in the middle of the answer',
      'the span finishes once when the application has given up already',
    ],
  ],
  ['timeouts', ['the span finishes once when the answer takes too long']],
  ['wholeResponse', ['the span of an answer in parts lasts until the last']],
  ['errorLogs', []],
  ['guarded', ['a tracer that fails does not reach the application']],
];

test.each(ofClients)('a client adapter that declares %s: false is not asked for it', (capability, names) => {
  expect(leftOut(httpClientCases(create), httpClientCases(create, { [capability]: false }))).toEqual(names);
  expect(leftOut(httpClientCases(create), httpClientCases(create, { [capability]: true }))).toEqual([]);
});

test('no two cases of a side have one name', () => {
  for (const cases of [httpServerCases(create), httpClientCases(create)]) {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  }
});
