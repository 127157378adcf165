import type { ScopeManager, Span } from '../contract.ts';
import type { AnyFunction } from '../internal/bound-function.ts';
import { bindListener } from './bound-listener.ts';

/** What is used of an `EventTarget`. */
export interface EventTargetLike {
  /** Adds a listener, as the DOM defines it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the types of the DOM differ from those of Node
  addEventListener(type: any, listener: any, options?: any): unknown;
  /** Removes it again, by the listener that was given, not by the bound one. */
  // oxlint-disable-next-line typescript/no-explicit-any
  removeEventListener(type: any, listener: any, options?: any): unknown;
}

/** By class, not by method: some emitters (npm `ws`) have the method as well, made of their `on`. */
export function isEventTarget(candidate: object): candidate is EventTargetLike {
  return typeof EventTarget === 'function' && candidate instanceof EventTarget;
}

const managersOf = new WeakMap<object, WeakSet<ScopeManager>>();

/** See `bindEmitter`. */
export function bindEventTarget(manager: ScopeManager, target: EventTargetLike, span: Span | null | undefined): void {
  const managers = managersOf.get(target) ?? new WeakSet();
  if (managers.has(manager)) return;
  managersOf.set(target, managers.add(manager));
  const registered = new RegisteredListeners();
  const { addEventListener: add, removeEventListener: remove } = target as unknown as Record<
    keyof EventTargetLike,
    AnyFunction
  >;
  define(target, 'addEventListener', function (this: unknown, type, callback, options, ...rest) {
    const bound = isCallback(callback)
      ? registered.add(type, callback, options, (forget) => bindCallback(manager, callback, span, forget))
      : callback;
    return Reflect.apply(add, this, [type, bound, options, ...rest]) as unknown;
  });
  define(target, 'removeEventListener', function (this: unknown, type, callback, options, ...rest) {
    const bound = isCallback(callback) ? registered.remove(type, callback, options) : callback;
    return Reflect.apply(remove, this, [type, bound, options, ...rest]) as unknown;
  });
}

type Callback = AnyFunction | object;
type TargetMethod = (this: unknown, type: unknown, callback: unknown, options: unknown, ...rest: unknown[]) => unknown;

interface ListenerOptions {
  capture?: unknown;
  once?: unknown;
  signal?: { aborted: boolean } | null | undefined;
}

interface Registration {
  bound: AnyFunction;
  signal: { aborted: boolean } | null | undefined;
}

/**
 * Which bound listener stands for which given one: a target knows a listener by its type, itself and whether it captures,
 * passes over one that it has, and removes by these.
 */
class RegisteredListeners {
  private readonly byCallback: WeakMap<Callback, Map<string, Registration>> = new WeakMap();

  /** What to give to the target. A listener that it has already stays as it is, as the target will have it. */
  add(type: unknown, callback: Callback, options: unknown, bind: (forget: () => void) => AnyFunction): AnyFunction {
    const key = keyOf(type, options);
    const registrations = this.byCallback.get(callback) ?? new Map<string, Registration>();
    const existing = registrations.get(key);
    if (existing !== undefined && existing.signal?.aborted !== true) return existing.bound;
    const { once, signal } = optionsOf(options);
    const forget = (): void => {
      // The target removes it before the call, so it may be added anew in it.
      if (once && registrations.get(key)?.bound === bound) registrations.delete(key);
    };
    const bound = bind(forget);
    // With an aborted signal the target does not take it.
    if (signal?.aborted === true) return bound;
    this.byCallback.set(callback, registrations.set(key, { bound, signal }));
    return bound;
  }

  remove(type: unknown, callback: Callback, options: unknown): Callback {
    const registrations = this.byCallback.get(callback);
    const key = keyOf(type, options);
    const bound = registrations?.get(key)?.bound;
    registrations?.delete(key);
    // One that was added before the target was bound is there as itself.
    return bound ?? callback;
  }
}

function bindCallback(
  manager: ScopeManager,
  callback: Callback,
  span: Span | null | undefined,
  called: () => void,
): AnyFunction {
  const bound = bindListener(manager, functionOf(callback), span);
  return function (this: unknown, ...args: unknown[]): unknown {
    called();
    return Reflect.apply(bound, this, args) as unknown;
  };
}

/** An object's method is looked up when the event comes, as the standard has it. */
function functionOf(callback: Callback): AnyFunction {
  if (typeof callback === 'function') return callback as AnyFunction;
  return (...args) => (callback as { handleEvent: AnyFunction }).handleEvent(...(args as unknown[])) as unknown;
}

function isCallback(callback: unknown): callback is Callback {
  return typeof callback === 'function' || (typeof callback === 'object' && callback !== null);
}

function optionsOf(options: unknown): ListenerOptions {
  return typeof options === 'object' && options !== null ? options : { capture: options };
}

function keyOf(type: unknown, options: unknown): string {
  return `${optionsOf(options).capture ? 'capture' : 'bubble'} ${String(type)}`;
}

function define(target: EventTargetLike, name: keyof EventTargetLike, value: TargetMethod): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}
