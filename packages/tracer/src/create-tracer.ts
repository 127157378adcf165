import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

import { checkOptions, type ManagerSettings } from './check-options.ts';
import { maxReportsInMinute } from './internal/late-call-report.ts';
import { MinuteLog } from './internal/minute-log.ts';
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

/** In debug mode it says which closes it ignores. */
function defaultScopeManager({ debug, logger, clock }: ManagerSettings): AsyncLocalStorageScopeManager {
  if (!debug) return new AsyncLocalStorageScopeManager();
  const log = new MinuteLog(logger, () => clock.monotonicMillis(), maxReportsInMinute);
  const warn = (message: string): void => void log.warn(() => `spanwise: ${message}`);
  return new AsyncLocalStorageScopeManager({ logger: { warn } });
}
