import type { Tracer } from '../contract.ts';

/** Whether a tracer has what scopes need: those written for npm's package have not. */
export function hasScopes(tracer: Partial<Tracer> | null | undefined): boolean {
  return typeof tracer?.withActiveSpan === 'function' && Boolean(tracer.scopeManager);
}

/**
 * Refuses a tracer without scopes where it is given, and not when the first message or call comes.
 *
 * @throws TypeError that says what to do
 */
export function requireScopes(who: string, tracer: Tracer | undefined): void {
  if (tracer === undefined || hasScopes(tracer)) return;
  throw new TypeError(
    `${who}: the tracer has no scopes (withActiveSpan, scopeManager). Give it to initGlobalTracer, and leave it out here: globalTracer() lends it scopes`,
  );
}
