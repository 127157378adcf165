import type { Done, KeyValues, Scope, ScopeManager, Span } from '../contract.ts';
import { recordError } from '../record-error.ts';
import { isGenerator, stepwise } from './stepwise.ts';

/**
 * The callback form of a scope: runs `fn`, notes what it throws on the span, and closes the scope
 * when its work is over.
 *
 * An error of the application goes before one of the tracer. Without one, what `close` throws reaches the caller: only
 * a tracer throws there that was asked to be strict about a second `finish`.
 */
export function runInScope<R>(
  manager: ScopeManager,
  span: Span,
  finishOnClose: boolean,
  fn: (span: Span) => R,
  fail: (scope: Scope, error: unknown) => void = recordAndClose,
): R {
  return manager.run(span, finishOnClose, (scope) => {
    let result: R;
    try {
      result = fn(span);
    } catch (error) {
      fail(scope, error);
      throw error;
    }
    if (isThenable(result)) return closeWhenSettled(result, scope, fail) as R;
    if (isGenerator(result)) {
      return stepwise(manager, result, (error, failed) => (failed ? fail(scope, error) : scope.close())) as R;
    }
    scope.close();
    return result;
  });
}

/** As {@link runInScope}, for a function whose errors are not those of the span: one that was bound. */
export function runBound<R>(manager: ScopeManager, span: Span, fn: () => R): R {
  return runInScope(manager, span, false, fn, close);
}

/** As {@link runInScope}, for a function that says itself when its work is over. */
export function runUntilDone<R>(
  manager: ScopeManager,
  span: Span,
  finishOnClose: boolean,
  fn: (span: Span, done: Done) => R,
): R {
  return manager.run(span, finishOnClose, (scope) => {
    let over = false;
    const end = (failed: boolean, error: unknown): void => {
      if (over) return;
      over = true;
      if (failed) recordAndClose(scope, error);
      else scope.close();
    };
    const failed = (error: unknown): never => {
      end(true, error);
      throw error;
    };
    try {
      // Node's callbacks are given null when nothing failed.
      const result = fn(span, (error) => end(Boolean(error), error));
      // Who rejects will hardly call `done`.
      return isThenable(result) ? (result.then((value) => value, failed) as R) : result;
    } catch (error) {
      return failed(error);
    }
  });
}

function closeWhenSettled(
  promise: PromiseLike<unknown>,
  scope: Scope,
  fail: (scope: Scope, error: unknown) => void,
): PromiseLike<unknown> {
  // Only of what is a promise does `then` surely give another one; and its own kind, which callers may count on.
  const isPromise = typeof (promise as Partial<Promise<unknown>>).catch === 'function';
  // oxlint-disable-next-line unicorn/no-thenable
  const whole = isPromise ? promise : new Promise((resolve, reject) => void promise.then(resolve, reject));
  const settled = whole.then(
    (value) => {
      scope.close();
      return value;
    },
    (error: unknown) => {
      fail(scope, error);
      throw error;
    },
  );
  return withOwnProperties(settled, promise);
}

/** Some libraries hang functions on the promises that they give, such as `cancel`. */
function withOwnProperties(settled: PromiseLike<unknown>, promise: PromiseLike<unknown>): PromiseLike<unknown> {
  for (const key of Object.keys(promise)) {
    if (!(key in settled)) (settled as unknown as KeyValues)[key] = (promise as unknown as KeyValues)[key];
  }
  return settled;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    // A result that cannot be asked is handed on as it is.
    return false;
  }
}

function recordAndClose(scope: Scope, error: unknown): void {
  recordError(scope.span, error);
  close(scope);
}

function close(scope: Scope): void {
  try {
    scope.close();
  } catch {
    // The application's error counts, not one of the tracer.
  }
}
