import http, { get, request } from 'node:http';
import https from 'node:https';

import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';
import { afterEach, expect, test } from 'vitest';

import { exchange, listen, listenSecurely } from '../test/listening.ts';
import { Recording } from '../test/recording.ts';
import { instrumentHttp } from './http.ts';
import type { Instrumentation } from './http.ts';
import type { SpanLike, TracerLike } from './protocol/tracer-like.ts';

const installed: Instrumentation[] = [];

afterEach(() => {
  for (const instrumentation of installed.splice(0)) instrumentation.uninstall();
});

function install(tracer: TracerLike): Instrumentation {
  const instrumentation = instrumentHttp({ tracer });
  installed.push(instrumentation);
  return instrumentation;
}

test('uninstall restores every function and property exactly', () => {
  const state = (): unknown[] =>
    [http, https].flatMap((module) => [
      Object.getOwnPropertyDescriptor(module, 'request'),
      Object.getOwnPropertyDescriptor(module, 'get'),
      Object.getOwnPropertyDescriptor(module.Server.prototype, 'emit'),
    ]);
  const before = state();
  const instrumentation = install(new Recording().tracer);
  expect(state()).not.toEqual(before);
  instrumentation.uninstall();
  instrumentation.uninstall();
  expect(state()).toEqual(before);
});

test('named imports of node:http are traced, and are Node’s own again afterwards', async () => {
  const original = { get, request };
  const instrumentation = install(new Recording().tracer);
  const during = await import('node:http');
  expect(during.get).toBe(http.get);
  expect(during.request).toBe(http.request);
  expect(during.get).not.toBe(original.get);
  instrumentation.uninstall();
  expect(during.get).toBe(original.get);
});

test('replaced functions keep their name, length and own properties', () => {
  const mark = Symbol('mark');
  const original = http.request as unknown as { [mark]?: unknown; length: number };
  original[mark] = 'kept';
  const { length } = original;
  install(new Recording().tracer);
  const replaced = http.request as unknown as typeof original & { name: string };
  expect([replaced.name, replaced.length, replaced[mark]]).toEqual(['request', length, 'kept']);
  expect(http.get.name).toBe('get');
  expect(http.Server.prototype.emit.name).toBe('emit');
  delete original[mark];
});

test('a second instrumentation adds no second span', async () => {
  const [first, second] = [new Recording(), new Recording()];
  install(first.tracer);
  install(second.tracer);
  const server = await listen((_request, response) => response.end());
  await exchange(server.origin);
  await first.settled(2);
  await server.close();
  expect(second.tracer.report().spans).toEqual([]);
});

test('where somebody has wrapped the functions since, uninstall leaves theirs in place and ours silent', async () => {
  const recording = new Recording();
  const before = http.request;
  const instrumentation = install(recording.tracer);
  const ours = http.request;
  const theirs = ((...args: Parameters<typeof http.request>) => ours(...args)) as typeof http.request;
  http.request = theirs;
  instrumentation.uninstall();
  expect(http.request).toBe(theirs);
  const server = await listen((_request, response) => response.end('fine'));
  expect((await exchange(server.origin)).body).toBe('fine');
  await server.close();
  http.request = before;
  expect(recording.tracer.report().spans).toEqual([]);
});

test('a TLS server has https URLs, and the client of the same process is its parent', async () => {
  const recording = new Recording();
  install(recording.tracer);
  const server = await listenSecurely((_request, response) => response.end());
  await new Promise<void>((resolve) => {
    https.get(`${server.origin}/cart`, { rejectUnauthorized: false }, (response) =>
      response.resume().on('end', resolve),
    );
  });
  const [client] = await recording.settled(1, 'client');
  const [served] = await recording.settled(1, 'server');
  await server.close();
  expect(served!.parentId()).toBe(client!.uuid());
  expect(served!.tags()).toMatchObject({ 'http.url': `${server.origin}/cart` });
});

test('either side can be left alone', async () => {
  const recording = new Recording();
  const server = await listen((_request, response) => response.end());
  const clientOnly = instrumentHttp({ tracer: recording.tracer, server: false });
  await exchange(server.origin);
  clientOnly.uninstall();
  const serverOnly = instrumentHttp({ tracer: recording.tracer, client: false });
  await exchange(server.origin);
  const spans = await recording.settled(2);
  serverOnly.uninstall();
  await server.close();
  expect(spans.map((span) => span.tags()['span.kind'])).toEqual(['client', 'server']);
});

test('a tracer for npm opentracing, which has no scope manager, gets spans and propagates', async () => {
  const tracer = new PlainTracer();
  install(tracer);
  const server = await listen((_request, response) => response.end());
  await exchange(server.origin);
  await server.close();
  expect(tracer.finished).toEqual(expect.arrayContaining(['1 of none: GET /', '2 of 1: GET /']));
});

test('a tracer that fails in every call does not reach the application', async () => {
  const failing = new Proxy({} as TracerLike, {
    get: (_target, name) => {
      if (name === 'scopeManager') return { active: null, run: fail };
      return fail;
    },
  });
  const failures: unknown[] = [];
  const options = { onFailure: (error: unknown) => void failures.push(error) };
  installed.push(instrumentHttp({ tracer: failing, server: options, client: options }));
  const server = await listen((_request, response) => response.end('fine'));
  expect((await exchange(server.origin)).body).toBe('fine');
  await server.close();
  expect(failures.length).toBeGreaterThan(1);
});

test('a span and a scope manager that fail in every call do not reach the application', async () => {
  const span = new Proxy({} as SpanLike, { get: () => fail });
  const tracer: TracerLike = {
    startSpan: () => span,
    inject: fail,
    extract: () => null,
    scopeManager: { active: null, activate: fail, run: fail },
  };
  const options = { onFailure: () => {} };
  installed.push(instrumentHttp({ tracer, server: options, client: options }));
  const server = await listen((_request, response) => response.end('fine'));
  expect((await exchange(server.origin)).body).toBe('fine');
  await server.close();
});

test.each([undefined, null, {}, { startSpan: 1 }])('%s is refused as a tracer', (tracer) => {
  expect(() => instrumentHttp({ tracer } as never)).toThrow(
    /instrumentHttp\(\{ tracer \}\) must be an OpenTracing tracer/,
  );
});

function fail(): never {
  throw new Error('the tracer is broken');
}

/** What the libraries of npm `opentracing` offer: no scope manager, ids and headers of their own. */
class PlainTracer implements TracerLike {
  readonly finished: string[] = [];
  #spans = 0;

  startSpan(name: string, options: { childOf?: { id?: string } } = {}): SpanLike {
    const id = String(++this.#spans);
    const label = `${id} of ${options.childOf?.id ?? 'none'}: ${name}`;
    const span: SpanLike = {
      context: () => ({ id }),
      setOperationName: () => span,
      setTag: () => span,
      log: () => span,
      finish: () => void this.finished.push(label),
    };
    return span;
  }

  inject(context: { id: string }, _format: string, carrier: Record<string, string>): void {
    carrier['x-id'] = context.id;
  }

  extract(format: string, carrier: Record<string, string>): object | null {
    return format === FORMAT_HTTP_HEADERS && carrier['x-id'] !== undefined ? { id: carrier['x-id'] } : null;
  }
}
