import { otlpReporter, zipkinReporter } from '@spanwise/tracer';
import type { BatchOptions, OtlpReporterOptions, Recorder } from '@spanwise/tracer';

import type { OtlpSettings } from './environment/otlp.ts';
import type { EnvironmentSettings } from './environment/settings.ts';

/**
 * The exporters of the environment.
 *
 * @param choice goes before what the environment says of OTLP.
 * @param batch goes before what it says of batches.
 */
export function recordersOf(
  { exporters, otlp, zipkin, batching }: EnvironmentSettings,
  choice: Omit<OtlpSettings, 'authorization'>,
  batch: Pick<BatchOptions, 'logger'>,
): Recorder[] {
  const collected = { ...batching, ...batch };
  return exporters.map((name) =>
    name === 'zipkin'
      ? zipkinReporter({ ...collected, ...zipkin })
      : otlpReporter({ ...collected, ...withAuthorization(otlp, choice), ...choice }),
  );
}

/** What authorizes at the environment's address must not go to another one, and a header of that name goes before it. */
function withAuthorization(
  { authorization, ...otlp }: OtlpSettings,
  choice: Omit<OtlpSettings, 'authorization'>,
): OtlpReporterOptions {
  if (authorization === undefined || choice.url !== undefined) return otlp;
  const isGiven = Object.keys(otlp.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  return isGiven ? otlp : { ...otlp, headers: { ...otlp.headers, authorization } };
}
