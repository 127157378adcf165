import type { Done, Scope, ScopeManager, Span } from '../contract.ts';
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
    try {
      // Node's callbacks are given null when nothing failed.
      return fn(span, (error) => end(Boolean(error), error));
    } catch (error) {
      end(true, error);
      throw error;
    }
  });
}

function closeWhenSettled(
  promise: PromiseLike<unknown>,
  scope: Scope,
  fail: (scope: Scope, error: unknown) => void,
): PromiseLike<unknown> {
  return promise.then(
    (value) => {
      scope.close();
      return value;
    },
    (error: unknown) => {
      fail(scope, error);
      throw error;
    },
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
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
