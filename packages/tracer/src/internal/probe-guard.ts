import type { Span } from '@spanwise/opentracing';

import type { RuntimeProbe } from '../runtime-probe.ts';
import type { MinuteLog } from './minute-log.ts';

/** The boundary between the tracer and a runtime probe: whatever it throws is counted and logged once a minute. */
export class ProbeGuard {
  errors = 0;
  readonly #probe: RuntimeProbe;
  readonly #log: MinuteLog;
  #closed = false;

  constructor(probe: RuntimeProbe, log: MinuteLog) {
    this.#probe = probe;
    this.#log = log;
  }

  /** Nothing after `close`, which has let go of timers and observers. */
  begin(): unknown {
    if (this.#closed) return undefined;
    try {
      return this.#probe.begin();
    } catch (error) {
      this.#failed('begin', error);
      return undefined;
    }
  }

  end(begun: unknown, span: Span | undefined): void {
    try {
      this.#probe.end(begun, span);
    } catch (error) {
      this.#failed('end', error);
    }
  }

  close(): void {
    this.#closed = true;
    try {
      this.#probe.close?.();
    } catch (error) {
      this.#failed('close', error);
    }
  }

  #failed(method: string, error: unknown): void {
    this.errors += 1;
    this.#log.warn(() => `spanwise: the runtime probe's ${method} threw (${this.errors} so far): ${String(error)}`);
  }
}
