import type { ScopeManager, Span } from '../contract.ts';
import type { AnyFunction } from '../internal/bound-function.ts';
import { bindListener, originalOf } from './bound-listener.ts';
import { bindEventTarget, type EventTargetLike, isEventTarget } from './event-target.ts';

/** What is used of an `EventEmitter`: of Node, of npm `events`, or a stream. */
export interface EmitterLike {
  /** Adds a listener. `addListener`, `once` and the like are bound too where the emitter has them. */
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes the overloads of emitters with known events
  on(event: any, listener: (...args: any[]) => void): unknown;
}

/**
 * Makes listeners that are added from here on run with what was active where they were *added*, or with `span` if it is
 * given (it stays open when they are over), or with nothing (`null`); without this they run with what is active where the
 * event is *emitted*. For emitters that outlive the work that listens: connections, pools, a bus. Listeners that are
 * there already stay as they are.
 *
 * `once`, `removeListener` with the original listener, `listeners()`, `newListener` and `events.once` work as before.
 * Emitters must remove a listener also by that which has it as its property `listener`, as Node's do (eventemitter3 does
 * not). An `EventTarget` may be given too: its `addEventListener` takes functions and objects with `handleEvent`, and
 * all options; not bound is what is assigned to a property such as `onmessage`.
 *
 * Where OpenTelemetry's `bind(context, emitter)` is wanted, all listeners with one context, give the span:
 * `bindEmitter(manager, emitter, tracer.activeSpan)`.
 *
 * @returns the same emitter; nothing changes when it is bound to this manager already
 */
export function bindEmitter<E extends EmitterLike | EventTargetLike>(
  manager: ScopeManager,
  emitter: E,
  span?: Span | null,
): E {
  // Before `on`: those of Node have it too, and it ends in addEventListener.
  if (isEventTarget(emitter)) bindEventTarget(manager, emitter, span);
  else bindListeners(manager, emitter, span);
  return emitter;
}

const managersOf = new WeakMap<object, WeakSet<ScopeManager>>();

const addMethods = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

function bindListeners(manager: ScopeManager, emitter: EmitterLike, span: Span | null | undefined): void {
  const managers = managersOf.get(emitter) ?? new WeakSet();
  if (managers.has(manager)) return;
  managersOf.set(emitter, managers.add(manager));
  const progress: Progress = { adding: null };
  const methods = emitter as unknown as Record<string, unknown>;
  for (const name of addMethods) {
    const add = methods[name];
    if (typeof add !== 'function') continue;
    const value = boundAdd(manager, span, progress, add as AnyFunction);
    Object.defineProperty(emitter, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

/** What an emitter adds just now. */
interface Progress {
  adding: AnyFunction | null;
}

function boundAdd(
  manager: ScopeManager,
  span: Span | null | undefined,
  progress: Progress,
  add: AnyFunction,
): AnyFunction {
  return function (this: unknown, event: unknown, listener: unknown, ...rest: unknown[]): unknown {
    // Not a function: the emitter says so in its own words.
    if (typeof listener !== 'function') return Reflect.apply(add, this, [event, listener, ...rest]);
    const given = listener as Listener;
    if (isInside(progress, given)) return Reflect.apply(add, this, [event, given, ...rest]);
    const bound: Listener = bindListener(manager, given, span);
    // By this property emitters know which one to remove, and what to show as a listener.
    Object.defineProperty(bound, 'listener', { value: originalOf(given), configurable: true, writable: true });
    const before = progress.adding;
    progress.adding = originalOf(given);
    try {
      return Reflect.apply(add, this, [event, bound, ...rest]);
    } finally {
      progress.adding = before;
    }
  };
}

type Listener = AnyFunction & { listener?: unknown };

/**
 * Whether an emitter adds, in the course of adding what was bound, that itself or its own wrapper of it: `once` ends in
 * `on`. A wrapper then gets the original listener as its own, so that it can be removed by it.
 */
function isInside({ adding }: Progress, given: Listener): boolean {
  if (adding === null) return false;
  const { listener: inner } = given;
  if (typeof inner !== 'function' || originalOf(inner as AnyFunction) !== adding) return false;
  if (originalOf(given) === given) given.listener = adding;
  return true;
}
