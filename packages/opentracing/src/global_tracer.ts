import type {
  ActiveSpanOptions,
  Scope,
  ScopeManager,
  Span,
  SpanContext,
  SpanOptions,
  Tracer as TracerContract,
} from './contract.ts';
import { noopScopeManager } from './scope-manager.ts';
import { noopTracer, Tracer } from './tracer.ts';

// On globalThis, so that all copies of this package in a process see one tracer. The number changes when the meaning does.
const globalKey = Symbol.for('@spanwise/opentracing.global-tracer.1');

type GlobalHolder = { [globalKey]?: TracerContract | null | undefined };

function current(): TracerContract {
  return (globalThis as GlobalHolder)[globalKey] ?? noopTracer;
}

/**
 * Passes everything on to the global tracer of the moment, so that a module may keep the result of `globalTracer()` before
 * the application has set one. The global tracer may come from another package and lack what only this one has.
 */
class GlobalTracerDelegate extends Tracer {
  override get scopeManager(): ScopeManager {
    return current().scopeManager ?? noopScopeManager;
  }

  override set scopeManager(manager: ScopeManager) {
    current().scopeManager = manager;
  }

  override startSpan(...args: [name: string, options?: SpanOptions]): Span {
    return current().startSpan(...args);
  }

  override startActiveSpan(name: string, options?: ActiveSpanOptions): Scope {
    const tracer = current();
    if (typeof tracer.startActiveSpan === 'function') return tracer.startActiveSpan(name, options);
    return super.startActiveSpan(name, options);
  }

  override withActiveSpan<R>(...args: WithActiveSpanArguments<R>): R {
    const tracer = current() as unknown as ActiveSpanRunner;
    if (typeof tracer.withActiveSpan === 'function') return tracer.withActiveSpan(...args);
    // The implementation takes both forms; its signature is not visible here.
    return super.withActiveSpan(...(args as [string, ActiveSpanOptions, (span: Span) => R]));
  }

  override inject(...args: [spanContext: SpanContext | Span, format: string, carrier: unknown]): void {
    return current().inject(...args);
  }

  override extract(...args: [format: string, carrier: unknown]): SpanContext | null {
    return current().extract(...args);
  }
}

type WithActiveSpanArguments<R> =
  | [name: string, fn: (span: Span) => R]
  | [name: string, options: ActiveSpanOptions | undefined, fn: (span: Span) => R];

interface ActiveSpanRunner {
  withActiveSpan<R>(...args: WithActiveSpanArguments<R>): R;
}

const delegate: TracerContract = /* @__PURE__ */ new GlobalTracerDelegate();

/**
 * Sets the tracer that `globalTracer()` stands for, in all copies of this package. A later call replaces it; `null` brings
 * back the no-op.
 */
export function initGlobalTracer(tracer: TracerContract | null): void {
  (globalThis as GlobalHolder)[globalKey] = tracer;
}

/** A tracer that passes everything on to the one set by `initGlobalTracer()`, now or later; until then the no-op. */
export function globalTracer(): TracerContract {
  return delegate;
}
