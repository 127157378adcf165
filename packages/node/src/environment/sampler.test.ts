import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { InMemoryRecorder } from '@spanwise/tracer';
import type { Sampler } from '@spanwise/tracer';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { init } from '../init.ts';
import { readSampler } from './sampler.ts';
import type { Environment } from './variables.ts';
import { Variables } from './variables.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** What the environment's sampler is, and what is said about it. */
function read(environment: Environment): { sampler: Sampler | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const listener = { warn: (message: string) => void warnings.push(message) };
  const factory = readSampler(new Variables(environment, listener));
  const sampler = factory?.({ serviceName: 'shop', logger: listener });
  cleanUps.push(() => sampler?.close?.());
  return { sampler, warnings };
}

/** The ends of what thresholds compare: sampled by every share above 0, and by no share below 1. */
const [kept, rejected] = [
  { traceId2: 0xffffff, traceId3: -1 },
  { traceId2: 0, traceId3: 0 },
].map((id) => ({ traceId0: 1, traceId1: 2, name: 'n', tags: undefined, traceState: '', ...id }));

function tagsOf(sampler: Sampler | undefined): readonly unknown[] {
  return sampler!.sample(kept!, undefined).attributes;
}

/** A Jaeger backend that samples all, and the paths that it was asked for. */
async function backend(): Promise<{ host: string; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url!);
    response.end('{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":1}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function expectSampled(sampler: Sampler | undefined): Promise<void> {
  await vi.waitFor(() => expect(sampler!.sample(rejected!, undefined).sampled).toBe(true), { timeout: 20_000 });
}

describe('Jaeger’s variables', () => {
  it.each<[Environment, readonly unknown[]]>([
    [{ JAEGER_SAMPLER_TYPE: 'probabilistic' }, ['sampler.type', 'probabilistic', 'sampler.param', 0.001]],
    [
      { JAEGER_SAMPLER_TYPE: 'probabilistic', JAEGER_SAMPLER_PARAM: '1' },
      ['sampler.type', 'probabilistic', 'sampler.param', 1],
    ],
    [{ JAEGER_SAMPLER_TYPE: 'remote' }, ['sampler.type', 'probabilistic', 'sampler.param', 0.001]],
    [
      { JAEGER_SAMPLER_TYPE: 'remote', JAEGER_SAMPLER_PARAM: '0.5' },
      ['sampler.type', 'probabilistic', 'sampler.param', 0.5],
    ],
    [
      { JAEGER_SAMPLING_ENDPOINT: 'http://127.0.0.1:9/sampling' },
      ['sampler.type', 'probabilistic', 'sampler.param', 0.001],
    ],
    [{ JAEGER_SAMPLER_MANAGER_HOST_PORT: '127.0.0.1:9' }, ['sampler.type', 'probabilistic', 'sampler.param', 0.001]],
  ])('%j sample by %j', (environment, tags) => {
    const { sampler, warnings } = read(environment);
    expect(tagsOf(sampler)).toEqual(tags);
    expect(sampler!.followsParent).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Environment, boolean]>([
    ['all', { JAEGER_SAMPLER_TYPE: 'const' }, true],
    ['all', { JAEGER_SAMPLER_TYPE: 'const', JAEGER_SAMPLER_PARAM: '1' }, true],
    ['none', { JAEGER_SAMPLER_TYPE: 'const', JAEGER_SAMPLER_PARAM: '0' }, false],
    ['none', { JAEGER_SAMPLER_TYPE: 'ratelimiting', JAEGER_SAMPLER_PARAM: '0' }, false],
  ])('sample %s: %j', (_, environment, sampled) => {
    const { sampler, warnings } = read(environment);
    expect(sampler!.sample(rejected!, undefined).sampled).toBe(sampled);
    expect(warnings).toEqual([]);
  });

  it('limit a rate, to 100 traces a second unless given', () => {
    // The credit at the start, of which less than one would sample nothing.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => random.mockRestore());
    for (const [param, limit] of [[undefined, 100] as const, ['1000000', 1_000_000] as const]) {
      const environment = { JAEGER_SAMPLER_TYPE: 'ratelimiting', JAEGER_SAMPLER_PARAM: param };
      expect(tagsOf(read(environment).sampler)).toEqual(['sampler.type', 'ratelimiting', 'sampler.param', limit]);
    }
  });

  it('come after those of Spanwise and OpenTelemetry', () => {
    const jaeger = { JAEGER_SAMPLER_TYPE: 'const', JAEGER_SAMPLER_PARAM: '0' };
    for (const environment of [{ SPANWISE_SAMPLE_RATE: '1' }, { OTEL_TRACES_SAMPLER: 'always_on' }]) {
      expect(read({ ...jaeger, ...environment }).sampler!.sample(rejected!, undefined).sampled).toBe(true);
    }
  });

  it.each<[Environment, string]>([
    [{ JAEGER_SAMPLER_TYPE: 'adaptive' }, 'write one of const, probabilistic, ratelimiting, remote'],
    [{ JAEGER_SAMPLER_TYPE: 'constructor' }, 'write one of const'],
    [{ JAEGER_SAMPLER_TYPE: 'const', JAEGER_SAMPLER_PARAM: '0.5' }, 'write 1 (all) or 0 (none)'],
    [{ JAEGER_SAMPLER_TYPE: 'probabilistic', JAEGER_SAMPLER_PARAM: '1.1' }, 'write a rate from 0 to 1'],
    [{ JAEGER_SAMPLER_TYPE: 'probabilistic', JAEGER_SAMPLER_PARAM: '0x1' }, 'write a rate from 0 to 1'],
    [{ JAEGER_SAMPLER_TYPE: 'const', JAEGER_SAMPLER_PARAM: '0x1' }, 'write 1 (all) or 0 (none)'],
    [{ JAEGER_SAMPLER_TYPE: 'ratelimiting', JAEGER_SAMPLER_PARAM: '0x10' }, 'write a number of traces per second'],
    [{ JAEGER_SAMPLER_TYPE: 'ratelimiting', JAEGER_SAMPLER_PARAM: '-1' }, 'write a number of traces per second'],
    [{ JAEGER_SAMPLER_TYPE: 'remote', JAEGER_SAMPLER_PARAM: 'x' }, 'write a rate from 0 to 1'],
    [{ JAEGER_SAMPLING_ENDPOINT: '127.0.0.1:5778' }, 'write an address such as http://127.0.0.1:5778/sampling'],
    [{ JAEGER_SAMPLER_MANAGER_HOST_PORT: 'host:port' }, 'write an address such as'],
  ])('%j warn once, with the value and what to write', (environment, fix) => {
    const { warnings } = read(environment);
    const [name, value] = Object.entries(environment).at(-1)!;
    expect(warnings).toEqual([expect.stringContaining(`${name}=${JSON.stringify(value)} is not understood`)]);
    expect(warnings[0]).toContain(fix);
  });

  it.each([
    ['const', '2', '1', ['sampler.type', 'const', 'sampler.param', true]],
    ['probabilistic', '2', '0.001', ['sampler.type', 'probabilistic', 'sampler.param', 0.001]],
    ['ratelimiting', '-1', '100', ['sampler.type', 'ratelimiting', 'sampler.param', 100]],
    ['remote', '2', '0.001', ['sampler.type', 'probabilistic', 'sampler.param', 0.001]],
  ])('of type %s with the parameter %s warn that %s is used, and use it', (type, param, used, tags) => {
    // The credit of a limit at the start, of which less than one would sample nothing.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => random.mockRestore());
    const { sampler, warnings } = read({ JAEGER_SAMPLER_TYPE: type, JAEGER_SAMPLER_PARAM: param });
    expect(warnings).toEqual([
      expect.stringContaining(`JAEGER_SAMPLER_PARAM="${param}" is not understood and ${used} is used; write `),
    ]);
    expect(sampler!.sample(kept!, undefined).sampled).toBe(true);
    expect(tagsOf(sampler)).toEqual(tags);
  });

  it.each([
    ['JAEGER_SAMPLING_ENDPOINT', (host: string) => `http://${host}/sampling`],
    ['JAEGER_SAMPLER_MANAGER_HOST_PORT', (host: string) => host],
    ['JAEGER_SAMPLER_MANAGER_HOST_PORT', (host: string) => `http://${host}/sampling`],
  ])('%s is asked for the strategy', async (name, address) => {
    const { host, asked } = await backend();
    const { sampler } = read({ [name]: address(host) });
    await expectSampled(sampler);
    expect(asked[0]).toBe('/sampling?service=shop');
  });
});

describe('Jaeger’s remote sampler', () => {
  it.each([
    [
      (host: string) => ({ JAEGER_SAMPLER_HOST: host.split(':')[0], JAEGER_SAMPLER_PORT: host.split(':')[1] }),
      '/sampling',
    ],
    [(host: string) => ({ JAEGER_SAMPLER_MANAGER_HOST_PORT: host, JAEGER_SAMPLER_SAMPLING_PATH: '/s' }), '/s'],
    [
      (host: string) => ({ JAEGER_SAMPLING_ENDPOINT: `http://${host}/own`, JAEGER_SAMPLER_SAMPLING_PATH: '/s' }),
      '/own',
    ],
  ])('asks where %s says: %s', async (environment, path) => {
    const { host, asked } = await backend();
    const { sampler, warnings } = read({ ...environment(host), JAEGER_SAMPLER_REFRESH_INTERVAL: '50ms' });
    await expectSampled(sampler);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), { timeout: 20_000 });
    expect(new Set(asked)).toEqual(new Set([`${path}?service=shop`]));
    expect(warnings).toEqual([]);
  });

  it.each([
    ['JAEGER_SAMPLER_REFRESH_INTERVAL', '0'],
    ['JAEGER_SAMPLER_REFRESH_INTERVAL', '86400001'],
    ['JAEGER_SAMPLER_REFRESH_INTERVAL', '1d'],
    ['JAEGER_SAMPLER_MAX_OPERATIONS', '-1'],
    ['JAEGER_SAMPLER_PORT', '0'],
    ['JAEGER_SAMPLER_PORT', '65536'],
    ['JAEGER_SAMPLER_HOST', 'http://h'],
  ])('%s=%s warns once, and the default is used', (name, value) => {
    const { sampler, warnings } = read({ JAEGER_SAMPLER_TYPE: 'remote', [name]: value });
    expect(sampler).toBeDefined();
    expect(warnings).toEqual([expect.stringContaining(`${name}="${value}" is not understood`)]);
  });

  it.each([
    ['JAEGER_SAMPLER_REFRESH_INTERVAL', '1'],
    ['JAEGER_SAMPLER_REFRESH_INTERVAL', '24h'],
    ['JAEGER_SAMPLER_MAX_OPERATIONS', '0'],
    ['JAEGER_SAMPLER_PORT', '1'],
    ['JAEGER_SAMPLER_PORT', '65535'],
    ['JAEGER_SAMPLER_SAMPLING_PATH', 'no slash?'],
  ])('%s=%s is taken', (name, value) => {
    const { sampler, warnings } = read({ JAEGER_SAMPLER_TYPE: 'remote', [name]: value });
    expect(sampler).toBeDefined();
    expect(warnings).toEqual([]);
  });
});

describe('OTEL_TRACES_SAMPLER', () => {
  it.each([
    ['jaeger_remote', false],
    ['parentbased_jaeger_remote', true],
  ])('%s asks the endpoint for the strategy', async (name, followsParent) => {
    const { host, asked } = await backend();
    const argument = `endpoint=http://${host}, pollingIntervalMs=50, initialSamplingRate=0.25`;
    const { sampler, warnings } = read({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    expect(sampler!.followsParent).toBe(followsParent);
    expect(tagsOf(sampler)).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 0.25]);
    await expectSampled(sampler);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), { timeout: 20_000 });
    expect(new Set(asked)).toEqual(new Set(['/sampling?service=shop']));
    expect(warnings).toEqual([]);
  });

  it('jaeger_remote begins with a share of 0.001 when nothing else is said', () => {
    const { sampler, warnings } = read({ OTEL_TRACES_SAMPLER: 'jaeger_remote' });
    expect(tagsOf(sampler)).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 0.001]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['http://127.0.0.1:5778', 'part 1'],
    ['endpoint=127.0.0.1:5778', 'endpoint'],
    ['endpoint=', 'endpoint'],
    ['endpoint=http://127.0.0.1:14250', 'endpoint'],
    ['pollingIntervalMs=0', 'pollingIntervalMs'],
    ['pollingIntervalMs=86400001', 'pollingIntervalMs'],
    ['pollingIntervalMs=', 'pollingIntervalMs'],
    ['pollingIntervalMs=1s', 'pollingIntervalMs'],
    ['initialSamplingRate=1.1', 'initialSamplingRate'],
    ['initialSamplingRate=', 'initialSamplingRate'],
    ['initialSamplingRate=0x1', 'initialSamplingRate'],
    ['pollingIntervalMs=0x10', 'pollingIntervalMs'],
    ['interval=5', 'part 1'],
    ['constructor=5', 'part 1'],
    ['endpoint=http://127.0.0.1:5778,', 'part 2'],
  ])('jaeger_remote with the argument %j warns once of %s and leaves it out', (argument, wrong) => {
    const { sampler, warnings } = read({
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: argument,
    });
    expect(warnings).toEqual([
      expect.stringContaining(
        `OTEL_TRACES_SAMPLER_ARG=${JSON.stringify(argument)} is not understood in ${wrong}, which is left out; ` +
          'write endpoint=http://127.0.0.1:5778,pollingIntervalMs=60000',
      ),
    ]);
    expect(tagsOf(sampler)).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 0.001]);
  });

  it.each([
    ['endpoint=http://127.0.0.1:14250,initialSamplingRate=1', 'endpoint,', 1],
    ['initialSamplingRate=0.5,interval=5', 'part 2,', 0.5],
    ['interval=5,initialSamplingRate=0.25,pollingIntervalMs=0', 'part 1 and pollingIntervalMs,', 0.25],
  ])('jaeger_remote with the argument %j warns once of %s and takes the rest', (argument, wrong, rate) => {
    const { sampler, warnings } = read({ OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: argument });
    expect(warnings).toEqual([expect.stringContaining(`is not understood in ${wrong} which is left out`)]);
    expect(tagsOf(sampler)).toEqual(['sampler.type', 'probabilistic', 'sampler.param', rate]);
  });

  it('jaeger_remote asks the endpoint beside a part that is wrong', async () => {
    const { host, asked } = await backend();
    const argument = `endpoint=http://${host},initialSamplingRate=2`;
    const { sampler } = read({ OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: argument });
    await expectSampled(sampler);
    expect(asked[0]).toBe('/sampling?service=shop');
  });

  it.each(['pollingIntervalMs=1', 'pollingIntervalMs=86400000', 'initialSamplingRate=0', 'endpoint=https://jaeger'])(
    'jaeger_remote takes the argument %j',
    (argument) => {
      const environment = { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: argument };
      expect(readSampler(new Variables(environment, { warn: (message) => expect.fail(message) }))).toBeDefined();
    },
  );
});

describe('init', () => {
  it('asks for its own service’s strategy, in requests that are not traced', async () => {
    const { host, asked } = await backend();
    const recorder = new InMemoryRecorder();
    const environment = {
      OTEL_TRACES_SAMPLER: 'parentbased_jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: `endpoint=http://${host},pollingIntervalMs=20,initialSamplingRate=1`,
    };
    const instrumentation = { httpServer: false } as const;
    const spanwise = init({ serviceName: 'checkout', environment, instrumentation, recorders: [recorder] });
    cleanUps.push(() => spanwise.shutdown());
    await spanwise.tracer.withActiveSpan('work', async () => {
      await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), { timeout: 20_000 });
    });
    expect(asked[0]).toBe('/sampling?service=checkout');
    expect(recorder.records.map(({ name }) => name)).toEqual(['work']);
  });

  const jaeger = { JAEGER_SAMPLER_TYPE: 'remote', OTEL_TRACES_EXPORTER: 'none' };

  it('ends polling with the tracer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanUps.push(() => vi.useRealTimers());
    const spanwise = init({ serviceName: 'shop', environment: jaeger });
    expect(vi.getTimerCount()).toBe(1);
    await spanwise.shutdown();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends polling when another option is wrong, and begins none when there is another sampler', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanUps.push(() => vi.useRealTimers());
    expect(() => init({ serviceName: 'shop', environment: jaeger, recorders: 1 as never })).toThrow('recorders');
    const exporting = { JAEGER_SAMPLER_TYPE: 'remote' };
    expect(() => init({ serviceName: 'shop', environment: exporting, otlp: { url: 'nope' } })).toThrow('nope');
    expect(vi.getTimerCount()).toBe(0);
    const spanwise = init({ serviceName: 'shop', environment: jaeger, sampler: 1 });
    cleanUps.push(() => spanwise.shutdown());
    expect(vi.getTimerCount()).toBe(0);
  });
});
