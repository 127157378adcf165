import { checkOptions } from './check-options.ts';
import { defaultScopeManager } from './default-scope-manager.ts';
import { FormatRegistry, requiredFormats } from './internal/format-registry.ts';
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
  const checked = checkOptions(options, defaultScopeManager);
  const formats = new FormatRegistry();
  for (const format of requiredFormats) formats.register(format, checked.propagators);
  return new SpanwiseTracer(checked, formats);
}
