import { constantSampler, parentBased, probabilitySampler } from '@spanwise/tracer';
import type { Sampler } from '@spanwise/tracer';

import type { Variables } from './variables.ts';

/**
 * `SPANWISE_SAMPLE_RATE`, or OpenTelemetry's two variables; `undefined` when neither says anything that is understood.
 */
export function readSampler(variables: Variables): Sampler | undefined {
  if (variables.value('SPANWISE_SAMPLE_RATE') !== undefined) {
    const sampler = variables.read(['SPANWISE_SAMPLE_RATE'], parseRate, RATE_FIX);
    return sampler === undefined ? undefined : parentBased(sampler);
  }
  const name = variables.value('OTEL_TRACES_SAMPLER');
  if (name === undefined) return undefined;
  const make = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (make !== undefined) return make(() => readRatio(variables));
  variables.warn('OTEL_TRACES_SAMPLER', name, `write one of ${Object.keys(SAMPLERS).join(', ')}`);
  return undefined;
}

const RATE_FIX = 'write a rate from 0 to 1, such as 0.1; the smallest above 0 is 2^-56';

const SAMPLERS: { readonly [name: string]: (ratio: () => Sampler) => Sampler } = {
  always_on: () => constantSampler(true),
  always_off: () => constantSampler(false),
  traceidratio: (ratio) => ratio(),
  parentbased_always_on: () => parentBased(constantSampler(true)),
  parentbased_always_off: () => parentBased(constantSampler(false)),
  parentbased_traceidratio: (ratio) => parentBased(ratio()),
};

/** All traces when no rate is given, as in OpenTelemetry. */
function readRatio(variables: Variables): Sampler {
  return variables.read(['OTEL_TRACES_SAMPLER_ARG'], parseRate, RATE_FIX) ?? probabilitySampler(1);
}

/** What the sampler refuses is wrong here too: only it knows all of its limits. */
function parseRate(value: string): Sampler | undefined {
  try {
    return probabilitySampler(Number(value));
  } catch {
    return undefined;
  }
}
