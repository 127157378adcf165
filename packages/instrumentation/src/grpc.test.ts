import { createRequire } from 'node:module';

import * as grpc from '@grpc/grpc-js';
import * as oldest from 'grpc-js-1.10';
import { MockTracer } from '@spanwise/opentracing/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { find, GrpcShop, received } from '../test/grpc-shop.ts';
import type { Catalogue } from '../test/grpc-shop.ts';
import { Recording } from '../test/recording.ts';
import { brokenTracers } from './conformance/broken-tracers.ts';
import { instrumentGrpc } from './grpc.ts';
import type { Instrumentation } from './grpc.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

let recording: Recording;
const installed: Instrumentation[] = [];
const shops: GrpcShop[] = [];

beforeEach(() => {
  recording = new Recording();
});

afterEach(() => {
  for (const instrumentation of installed.splice(0)) instrumentation.uninstall();
  for (const shop of shops.splice(0)) shop.close();
});

function install(module: Parameters<typeof instrumentGrpc>[0] = grpc): Instrumentation {
  const instrumentation = instrumentGrpc(module, { tracer: recording.tracer });
  installed.push(instrumentation);
  return instrumentation;
}

async function shopOf(module?: typeof grpc): Promise<{ client: Catalogue; shop: GrpcShop }> {
  const shop = new GrpcShop(module);
  shops.push(shop);
  return { client: shop.client(await shop.serve()), shop };
}

/** One call of each kind that a stream can be or not. */
async function useAll(client: Catalogue): Promise<void> {
  expect(await find(client, [1])).toEqual([1]);
  expect(await received(client.list([1, 2]))).toEqual([[1], [2]]);
  const sum = await new Promise((resolve) => {
    const call = client.collect((_error: unknown, answer: unknown) => resolve(answer));
    call.write([1]);
    call.end([2]);
  });
  expect(sum).toEqual([3]);
  const chat = client.chat();
  chat.end([4]);
  expect(await received(chat)).toEqual([[4]]);
}

test('a call is one trace, of the caller, its client and its server', async () => {
  install();
  const { client } = await shopOf();
  const caller = recording.tracer.startActiveSpan('caller');
  await find(client, [1]);
  caller.close();
  const [server] = await recording.settled(1, 'server');
  const [sent] = await recording.settled(1, 'client');
  expect([sent!.parentId(), server!.parentId()]).toEqual([caller.span.context().toSpanId(), sent!.uuid()]);
});

test('each attempt of grpc-js that reaches a server has a span there, below the one of the client', async () => {
  install();
  const { shop } = await shopOf();
  let attempts = 0;
  const address = await shop.serve({
    find: (call, respond) =>
      ++attempts === 1 ? respond({ code: grpc.status.UNAVAILABLE }) : respond(null, call.request),
  });
  const retryPolicy = {
    maxAttempts: 2,
    initialBackoff: '0.01s',
    maxBackoff: '0.01s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  const methodConfig = [{ name: [{ service: 'shop.Catalogue' }], retryPolicy }];
  const client = shop.client(address, { 'grpc.service_config': JSON.stringify({ methodConfig }) });
  expect(await find(client, [1])).toEqual([1]);
  const servers = await recording.settled(2, 'server');
  const sent = await recording.only('client');
  expect(servers.map((span) => span.parentId())).toEqual([sent.uuid(), sent.uuid()]);
});

describe('a copy of grpc-js', () => {
  test.each([
    ['1.14', grpc],
    ['1.10', oldest as unknown as typeof grpc],
  ])('%s is traced in all kinds of calls, and each other copy is not', async (_version, module) => {
    install(module);
    const { client } = await shopOf(module);
    await useAll(client);
    const names = ['Chat', 'Collect', 'Find', 'List'].map((name) => `shop.Catalogue/${name}`);
    for (const kind of ['client', 'server']) {
      const spans = await recording.settled(4, kind);
      expect(spans.map((span) => span.operationName()).toSorted()).toEqual(names);
    }
    const other = await shopOf(module === grpc ? (oldest as unknown as typeof grpc) : grpc);
    await useAll(other.client);
    expect(recording.finished()).toHaveLength(8);
  });

  test.each([
    ['1.14', grpc],
    ['1.10', oldest as unknown as typeof grpc],
  ])('%s tells of a stream that the application leaves', async (_version, module) => {
    install(module);
    const { shop } = await shopOf(module);
    const address = await shop.serve({ list: (call) => call.write([1]) });
    for await (const _message of shop.client(address).list([])) break;
    expect((await recording.only('client')).tags()).toMatchObject({ 'rpc.aborted': true });
  });

  test('can be traced beside another one', async () => {
    install(grpc);
    install(oldest);
    const { shop } = await shopOf(grpc);
    const { shop: other } = await shopOf(oldest as unknown as typeof grpc);
    await find(other.client(await shop.serve()), [1]);
    const [server] = await recording.settled(1, 'server');
    const [client] = await recording.settled(1, 'client');
    expect(server!.parentId()).toBe(client!.uuid());
  });

  test.each<[string, () => Promise<Parameters<typeof instrumentGrpc>[0]>]>([
    ['by require', () => Promise.resolve(createRequire(import.meta.url)('@grpc/grpc-js') as typeof grpc)],
    ['by import of the whole', () => import('@grpc/grpc-js')],
    ['by default import', async () => (await import('@grpc/grpc-js')).default],
    ['by import of what is needed', async () => ({ Channel: grpc.Channel, Server: grpc.Server })],
  ])('that was loaded %s is the same', async (_how, load) => {
    install(await load());
    const { client } = await shopOf();
    await find(client, [1]);
    await recording.settled(1, 'server');
    await recording.settled(1, 'client');
  });

  test.each([undefined, {}, { Channel: Object, Server: Object }, { Channel: grpc.Channel }])(
    '%s is refused as the module',
    (module) => {
      expect(() => instrumentGrpc(module as never, { tracer: recording.tracer })).toThrow('must be given the module');
    },
  );
});

describe('uninstall', () => {
  test('restores exactly, for clients and servers that were used too', async () => {
    const { client, shop } = await shopOf();
    const nobody = shop.client('127.0.0.1:1');
    const streams = [nobody.list([]), nobody.chat(), nobody.collect(() => {})].map((stream) => {
      stream.on('error', () => {}).destroy();
      return Object.getPrototypeOf(stream) as object;
    });
    const functions = (): unknown[] => [
      Object.getOwnPropertyDescriptor(grpc.Channel.prototype, 'createCall'),
      Object.getOwnPropertyDescriptor(grpc.Server.prototype, '_retrieveHandler'),
      ...streams.map((prototype) => Object.getOwnPropertyDescriptor(prototype, '_destroy')),
    ];
    const before = functions();
    const instrumentation = install();
    const interceptors: unknown = Reflect.get(shop.servers[0]!, 'interceptors');
    await useAll(client);
    await recording.settled(8);
    expect(functions()).not.toEqual(before);
    instrumentation.uninstall();
    instrumentation.uninstall();
    expect(functions()).toEqual(before);
    expect(Reflect.get(shop.servers[0]!, 'interceptors')).toBe(interceptors);
    await useAll(client);
    expect(recording.finished()).toHaveLength(8);
  });

  test('ends the tracing also where somebody has wrapped what it replaced', async () => {
    const channel = grpc.Channel.prototype as unknown as Record<string, AnyFunction>;
    const server = grpc.Server.prototype as unknown as Record<string, AnyFunction>;
    const before = [channel['createCall']!, server['_retrieveHandler']!] as const;
    const instrumentation = install();
    channel['createCall'] = wrapped(channel['createCall']!);
    server['_retrieveHandler'] = wrapped(server['_retrieveHandler']!);
    instrumentation.uninstall();
    const { client } = await shopOf();
    await useAll(client);
    [channel['createCall'], server['_retrieveHandler']] = before;
    expect(recording.tracer.report().spans).toEqual([]);
  });

  test('leaves calls that are open to end as they would', async () => {
    const instrumentation = install();
    let answer = (): void => {};
    const { shop } = await shopOf();
    const address = await shop.serve({
      find: (call, respond) => void (answer = () => respond(null, call.request)),
    });
    const pending = find(shop.client(address), [6]);
    await new Promise<void>((resolve) => {
      const look = (): void => void (recording.tracer.report().spans.length === 2 ? resolve() : setImmediate(look));
      look();
    });
    instrumentation.uninstall();
    answer();
    expect(await pending).toEqual([6]);
    expect(await recording.settled(2)).toHaveLength(2);
  });

  test('is not of a second instrumentation, which adds no second span', async () => {
    install();
    const second = new Recording();
    instrumentGrpc(grpc, { tracer: second.tracer }).uninstall();
    const { client } = await shopOf();
    await find(client, [1]);
    await recording.settled(2);
    expect(second.tracer.report().spans).toEqual([]);
  });
});

test('clients and servers that exist before are traced, each only where asked for', async () => {
  const { client } = await shopOf();
  await find(client, [1]);
  const clients = instrumentGrpc(grpc, { tracer: recording.tracer, server: false });
  await find(client, [2]);
  clients.uninstall();
  installed.push(instrumentGrpc(grpc, { tracer: recording.tracer, client: false }));
  await find(client, [3]);
  const spans = await recording.settled(2);
  expect(spans.map((span) => [span.tags()['span.kind'], span.parentId()])).toEqual([
    ['client', undefined],
    ['server', undefined],
  ]);
});

describe('a tracer', () => {
  test.each(brokenTracers())('such as %s does not reach the application', async (_name, tracer) => {
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => void failures.push(error);
    installed.push(instrumentGrpc(grpc, { tracer, client: { onFailure }, server: { onFailure } }));
    const { client, shop } = await shopOf();
    await useAll(client);
    const torn = shop.client(
      await shop.serve({
        find: () => {
          throw new Error('torn');
        },
      }),
    );
    expect(await find(torn, [1])).toMatchObject({ code: grpc.status.UNKNOWN });
    expect(failures.length).toBeGreaterThan(5);
  });

  test('whose scope manager fails does not either', async () => {
    const fail = (): never => {
      throw new Error('the scope manager is broken');
    };
    const tracer = Object.assign(new MockTracer(), { onFailure: fail });
    Object.defineProperty(tracer, 'scopeManager', { value: { active: null, activate: fail, run: fail } });
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => void failures.push(error);
    installed.push(instrumentGrpc(grpc, { tracer, client: { onFailure }, server: { onFailure } }));
    const { client } = await shopOf();
    await useAll(client);
    expect(failures).toHaveLength(4);
  });

  test('without a scope manager makes and propagates spans', async () => {
    const { tracer } = recording;
    const plain = {
      startSpan: tracer.startSpan.bind(tracer),
      inject: tracer.inject.bind(tracer),
      extract: tracer.extract.bind(tracer),
    };
    installed.push(instrumentGrpc(grpc, { tracer: plain }));
    const { client } = await shopOf();
    await useAll(client);
    const servers = await recording.settled(4, 'server');
    const clients = await recording.settled(4, 'client');
    expect(new Set(servers.map((span) => span.parentId()))).toEqual(new Set(clients.map((span) => span.uuid())));
  });

  test.each([undefined, {}])('that is none (%s) is refused', (tracer) => {
    expect(() => instrumentGrpc(grpc, { tracer } as never)).toThrow('instrumentGrpc(grpc, { tracer })');
  });
});

/** What another tool puts in a function's place. */
function wrapped(original: AnyFunction): AnyFunction {
  return function (...args) {
    return Reflect.apply(original, this, args);
  };
}
