import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';

import { beforeEach, describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { bindEmitter } from './index.ts';

const manager = new AsyncLocalStorageScopeManager();
const tracer = new MockTracer({ scopeManager: manager });
const adding = tracer.startSpan('adding');
const later = tracer.startSpan('later');
const dispatching = tracer.startSpan('dispatching');

/** The span whose context is active here; a context outlives the scope of `withActiveSpan`. */
function here(): Span | null {
  const id = manager.activeContext?.toSpanId();
  return [adding, later, dispatching].find((span) => span.context().toSpanId() === id) ?? null;
}

let seen: (Span | null)[];
let target: EventTarget;
beforeEach(() => {
  seen = [];
  target = bindEmitter(manager, new EventTarget());
});

const note = (): void => void seen.push(here());
type Options = Parameters<EventTarget['addEventListener']>[2];
const add = (span: Span, listener: Parameters<EventTarget['addEventListener']>[1], options?: Options): void =>
  tracer.withActiveSpan(span, () => target.addEventListener('ping', listener, options));
const dispatch = (): boolean => tracer.withActiveSpan(dispatching, () => target.dispatchEvent(new Event('ping')));

describe('a listener of a bound EventTarget', () => {
  it('runs with what was active when it was added, or with the given span', () => {
    add(adding, note);
    dispatch();
    target = bindEmitter(manager, new EventTarget(), later);
    add(adding, note);
    dispatch();
    expect(seen).toEqual([adding, later]);
  });

  it('may be an object, whose method is looked up when the event comes', () => {
    const calls: unknown[] = [];
    const listener = {
      name: 'mine',
      handleEvent(event: Event) {
        calls.push([this.name, event.type, here()]);
      },
    };
    add(adding, listener);
    dispatch();
    listener.handleEvent = () => void calls.push('replaced');
    dispatch();
    target.removeEventListener('ping', listener);
    dispatch();
    expect(calls).toEqual([['mine', 'ping', adding], 'replaced']);
  });

  it('gets the target as this, and the event', () => {
    let call: unknown[] = [];
    add(adding, function (this: unknown, event: Event) {
      call = [this, event.type];
    });
    dispatch();
    expect(call).toEqual([target, 'ping']);
  });

  it('is removed by itself, and only for its type and phase', () => {
    add(adding, note);
    add(adding, note, { capture: true });
    target.removeEventListener('pong', note);
    target.removeEventListener('ping', note);
    dispatch();
    expect(seen).toEqual([adding]);
    target.removeEventListener('ping', note, { capture: true });
    dispatch();
    expect(seen).toHaveLength(1);
  });

  it('that is there already is not added again, and stays as it was', () => {
    add(adding, note);
    add(later, note);
    dispatch();
    expect(seen).toEqual([adding]);
    target.removeEventListener('ping', note);
    add(later, note);
    dispatch();
    expect(seen).toEqual([adding, later]);
  });

  it('added with once runs once, and may be added anew, also while it runs', () => {
    add(adding, note, { once: true });
    dispatch();
    dispatch();
    add(later, note, { once: true });
    dispatch();
    expect(seen).toEqual([adding, later]);
    const again = (): void => {
      note();
      if (seen.length === 3) add(later, again, { once: true });
    };
    add(adding, again, { once: true });
    dispatch();
    dispatch();
    dispatch();
    expect(seen.slice(2)).toEqual([adding, later]);
  });

  it('added with a signal is gone when that is aborted, and may be added anew', () => {
    const controller = new AbortController();
    add(adding, note, { signal: controller.signal });
    dispatch();
    controller.abort();
    dispatch();
    add(adding, note, { signal: controller.signal });
    dispatch();
    expect(seen).toEqual([adding]);
    add(later, note);
    dispatch();
    expect(seen).toEqual([adding, later]);
  });

  it('may be null, and what is none is refused as before', () => {
    expect(() => target.addEventListener('ping', null as never)).not.toThrow();
    expect(() => target.addEventListener('ping', 'text' as never)).toThrow(TypeError);
  });

  it('that was there before the target was bound can be removed', () => {
    target = new EventTarget();
    target.addEventListener('ping', note);
    bindEmitter(manager, target);
    target.removeEventListener('ping', note);
    dispatch();
    expect(seen).toEqual([]);
  });

  it('is bound once when the target is bound twice', () => {
    const add = Reflect.get(target, 'addEventListener');
    bindEmitter(manager, target);
    expect(Reflect.get(target, 'addEventListener')).toBe(add);
  });

  it('of an AbortSignal runs where the work was begun, not where it is aborted', () => {
    const controller = new AbortController();
    bindEmitter(manager, controller.signal);
    tracer.withActiveSpan(adding, () => controller.signal.addEventListener('abort', note));
    tracer.withActiveSpan(dispatching, () => controller.abort());
    expect(seen).toEqual([adding]);
  });
});

describe('a bound MessagePort', () => {
  it('binds by on, once and addEventListener alike, and lets go by off', async () => {
    const { port1, port2 } = new MessageChannel();
    bindEmitter(manager, port2);
    const data: unknown[] = [];
    const listener = (message: unknown): void => {
      data.push(message);
      note();
    };
    tracer.withActiveSpan(adding, () => {
      port2.on('message', listener);
      port2.once('message', note);
    });
    port1.postMessage('a');
    await once(port2, 'message');
    port1.postMessage('b');
    await once(port2, 'message');
    port2.off('message', listener);
    port1.postMessage('c');
    await once(port2, 'message');
    port1.close();
    expect(data).toEqual(['a', 'b']);
    expect(seen).toEqual([adding, adding, adding]);
  });
});
