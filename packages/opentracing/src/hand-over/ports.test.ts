import { EventEmitter, once } from 'node:events';
import { BroadcastChannel, MessageChannel, type MessagePort } from 'node:worker_threads';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MockTracer } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { receiveTraced, sendTraced } from './index.ts';

const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
let port1: MessagePort;
let port2: MessagePort;
beforeEach(() => {
  tracer.clear();
  ({ port1, port2 } = new MessageChannel());
});
afterEach(() => port1.close());

/** The parent's id of the only span of that name. */
function parentOf(name: string): string | undefined {
  return (
    tracer
      .report()
      .spans.find((span) => span.operationName() === name)
      ?.parentId() ?? undefined
  );
}

describe('a MessagePort', () => {
  it('handles each message under the span that it was sent in', async () => {
    const received = new Promise<unknown>((resolve) => {
      const seen: unknown[] = [];
      receiveTraced<string>(
        port2,
        (message, context) => {
          tracer.startSpan(`child ${message}`);
          seen.push([message, context?.toSpanId()]);
          if (seen.length === 3) resolve(seen);
        },
        { tracer },
      );
    });
    const [one, other] = [tracer.startSpan('one'), tracer.startSpan('other')];
    tracer.withActiveSpan(one, () => sendTraced(port1, 'a', { tracer }));
    tracer.withActiveSpan(other, () => sendTraced(port1, 'b', { tracer }));
    port1.postMessage('plain');
    const [oneId, otherId] = [one, other].map((span) => span.context().toSpanId());
    expect(await received).toEqual([
      ['a', oneId],
      ['b', otherId],
      ['plain', undefined],
    ]);
    expect([parentOf('child a'), parentOf('child b'), parentOf('child plain')]).toEqual([oneId, otherId, undefined]);
  });

  it('does not take the span in which the listener was added for the parent of messages without one', async () => {
    const parents = new Promise((resolve) => {
      tracer.withActiveSpan('start-up', () => {
        const { port1: late, port2: receiver } = new MessageChannel();
        receiveTraced(receiver, () => resolve([tracer.activeSpan, late.close()]), { tracer });
        late.postMessage('plain');
      });
    });
    expect(await parents).toEqual([null, undefined]);
  });

  it('transfers what is listed, and throws as postMessage does', async () => {
    const received = new Promise<Uint8Array>((resolve) => {
      receiveTraced<Uint8Array>(port2, resolve, { tracer });
    });
    const bytes = new Uint8Array([1, 2]);
    sendTraced(port1, bytes, { tracer, transferList: [bytes.buffer] });
    expect(bytes.byteLength).toBe(0);
    expect(await received).toEqual(new Uint8Array([1, 2]));
    expect(() => sendTraced(port1, () => {}, { tracer })).toThrow(/could not be cloned/);
  });

  it('is left by the function that receiveTraced gives', async () => {
    const seen: unknown[] = [];
    const stop = receiveTraced(port2, (message) => seen.push(message), { tracer });
    sendTraced(port1, 'heard', { tracer });
    await once(port2, 'message');
    stop();
    sendTraced(port1, 'unheard', { tracer });
    await once(port2, 'message');
    expect(seen).toEqual(['heard']);
  });
});

describe('a port of the Web', () => {
  /** As in browsers: it holds its messages back until it is started. Node's starts with its first listener. */
  class WebPort extends EventTarget {
    private held: unknown[] | null = [];

    postMessage(data: unknown): void {
      if (this.held === null) this.dispatchEvent(Object.assign(new Event('message'), { data }));
      else this.held.push(data);
    }

    start(): void {
      const held = this.held ?? [];
      this.held = null;
      for (const data of held) this.postMessage(data);
    }
  }

  it('is started, and gives its event', () => {
    const port = new WebPort();
    const span = tracer.startSpan('sending');
    sendTraced(port, 'early', { tracer, context: span });
    const seen: unknown[] = [];
    const stop = receiveTraced(
      port,
      (message, _context, event) => {
        seen.push([message, (event as Event).type, tracer.activeSpan?.context().toSpanId()]);
      },
      { tracer },
    );
    sendTraced(port, 'late', { tracer });
    stop();
    sendTraced(port, 'unheard', { tracer });
    expect(seen).toEqual([
      ['early', 'message', span.context().toSpanId()],
      ['late', 'message', undefined],
    ]);
  });
});

describe('a BroadcastChannel', () => {
  it('hands the context to every receiver', async () => {
    const [sender, ...receivers] = [1, 2, 3].map(() => new BroadcastChannel('hand-over ports'));
    const heard = receivers.map(
      (channel, index) =>
        new Promise<void>((resolve) => {
          receiveTraced(channel as unknown as EventTarget, () => resolve(), { tracer, operationName: `r${index}` });
        }),
    );
    const span = tracer.startSpan('sending');
    sendTraced(sender!, 'all', { tracer, context: span });
    await Promise.all(heard);
    for (const channel of [sender!, ...receivers]) channel.close();
    expect([parentOf('r0'), parentOf('r1')]).toEqual([span.context().toSpanId(), span.context().toSpanId()]);
  });
});

describe('a request and its reply', () => {
  /** Answers in a span of its own, as services do. */
  function serve(): void {
    const reply = (message: unknown): unknown => sendTraced(port2, message, { tracer });
    receiveTraced(port2, reply, { tracer, operationName: 'serve' });
  }

  it('awaited, goes on in the scope of the caller', async () => {
    serve();
    await tracer.withActiveSpan('asking', async () => {
      sendTraced(port1, 'question', { tracer });
      await once(port1, 'message');
      tracer.startSpan('after the reply');
    });
    expect(parentOf('serve')).toBe(idOf('asking'));
    expect(parentOf('after the reply')).toBe(idOf('asking'));
  });

  it('by a table of pending requests, each goes on in the scope of its own caller', async () => {
    serve();
    const pending = new Map<number, () => void>();
    receiveTraced<number>(port1, (id) => pending.get(id)?.(), { tracer });
    const ask = (id: number, then: () => void): void => {
      pending.set(id, tracer.scopeManager.bind(then));
      sendTraced(port1, id, { tracer });
    };
    await Promise.all(
      [1, 2].map((id) =>
        tracer.withActiveSpan(
          `asking ${id}`,
          () =>
            new Promise<void>((resolve) => {
              ask(id, () => {
                tracer.startSpan(`after reply ${id}`);
                resolve();
              });
            }),
        ),
      ),
    );
    for (const id of [1, 2]) expect(parentOf(`after reply ${id}`)).toBe(idOf(`asking ${id}`));
  });

  function idOf(name: string): string | undefined {
    const span = tracer.report().spans.find((candidate) => candidate.operationName() === name);
    return span?.context().toSpanId();
  }
});

describe('the handler', () => {
  it('fails as a plain listener does, and its span is tagged', () => {
    const emitter = new EventEmitter();
    const handler = (): never => {
      throw new Error('no');
    };
    receiveTraced(emitter, handler, { tracer, operationName: 'handle' });
    expect(() => emitter.emit('message', 'm')).toThrow('no');
    expect(tracer.finishedSpans()[0]?.tags()).toMatchObject({ error: true });
  });

  it('that rejects gives its rejection to the emitter', async () => {
    const emitter = new EventEmitter({ captureRejections: true });
    const rejected = once(emitter, 'error').catch((error: unknown) => error);
    receiveTraced(emitter, () => Promise.reject(new Error('no')), { tracer });
    emitter.emit('message', 'm');
    expect(await rejected).toEqual([new Error('no')]);
  });

  it('gets the handle that came with the message', () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    receiveTraced(emitter, (...args) => seen.push(args), { tracer });
    emitter.emit('message', 'm', 'handle');
    expect(seen).toEqual([['m', null, 'handle']]);
  });
});

it('a transfer list in place of the options is a mistake', () => {
  expect(() => sendTraced(port1, 'm', [new ArrayBuffer(1)] as never)).toThrow(/\{ transferList \}/);
});

it('what cannot send is a mistake', () => {
  expect(() => sendTraced({ send: undefined }, 'm')).toThrow(/neither postMessage nor send/);
});

const kindsOfPort = 'the port must be a Worker, a MessagePort, a child process or the like, was';

it.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [5, '5'],
  ['port', '"port"'],
])('what is no port is a mistake that is shown: %s', (given, shown) => {
  expect(() => sendTraced(given as never, 'm')).toThrow(
    new TypeError(`sendTraced: ${kindsOfPort} ${shown}: sendTraced(port, message)`),
  );
  expect(() => receiveTraced(given as never, () => {})).toThrow(
    new TypeError(`receiveTraced: ${kindsOfPort} ${shown}: receiveTraced(port, handler)`),
  );
});

it.each([
  [{}, '[object Object]'],
  [Object.create(null) as object, 'object'],
  [() => {}, 'a function'],
])('what gives no messages is a mistake that is shown: %o', (given, shown) => {
  const message = 'receiveTraced: the port has neither on nor addEventListener, was';
  expect(() => receiveTraced(given as never, () => {})).toThrow(`${message} ${shown}`);
});

it('a handler that is no function is a mistake that is shown', () => {
  expect(() => receiveTraced(port2, 'handle' as never)).toThrow(
    new TypeError('receiveTraced: the handler must be a function, was "handle": receiveTraced(port, (message) => …)'),
  );
});

describe('what sendTraced gives', () => {
  it('is nothing from what has postMessage', () => {
    expect(sendTraced(port1, 'm', { tracer })).toBeUndefined();
  });

  it.each([true, false])('is what send gives: %s', (sent) => {
    expect(sendTraced({ send: () => sent }, 'm', { tracer })).toBe(sent);
  });
});
