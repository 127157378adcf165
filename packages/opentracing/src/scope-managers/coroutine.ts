import { isThenable } from '../internal/is-thenable.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { CellScopeManager } from './cell-scope-manager.ts';
import { live, ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/** A generator that runs as a coroutine: it yields promises and other coroutines, and gets back what they give. */
export type Coroutine<T> = Generator<unknown, T, never>;

/** How a coroutine starts. */
export interface CoroutineOptions {
  /** `true` starts it with what is active here and now; default `false`, with nothing. */
  inherit?: boolean;
}

/**
 * Keeps one stack of active spans for each coroutine, that is, for each generator that is stepped through by
 * {@link CoroutineScopeManager.spawn} or {@link CoroutineScopeManager.drive}. The counterpart of the scope manager for
 * gevent in opentracing-python.
 *
 * A coroutine starts with no active span, as a greenlet does, unless it is told to inherit. What it opens is active in
 * its steps and nowhere else, however its steps and those of others take turns. Outside of coroutines this is a
 * `SyncStackScopeManager`, and so it is for `async` functions: it cannot see them. Prefer
 * `AsyncLocalStorageScopeManager` where there is one.
 */
export class CoroutineScopeManager extends CellScopeManager {
  private current: ScopeLink | undefined;
  /** What is known so far of the step that `spawn` takes. */
  private step: Step | undefined;

  constructor(options: ScopeManagerOptions = {}) {
    super(options);
  }

  /**
   * Runs `work` as a coroutine of its own, as `co` does: at once, until its first `yield`. A yielded promise is waited
   * for; a yielded generator runs to its end, with the active spans of who yields it. What they give, or throw, comes out
   * of the `yield`. They may be nested as deep as memory allows, which `yield*` may not. Anything else that is yielded is
   * thrown back as a `TypeError`. For work in parallel yield `Promise.all([manager.spawn(one()), manager.spawn(other())])`.
   *
   * @param work a generator (`manager.spawn(handle(request))`), or a function that gives one
   * @returns a promise of what `work` returns, which rejects with what it throws; with a `TypeError` when `work` is
   *   neither, or is asynchronous: `async function*` cannot be followed
   */
  spawn<T>(work: Coroutine<T> | (() => Coroutine<T>), options?: CoroutineOptions): Promise<Awaited<T>> {
    const cell = this.newCell(options);
    return new Promise((resolve) => {
      const generator = typeof work === 'function' ? this.runInCell(cell, work, undefined) : work;
      refuseWork(generator, typeof work === 'function');
      resolve(this.drain(cell, generator) as Promise<Awaited<T>>);
    });
  }

  /**
   * The same generator as a coroutine of its own, for those that step through it themselves: `co`, redux-saga. It means
   * nothing what it yields. Everything that starts a generator starts it with nothing active, so wrap each of them:
   *
   * ```ts
   * takeEvery('PAY', (action) => manager.drive(pay(action)));
   * const child = manager.drive(refresh(), { inherit: true }); // in a step of the parent
   * yield fork(() => child);
   * ```
   *
   * It need not be exhausted: `return` and `throw` run what is left of it in its coroutine, too.
   *
   * @throws TypeError when `generator` is none (a function that gives one has to be called), or is asynchronous
   */
  drive<G extends Generator<unknown, unknown, never>>(generator: G, options?: CoroutineOptions): G {
    refuseDriven(generator);
    const cell = this.newCell(options);
    const driven = Object.create(Object.getPrototypeOf(generator) as object) as G;
    for (const name of ['next', 'return', 'throw'] as const) {
      // Those of redux-saga and of compilers may lack one.
      if (typeof generator[name] !== 'function') continue;
      const step = generator[name] as (...args: unknown[]) => unknown;
      define(driven, name, (...args: unknown[]) =>
        this.runInCell(cell, () => Reflect.apply(step, generator, args), undefined),
      );
    }
    define(driven, Symbol.iterator, () => driven);
    return driven;
  }

  protected override cell(): ScopeLink | undefined {
    return this.current;
  }

  protected override runInCell<A, R>(cell: ScopeLink, fn: (argument: A) => R, argument: A): R {
    const before = this.current;
    this.current = cell;
    try {
      const given = fn(argument);
      // The innermost cell that gives what the step gives is that of the `yield`: `yield*` and `withActiveSpan` pass on
      // the very object.
      const { step } = this;
      if (step !== undefined && step.given !== given) {
        step.given = given;
        step.cell = cell;
      }
      return given;
    } finally {
      this.current = before;
    }
  }

  private newCell({ inherit = false }: CoroutineOptions = {}): ScopeLink {
    return new ScopeLink(inherit ? live(this.link()) : undefined);
  }

  /** Steps through `generator` in `cell` until it is over, and so through what it yields: in a loop, however deep. */
  private drain<T>(cell: ScopeLink, generator: Coroutine<T>): Promise<T> {
    const waiting: Running[] = [];
    let running: Running = { generator, cell };
    return new Promise((resolve, reject) => {
      const step = (name: StepName, value?: unknown): void => {
        try {
          let { given, cell: yieldedIn } = this.stepOnce(running, name, value);
          while (given.done !== true && isNested(given.value)) {
            waiting.push(running);
            running = { generator: given.value, cell: yieldedIn };
            ({ given, cell: yieldedIn } = this.stepOnce(running, 'next'));
          }
          if (given.done !== true) this.settled(yieldedIn, given.value).then(resume, fail);
          else if (isThenable(given.value)) this.waitFor(yieldedIn, given.value).then(end, failed);
          else end(given.value);
        } catch (error) {
          failed(error);
        }
      };
      const resume = (value: unknown): void => step('next', value);
      const fail = (error: unknown): void => step('throw', error);
      /** What the running one gave, or threw, is for the one that yielded it. */
      const over = (name: StepName, value: unknown): void => {
        const by = waiting.pop();
        if (by === undefined) return name === 'next' ? resolve(value as T) : reject(value);
        running = by;
        inMicrotask(() => step(name, value));
      };
      const end = (value: unknown): void => over('next', value);
      const failed = (error: unknown): void => over('throw', error);
      step('next');
    });
  }

  /** Takes a step, and tells in which cell it yielded: not in its own when a generator within it has one. */
  private stepOnce({ generator, cell }: Running, name: StepName, value?: unknown): Step<IteratorResult<unknown>> {
    const before = this.step;
    const step: Step = { given: undefined, cell };
    this.step = step;
    try {
      const given = this.runInCell(cell, (input) => generator[name](input as never), value);
      refuseStep(given);
      return { given, cell: step.cell };
    } finally {
      this.step = before;
    }
  }

  private async settled(cell: ScopeLink, yielded: unknown): Promise<unknown> {
    if (isThenable(yielded)) return this.waitFor(cell, yielded);
    // Throws what a `then` throws that cannot be asked for.
    await yielded;
    throw new TypeError(`a coroutine may yield promises and generators, not ${describe(yielded)}`);
  }

  /** Asks in the coroutine, because some begin their work only now: query builders. */
  private waitFor(cell: ScopeLink, thenable: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.runInCell(cell, () => thenable.then(resolve, reject), undefined);
    });
  }
}

function refuseWork(given: unknown, byFunction: boolean): void {
  if (isCoroutine(given) && !isAsynchronous(given)) return;
  // The promise of an async function: this is the one error of it.
  onRejection(given, () => {});
  const what = byFunction ? `a function that gives ${describe(given)}` : describe(given);
  throw new TypeError(`spawn takes a generator, or a function* that gives one, not ${what}`);
}

/** Those of redux-saga lack a `throw` and are none, and are driven all the same. */
function refuseDriven(given: unknown): void {
  if (hasMethod(given, 'next') && !isAsynchronous(given)) return;
  onRejection(given, () => {});
  const what = typeof given === 'function' ? 'a function (call it)' : describe(given);
  throw new TypeError(`drive takes a generator, not ${what}`);
}

/** Some that look like generators are asynchronous, and have no mark: their steps would never be over. */
function refuseStep(result: unknown): void {
  if (typeof result === 'object' && result !== null && !isThenable(result)) return;
  onRejection(result, () => {});
  throw new TypeError(`a step of a coroutine must give { value, done } at once, not ${describe(result)}`);
}

function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function isAsynchronous(value: object): boolean {
  return Symbol.asyncIterator in value;
}

/** By a promise: test frameworks replace `queueMicrotask`. */
function inMicrotask(work: () => void): void {
  void Promise.resolve().then(work);
}

type StepName = 'next' | 'throw';

/** A generator that is stepped through, and the cell that its steps run in. */
interface Running {
  readonly generator: Coroutine<unknown>;
  readonly cell: ScopeLink;
}

/** What was given last in a step, and in which cell. */
interface Step<G = unknown> {
  given: G;
  cell: ScopeLink;
}

function isNested(yielded: unknown): yielded is Coroutine<unknown> {
  return !isThenable(yielded) && isCoroutine(yielded) && !isAsynchronous(yielded);
}

/** By shape: compilers make generators of their own kind. */
function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return hasMethod(value, 'next') && hasMethod(value, 'throw');
}

function hasMethod(value: unknown, name: string): value is object {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function';
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array (yield Promise.all of it)';
  if (typeof value === 'function') return 'a function (call it)';
  if (isThenable(value)) return 'a promise (yield it in a function*)';
  if (typeof value === 'object' && value !== null && isAsynchronous(value)) {
    return 'an asynchronous generator (make it a function*, and yield what it awaits)';
  }
  return `a value of type ${value === null ? 'null' : typeof value}`;
}
