import { constantSampler, parentBased, probabilitySampler } from '@spanwise/tracer';
import type { Sampler } from '@spanwise/tracer';

import type { Variables } from './variables.ts';

/** `SPANWISE_SAMPLE_RATE`, or OpenTelemetry's two variables; `undefined` when neither says anything that is understood. */
export function readSampler(variables: Variables): Sampler | undefined {
  if (variables.value('SPANWISE_SAMPLE_RATE') !== undefined) {
    const rate = variables.read(['SPANWISE_SAMPLE_RATE'], parseRate, RATE_FIX);
    return rate === undefined ? undefined : parentBased(probabilitySampler(rate));
  }
  const name = variables.value('OTEL_TRACES_SAMPLER');
  if (name === undefined) return undefined;
  const make = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (make !== undefined) return make(() => readRate(variables));
  variables.warn('OTEL_TRACES_SAMPLER', name, `write one of ${Object.keys(SAMPLERS).join(', ')}`);
  return undefined;
}

const RATE_FIX = 'write a rate from 0 to 1, such as 0.1';

const SAMPLERS: { readonly [name: string]: (rate: () => number) => Sampler } = {
  always_on: () => constantSampler(true),
  always_off: () => constantSampler(false),
  traceidratio: (rate) => probabilitySampler(rate()),
  parentbased_always_on: () => parentBased(constantSampler(true)),
  parentbased_always_off: () => parentBased(constantSampler(false)),
  parentbased_traceidratio: (rate) => parentBased(probabilitySampler(rate())),
};

/** 1 when it is not given, as in OpenTelemetry. */
function readRate(variables: Variables): number {
  return variables.read(['OTEL_TRACES_SAMPLER_ARG'], parseRate, RATE_FIX) ?? 1;
}

function parseRate(value: string): number | undefined {
  const rate = Number(value);
  return rate >= 0 && rate <= 1 ? rate : undefined;
}
