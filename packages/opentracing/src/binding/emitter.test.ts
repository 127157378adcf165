import { EventEmitter, once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';

import { beforeEach, describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { bindEmitter } from './index.ts';

const manager = new AsyncLocalStorageScopeManager();
const tracer = new MockTracer({ scopeManager: manager });
const adding = tracer.startSpan('adding');
const emitting = tracer.startSpan('emitting');
const given = tracer.startSpan('given');

/** The span whose context is active here; a context outlives the scope of `withActiveSpan`. */
function here(): Span | null {
  const id = manager.activeContext?.toSpanId();
  return [adding, emitting, given].find((span) => span.context().toSpanId() === id) ?? null;
}

let seen: (Span | null)[];
let emitter: EventEmitter;
beforeEach(() => {
  seen = [];
  emitter = bindEmitter(manager, new EventEmitter());
});

const note = (): void => void seen.push(here());
const whileAdding = <R>(fn: () => R): R => tracer.withActiveSpan(adding, fn);
const emit = (...args: [string, ...unknown[]]): boolean => tracer.withActiveSpan(emitting, () => emitter.emit(...args));

describe('a listener of a bound emitter', () => {
  it.each(['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'] as const)(
    'that is added by %s runs with what was active then',
    (method) => {
      whileAdding(() => emitter[method]('ping', note));
      emit('ping');
      emit('ping');
      expect(seen).toEqual(method.toLowerCase().includes('once') ? [adding] : [adding, adding]);
    },
  );

  it('runs with nothing active when nothing was', () => {
    emitter.on('ping', note);
    emit('ping');
    expect(seen).toEqual([null]);
  });

  it('runs with the span that the emitter was bound to, which stays open', () => {
    emitter = bindEmitter(manager, new EventEmitter(), given);
    whileAdding(() => emitter.on('ping', note));
    emit('ping');
    expect(seen).toEqual([given]);
    expect(tracer.finishedSpans()).toEqual([]);
  });

  it('runs with nothing active when the emitter was bound to null', () => {
    emitter = bindEmitter(manager, new EventEmitter(), null);
    whileAdding(() => emitter.on('ping', note));
    emit('ping');
    expect(seen).toEqual([null]);
  });

  it('that was there before is left alone', () => {
    emitter = new EventEmitter();
    whileAdding(() => emitter.on('ping', note));
    bindEmitter(manager, emitter);
    emit('ping');
    emitter.off('ping', note);
    expect(seen).toEqual([emitting]);
    expect(emitter.listenerCount('ping')).toBe(0);
  });

  it('gets this, arguments, and the order of adding', () => {
    const calls: unknown[] = [];
    emitter.on('ping', function (this: unknown, ...args) {
      calls.push(['on', this === emitter, ...args]);
    });
    emitter.once('ping', function (this: unknown, ...args) {
      calls.push(['once', this === emitter, ...args]);
    });
    emitter.prependListener('ping', () => calls.push('first'));
    emit('ping', 1, 2);
    expect(calls).toEqual(['first', ['on', true, 1, 2], ['once', true, 1, 2]]);
  });
});

describe('removing from a bound emitter', () => {
  it.each(['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'] as const)(
    'takes the original listener, added by %s',
    (method) => {
      for (const remove of ['off', 'removeListener'] as const) {
        whileAdding(() => emitter[method]('ping', note));
        expect(emitter.listenerCount('ping')).toBe(1);
        emitter[remove]('ping', note);
        expect(emitter.listenerCount('ping')).toBe(0);
      }
    },
  );

  it('takes one of two', () => {
    emitter.on('ping', note).on('ping', note).off('ping', note);
    emit('ping');
    expect(seen).toHaveLength(1);
  });

  it('in the listener itself works', () => {
    const self = (): void => {
      note();
      emitter.off('ping', self);
    };
    emitter.on('ping', self);
    emit('ping');
    emit('ping');
    expect(seen).toHaveLength(1);
  });

  it('of all works', () => {
    emitter.on('ping', note).once('ping', note).removeAllListeners('ping');
    expect(emit('ping')).toBe(false);
  });
});

describe('a bound emitter', () => {
  it('shows listeners as one that is not bound does, to its own listeners too', () => {
    const shown = (observed: EventEmitter): unknown[] => {
      const nameOf = (listener: unknown): string => (listener === note ? 'note' : 'a wrapper');
      const shows: unknown[] = [];
      observed.on('newListener', (_event, listener) => shows.push(['new', nameOf(listener)]));
      observed.on('removeListener', (_event, listener) => shows.push(['removed', nameOf(listener)]));
      observed.on('ping', note).once('ping', note);
      shows.push(observed.listeners('ping').map(nameOf), observed.listenerCount('ping', note));
      shows.push(nameOf((observed.rawListeners('ping')[1] as { listener?: unknown }).listener));
      observed.emit('ping');
      shows.push(observed.listeners('ping').map(nameOf));
      observed.off('ping', note);
      return shows;
    };
    expect(shown(emitter)).toEqual(shown(new EventEmitter()));
  });

  it('binds also what is added while it adds', () => {
    const nested = (): void => void seen.push(here());
    emitter.once('newListener', () => tracer.withActiveSpan(given, () => emitter.on('ping', nested)));
    whileAdding(() => emitter.once('ping', note));
    emit('ping');
    expect(seen).toEqual([given, adding]);
  });

  it('stays as it is when it is bound again', () => {
    const on: unknown = Reflect.get(emitter, 'on');
    expect(bindEmitter(manager, emitter, given)).toBe(emitter);
    expect(Reflect.get(emitter, 'on')).toBe(on);
    whileAdding(() => emitter.on('ping', note));
    emit('ping');
    expect(seen).toEqual([adding]);
  });

  it('may be bound to two managers, and each knows its own', () => {
    const other = new AsyncLocalStorageScopeManager();
    bindEmitter(other, emitter);
    const both = (): void => void seen.push(here(), other.active?.span ?? null);
    const addBoth = (method: 'on' | 'once'): unknown =>
      whileAdding(() => other.run(given, false, () => emitter[method]('ping', both)));
    addBoth('on');
    addBoth('once');
    emit('ping');
    expect(seen).toEqual([adding, given, adding, given]);
    expect(emitter.listeners('ping')).toEqual([both]);
    addBoth('once');
    emitter.off('ping', both).off('ping', both);
    expect(emitter.listenerCount('ping')).toBe(0);
  });

  it('refuses what is no listener as before', () => {
    for (const method of ['on', 'once'] as const) {
      expect(() => emitter[method]('ping', null as never)).toThrow(/The "listener" argument must be of type function/);
    }
  });

  it('works with events.once, whose caller goes on where it was', async () => {
    await whileAdding(async () => {
      const arrived = once(emitter, 'ping');
      emit('ping', 7);
      expect(await arrived).toEqual([7]);
      expect(here()).toBe(adding);
    });
    expect(emitter.eventNames()).toEqual([]);
  });
});

describe('a bound stream', () => {
  it('runs data and end where they were listened to, whoever writes', async () => {
    const stream = bindEmitter(manager, new PassThrough());
    const chunks: string[] = [];
    const ended = whileAdding(() => {
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk.toString());
        note();
      });
      return new Promise<void>((resolve) => {
        stream.once('end', () => {
          note();
          resolve();
        });
      });
    });
    tracer.withActiveSpan(emitting, () => stream.end('a'));
    await ended;
    expect(chunks).toEqual(['a']);
    expect(seen).toEqual([adding, adding]);
  });

  it('is paused and resumed by its listeners as before', async () => {
    const stream = bindEmitter(manager, Readable.from(['a', 'b']));
    whileAdding(() => stream.on('readable', note));
    await once(stream, 'readable');
    stream.off('readable', note);
    expect(stream.listenerCount('readable')).toBe(0);
    const rest: string[] = [];
    stream.on('data', (chunk: string) => rest.push(chunk));
    await once(stream, 'end');
    expect(rest).toEqual(['a', 'b']);
    expect(new Set(seen)).toEqual(new Set([adding]));
  });

  it('can be piped and read by for await', async () => {
    const source = bindEmitter(manager, Readable.from(['a', 'b']));
    const target = bindEmitter(manager, new PassThrough({ objectMode: true }));
    const read: string[] = [];
    await whileAdding(async () => {
      for await (const chunk of source.pipe(target)) {
        read.push(String(chunk));
        note();
      }
    });
    expect(read).toEqual(['a', 'b']);
    expect(seen).toEqual([adding, adding]);
  });
});
