import { once } from 'node:events';
import { Duplex, Writable } from 'node:stream';

import * as grpc from '@grpc/grpc-js';
import { FORMAT_HTTP_HEADERS, Tags } from '@spanwise/opentracing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ask, find, GrpcShop, received } from '../../test/grpc-shop.ts';
import type { Catalogue, Handlers, Message } from '../../test/grpc-shop.ts';
import { errorsOf, Recording, until } from '../../test/recording.ts';
import { instrumentGrpc } from '../grpc.ts';
import type { GrpcServerOptions, Instrumentation } from '../grpc.ts';

const { status: Status } = grpc;

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

function install(server: GrpcServerOptions): void {
  instrumentation?.uninstall();
  instrumentation = instrumentGrpc(grpc, { tracer: recording.tracer, client: false, server });
}

/** Starts a call of the kind, with its requests ended, and hands out its status. */
function call(client: Catalogue, name: keyof Handlers): { done: Promise<grpc.StatusObject>; cancel(): void } {
  const ignore = (): void => {};
  const started =
    name === 'find'
      ? client.find([1], ignore)
      : name === 'list'
        ? client.list([1])
        : name === 'collect'
          ? client.collect(ignore)
          : client.chat();
  started.on('error', ignore).on('data', ignore);
  if (started instanceof Writable || started instanceof Duplex) started.end();
  return {
    done: new Promise((resolve) => started.on('status', resolve)),
    cancel: () => started.cancel(),
  };
}

const KINDS = ['find', 'collect', 'list', 'chat'] as const;

describe('a call', () => {
  test('has the standard tags', async () => {
    expect(await find(shop.client(await shop.serve()), [7])).toEqual([7]);
    const span = await recording.only();
    expect(span.operationName()).toBe('shop.Catalogue/Find');
    expect(span.parentId()).toBeUndefined();
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER,
      [Tags.COMPONENT]: 'grpc',
      'rpc.system': 'grpc',
      'rpc.service': 'shop.Catalogue',
      'rpc.method': 'Find',
      'rpc.grpc.status_code': 0,
      [Tags.PEER_HOST_IPV4]: '127.0.0.1',
      [Tags.PEER_PORT]: expect.any(Number),
    });
    expect(span.logs()).toEqual([]);
  });

  test('over IPv6 has that address', async () => {
    await find(shop.client(await shop.serve({}, {}, '[::1]')), [7]);
    expect((await recording.only()).tags()).toMatchObject({
      [Tags.PEER_HOST_IPV6]: '::1',
      [Tags.PEER_PORT]: expect.any(Number),
    });
  });

  test.each([
    ['find', undefined],
    ['collect', 'CLIENT_STREAMING'],
    ['list', 'SERVER_STREAMING'],
    ['chat', 'BIDI_STREAMING'],
  ] as const)('of the kind of %s is tagged as %s', async (name, type) => {
    await call(shop.client(await shop.serve()), name).done;
    expect((await recording.only()).tags()['grpc.method_type']).toBe(type);
  });

  test.each(KINDS)('of the kind of %s has one span', async (name) => {
    const client = shop.client(await shop.serve());
    expect(await call(client, name).done).toMatchObject({ code: Status.OK });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
    expect(span.tags()).not.toHaveProperty('error');
  });

  test('has the parent that its metadata names, and not what was active when the server was started', async () => {
    const starting = recording.tracer.startActiveSpan('starting');
    const client = shop.client(await shop.serve());
    starting.close();
    const parent = recording.tracer.startSpan('parent');
    const carrier: { [name: string]: string } = {};
    recording.tracer.inject(parent.context(), FORMAT_HTTP_HEADERS, carrier);
    await find(client, [1], grpc.Metadata.fromHttp2Headers(carrier));
    await find(client, [2]);
    const spans = await recording.settled(2, 'server');
    expect(spans.map((span) => span.parentId())).toEqual([parent.uuid(), undefined]);
  });

  test('is no child of what happens to be active where it arrives', async () => {
    const { tracer } = recording;
    // One active span for the whole process, as without asynchronous contexts.
    const unrelated = tracer.startSpan('unrelated');
    Object.defineProperty(tracer, 'scopeManager', { value: { active: { span: unrelated }, activeParent: unrelated } });
    await find(shop.client(await shop.serve()), [1]);
    expect((await recording.only('server')).parentId()).toBeUndefined();
  });

  test('gives the tracer a plain object of texts', async () => {
    const carriers: unknown[] = [];
    recording.tracer.extract = (_format, carrier) => (carriers.push(carrier), null);
    const metadata = new grpc.Metadata();
    metadata.add('Baggage', 'a=1');
    metadata.add('baggage', 'b=2');
    metadata.set('text-bin', Buffer.from('ü'));
    metadata.set('bytes-bin', Buffer.from([255]));
    await find(shop.client(await shop.serve()), [1], metadata);
    expect(carriers).toEqual([{ baggage: 'a=1, b=2', 'text-bin': 'ü', 'user-agent': expect.any(String) }]);
  });

  test('to a method that the server does not have is refused as ever, and has no span', async () => {
    const error = await ask(await shop.serve(), '/shop.Catalogue/Sell', '[4]');
    expect(error).toMatchObject({ code: Status.UNIMPLEMENTED });
    expect(recording.tracer.report().spans).toEqual([]);
  });

  test('to a method that nobody has written is an error', async () => {
    const address = await shop.serve({ find: undefined } as never);
    await find(shop.client(address), [1]);
    expect((await recording.only()).tags()).toMatchObject({
      error: true,
      'rpc.grpc.status_code': Status.UNIMPLEMENTED,
    });
  });

  test('on a server without channelz is traced too', async () => {
    const address = await shop.serve({}, { 'grpc.enable_channelz': 0 });
    await find(shop.client(address), [1]);
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
  });
});

describe('a status', () => {
  test.each(
    Object.values(Status)
      .filter((code) => typeof code === 'number' && code !== Status.OK)
      .map((code) => [Status[code], code] as const),
  )('%s is an error where the server is to blame', async (name, code) => {
    const client = shop.client(await shop.serve({ find: (_call, respond) => respond({ code, details: 'sold' }) }));
    await find(client, [1]);
    const span = await recording.only();
    const toBlame = ['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'];
    expect(span.tags()['rpc.grpc.status_code']).toBe(code);
    expect(span.tags()['error']).toBe(toBlame.includes(name) ? true : undefined);
    expect(errorsOf(span)).toEqual(toBlame.includes(name) ? [{ kind: name, message: 'sold' }] : []);
  });

  test.each(['list', 'chat'] as const)('of %s comes of an error on its stream', async (name) => {
    const tear = (stream: NodeJS.EventEmitter): void => void stream.emit('error', new Error('torn'));
    expect(await call(shop.client(await shop.serve({ [name]: tear })), name).done).toMatchObject({
      code: Status.UNKNOWN,
    });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.UNKNOWN });
    expect(errorsOf(span)).toEqual([{ kind: 'UNKNOWN', message: 'torn' }]);
  });

  test.each(KINDS)('of %s comes of a handler that throws, and the error is logged', async (name) => {
    const broken = (): never => {
      throw new RangeError('no such pen');
    };
    expect(await call(shop.client(await shop.serve({ [name]: broken })), name).done).toMatchObject({
      code: Status.UNKNOWN,
      details: 'Unknown error',
    });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.UNKNOWN });
    expect(errorsOf(span)).toEqual([{ kind: 'RangeError', message: 'no such pen' }]);
  });

  test('comes of a deadline, which the server keeps itself, whatever the handler answers later', async () => {
    let answerLater = (): void => {};
    const address = await shop.serve({
      find: (call, respond) => void (answerLater = () => respond(null, call.request)),
    });
    const metadata = new grpc.Metadata();
    // A deadline that the client does not know of: the call surely arrives.
    metadata.set('grpc-timeout', '20m');
    expect(await find(shop.client(address), [1], metadata)).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    const span = await recording.only();
    answerLater();
    expect(span.tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.DEADLINE_EXCEEDED });
  });

  test('comes of a message that cannot be read', async () => {
    const error = await ask(await shop.serve(), '/shop.Catalogue/Find', 'no JSON');
    expect(error).toMatchObject({ code: Status.INTERNAL });
    expect((await recording.only()).tags()).toMatchObject({ error: true, 'rpc.grpc.status_code': Status.INTERNAL });
  });
});

describe('a client that goes away', () => {
  test.each(KINDS)('by cancelling %s ends the span, and that is no error', async (name) => {
    let arrived = 0;
    const waits = (): void => void arrived++;
    const client = shop.client(await shop.serve({ [name]: waits }));
    const pending = call(client, name);
    await until(() => arrived === 1);
    expect(recording.finished()).toEqual([]);
    pending.cancel();
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'rpc.grpc.status_code': Status.CANCELLED });
    expect(span.tags()).not.toHaveProperty('error');
  });

  test('in the middle of a stream is heard by the handler in its span', async () => {
    const { tracer } = recording;
    let seen: unknown;
    const address = await shop.serve({
      list: (stream) => {
        stream.on('cancelled', () => (seen = [tracer.activeSpan !== null, stream.cancelled]));
        stream.write([1]);
      },
    });
    const stream = shop.client(address).list([]);
    stream.on('data', () => stream.cancel()).on('error', () => {});
    await recording.only();
    expect(seen).toEqual([true, true]);
  });

  test('with its connection ends the span', async () => {
    let arrived = 0;
    const client = shop.client(await shop.serve({ find: () => void arrived++ }));
    void find(client, [1]);
    await until(() => arrived === 1);
    shop.close();
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': Status.CANCELLED });
  });
});

describe('the active span', () => {
  test('is the call’s through all that a handler starts', async () => {
    const { tracer } = recording;
    const address = await shop.serve({
      find: (incoming, respond) => {
        void (async () => {
          const inHandler = tracer.activeSpan;
          await new Promise((resolve) => setImmediate(resolve));
          tracer.startSpan('work').finish();
          respond(null, [inHandler !== null && inHandler === tracer.activeSpan ? 1 : 0, ...incoming.request]);
        })();
      },
    });
    expect(await find(shop.client(address), [5])).toEqual([1, 5]);
    const [work, server] = await recording.settled(2);
    expect(work!.parentId()).toBe(server!.uuid());
    expect(tracer.activeSpan).toBeNull();
  });

  test('is gone when the call is over, also for what its handler has left behind', async () => {
    const { tracer } = recording;
    let seen: unknown[] = [];
    const address = await shop.serve({
      find: (incoming, respond) => {
        respond(null, incoming.request);
        const leftBehind = (): void => {
          if (recording.finished().length === 0) setImmediate(leftBehind);
          else seen = [tracer.activeSpan];
        };
        leftBehind();
      },
    });
    await find(shop.client(address), [1]);
    await until(() => seen.length > 0);
    expect(seen).toEqual([null]);
  });

  test('is the call’s in everything that streams emit, on a connection with many calls', async () => {
    const { tracer } = recording;
    const seen: string[][] = [];
    const address = await shop.serve({
      chat: (stream) => {
        const own = tracer.activeSpan;
        const events: string[] = [];
        const note = (event: string): void => void events.push(`${event} ${tracer.activeSpan === own && own !== null}`);
        for (const event of ['data', 'end', 'drain', 'finish', 'cancelled']) stream.on(event, () => note(event));
        stream.on('data', (message: Message) => stream.write(message, () => note('written')));
        stream.on('end', () => {
          for (let n = 0; n < 20; n++) stream.write([n]);
          stream.once('drain', () => stream.end());
        });
        stream.on('cancelled', () => seen.push(events));
      },
    });
    const client = shop.client(address);
    const chats = Array.from({ length: 5 }, () => {
      const chat = client.chat();
      for (const n of [1, 2, 3]) chat.write([n]);
      chat.end();
      return received(chat);
    });
    expect((await Promise.all(chats)).map(({ length }) => length)).toEqual([23, 23, 23, 23, 23]);
    const spans = await recording.settled(5);
    expect(new Set(spans.map((span) => span.uuid())).size).toBe(5);
    const expected = ['cancelled', 'data', 'drain', 'end', 'finish', 'written'].map((event) => `${event} true`);
    expect(seen.map((events) => [...new Set(events)].toSorted())).toEqual(Array(5).fill(expected));
  });

  test('is the call’s in interceptors, from their first to their last line', async () => {
    const { tracer } = recording;
    const seen: string[] = [];
    const note = (place: string): void => void seen.push(`${place} ${tracer.activeSpan !== null}`);
    const interceptor: grpc.ServerInterceptor = (_definition, inner) => {
      note('call');
      return new grpc.ServerInterceptingCall(inner, {
        start: (next) => {
          note('start');
          next({
            onReceiveMetadata: (metadata, go) => (note('metadata'), go(metadata)),
            onReceiveMessage: (message, go) => (note('message'), go(message)),
            onReceiveHalfClose: (go) => (note('half close'), go()),
            onCancel: () => note('cancel'),
          });
        },
        sendMetadata: (metadata, next) => (note('send metadata'), next(metadata)),
        sendMessage: (message, next) => (note('send message'), next(message)),
        sendStatus: (status, next) => (note('send status'), next(status)),
      });
    };
    const interceptors = [interceptor, interceptor];
    const client = shop.client(await shop.serve({}, { interceptors }));
    expect(await find(client, [1])).toEqual([1]);
    expect(await find(client, [2])).toEqual([2]);
    const spans = await recording.settled(2);
    expect(spans).toHaveLength(2);
    expect(interceptors).toEqual([interceptor, interceptor]);
    const places = [
      'call',
      'start',
      'metadata',
      'message',
      'half close',
      'send metadata',
      'send message',
      'send status',
    ];
    for (const place of [...places, 'cancel']) {
      expect(seen.filter((line) => line.startsWith(`${place} `))).toEqual(Array(4).fill(`${place} true`));
    }
  });
});

describe('an interceptor', () => {
  const refusal = { code: Status.UNAUTHENTICATED, details: 'who are you?', metadata: null };
  const refuseAtOnce: grpc.ServerInterceptor = (_definition, inner) => {
    inner.sendStatus(refusal);
    return new grpc.ServerInterceptingCall(inner, { start: () => {} });
  };
  const refuseWhenListening: grpc.ServerInterceptor = (_definition, inner) => {
    const outer: grpc.ServerInterceptingCall = new grpc.ServerInterceptingCall(inner, {
      start: (next) => next({ onReceiveMetadata: () => outer.sendStatus(refusal) }),
    });
    return outer;
  };

  const refuseAndGoOn: grpc.ServerInterceptor = (_definition, inner) => {
    inner.sendStatus(refusal);
    return new grpc.ServerInterceptingCall(inner);
  };

  test.each([
    ['at once', refuseAtOnce],
    ['and goes on', refuseAndGoOn],
    ['when it has seen the metadata', refuseWhenListening],
  ])('that refuses %s ends the span', async (_when, interceptor) => {
    let answers = 0;
    install({ onResponse: () => answers++ });
    const client = shop.client(await shop.serve({}, { interceptors: [interceptor] }));
    expect(await find(client, [1])).toMatchObject({ code: Status.UNAUTHENTICATED });
    const span = await recording.only();
    // Whatever the first call still tells comes before the end of a second.
    await find(client, [1]);
    await recording.settled(2);
    expect(answers).toBe(2);
    expect(span.tags()['rpc.grpc.status_code']).toBe(Status.UNAUTHENTICATED);
    expect(span.tags()).not.toHaveProperty('error');
  });

  test('that waits for longer than the client does ends the span when it goes on', async () => {
    const waiting: (() => void)[] = [];
    const slow: grpc.ServerInterceptor = (_definition, inner) =>
      new grpc.ServerInterceptingCall(inner, { start: (next) => (waiting.length === 0 ? waiting.push(next) : next()) });
    const client = shop.client(await shop.serve({}, { interceptors: [slow] }));
    const pending = call(client, 'find');
    await until(() => waiting.length === 1);
    pending.cancel();
    // What one connection carries arrives in its order: the server has heard of the first when it answers the second.
    expect(await find(client, [2])).toEqual([2]);
    await recording.settled(1);
    waiting[0]!();
    const spans = await recording.settled(2);
    expect(spans.map((span) => span.tags()['rpc.grpc.status_code'])).toEqual([Status.OK, Status.CANCELLED]);
  });

  test('that throws does so as ever, and ends the span', async () => {
    const own = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const thrown = once(process, 'uncaughtException');
    const broken: grpc.ServerInterceptor = () => {
      throw new Error('no interceptor');
    };
    void find(shop.client(await shop.serve({}, { interceptors: [broken] })), [1]);
    const [error] = (await thrown) as [Error];
    for (const listener of own) process.on('uncaughtException', listener);
    expect(error.message).toBe('no interceptor');
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });

  test('of a server’s credentials stands before the span', async () => {
    const seen: unknown[] = [];
    const ofCredentials: grpc.ServerInterceptor = (_definition, inner) => {
      seen.push(recording.tracer.activeSpan);
      return new grpc.ServerInterceptingCall(inner);
    };
    const plain = grpc.ServerCredentials.createInsecure();
    const credentials = grpc.experimental.createServerCredentialsWithInterceptors(plain, [ofCredentials]);
    const client = shop.client(await shop.serve({}, {}, '127.0.0.1', credentials));
    expect(await find(client, [1])).toEqual([1]);
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
    expect(seen).toEqual([null]);
  });

  test('runs for calls that are left out too, and once when the server looks for a method twice', async () => {
    let runs = 0;
    const counting: grpc.ServerInterceptor = (_definition, inner) => {
      runs++;
      return new grpc.ServerInterceptingCall(inner);
    };
    const interceptors = [counting];
    const client = shop.client(await shop.serve({}, { interceptors }));
    const server = shop.servers[0] as unknown as { interceptors: unknown; _retrieveHandler(path: string): unknown };
    for (let looks = 0; looks < 3; looks++) server._retrieveHandler('/shop.Catalogue/Find');
    await find(client, [1]);
    install({ shouldTrace: () => false });
    await find(client, [1]);
    expect([runs, server.interceptors === interceptors]).toEqual([2, true]);
    expect(await recording.only()).toBeDefined();
  });

  test('that gives a frozen call goes as ever', async () => {
    const frozen: grpc.ServerInterceptor = (_definition, inner) => {
      const outer = new grpc.ServerInterceptingCall(inner);
      return Object.freeze({
        start: outer.start.bind(outer),
        sendMetadata: outer.sendMetadata.bind(outer),
        sendMessage: outer.sendMessage.bind(outer),
        sendStatus: outer.sendStatus.bind(outer),
        startRead: outer.startRead.bind(outer),
      }) as never;
    };
    expect(await find(shop.client(await shop.serve({}, { interceptors: [frozen] })), [1])).toEqual([1]);
    expect((await recording.only()).tags()).toMatchObject({ 'rpc.grpc.status_code': 0 });
  });
});

describe('what a user chooses', () => {
  test('calls can be left out, and spans added to', async () => {
    install({
      shouldTrace: (incoming) => incoming.method !== 'Find',
      onRequest: (span, { path, service, peer, metadata }) =>
        span.setTag('asked', [path, service, peer, metadata.get('k')]),
      onResponse: (span, incoming, status) => span.setTag('answered', [incoming.method, status]),
    });
    const client = shop.client(await shop.serve());
    const metadata = new grpc.Metadata();
    metadata.set('k', 'v');
    await find(client, [1]);
    await received(client.list([1], metadata));
    expect((await recording.only()).tags()).toMatchObject({
      asked: ['/shop.Catalogue/List', 'shop.Catalogue', expect.stringMatching(/^127\.0\.0\.1:\d+$/), ['v']],
      answered: ['List', { code: 0, details: 'OK' }],
    });
  });

  test('that throws changes nothing', async () => {
    const failures: unknown[] = [];
    const broken = (): never => {
      throw new Error('broken');
    };
    install({ shouldTrace: broken, onRequest: broken, onResponse: broken, onFailure: (error) => failures.push(error) });
    expect(await find(shop.client(await shop.serve()), [1])).toEqual([1]);
    await recording.only();
    expect(failures).toHaveLength(3);
  });
});
