import type { Done, KeyValues, Scope, ScopeManager, Span } from '../contract.ts';
import { recordError } from '../record-error.ts';
import { classDepth } from './class-depth.ts';
import type { Over } from './follow-thenable.ts';
import { followThenable } from './follow-thenable.ts';
import { isThenable } from './is-thenable.ts';
import { isGenerator, stepwise } from './stepwise.ts';

/**
 * The callback form of a scope: runs `fn`, notes what it throws on the span, and closes the scope
 * when its work is over.
 *
 * What the application gave, or threw, is what it gets back, whatever the tracer does meanwhile: only one that was asked
 * to be strict about a second `finish` may complain.
 */
export function runInScope<R>(manager: ScopeManager, span: Span, finishOnClose: boolean, fn: (span: Span) => R): R {
  return manager.run(span, finishOnClose, (scope) => {
    const over = (error?: unknown, failed?: boolean): void => closeScope(scope, error, failed);
    let result: R;
    try {
      result = fn(span);
    } catch (error) {
      over(error, true);
      throw error;
    }
    if (isThenable(result)) return settled(manager, result, over) as R;
    if (isGenerator(result)) return stepwise(manager, result, over) as R;
    over();
    return result;
  });
}

/** As {@link runInScope}, for a function whose errors are not those of the span, and whose result is kept: one that was bound. */
export function runBound<R>(manager: ScopeManager, span: Span, fn: () => R): R {
  return manager.run(span, false, (scope) => {
    const over = (): void => closeScope(scope);
    let result: R;
    try {
      result = fn();
    } catch (error) {
      over();
      throw error;
    }
    if (isGenerator(result)) return stepwise(manager, result, over) as R;
    // Others that have a `then` may begin their work when it is called: that is up to the application.
    if (result instanceof Promise) {
      if (!isMoreThanPromise(result)) return withOwnProperties(result.finally(over), result) as R;
      if (followThenable(manager, result, over)) return result;
    }
    over();
    return result;
  });
}

/** What {@link runUntilDone} runs. */
export type TracedFunction = (span: Span, done: Done) => unknown;

/**
 * As {@link runInScope}, for a function that says itself when its work is over.
 *
 * @param keepsResult the function has a callback: a promise that it gives besides is left alone
 */
export function runUntilDone<R>(
  manager: ScopeManager,
  span: Span,
  finishOnClose: boolean,
  fn: (span: Span, done: Done) => R,
  keepsResult = false,
): R {
  return manager.run(span, finishOnClose, (scope) => {
    let over = false;
    const end = (error: unknown, failed: boolean): void => {
      if (over) return;
      over = true;
      closeScope(scope, error, failed);
    };
    let result: R;
    try {
      // Node's callbacks are given null when nothing failed.
      result = fn(span, (error) => end(error, Boolean(error)));
    } catch (error) {
      end(error, true);
      throw error;
    }
    if (keepsResult || !isThenable(result)) return result;
    // Who rejects will hardly call `done`.
    return settled(manager, result, (error, failed) => failed && end(error, true)) as R;
  });
}

/** The promise with `over` before it; itself, and `over` now, when it cannot be followed. */
function settled(manager: ScopeManager, promise: PromiseLike<unknown>, over: Over): PromiseLike<unknown> {
  try {
    if (isMoreThanPromise(promise) && followThenable(manager, promise, over)) return promise;
    // Only of what is a promise does `then` surely give another one; and its own kind, which callers may count on.
    const isPromise = typeof (promise as Partial<Promise<unknown>>).catch === 'function';
    // oxlint-disable-next-line unicorn/no-thenable
    const whole = isPromise ? promise : new Promise((resolve, reject) => void promise.then(resolve, reject));
    const followed: unknown = whole.then(
      (value) => {
        over();
        return value;
      },
      (error: unknown) => {
        over(error, true);
        throw error;
      },
    );
    if (isThenable(followed)) return withOwnProperties(followed, promise);
  } catch {
    // A promise of the application that cannot be asked.
  }
  over();
  return promise;
}

/**
 * Whether callers may count on more than a promise: on methods of a query, a process or a class of promises, or on its
 * beginning no sooner than with `then`. Such a result is given back as it is, and its own `then` tells of its end.
 */
function isMoreThanPromise(thenable: PromiseLike<unknown>): boolean {
  // Nearly all that comes here, and told in a few nanoseconds.
  if (Object.getPrototypeOf(thenable) === Promise.prototype) return false;
  // What a promise makes of a function cannot be called.
  if (typeof thenable === 'function') return true;
  const depth = classDepth(thenable);
  if (Object.prototype.toString.call(thenable) === '[object Promise]') return depth > 1;
  // Libraries of promises, whose `then` gives one of their own.
  if (typeof (thenable as { constructor?: { resolve?: unknown } }).constructor?.resolve === 'function') return false;
  // A tag is what Prisma tells its operations by, which begin with `then`.
  return depth > 0 || Symbol.toStringTag in thenable;
}

/** Some libraries hang functions on the promises that they give, such as `cancel`. */
function withOwnProperties(followed: PromiseLike<unknown>, promise: PromiseLike<unknown>): PromiseLike<unknown> {
  for (const key of Object.keys(promise)) {
    try {
      if (!(key in followed)) (followed as unknown as KeyValues)[key] = (promise as unknown as KeyValues)[key];
    } catch {
      // A getter that throws is left out.
    }
  }
  return followed;
}

function closeScope(scope: Scope, error?: unknown, failed = false): void {
  if (failed) recordError(scope.span, error);
  try {
    scope.close();
  } catch (thrown) {
    // The application's error counts, not one of the tracer. Without one: a mock tracer was asked to be strict; what else
    // a tracer throws is not the application's.
    if (!failed && (thrown as { strict?: unknown } | undefined)?.strict === true) throw thrown;
  }
}
