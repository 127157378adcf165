import { once } from 'node:events';

import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, Tags } from '@spanwise/opentracing';
import { MockTracer } from '@spanwise/opentracing/mock';
import type { MockSpan } from '@spanwise/opentracing/mock';
import { createTracer, InMemoryRecorder } from '@spanwise/tracer';
import mqtt from 'mqtt';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Broker } from '../test/broker.ts';
import { errorsOf, Recording, until } from '../test/recording.ts';
import { brokenTracers } from './conformance/broken-tracers.ts';
import { instrumentMqtt } from './mqtt.ts';
import type { Instrumentation, MqttInstrumentationOptions } from './mqtt.ts';
import { PUBLISH_TIME_HEADER } from './protocol/publish-time.ts';

let broker: Broker;
let recording: Recording;
let instrumentation: Instrumentation | undefined;

beforeEach(async () => {
  broker = await Broker.start();
  recording = new Recording();
  install({});
});

afterEach(async () => {
  await broker.close();
  instrumentation?.uninstall();
});

function install(options: Partial<MqttInstrumentationOptions>): void {
  instrumentation?.uninstall();
  instrumentation = instrumentMqtt(mqtt, { tracer: recording.tracer, ...options });
}

/** A client that gets what is published to `orders/#`. */
async function subscriber(options: IClientOptions = {}): Promise<MqttClient> {
  const client = await broker.connect(options);
  await client.subscribeAsync('orders/#', { qos: 2 });
  return client;
}

interface Received {
  readonly topic: string;
  readonly text: string;
  readonly packet: IPublishPacket;
  /** The span that was active. */
  readonly active: string | undefined;
}

function nextMessage(client: MqttClient): Promise<Received> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload, packet) => {
      resolve({ topic, text: payload.toString(), packet, active: activeId() });
    });
  });
}

/** The client's types say nothing of it. */
function events(client: MqttClient): NodeJS.EventEmitter {
  return client as unknown as NodeJS.EventEmitter;
}

/** Listeners may be asynchronous, whatever the client's types say. */
function listen(client: MqttClient, listener: (topic: string, payload: Buffer) => unknown): void {
  client.on('message', listener);
}

/** A client that finds nobody. */
function offline(options: IClientOptions = {}): MqttClient {
  const client = broker.client({ port: 1, reconnectPeriod: 3_600_000, ...options });
  client.on('error', () => {});
  return client;
}

function activeId(): string | undefined {
  return recording.tracer.activeSpan?.context().toSpanId();
}

function idOf(span: MockSpan): string {
  return span.context().toSpanId();
}

function userProperties({ properties }: IPublishPacket): object {
  return { ...properties?.userProperties };
}

function referenceOf(span: MockSpan): string | undefined {
  return span._references[0]?.type();
}

const QOS = [0, 1, 2] as const;

describe('a message', () => {
  test.each(QOS)('of QoS %d goes from the producer to the consumer in one trace', async (qos) => {
    const received = nextMessage(await subscriber());
    const client = await broker.connect();
    const caller = recording.tracer.startActiveSpan('caller');
    await client.publishAsync('orders/1234/paid', 'secret', { qos });
    caller.close();
    const { topic, text, active } = await received;
    const [producer, consumer] = [await recording.only('producer'), await recording.only('consumer')];
    expect({ topic, text, active }).toEqual({ topic: 'orders/1234/paid', text: 'secret', active: idOf(consumer) });
    expect(producer.parentId()).toBe(caller.span.context().toSpanId());
    expect(consumer.parentId()).toBe(idOf(producer));
    expect(referenceOf(consumer)).toBe(REFERENCE_FOLLOWS_FROM);
    expect([producer, consumer].map((span) => span.operationName())).toEqual([
      'publish orders/:id/paid',
      'process orders/:id/paid',
    ]);
    const common = {
      [Tags.COMPONENT]: 'mqtt',
      [Tags.PEER_SERVICE]: 'mqtt',
      [Tags.MESSAGE_BUS_DESTINATION]: 'orders/1234/paid',
      [Tags.PEER_HOSTNAME]: '127.0.0.1',
      [Tags.PEER_HOST_IPV4]: '127.0.0.1',
      [Tags.PEER_PORT]: broker.port,
    };
    expect(producer.tags()).toEqual({ ...common, [Tags.SPAN_KIND]: Tags.SPAN_KIND_MESSAGING_PRODUCER });
    expect(consumer.tags()).toEqual({
      ...common,
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_MESSAGING_CONSUMER,
      'message_bus.wait_ms': expect.any(Number),
    });
    expect(JSON.stringify([producer.logs(), consumer.logs()])).not.toContain('secret');
  });

  test('carries the context in user properties beside the application’s, whose options stay as they are', async () => {
    const received = nextMessage(await subscriber());
    const client = await broker.connect();
    const options = Object.freeze({
      qos: 1 as const,
      properties: Object.freeze({
        contentType: 'text/plain',
        userProperties: Object.freeze({ tenant: 'a', list: ['1', '2'] }),
      }),
    });
    const before = structuredClone(options);
    await client.publishAsync('orders', 'body', options as never);
    const { packet, text } = await received;
    expect(options).toEqual(before);
    expect(text).toBe('body');
    expect(packet.properties).toMatchObject({ contentType: 'text/plain' });
    expect(userProperties(packet)).toMatchObject({ tenant: 'a', list: ['1', '2'] });
    expect(Object.keys(userProperties(packet))).toContain(PUBLISH_TIME_HEADER);
  });

  test('of MQTT 3.1.1 has a span on both sides, and nothing is added to it', async () => {
    const received = nextMessage(await subscriber());
    const client = await broker.connect({ protocolVersion: 4 });
    await client.publishAsync('orders', 'body', { qos: 1 });
    expect((await received).packet.properties).toBeUndefined();
    await recording.only('producer');
    expect((await recording.only('consumer')).parentId()).toBeUndefined();
  });

  test.each([
    ['(topic, payload, callback)', (client: MqttClient, done: () => void) => client.publish('orders', 'm', done)],
    [
      '(…, options, callback)',
      (client: MqttClient, done: () => void) => client.publish('orders', 'm', { qos: 1 }, done),
    ],
    [
      '(…, undefined, callback)',
      (client: MqttClient, done: () => void) => client.publish('orders', 'm', undefined, done),
    ],
    [
      '(…, null, callback)',
      (client: MqttClient, done: () => void) => client.publish('orders', 'm', null as never, done),
    ],
  ])('that is published by %s calls back in the caller’s context', async (_shape, publish) => {
    const client = await broker.connect();
    const { tracer } = recording;
    const same = await tracer.withActiveSpan('caller', {}, (span) => {
      return new Promise((resolve) => {
        expect(publish(client, () => resolve(tracer.activeSpan === span))).toBe(client);
      });
    });
    expect(same).toBe(true);
    expect((await recording.only('producer')).parentId()).toBe(idOf(recording.finished().at(-1)!));
  });

  test.each([
    ['(topic, payload)', (client: MqttClient) => client.publish('orders', 'm')],
    ['with QoS 1', (client: MqttClient) => client.publish('orders', 'm', { qos: 1 })],
    ['with QoS 2', (client: MqttClient) => client.publish('orders', 'm', { qos: 2 })],
  ])('that nobody waits for, %s, ends too', async (_shape, publish) => {
    publish(await broker.connect());
    expect((await recording.only('producer')).tags()).not.toHaveProperty('error');
  });

  test('passed on without an active span is a child of the one that it came with, and is written anew', async () => {
    const received = nextMessage(await subscriber());
    const client = await broker.connect();
    const before = recording.tracer.startSpan('before');
    const carrier: Record<string, string> = {};
    recording.tracer.inject(before, 'text_map', carrier);
    const old = Object.fromEntries(Object.entries(carrier).map(([name, value]) => [name.toUpperCase(), value]));
    await client.publishAsync('orders', 'm', { properties: { userProperties: { ...carrier, ...old } } });
    const producer = await recording.only('producer');
    expect(producer.parentId()).toBe(idOf(before));
    const names = Object.keys(userProperties((await received).packet));
    expect(names.toSorted()).toEqual([...Object.keys(carrier), PUBLISH_TIME_HEADER].toSorted());
    const consumer = await recording.only('consumer');
    expect(consumer.parentId()).toBe(idOf(producer));
  });

  test('among many side by side keeps its parent', async () => {
    const client = await broker.connect();
    const listening = await subscriber();
    const { tracer } = recording;
    listen(listening, async (_topic, payload) => {
      await new Promise((resolve) => setImmediate(resolve));
      tracer.startSpan(`work ${payload.toString()}`).finish();
    });
    const names = Array.from({ length: 50 }, (_, i) => `caller ${i}`);
    await Promise.all(
      names.map((name, i) =>
        tracer.withActiveSpan(name, {}, () => client.publishAsync('orders', String(i), { qos: QOS[i % 3]! })),
      ),
    );
    await recording.settled(50, 'consumer');
    const spans = new Map(recording.finished().map((span) => [idOf(span), span]));
    for (const [i, name] of names.entries()) {
      const work = recording.finished().find((span) => span.operationName() === `work ${i}`)!;
      const chain = [work];
      while (chain.at(-1)!.parentId() !== undefined) chain.push(spans.get(chain.at(-1)!.parentId()!)!);
      expect(chain.map((span) => span.operationName())).toEqual([
        `work ${i}`,
        'process orders',
        'publish orders',
        name,
      ]);
    }
  });

  test('in a burst that the connection cannot take at once adds no listeners to it', async () => {
    const client = await broker.connect();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const big = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 20; i++) client.publish('orders', big);
    expect((client.stream as NodeJS.EventEmitter).listenerCount('drain')).toBeLessThanOrEqual(2);
    await recording.settled(20, 'producer');
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('a message that is not sent', () => {
  test('is refused by a client that is ending: the callback gets the error, and so does the span', async () => {
    const client = await broker.connect();
    const ended = client.endAsync();
    await expect(client.publishAsync('orders', 'm')).rejects.toThrow('client disconnecting');
    expect(errorsOf(await recording.only('producer'))).toMatchObject([{ message: 'client disconnecting' }]);
    await ended;
  });

  test('is refused by a client that is ending: without a callback the client emits the error as ever', async () => {
    const client = await broker.connect();
    const failed = once(events(client), 'error');
    const ended = client.endAsync();
    client.publish('orders', 'm');
    const [error] = (await failed) as [Error];
    expect(error.message).toBe('client disconnecting');
    expect((await recording.only('producer')).tags()).toMatchObject({ error: true });
    await ended;
  });

  test('without a connection that would keep it is an error', async () => {
    const client = offline({ queueQoSZero: false });
    await expect(client.publishAsync('orders', 'm')).rejects.toThrow('No connection to broker');
    expect(errorsOf(await recording.only('producer'))).toMatchObject([{ message: 'No connection to broker' }]);
    client.publish('orders', 'm');
    for (const span of await recording.settled(2, 'producer')) expect(span.tags()).toMatchObject({ error: true });
  });

  test.each(QOS)('while offline, QoS %d, ends when it is sent after all', async (qos) => {
    const client = broker.client({ manualConnect: true });
    const sent = client.publishAsync('orders', 'm', { qos });
    expect(recording.finished('producer')).toEqual([]);
    client.connect();
    await sent;
    expect((await recording.only('producer')).tags()).not.toHaveProperty('error');
  });

  test.each(QOS)('before the client ends, QoS %d, is an error', async (qos) => {
    const client = offline();
    client.publish('orders', 'm', { qos }, () => {});
    expect(recording.finished('producer')).toEqual([]);
    await client.endAsync(true);
    expect(errorsOf(await recording.only('producer'))).toMatchObject([
      { message: expect.stringContaining('ended before') },
    ]);
  });

  test('is refused by the broker with a reason', async () => {
    broker.aedes.authorizePublish = (_client, _packet, callback) => callback(new Error('not yours'));
    const client = await broker.connect({ reconnectPeriod: 0 });
    client.on('error', () => {});
    const failure = await client.publishAsync('orders', 'm', { qos: 1 }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(errorsOf(await recording.only('producer'))).toMatchObject([{ message: (failure as Error).message }]);
  });

  test('and is no message throws as ever', async () => {
    const client = await broker.connect({ reconnectPeriod: 0 });
    const broken = {
      get qos(): never {
        throw new Error('unreadable');
      },
    };
    expect(() => client.publish('orders', 'm', broken as never)).toThrow('unreadable');
  });
});

describe('the consumer’s span', () => {
  test('is one for all listeners, and ends when the last of them has', async () => {
    const client = await subscriber();
    const { tracer } = recording;
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const seen: (string | undefined)[] = [];
    client.on('message', () => void seen.push(activeId()));
    listen(client, async () => {
      seen.push(activeId());
      await gate;
      seen.push(activeId());
      tracer.startSpan('late work').finish();
    });
    client.prependListener('message', function (this: unknown) {
      seen.push(this === client ? activeId() : 'another this');
    });
    client.publish('orders', 'm');
    await until(() => seen.length === 3);
    expect(recording.finished('consumer')).toEqual([]);
    release();
    const consumer = await recording.only('consumer');
    expect(seen).toEqual(Array(4).fill(idOf(consumer)));
    expect(
      recording
        .finished()
        .find((span) => span.operationName() === 'late work')
        ?.parentId(),
    ).toBe(idOf(consumer));
  });

  test('is the parent also of what a callback starts after its end', async () => {
    const client = await subscriber();
    const { tracer } = recording;
    client.on('message', () => {
      setImmediate(() => tracer.startSpan('in a callback').finish());
    });
    client.publish('orders', 'm');
    const consumer = await recording.only('consumer');
    await until(() => recording.finished().some((span) => span.operationName() === 'in a callback'));
    expect(
      recording
        .finished()
        .find((span) => span.operationName() === 'in a callback')
        ?.parentId(),
    ).toBe(idOf(consumer));
  });

  test.each(QOS)('covers the client’s own handleMessage, QoS %d, until it calls back', async (qos) => {
    const client = await subscriber();
    let goOn: (() => void) | undefined;
    let active: string | undefined;
    const receivers: unknown[] = [];
    const handleMessage: MqttClient['handleMessage'] = function (this: unknown, _packet, callback) {
      receivers.push(this);
      active = activeId();
      goOn = () => callback();
    };
    client.handleMessage = handleMessage;
    client.publish('orders', 'm', { qos });
    await until(() => goOn !== undefined);
    expect(Object.getOwnPropertyDescriptor(client, 'handleMessage')?.value).toBe(handleMessage);
    expect(recording.finished('consumer')).toEqual([]);
    goOn!();
    expect(idOf(await recording.only('consumer'))).toBe(active);
    expect(receivers).toEqual([client]);
    // The client goes on: the next message is handled the same way.
    goOn = undefined;
    client.publish('orders', 'm', { qos });
    await until(() => goOn !== undefined);
    goOn!();
    expect(await recording.settled(2, 'consumer')).toHaveLength(2);
  });

  test('is not active in what the client does after the message', async () => {
    const client = await subscriber();
    const acknowledging: unknown[] = [];
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'puback') acknowledging.push(recording.tracer.scopeManager.activeParent);
    });
    client.handleMessage = (_packet, callback) => void setImmediate(callback);
    await (await broker.connect()).publishAsync('orders', 'm', { qos: 1 });
    await until(() => acknowledging.length === 1);
    expect(acknowledging).toEqual([null]);
    await recording.only('consumer');
  });

  test('is shared by listeners and a subclass’s handleMessage, and fails with what that calls back', async () => {
    class Slow extends mqtt.MqttClient {
      override handleMessage(_packet: unknown, callback?: (error?: Error) => void): void {
        active.push(activeId());
        callback?.(new Error('full'));
      }
    }
    const active: (string | undefined)[] = [];
    const client = await subscriber({ reconnectPeriod: 0 });
    Object.setPrototypeOf(client, Slow.prototype);
    client.on('error', () => {});
    client.on('message', () => void active.push(activeId()));
    client.publish('orders', 'm', { qos: 1 });
    const consumer = await recording.only('consumer');
    expect(active).toEqual([idOf(consumer), idOf(consumer)]);
    expect(errorsOf(consumer)).toMatchObject([{ message: 'full' }]);
    expect(Object.hasOwn(client, 'handleMessage')).toBe(false);
  });

  test('is not made when nobody handles messages', async () => {
    const client = await subscriber();
    client.publish('orders', 'm');
    const arrived = once(events(client), 'packetreceive');
    await arrived;
    await client.publishAsync('orders', 'm', { qos: 2 });
    expect(recording.finished('consumer')).toEqual([]);
  });

  test('has the error of an asynchronous listener, which stays unhandled', async () => {
    const own = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const rejected = once(process, 'unhandledRejection');
    const client = await subscriber();
    listen(client, () => Promise.reject(new Error('no stock')));
    client.publish('orders', 'm');
    const [reason] = (await rejected) as [Error];
    for (const listener of own) process.on('unhandledRejection', listener);
    expect(reason.message).toBe('no stock');
    expect(errorsOf(await recording.only('consumer'))).toMatchObject([{ message: 'no stock' }]);
  });

  test('has the error of a listener that throws, which reaches whoever it would have reached', async () => {
    const client = await subscriber();
    const error = new Error('no stock');
    client.handleMessage = (_packet, callback) => callback();
    const handleMessage = Object.getOwnPropertyDescriptor(client, 'handleMessage');
    client.on('message', () => {
      throw error;
    });
    const later: unknown[] = [];
    client.on('message', () => later.push('called'));
    expect(() => client.emit('message', 'orders', Buffer.from('m'), {} as IPublishPacket)).toThrow(error);
    const consumer = await recording.only('consumer');
    expect(consumer.tags()).toMatchObject({ error: true });
    expect([later, Object.getOwnPropertyDescriptor(client, 'handleMessage')]).toEqual([[], handleMessage]);
  });

  test('does not ask for the result of what only looks like a promise', async () => {
    const client = await subscriber();
    let runs = 0;
    // oxlint-disable-next-line no-thenable -- queries that run when they are awaited are such
    client.on('message', () => ({ then: () => runs++ }));
    client.publish('orders', 'm');
    await recording.only('consumer');
    expect(runs).toBe(0);
  });

  test('does not take what was active at the connection for its parent', async () => {
    const client = await recording.tracer.withActiveSpan('start-up', {}, () => subscriber());
    const received = nextMessage(client);
    broker.aedes.publish(
      { cmd: 'publish', topic: 'orders', payload: 'm', qos: 0, retain: false, dup: false },
      () => {},
    );
    await received;
    expect((await recording.only('consumer')).parentId()).toBeUndefined();
  });

  test('may be a child instead', async () => {
    install({ consumer: { reference: 'child_of' } });
    const received = nextMessage(await subscriber());
    (await broker.connect()).publish('orders', 'm');
    await received;
    const [consumer, producer] = [await recording.only('consumer'), await recording.only('producer')];
    expect([consumer.parentId(), referenceOf(consumer)]).toEqual([idOf(producer), REFERENCE_CHILD_OF]);
  });
});

describe('how long a message waited', () => {
  test('is said of a retained one, which is marked', async () => {
    const client = await broker.connect();
    await client.publishAsync('orders', 'kept', { qos: 1, retain: true });
    const late = await broker.connect();
    const received = nextMessage(late);
    await late.subscribeAsync('orders');
    expect((await received).text).toBe('kept');
    const consumer = await recording.only('consumer');
    expect(consumer.parentId()).toBe(idOf(await recording.only('producer')));
    expect(consumer.tags()).toMatchObject({ 'message_bus.retained': true, 'message_bus.wait_ms': expect.any(Number) });
  });

  test('is said of one that the broker kept for an absent consumer', async () => {
    const session: IClientOptions = { clientId: 'absent', clean: false, properties: { sessionExpiryInterval: 600 } };
    const absent = await subscriber(session);
    await absent.endAsync();
    const client = await broker.connect();
    await client.publishAsync('orders', 'kept', { qos: 1 });
    const [producer] = await recording.settled(1, 'producer');
    const sentAt = Date.now();
    await until(() => Date.now() > sentAt + 2);
    const back = broker.client(session);
    await nextMessage(back);
    const consumer = await recording.only('consumer');
    expect(consumer.parentId()).toBe(idOf(producer!));
    expect(consumer.tags()['message_bus.wait_ms']).toBeGreaterThan(2);
    expect(consumer.tags()).not.toHaveProperty('message_bus.retained');
  });

  test.each([
    ['a clock that is ahead', String(Date.now() + 3_600_000)],
    ['a text', 'soon'],
  ])('is not said when the producer’s time is %s', async (_what, time) => {
    install({ producer: { shouldTrace: () => false } });
    const received = nextMessage(await subscriber());
    const client = await broker.connect();
    await client.publishAsync('orders', 'm', { properties: { userProperties: { [PUBLISH_TIME_HEADER]: time } } });
    await received;
    expect((await recording.only('consumer')).tags()).not.toHaveProperty('message_bus.wait_ms');
  });

  test('is not said when the producer does not send the time', async () => {
    install({ producer: { publishTime: false } });
    const received = nextMessage(await subscriber());
    await (await broker.connect()).publishAsync('orders', 'm');
    expect(userProperties((await received).packet)).not.toHaveProperty(PUBLISH_TIME_HEADER);
    const consumer = await recording.only('consumer');
    expect(consumer.parentId()).toBe(idOf(await recording.only('producer')));
    expect(consumer.tags()).not.toHaveProperty('message_bus.wait_ms');
  });
});

describe('user properties that are broken or hostile', () => {
  const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  test.each([
    ['a damaged context', { traceparent: 'nonsense' }],
    ['a context twice', { traceparent: [TRACEPARENT, TRACEPARENT] }],
    ['an empty context', { traceparent: '' }],
  ])('%s: the message arrives, in a trace of its own, and the tracer counts it', async (_what, properties) => {
    const recorder = new InMemoryRecorder();
    const tracer = createTracer({ serviceName: 'test', recorders: [recorder], logger: { warn: () => {} } });
    install({ tracer, producer: { shouldTrace: () => false } });
    const received = nextMessage(await subscriber());
    const client = await broker.connect();
    await client.publishAsync('orders', 'm', { properties: { userProperties: properties } });
    expect((await received).text).toBe('m');
    await until(() => recorder.records.length === 1);
    expect([recorder.records[0]!.parentId0, recorder.records[0]!.parentId1]).toEqual([0, 0]);
    expect(tracer.stats().malformedHeaders).toBe(1);
    await tracer.close();
  });

  test('names of any kind reach the application as they were', async () => {
    const sent = JSON.parse('{"__proto__":"a","constructor":"b","":"c","then":"d"}') as Record<string, string>;
    for (let i = 0; i < 500; i++) sent[`key-${i}`] = 'v'.repeat(50);
    const received = nextMessage(await subscriber());
    await (await broker.connect()).publishAsync('orders', 'm', { properties: { userProperties: sent } });
    const { packet } = await received;
    for (const [name, value] of Object.entries(sent)) {
      expect(Object.getOwnPropertyDescriptor(packet.properties!.userProperties!, name)?.value).toBe(value);
    }
    expect((await recording.only('consumer')).parentId()).toBe(idOf(await recording.only('producer')));
  });
});

describe('the tracer', () => {
  test('of Spanwise writes the context of W3C', async () => {
    const recorder = new InMemoryRecorder();
    const tracer = createTracer({ serviceName: 'test', recorders: [recorder] });
    install({ tracer });
    const received = nextMessage(await subscriber());
    await (await broker.connect()).publishAsync('orders', 'm', { qos: 1 });
    expect(userProperties((await received).packet)).toHaveProperty('traceparent', expect.stringMatching(/^00-/));
    await until(() => recorder.records.length === 2);
    expect(recorder.records.flatMap(({ links }) => links)).toHaveLength(1);
    await tracer.close();
  });

  test('may have no scope manager', async () => {
    const inner = new MockTracer();
    const tracer = {
      startSpan: (name: string, options: object) => inner.startSpan(name, options),
      inject: (context: object, format: string, carrier: unknown) => inner.inject(context as never, format, carrier),
      extract: (format: string, carrier: unknown) => inner.extract(format, carrier),
    };
    install({ tracer });
    const received = nextMessage(await subscriber());
    await (await broker.connect()).publishAsync('orders', 'm', { qos: 2 });
    await received;
    await until(() => inner.finishedSpans().length === 2);
    const [producer, consumer] = inner.finishedSpans().toSorted((a, b) => a.startTime() - b.startTime());
    expect(new Set([producer!.context().toTraceId(), consumer!.context().toTraceId()]).size).toBe(1);
  });

  test.each(brokenTracers())('that is %s changes nothing', async (_name, tracer) => {
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => void failures.push(error);
    install({ tracer, producer: { onFailure }, consumer: { onFailure } });
    const client = await subscriber();
    let handled = 0;
    client.handleMessage = (_packet, callback) => {
      handled++;
      callback();
    };
    for (const qos of QOS) {
      const received = nextMessage(client);
      await client.publishAsync('orders', `m${qos}`, { qos });
      expect((await received).text).toBe(`m${qos}`);
    }
    await until(() => handled === 3);
    expect(failures.length).toBeGreaterThanOrEqual(6);
  });

  test('may have callbacks that throw beside it', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const failures: unknown[] = [];
    const common = {
      shouldTrace: broken,
      templateOf: broken,
      onFailure: (error: unknown) => void failures.push(error),
    };
    install({
      producer: { ...common, shouldPropagate: broken, onPublish: broken },
      consumer: { ...common, onMessage: broken },
    });
    const received = nextMessage(await subscriber());
    await (await broker.connect()).publishAsync('orders', 'm');
    expect((await received).packet.properties?.userProperties).toBeUndefined();
    expect(failures).toHaveLength(7);
    expect((await recording.only('consumer')).parentId()).toBeUndefined();
  });
});

test('messages can be left out, named by a template, and looked at', async () => {
  install({
    producer: { shouldTrace: ({ topic }) => topic !== 'orders/quiet', templateOf: () => 'orders/{id}' },
    consumer: {
      shouldTrace: ({ topic }) => topic !== 'orders/quiet',
      templateOf: () => 'orders/{id}',
      onMessage: (span, { qos, payload }) => span.setTag('seen', `${qos} ${String(payload)}`),
    },
  });
  const client = await subscriber();
  const received: string[] = [];
  client.on('message', (topic) => received.push(topic));
  await client.publishAsync('orders/quiet', 'm', { qos: 1 });
  await client.publishAsync('orders/a', 'm', { qos: 1 });
  await until(() => received.length === 2);
  expect((await recording.only('producer')).operationName()).toBe('publish orders/{id}');
  const consumer = await recording.only('consumer');
  expect([consumer.operationName(), consumer.tags()['seen']]).toEqual(['process orders/{id}', '1 m']);
});

test('another tool’s emit is called as before; the span then covers what runs at once', async () => {
  instrumentation?.uninstall();
  const prototype = mqtt.MqttClient.prototype as unknown as { emit: (...args: unknown[]) => unknown };
  const { emit } = prototype;
  const heard: unknown[] = [];
  prototype.emit = function (this: unknown, ...args) {
    if (args[0] === 'message') heard.push(args[1]);
    return Reflect.apply(emit, this, args);
  };
  install({});
  const client = await subscriber();
  let active: string | undefined;
  listen(client, async () => {
    active = activeId();
    await new Promise(() => {});
  });
  client.publish('orders', 'm');
  expect(idOf(await recording.only('consumer'))).toBe(active);
  expect(heard).toEqual(['orders']);
  instrumentation?.uninstall();
  instrumentation = undefined;
  Reflect.deleteProperty(prototype, 'emit');
});

test('uninstall restores exactly, and a second instrumentation adds no second span', async () => {
  const second = new Recording();
  instrumentMqtt(mqtt, { tracer: second.tracer });
  const received = nextMessage(await subscriber());
  await (await broker.connect()).publishAsync('orders', 'm', { qos: 1 });
  await received;
  expect(second.tracer.report().spans).toEqual([]);
  const { prototype } = mqtt.MqttClient;
  expect(Object.hasOwn(prototype, 'emit')).toBe(true);
  const traced = Reflect.get(prototype, 'publish') as unknown;
  instrumentation?.uninstall();
  instrumentation = undefined;
  expect(Object.hasOwn(prototype, 'emit')).toBe(false);
  expect(Reflect.get(prototype, 'publish')).not.toBe(traced);
  const { length } = recording.finished();
  const again = nextMessage(await subscriber());
  await (await broker.connect()).publishAsync('orders', 'm', { qos: 1 });
  expect((await again).packet.properties).toBeUndefined();
  expect(recording.finished()).toHaveLength(length);
});

test.each([undefined, {}, { MqttClient: Object }])('%s is refused as the module', (module) => {
  expect(() => instrumentMqtt(module as never, { tracer: recording.tracer })).toThrow(
    'must be given the module `mqtt`',
  );
});
