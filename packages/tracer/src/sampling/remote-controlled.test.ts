import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { UNTRACED } from '@spanwise/opentracing';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Logged } from '../fixtures/logged.ts';
import { ManualTimers } from '../fixtures/manual-timers.ts';
import { countSampled, deviations, keptBy } from '../fixtures/sampled-traces.ts';
import { testTracer } from '../fixtures/test-tracer.ts';
import { constantSampler } from './constant.ts';
import { parentBased } from './parent-based.ts';
import type { RemoteControlledOptions, RemoteControlledSampler } from './remote-controlled.ts';
import { remoteControlledSampler } from './remote-controlled.ts';
import { request, samplerCases } from './sampler.conformance.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A Jaeger backend over real HTTP. */
class Backend {
  /** Paths and queries that were asked for. */
  readonly asked: string[] = [];
  handler: Handler;
  readonly #server: http.Server;

  constructor(handler: Handler) {
    this.handler = handler;
    this.#server = http.createServer((asked, response) => {
      this.asked.push(asked.url!);
      this.handler(asked, response);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => this.stop());
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function started(handler: Handler): Promise<{ backend: Backend; url: string }> {
  const backend = new Backend(handler);
  return { backend, url: await backend.start() };
}

function answering(strategy: unknown, status = 200): Handler {
  return (_asked, response) => void response.writeHead(status).end(JSON.stringify(strategy));
}

const share = (samplingRate: number): object => ({
  strategyType: 'PROBABILISTIC',
  probabilisticSampling: { samplingRate },
});

interface Remote {
  readonly backend: Backend;
  readonly sampler: RemoteControlledSampler;
  readonly timers: ManualTimers;
  readonly logger: Logged;
  /** Lets time pass until the next poll is due, and the poll end. */
  readonly poll: (millis?: number) => Promise<void>;
}

async function remote(handler: Handler, parts: Partial<RemoteControlledOptions> = {}): Promise<Remote> {
  const { backend, url } = await started(handler);
  const timers = new ManualTimers();
  const logger = new Logged();
  const sampler = remoteControlledSampler({
    serviceName: 'shop',
    url,
    initialSampler: constantSampler(false),
    timers,
    logger,
    random: () => 0.5,
    ...parts,
  });
  cleanUps.push(() => sampler.close());
  const poll = async (millis?: number): Promise<void> => {
    const { polls } = sampler.stats();
    timers.advance(millis ?? (polls === 0 ? 500 : 60_000));
    await vi.waitFor(() => expect(sampler.stats().polls).toBe(polls + 1), { timeout: 10_000, interval: 5 });
  };
  return { backend, sampler, timers, logger, poll };
}

function sampledOf(sampler: RemoteControlledSampler, count: number, name = 'get'): number {
  let sampled = 0;
  for (let asked = 0; asked < count; asked++) {
    if (sampler.sample(request({ name, traceId2: 0, traceId3: 0 }), undefined).sampled) sampled += 1;
  }
  return sampled;
}

describe('remoteControlledSampler without a backend as a Sampler', () => {
  const create = (): RemoteControlledSampler =>
    remoteControlledSampler({ serviceName: 'shop', timers: new ManualTimers() });
  for (const { name, run } of samplerCases(create)) it(name, run);
});

it('asks for the service by name, within a second of its making', async () => {
  const { backend, poll } = await remote(answering(share(1)), { serviceName: 'shop & co' });
  await poll();
  expect(backend.asked).toEqual(['/sampling?service=shop+%26+co']);
});

it('keeps the path and the query of an address that has them', async () => {
  const { backend, url } = await started(answering(share(1)));
  const timers = new ManualTimers();
  const options = { serviceName: 'shop', url: `${url}/?tenant=a`, timers, random: () => 0 };
  const sampler = remoteControlledSampler(options);
  cleanUps.push(() => sampler.close());
  timers.advance(0);
  await vi.waitFor(() => expect(backend.asked).toEqual(['/?tenant=a&service=shop']), { timeout: 10_000 });
});

it('decides by the initial sampler until a strategy arrives: one trace in a thousand unless given', async () => {
  const { sampler } = await remote(answering(share(1)));
  expect(sampledOf(sampler, 10)).toBe(0);
  const ofItself = remoteControlledSampler({ serviceName: 'shop', timers: new ManualTimers() });
  expect(deviations(countSampled(ofItself, 17, 200_000), 200_000, 0.001)).toBeLessThan(5);
});

describe('a strategy', () => {
  it('of a share keeps it, within five standard deviations, and writes its threshold', async () => {
    const { sampler, poll } = await remote(answering(share(0.25)));
    await poll();
    expect(deviations(countSampled(sampler, 18, 50_000), 50_000, 0.25)).toBeLessThan(5);
    const { threshold } = sampler.sample(request({ traceId2: 0xffffff, traceId3: -1 }), undefined);
    expect(keptBy(threshold!)).toBe(0.25);
    expect(sampler.stats()).toEqual({ polls: 1, updates: 1, failures: 0 });
  });

  it('of a limit keeps so many traces a second', async () => {
    const limit = { strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond: 10 } };
    const { sampler, timers, poll } = await remote(answering(limit));
    await poll();
    expect(sampledOf(sampler, 100)).toBe(5);
    timers.advance(200);
    expect(sampledOf(sampler, 100)).toBe(2);
  });

  it('by operation keeps the share of each, and a lower bound', async () => {
    const operationSampling = {
      defaultSamplingProbability: 0,
      defaultLowerBoundTracesPerSecond: 1,
      perOperationStrategies: [{ operation: 'checkout', probabilisticSampling: { samplingRate: 1 } }],
    };
    const { sampler, timers, poll } = await remote(answering({ operationSampling }), { maxOperations: 2 });
    await poll();
    expect(sampledOf(sampler, 10, 'checkout')).toBe(10);
    expect(sampledOf(sampler, 10, 'search')).toBe(0);
    timers.advance(500);
    expect(sampledOf(sampler, 10, 'search')).toBe(1);
    expect(sampledOf(sampler, 10, 'one too many')).toBe(0);
  });

  it('that changes keeps what is left of a limit, in proportion', async () => {
    const limit = (maxTracesPerSecond: number): object => ({ rateLimitingSampling: { maxTracesPerSecond } });
    const { backend, sampler, poll } = await remote(answering(limit(10)));
    await poll();
    sampledOf(sampler, 5);
    await poll();
    expect(sampledOf(sampler, 7)).toBe(7);
    backend.handler = answering(limit(100));
    // Full again when the answer comes: a hundred.
    await poll();
    expect(sampledOf(sampler, 1000)).toBe(100);
    expect(sampler.stats()).toEqual({ polls: 3, updates: 2, failures: 0 });
  });

  it('by operation that changes takes operations off again, and makes room for named ones', async () => {
    const byOperation = (operation: string): object => ({
      operationSampling: { perOperationStrategies: [{ operation, probabilisticSampling: { samplingRate: 1 } }] },
    });
    const { backend, sampler, poll } = await remote(answering(byOperation('a')), { maxOperations: 1 });
    await poll();
    expect([sampledOf(sampler, 3, 'a'), sampledOf(sampler, 3, 'b')]).toEqual([3, 0]);
    backend.handler = answering(byOperation('b'));
    await poll();
    expect([sampledOf(sampler, 3, 'a'), sampledOf(sampler, 3, 'b')]).toEqual([0, 3]);
  });

  it('that is the same again is no update', async () => {
    const { sampler, poll } = await remote(answering(share(1)));
    for (let count = 0; count < 3; count++) await poll();
    expect(sampler.stats()).toEqual({ polls: 3, updates: 1, failures: 0 });
  });
});

describe('an answer that is no strategy leaves the last one in place, is counted and logged:', () => {
  it.each<[string, Handler, string]>([
    ['no JSON', (_asked, response) => void response.end('<html>'), 'JSON'],
    ['no strategy', answering({}), 'the answer has no strategy'],
    ['a share above 1', answering(share(1.5)), 'samplingRate is no number from 0 to 1'],
    ['an error', answering(share(0), 500), '500 Internal Server Error'],
    ['a service that is not known', answering('no such service', 404), '404 Not Found'],
    [
      'a redirect',
      (_asked, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      '302 Found, and redirects are not followed',
    ],
    [
      'more than a megabyte',
      (_asked, response) => void response.end(JSON.stringify({ ...share(0), pad: 'x'.repeat(1 << 20) })),
      'an answer of more than 1048576 bytes',
    ],
    ['half of an answer', (_asked, response) => void response.write('{', () => response.destroy()), 'ECONNRESET'],
    ['nothing', (asked) => void asked.socket.destroy(), 'ECONNRESET'],
  ])('%s', async (_, handler, reason) => {
    const { backend, sampler, logger, poll } = await remote(answering(share(1)));
    await poll();
    backend.handler = handler;
    await poll();
    expect(sampledOf(sampler, 3)).toBe(3);
    expect(sampler.stats()).toEqual({ polls: 2, updates: 1, failures: 1 });
    expect(logger.lines).toEqual([
      expect.stringMatching(
        /^spanwise: no sampling strategy for "shop" from 127\.0\.0\.1:\d+ \(.*\); the strategy before/,
      ),
    ]);
    expect(logger.lines[0]).toContain(reason);
    expect(backend.asked).toHaveLength(2);
  });

  it('one that is late', async () => {
    const { backend, sampler, timers, logger } = await remote(() => {}, { timeoutMillis: 5000 });
    timers.advance(500);
    await vi.waitFor(() => expect(backend.asked).toHaveLength(1), { timeout: 10_000 });
    timers.advance(4999);
    expect(sampler.stats().polls).toBe(0);
    timers.advance(1);
    await vi.waitFor(() => expect(sampler.stats()).toMatchObject({ polls: 1, failures: 1 }), { timeout: 10_000 });
    expect(logger.lines[0]).toContain(
      '(no answer in 5000 ms); the initial sampler goes on, 1 of 1 requests have failed',
    );
  });

  it('one whose end is late', async () => {
    const { backend, sampler, timers, logger } = await remote((_asked, response) => void response.write('{'));
    timers.advance(500);
    await vi.waitFor(() => expect(backend.asked).toHaveLength(1), { timeout: 10_000 });
    timers.advance(10_000);
    await vi.waitFor(() => expect(sampler.stats()).toMatchObject({ polls: 1, failures: 1 }), { timeout: 10_000 });
    expect(logger.lines[0]).toContain('(no answer in 10000 ms)');
  });

  it('one of a megabyte less than a byte is read', async () => {
    const text = JSON.stringify(share(1));
    const { sampler, poll } = await remote((_asked, response) => void response.end(text.padEnd(1 << 20)));
    await poll();
    expect(sampler.stats().updates).toBe(1);
  });
});

describe('polling', () => {
  it.each([
    [0, 54_000],
    [0.5, 60_000],
    [0.999, 65_988],
  ])('goes on after a good answer in about the interval (random %d: %d ms)', async (random, delay) => {
    const { backend, timers, poll } = await remote(answering(share(1)), { random: () => random });
    await poll(1000);
    expect(timers.pending).toBe(1);
    timers.advance(delay - 1);
    expect(timers.pending).toBe(1);
    await poll(1);
    expect(backend.asked).toHaveLength(2);
  });

  it('waits twice as long after each failure, up to ten minutes, and as usual after a good answer', async () => {
    const { backend, sampler, timers, poll } = await remote(answering({}, 503), { random: () => 0 });
    await poll(0);
    // Half of twice the interval, of four times, … the other half is jitter.
    for (const delay of [60_000, 120_000, 240_000, 300_000, 300_000]) {
      const { polls } = sampler.stats();
      timers.advance(delay - 1);
      expect(sampler.stats().polls).toBe(polls);
      await poll(1);
    }
    backend.handler = answering(share(1));
    await poll(300_000);
    expect(sampler.stats()).toEqual({ polls: 7, updates: 1, failures: 6 });
    await poll(54_000);
    expect(sampler.stats().polls).toBe(8);
  });

  it('writes a line a minute at most while the backend is away', async () => {
    const { logger, poll } = await remote(answering({}, 503), { pollingIntervalMillis: 1000, random: () => 0.5 });
    await poll();
    await poll(1500);
    await poll(3000);
    expect(logger.lines).toHaveLength(1);
    for (const delay of [6000, 12_000, 24_000, 48_000]) await poll(delay);
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines[1]).toContain('7 of 7 requests have failed');
  });

  it('survives a backend that is not there', async () => {
    const { backend, sampler, logger, poll } = await remote(answering(share(1)));
    await backend.stop();
    await poll();
    expect(sampler.stats()).toEqual({ polls: 1, updates: 0, failures: 1 });
    expect(logger.lines[0]).toContain('ECONNREFUSED');
  });

  it('survives a logger that throws', async () => {
    const logger = {
      warn: (): never => {
        throw new Error('broken');
      },
    };
    const { sampler, poll } = await remote(answering({}), { logger });
    await poll();
    await poll(120_000);
    expect(sampler.stats().failures).toBe(2);
  });
});

describe('close', () => {
  it('ends polling, and the last strategy goes on', async () => {
    const { sampler, timers, poll } = await remote(answering(share(1)));
    await poll();
    sampler.close();
    expect(timers.pending).toBe(0);
    expect(sampledOf(sampler, 3)).toBe(3);
  });

  it('breaks off a request, which is no failure', async () => {
    const { backend, sampler, timers, logger } = await remote(() => {});
    timers.advance(500);
    await vi.waitFor(() => expect(backend.asked).toHaveLength(1), { timeout: 10_000 });
    sampler.close();
    await vi.waitFor(() => expect(timers.pending).toBe(0), { timeout: 10_000 });
    expect(sampler.stats()).toEqual({ polls: 0, updates: 0, failures: 0 });
    expect(logger.lines).toEqual([]);
  });

  it('is called by the tracer that has the sampler, through parentBased too', async () => {
    const { sampler, timers } = await remote(answering(share(1)));
    expect(timers.pending).toBe(1);
    await testTracer({ sampler: parentBased(sampler) }).tracer.close();
    expect(timers.pending).toBe(0);
  });

  it('closes the initial sampler', () => {
    let closed = 0;
    const initialSampler = { ...constantSampler(true), close: () => void (closed += 1) };
    remoteControlledSampler({ serviceName: 'shop', initialSampler, timers: new ManualTimers() }).close();
    expect(closed).toBe(1);
  });
});

it('marks its requests, so that instrumentation leaves them alone, and runs them outside of any request', async () => {
  const storage = new AsyncLocalStorage<string>();
  const made = await storage.run('start-up', async () => remote(answering(share(1))));
  const seen: unknown[] = [];
  const original = http.request;
  http.request = ((...given: Parameters<typeof http.request>) => {
    seen.push((given[0] as unknown as Record<symbol, unknown>)[UNTRACED], storage.getStore());
    return original(...given);
  }) as typeof http.request;
  cleanUps.push(() => (http.request = original));
  await storage.run('a request', () => made.poll(500));
  expect(seen).toEqual([true, 'start-up']);
});

it('keeps no process running, neither by its timer nor by a request without an answer', async () => {
  const { backend, url } = await started(() => {});
  const library = fileURLToPath(new URL('../../lib/index.js', import.meta.url));
  // Standard input keeps it running until the request is there.
  const script = `
    const { remoteControlledSampler } = require(${JSON.stringify(library)});
    remoteControlledSampler({ serviceName: 'shop', url: ${JSON.stringify(url)}, random: () => 0, timeoutMillis: 600_000 });
    remoteControlledSampler({ serviceName: 'later', url: ${JSON.stringify(url)}, random: () => 0.999 });
    process.stdin.resume();
  `;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'inherit', 'inherit'] });
  cleanUps.push(() => child.kill());
  await vi.waitFor(() => expect(backend.asked).toContain('/sampling?service=shop'), { timeout: 20_000 });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
}, 30_000);

describe('options', () => {
  const create = (options: object): RemoteControlledSampler => {
    const sampler = remoteControlledSampler({ serviceName: 'shop', timers: new ManualTimers(), ...options });
    sampler.close();
    return sampler;
  };

  it.each([
    { pollingIntervalMillis: 1 },
    { pollingIntervalMillis: 86_400_000 },
    { timeoutMillis: 1 },
    { maxOperations: 0 },
    { url: 'https://user:p%40ss@jaeger/api/sampling' },
  ])('%o are accepted', (options) => {
    expect(() => create(options)).not.toThrow();
  });

  it.each<[string, object]>([
    [": serviceName must be the service's name, such as 'shop'; it was undefined", { serviceName: undefined }],
    [": serviceName must be the service's name, such as 'shop'; it was \" \"", { serviceName: ' ' }],
    [
      ': url must be an http: or https: address such as http://127.0.0.1:5778/sampling; it was "localhost:5778"',
      { url: 'localhost:5778' },
    ],
    [': url must be an http: or https: address such as http', { url: 'http://[bad?api_key=secret' }],
    [': url must have user and password percent-encoded', { url: 'http://user:100%@host' }],
    [': initialSampler must be a Sampler, such as probabilitySampler(0.1); it was 0.1', { initialSampler: 0.1 }],
    [': pollingIntervalMillis must be a whole number from 1 to 86400000', { pollingIntervalMillis: 0 }],
    [': pollingIntervalMillis must be a whole number from 1 to 86400000', { pollingIntervalMillis: 86_400_001 }],
    [': timeoutMillis must be a whole number from 1 to', { timeoutMillis: 0 }],
    [': maxOperations must be a whole number of at least 0 (leave it out for 2000); it was -1', { maxOperations: -1 }],
    [' knows only the options serviceName, url,', { host: 'jaeger' }],
  ])('are refused: remoteControlledSampler%s', (message, options) => {
    expect(() => create(options)).toThrow(`remoteControlledSampler${message}`);
    expect(() => create(options)).toThrow(/^(?!.*secret)/);
  });
});
