import { checkOptions } from './check-options.ts';
import { defaultScopeManager } from './default-scope-manager.ts';
import type { TracerOptions } from './tracer-options.ts';
import { SpanwiseTracer } from './tracer.ts';

/**
 * Makes a tracer. Without options it records every trace and sends it over OTLP to a collector on this machine.
 *
 * It installs no process handlers: call `close` before the process ends, or use `@spanwise/node`, which does.
 *
 * Throws a `TypeError` for a wrong option; the message shows the value and what to write instead.
 */
export function createTracer(options: TracerOptions = {}): SpanwiseTracer {
  return new SpanwiseTracer(checkOptions(options, defaultScopeManager));
}
