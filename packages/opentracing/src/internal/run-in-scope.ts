import type { Scope, ScopeManager, Span } from '../contract.ts';
import { errorFields } from '../error-fields.ts';

/**
 * The callback form of a scope: runs `fn`, notes what it throws on the span, and closes the scope
 * when its work is over.
 *
 * An error of the application goes before one of the tracer. Without one, what `close` throws reaches the caller: only
 * a tracer throws there that was asked to be strict about a second `finish`.
 */
export function runInScope<R>(manager: ScopeManager, span: Span, finishOnClose: boolean, fn: (span: Span) => R): R {
  return manager.run(span, finishOnClose, (scope) => {
    let result: R;
    try {
      result = fn(span);
    } catch (error) {
      fail(scope, span, error);
      throw error;
    }
    if (isThenable(result)) return closeWhenSettled(result, scope, span) as R;
    scope.close();
    return result;
  });
}

function closeWhenSettled(promise: PromiseLike<unknown>, scope: Scope, span: Span): PromiseLike<unknown> {
  return promise.then(
    (value) => {
      scope.close();
      return value;
    },
    (error: unknown) => {
      fail(scope, span, error);
      throw error;
    },
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function fail(scope: Scope, span: Span, error: unknown): void {
  try {
    span.setTag('error', true);
    span.log(errorFields(error));
  } catch {
    // The application's error counts, not one of the tracer.
  }
  try {
    scope.close();
  } catch {
    // As above.
  }
}
