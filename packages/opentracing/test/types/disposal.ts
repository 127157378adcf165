import { globalTracer, Tracer, type Scope, type Span } from '@spanwise/opentracing';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

import { exactly } from './exactly.ts';

export function spansAndScopes(tracer: Tracer): void {
  using span = tracer.startSpan('a');
  using scope = tracer.startActiveSpan('b', { finishOnClose: false, tags: {} });
  using opened = tracer.scopeManager.activate(span, true);
  exactly<Span>()(span);
  exactly<Scope>()(scope);
  exactly<Span>()(opened.span);
  // @ts-expect-error -- a context is nothing to dispose of
  using context = span.context();
  void context;
}

export async function tracers(): Promise<void> {
  await using tracer = new Tracer(new AsyncLocalStorageScopeManager());
  await using global = globalTracer();
  exactly<Span | null>()(global.activeSpan);
  exactly<void>()(await tracer.close(() => {}));
  // @ts-expect-error -- a tracer is disposed of asynchronously
  using wrong = globalTracer();
  void wrong;
}
