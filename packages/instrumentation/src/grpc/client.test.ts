import * as grpc from '@grpc/grpc-js';
import { FORMAT_HTTP_HEADERS, Tags, UNTRACED } from '@spanwise/opentracing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ask, find, GrpcShop, received } from '../../test/grpc-shop.ts';
import type { Catalogue, Message } from '../../test/grpc-shop.ts';
import { errorsOf, Recording } from '../../test/recording.ts';
import { instrumentGrpc } from '../grpc.ts';
import type { GrpcClientOptions, Instrumentation } from '../grpc.ts';

const { status: Status } = grpc;

const EVENTS = ['metadata', 'data', 'drain', 'finish', 'end', 'status'];

let recording: Recording;
let instrumentation: Instrumentation;
let shop: GrpcShop;

beforeEach(() => {
  recording = new Recording();
  shop = new GrpcShop();
  install({});
});

afterEach(() => {
  instrumentation.uninstall();
  shop.close();
});

function install(client: GrpcClientOptions): void {
  instrumentation?.uninstall();
  instrumentation = instrumentGrpc(grpc, { tracer: recording.tracer, client, server: false });
}

/** Runs with a span active, and tells whether `isActive` finds it so later. */
function asCaller<R>(work: (isActive: () => boolean) => R): R {
  const { tracer } = recording;
  return tracer.withActiveSpan('caller', {}, (span) => work(() => tracer.activeSpan === span));
}

function collect(client: Catalogue, messages: readonly Message[]): Promise<Message | grpc.ServiceError> {
  return new Promise((resolve) => {
    const call = client.collect((error: grpc.ServiceError | null, answer: Message) => resolve(error ?? answer));
    for (const message of messages) call.write(message);
    call.end();
  });
}

function chat(client: Catalogue, messages: readonly Message[]): Promise<unknown> {
  const call = client.chat();
  for (const message of messages) call.write(message);
  call.end();
  return received(call);
}

describe('a call', () => {
  test('has the standard tags', async () => {
    const address = await shop.serve();
    const caller = recording.tracer.startActiveSpan('caller');
    expect(await find(shop.client(address), [7])).toEqual([7]);
    caller.close();
    const span = await recording.only('client');
    expect(span.operationName()).toBe('shop.Catalogue/Find');
    expect(span.parentId()).toBe(caller.span.context().toSpanId());
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_CLIENT,
      [Tags.COMPONENT]: 'grpc',
      'rpc.system': 'grpc',
      'rpc.service': 'shop.Catalogue',
      'rpc.method': 'Find',
      'rpc.grpc.status_code': 0,
      [Tags.PEER_ADDRESS]: address,
      [Tags.PEER_HOST_IPV4]: '127.0.0.1',
      [Tags.PEER_PORT]: Number(address.split(':')[1]),
    });
    expect(span.logs()).toEqual([]);
  });

  test('over IPv6 has that address', async () => {
    const address = await shop.serve({}, {}, '[::1]');
    await find(shop.client(address), [7]);
    const port = Number(address.split(']:')[1]);
    expect((await recording.only()).tags()).toMatchObject({ [Tags.PEER_HOST_IPV6]: '::1', [Tags.PEER_PORT]: port });
  });

  test.each<[string, (client: Catalogue) => Promise<unknown>, unknown]>([
    ['Find', (client) => find(client, [1]), [1]],
    ['Collect', (client) => collect(client, [[1], [2]]), [3]],
    ['List', (client) => received(client.list([1, 2])), [[1], [2]]],
    ['Chat', (client) => chat(client, [[1], [2]]), [[1], [2]]],
  ])('of the kind of %s is one span and goes as ever', async (name, call, answer) => {
    const client = shop.client(await shop.serve());
    expect(await call(client)).toEqual(answer);
    const span = await recording.only();
    expect(span.operationName()).toBe(`shop.Catalogue/${name}`);
    expect(span.tags()).toMatchObject({ 'rpc.method': name, 'rpc.grpc.status_code': 0 });
  });

  test('of a stream lasts until its status, not until its first message', async () => {
    let goOn = (): void => {};
    const client = shop.client(
      await shop.serve({
        list: (call) => {
          call.write([1]);
          goOn = () => call.end();
        },
      }),
    );
    const stream = client.list([]);
    await new Promise((resolve) => stream.once('data', resolve));
    expect(recording.finished()).toEqual([]);
    const ended = new Promise((resolve) => stream.once('status', resolve));
    goOn();
    await ended;
    expect(recording.finished()).toHaveLength(1);
  });

  test.each<[string, (client: Catalogue, done: () => void) => void]>([
    ['metadata', (client, done) => client.find([1], new grpc.Metadata(), done)],
    ['options', (client, done) => client.find([1], { deadline: Infinity }, done)],
    ['metadata and options', (client, done) => client.find([1], new grpc.Metadata(), {}, done)],
  ])('with %s goes as ever', async (_name, call) => {
    const client = shop.client(await shop.serve());
    await new Promise<void>((resolve) => call(client, resolve));
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
  });

  test('by the generic methods of a plain client is traced too', async () => {
    const answer = await ask(await shop.serve(), '/shop.Catalogue/Find', '[4]');
    expect(answer).toBe('[4]');
    expect((await recording.only()).operationName()).toBe('shop.Catalogue/Find');
  });

  test('that grpc-js tries again is one span', async () => {
    let attempts = 0;
    const address = await shop.serve({
      find: (call, respond) => {
        attempts++;
        if (attempts < 3) respond({ code: Status.UNAVAILABLE, details: 'not yet' });
        else respond(null, call.request);
      },
    });
    const retryPolicy = {
      maxAttempts: 4,
      initialBackoff: '0.01s',
      maxBackoff: '0.01s',
      backoffMultiplier: 1,
      retryableStatusCodes: ['UNAVAILABLE'],
    };
    const methodConfig = [{ name: [{ service: 'shop.Catalogue' }], retryPolicy }];
    const client = shop.client(address, { 'grpc.service_config': JSON.stringify({ methodConfig }) });
    expect(await find(client, [1])).toEqual([1]);
    expect(attempts).toBe(3);
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
  });
});

describe('a status that is not OK', () => {
  test.each([
    [Status.CANCELLED, 'CANCELLED'],
    [Status.NOT_FOUND, 'NOT_FOUND'],
    [Status.UNAUTHENTICATED, 'UNAUTHENTICATED'],
  ])('such as %d is an error with its details in a log', async (code, name) => {
    const client = shop.client(await shop.serve({ find: (_call, respond) => respond({ code, details: 'no pen' }) }));
    expect(await find(client, [1])).toMatchObject({ code, details: 'no pen' });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': code });
    expect(errorsOf(span)).toEqual([{ kind: name, message: 'no pen' }]);
  });

  test('reaches the application with its trailers, and ends a stream after its messages', async () => {
    const address = await shop.serve({
      list: (call) => {
        const metadata = new grpc.Metadata();
        metadata.set('why', 'empty');
        call.write([1]);
        call.emit('error', { code: Status.ABORTED, details: 'no more', metadata });
      },
    });
    const [first, error] = await received(shop.client(address).list([]));
    expect(first).toEqual([1]);
    expect(error).toMatchObject({ code: Status.ABORTED, details: 'no more' });
    expect((error as grpc.ServiceError).metadata.get('why')).toEqual(['empty']);
    expect((await recording.only()).tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.ABORTED });
  });

  test('comes of a deadline', async () => {
    const client = shop.client(await shop.serve({ find: () => {} }));
    expect(await find(client, [1], { deadline: Date.now() + 30 })).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.DEADLINE_EXCEEDED });
  });

  test('comes of a server that nobody runs', async () => {
    const address = await shop.serve();
    shop.close();
    expect(await find(shop.client(address), [1])).toMatchObject({ code: Status.UNAVAILABLE });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.UNAVAILABLE });
    expect(span.tags()[Tags.PEER_ADDRESS]).toBe(address);
    expect(span.tags()).not.toHaveProperty(Tags.PEER_PORT);
    expect(errorsOf(span)[0]!.message).toContain('ECONNREFUSED');
  });

  test('comes of a message that cannot be written', async () => {
    const client = shop.client(await shop.serve());
    const endless: unknown[] = [];
    endless.push(endless);
    expect(await find(client, endless as never)).toMatchObject({ code: Status.INTERNAL });
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': Status.INTERNAL });
  });

  test('does not come while a call that waits for its server waits', async () => {
    const address = await shop.serve();
    shop.close();
    const metadata = new grpc.Metadata({ waitForReady: true });
    expect(await find(shop.client(address), [1], metadata, { deadline: Date.now() + 50 })).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
    });
    expect(metadata.getOptions()).toEqual({ waitForReady: true });
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': Status.DEADLINE_EXCEEDED });
  });
});

describe('a call that the application gives up', () => {
  const silent = { find: () => {}, collect: () => {}, list: () => {}, chat: () => {} };

  /** The client's span, which has no error and says who ended it. */
  async function expectAborted(): Promise<void> {
    const span = await recording.only('client');
    expect(span.tags()).toMatchObject({ 'rpc.grpc.status_code': Status.CANCELLED, 'rpc.aborted': true });
    expect(span.tags()).not.toHaveProperty('error');
    expect(span.logs()).toEqual([]);
  }

  test.each(['find', 'collect', 'list', 'chat'] as const)('by cancelling %s has no error', async (name) => {
    const client = shop.client(await shop.serve(silent));
    const call =
      name === 'find' ? client.find([], () => {}) : name === 'list' ? client.list([]) : client[name](() => {});
    call.on('error', () => {});
    call.cancel();
    await expectAborted();
  });

  test('but that the server had refused before has the error', async () => {
    const client = shop.client(
      await shop.serve({ find: (_call, respond) => respond({ code: Status.CANCELLED, details: 'no' }) }),
    );
    await new Promise<void>((resolve) => {
      const call = client.find([1], () => resolve(call.cancel()));
    });
    expect((await recording.only()).tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.CANCELLED });
  });

  const ways: [string, (stream: AsyncIterable<Message> & { destroy(error?: Error): void }) => Promise<unknown>][] = [
    [
      'break',
      async (stream) => {
        for await (const _message of stream) break;
      },
    ],
    [
      'return',
      async (stream) => {
        for await (const message of stream) return message;
        return undefined;
      },
    ],
    [
      'throw',
      async (stream) => {
        await expect(
          (async () => {
            for await (const _message of stream) throw new Error('enough');
          })(),
        ).rejects.toThrow('enough');
      },
    ],
    ['destroy', (stream) => Promise.resolve(stream.destroy())],
    ['destroy with an error', (stream) => Promise.resolve(stream.destroy(new Error('enough')))],
  ];

  test.each(ways.flatMap(([way, leave]) => (['list', 'chat'] as const).map((name) => [way, name, leave] as const)))(
    'by %s ends the span of %s with its stream, and goes as ever',
    async (_way, name, leave) => {
      const address = await shop.serve({ list: (call) => call.write([1]), chat: (call) => call.write([1]) });
      const events = async (): Promise<string[]> => {
        const client = shop.client(address);
        const stream = name === 'list' ? client.list([]) : client.chat();
        const seen: string[] = [];
        for (const event of ['error', 'end', 'status']) stream.on(event, () => seen.push(event));
        const closed = new Promise<void>((resolve) => stream.once('close', resolve));
        await leave(stream);
        await closed;
        return seen;
      };
      const traced = await events();
      expect(recording.finished('client')).toHaveLength(1);
      await expectAborted();
      instrumentation.uninstall();
      expect(traced).toEqual(await events());
    },
  );

  test('by destroying what it writes ends the span', async () => {
    const call = shop.client(await shop.serve(silent)).collect(() => {});
    call.write([1]);
    call.destroy();
    await expectAborted();
  });

  test('through interceptors, beside others, ends its own span alone', async () => {
    const passing: grpc.Interceptor = (options, next) => new grpc.InterceptingCall(next(options));
    const address = await shop.serve({ list: (call) => call.write([1]) });
    const client = shop.client(address, { interceptors: [passing, passing] });
    const [left, kept] = [client.list([1]), client.list([2])];
    const first = recording.tracer.report().spans[0];
    left.on('error', () => {}).destroy();
    await expectAborted();
    expect(recording.finished('client')).toEqual([first]);
    kept.on('error', () => {}).cancel();
    await recording.settled(2, 'client');
  });

  test('is seen by its server as without us', async () => {
    const seenBy = async (): Promise<boolean> => {
      let stream: grpc.ServerWritableStream<Message, Message> | undefined;
      let ended: (cancelled: boolean) => void = () => {};
      const over = new Promise<boolean>((resolve) => (ended = resolve));
      const address = await shop.serve({
        list: (call) => {
          stream = call;
          call.on('cancelled', () => ended(true)).on('close', () => ended(call.cancelled));
          call.write([1]);
          call.write([2]);
        },
      });
      for await (const _message of shop.client(address).list([])) break;
      stream!.end();
      return over;
    };
    const traced = await seenBy();
    instrumentation.uninstall();
    expect(traced).toBe(await seenBy());
  });

  test('but was answered before has its status', async () => {
    const client = shop.client(await shop.serve());
    const stream = client.list([1, 2]);
    const ended = new Promise((resolve) => stream.once('status', resolve));
    // Both messages wait in the stream when it is left.
    stream.read(0);
    await ended;
    for await (const _message of stream) break;
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'rpc.grpc.status_code': Status.OK });
    expect(span.tags()).not.toHaveProperty('rpc.aborted');
  });
});

test('a call on a closed client is refused as ever, and has no span', async () => {
  const client = shop.client(await shop.serve());
  client.close();
  expect(() => client.find([1], () => {})).toThrow('Channel has been shut down');
  expect(recording.tracer.report().spans).toEqual([]);
});

test('a call that cannot be started is refused as ever, and its span has an error', async () => {
  const nothing: grpc.Interceptor = (options, next) =>
    new grpc.InterceptingCall(next(options), { start: (_metadata, listener, go) => go({} as never, listener) });
  const client = shop.client(await shop.serve(), { interceptors: [nothing] });
  install({ onFailure: () => {} });
  asCaller(() => expect(() => client.find([1], () => {})).toThrow('metadata.clone is not a function'));
  const span = await recording.only('client');
  expect(span.tags()).toMatchObject({ error: true });
  expect(span.tags()).not.toHaveProperty('rpc.grpc.status_code');
});

interface TestedCall {
  start(metadata: grpc.Metadata, listener: { onReceiveStatus(status: object): void }): void;
  getPeer(): string;
}

test('a call of a channel that tells its status twice has one end', () => {
  const statuses: unknown[] = [];
  class Channel {
    createCall(): TestedCall {
      return {
        start: (_metadata, listener) => {
          for (const code of [Status.ABORTED, Status.OK]) listener.onReceiveStatus({ code, details: '' });
        },
        getPeer: () => 'unknown',
      };
    }
    getTarget(): string {
      return 'dns:///catalogue:50051';
    }
  }
  const answers: number[] = [];
  const onResponse: GrpcClientOptions['onResponse'] = (_span, _call, { code }) => answers.push(code);
  instrumentGrpc({ Channel, Server: grpc.Server }, { tracer: recording.tracer, server: false, client: { onResponse } });
  new Channel().createCall().start(new grpc.Metadata(), { onReceiveStatus: (status) => statuses.push(status) });
  expect([answers, statuses.length]).toEqual([[Status.ABORTED], 2]);
  expect(recording.finished()[0]!.tags()[Tags.PEER_ADDRESS]).toBe('catalogue:50051');
});

describe('metadata', () => {
  /** What a server gets when a client sends `metadata`. */
  async function sent(metadata: grpc.Metadata): Promise<grpc.Metadata> {
    let got = new grpc.Metadata();
    const address = await shop.serve({
      find: (call, respond) => {
        got = call.metadata;
        respond(null, call.request);
      },
    });
    await find(shop.client(address), [1], metadata);
    return got;
  }

  test('carries the span’s context, in a copy', async () => {
    const metadata = new grpc.Metadata();
    metadata.add('Tag', 'a');
    metadata.add('tag', 'b');
    metadata.set('seal-bin', Buffer.from([0, 255]));
    const before = metadata.toJSON();
    const got = await sent(metadata);
    const span = await recording.only();
    expect(recording.tracer.extract(FORMAT_HTTP_HEADERS, got.getMap())!.toSpanId()).toBe(span.context().toSpanId());
    expect([got.get('tag'), got.get('seal-bin')]).toEqual([['a, b'], [Buffer.from([0, 255])]]);
    expect(metadata.toJSON()).toEqual(before);
  });

  test('with a context of the application makes it the parent, when no span is active', async () => {
    const { tracer } = recording;
    const given = tracer.startSpan('given');
    const carrier: { [name: string]: string } = {};
    tracer.inject(given.context(), FORMAT_HTTP_HEADERS, carrier);
    const metadata = grpc.Metadata.fromHttp2Headers(carrier);
    await sent(metadata);
    await asCaller(() => sent(metadata));
    const [first, second] = await recording.settled(2, 'client');
    expect(first!.parentId()).toBe(given.uuid());
    expect(second!.parentId()).not.toBe(given.uuid());
  });

  test('has all that a tracer injects and gRPC can carry', async () => {
    const items = { ok: 'yes', 'trace-bin': 'ü', broken: 'no\nline', 'no name': 'x', last: 'too' };
    recording.tracer.inject = (_context, _format, carrier) => void Object.assign(carrier as object, items);
    const failures: unknown[] = [];
    install({ onFailure: (error) => void failures.push(error) });
    const got = await sent(new grpc.Metadata());
    expect(['ok', 'trace-bin', 'broken', 'last'].map((name) => got.get(name).map(String))).toEqual([
      ['yes'],
      ['ü'],
      [],
      ['too'],
    ]);
    expect(failures).toHaveLength(2);
  });

  test('stays as it is where shouldPropagate says no, or throws', async () => {
    install({ shouldPropagate: () => false });
    const without = await sent(new grpc.Metadata());
    install({
      shouldPropagate: () => {
        throw new Error('broken');
      },
      onFailure: () => {},
    });
    const broken = await sent(new grpc.Metadata());
    expect(await recording.settled(2)).toHaveLength(2);
    for (const got of [without, broken]) expect(Object.keys(got.getMap())).toEqual(['user-agent']);
  });

  test('that carries UNTRACED leaves the call alone', async () => {
    const metadata = Object.assign(new grpc.Metadata(), { [UNTRACED]: true });
    expect(Object.keys((await sent(metadata)).getMap())).toEqual(['user-agent']);
    expect(recording.tracer.report().spans).toEqual([]);
  });
});

describe('the active span', () => {
  test('is the caller’s in callbacks and events, on a connection that another has opened', async () => {
    const client = shop.client(await shop.serve());
    await find(client, [0]);
    const seen = await asCaller(
      (isActive) =>
        new Promise<unknown>((resolve) => {
          const call = client.find([1], () => resolve([...events, isActive()]));
          const events: boolean[] = [];
          call.on('metadata', () => events.push(isActive()));
        }),
    );
    expect(seen).toEqual([true, true]);
  });

  test('is the caller’s in everything that streams emit, also before there is a connection', async () => {
    const client = shop.client(await shop.serve());
    const seen = await Promise.all(
      Array.from({ length: 3 }, () =>
        asCaller((isActive) => {
          const call = client.chat();
          const events: string[] = [];
          for (const event of EVENTS) call.on(event, () => events.push(`${event} ${isActive()}`));
          for (let n = 0; n < 20; n++) call.write([n], () => events.push(`written ${isActive()}`));
          call.once('drain', () => call.end());
          return new Promise((resolve) => call.once('status', resolve)).then(() => new Set(events));
        }),
      ),
    );
    const expected = ['written', ...EVENTS].map((event) => `${event} true`);
    for (const events of seen) expect([...events].toSorted()).toEqual(expected.toSorted());
  });

  test('is the caller’s in interceptors, and the context is not in the metadata that they see', async () => {
    const seen: unknown[] = [];
    const client = shop.client(await shop.serve());
    await asCaller((isActive) => {
      const interceptor: grpc.Interceptor = (options, next) =>
        new grpc.InterceptingCall(next(options), {
          start: (metadata, listener, go) => {
            seen.push(isActive(), Object.keys(metadata.getMap()));
            metadata.set('by', 'interceptor');
            go(metadata, { onReceiveStatus: (status, goOn) => goOn((seen.push(isActive()), status)) });
          },
        });
      return find(client, [1], { interceptors: [interceptor] });
    });
    expect(seen).toEqual([true, [], true]);
    expect(await recording.settled(1, 'client')).toHaveLength(1);
  });
});

describe('an interceptor', () => {
  test('that waits before the call starts leaves the span to who asked for it', async () => {
    let go = (): void => {};
    const later: grpc.Interceptor = (options, next) =>
      new grpc.InterceptingCall(next(options), {
        start: (metadata, listener, start) => void (go = () => start(metadata, listener)),
      });
    const client = shop.client(await shop.serve(), { interceptors: [later] });
    const caller = recording.tracer.startSpan('caller');
    const answer = recording.tracer.withActiveSpan(caller, () => find(client, [1]));
    expect(recording.tracer.report().unfinishedSpans).toEqual([caller]);
    go();
    expect(await answer).toEqual([1]);
    expect((await recording.only('client')).parentId()).toBe(caller.uuid());
  });

  test('that answers by itself makes no span', async () => {
    const cache: grpc.Interceptor = (options, next) =>
      new grpc.InterceptingCall(next(options), {
        start: (_metadata, listener) => {
          listener.onReceiveMessage([9]);
          listener.onReceiveStatus({ code: Status.OK, details: '', metadata: new grpc.Metadata() });
        },
      });
    const client = shop.client(await shop.serve(), { interceptors: [cache] });
    expect(await find(client, [1])).toEqual([9]);
    expect(recording.tracer.report().spans).toEqual([]);
  });
});

describe('what a user chooses', () => {
  test('calls can be left out, and spans added to', async () => {
    install({
      shouldTrace: (call) => call.method !== 'Find',
      onRequest: (span, call) => span.setTag('asked', [call.path, call.service, call.target, call.metadata.get('k')]),
      onResponse: (span, call, status) => span.setTag('answered', [call.peer, status.code]),
    });
    const address = await shop.serve();
    const client = shop.client(address);
    const metadata = new grpc.Metadata();
    metadata.set('k', 'v');
    await find(client, [1]);
    await received(client.list([1], metadata));
    expect((await recording.only()).tags()).toMatchObject({
      asked: ['/shop.Catalogue/List', 'shop.Catalogue', address, ['v']],
      answered: [address, 0],
    });
  });

  test('that throws changes nothing', async () => {
    const failures: unknown[] = [];
    const broken = (): never => {
      throw new Error('broken');
    };
    install({ shouldTrace: broken, onRequest: broken, onResponse: broken, onFailure: (error) => failures.push(error) });
    expect(await find(shop.client(await shop.serve()), [1])).toEqual([1]);
    expect(await recording.only()).toBeDefined();
    expect(failures).toHaveLength(3);
  });
});
