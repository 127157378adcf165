import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

import type { ManagerSettings } from './check-options.ts';
import { maxReportsInMinute } from './internal/late-call-report.ts';
import { MinuteLog } from './internal/minute-log.ts';

/** The scope manager of tracers that are given none. In debug mode it says which closes it ignores. */
export function defaultScopeManager({ debug, logger, clock }: ManagerSettings): AsyncLocalStorageScopeManager {
  if (!debug) return new AsyncLocalStorageScopeManager();
  const log = new MinuteLog(logger, () => clock.monotonicMillis(), maxReportsInMinute);
  const warn = (message: string): void => void log.warn(() => `spanwise: ${message}`);
  return new AsyncLocalStorageScopeManager({ logger: { warn } });
}
