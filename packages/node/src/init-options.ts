import type { OtlpReporterOptions, RuntimeProbe, TracerOptions } from '@spanwise/tracer';

import type { Environment } from './environment/variables.ts';
import type { InstrumentationChoice } from './loading/instrument.ts';

/** Settings in code; each goes before the environment's. */
export interface InitOptions extends Omit<TracerOptions, 'runtimeProbe'> {
  /**
   * Notes on every local root how long the event loop was blocked, garbage collected, and the processor used in its time:
   * see `NodeRuntimeProbe`, which does so unless another one is given, or `false`.
   */
  readonly runtimeProbe?: RuntimeProbe | false;
  /** `true` makes everything a no-op. */
  readonly disabled?: boolean;
  /** Where OTLP goes, when `recorders` are not given; `OTEL_TRACES_EXPORTER` says whether it does. */
  readonly otlp?: Pick<OtlpReporterOptions, 'url' | 'protocol' | 'headers' | 'compression' | 'timeoutMillis'>;
  /** Which libraries are traced. */
  readonly instrumentation?: InstrumentationChoice;
  /** Instead of `process.env`. */
  readonly environment?: Environment;
}
