import { constantSampler, parentBased, probabilitySampler } from '@spanwise/tracer';
import type { Sampler } from '@spanwise/tracer';

import { parseDecimal } from './decimal-number.ts';
import { readJaegerSampler } from './jaeger-sampler.ts';
import { checkedRemote, given, parentBasedOn, parseRate, RATE_FIX, remote } from './sampler-factory.ts';
import type { RemoteSettings, SamplerFactory } from './sampler-factory.ts';
import type { Variables } from './variables.ts';

/**
 * `SPANWISE_SAMPLE_RATE`, OpenTelemetry's two variables, or Jaeger's; `undefined` when none says anything that is
 * understood.
 */
export function readSampler(variables: Variables): SamplerFactory | undefined {
  if (variables.value('SPANWISE_SAMPLE_RATE') !== undefined) {
    const sampler = variables.read(['SPANWISE_SAMPLE_RATE'], parseRate, RATE_FIX);
    return sampler && (() => parentBased(sampler));
  }
  const name = variables.value('OTEL_TRACES_SAMPLER');
  if (name === undefined) return readJaegerSampler(variables);
  const known = name.toLowerCase();
  const make = Object.hasOwn(SAMPLERS, known) ? SAMPLERS[known] : undefined;
  if (make !== undefined) return make(variables);
  variables.warn('OTEL_TRACES_SAMPLER', name, `write one of ${Object.keys(SAMPLERS).join(', ')}`);
  return undefined;
}

const REMOTE_FIX =
  'write endpoint=http://127.0.0.1:5778,pollingIntervalMs=60000,initialSamplingRate=0.001, or some of these; ' +
  'it is asked over HTTP, gRPC (port 14250) is not spoken here';

const SAMPLERS: { readonly [name: string]: (variables: Variables) => SamplerFactory } = {
  always_on: () => () => constantSampler(true),
  always_off: () => () => constantSampler(false),
  traceidratio: (variables) => given(readRatio(variables)),
  parentbased_always_on: () => () => parentBased(constantSampler(true)),
  parentbased_always_off: () => () => parentBased(constantSampler(false)),
  parentbased_traceidratio: (variables) => given(parentBased(readRatio(variables))),
  jaeger_remote: (variables) => remote(readRemoteArgument(variables)),
  parentbased_jaeger_remote: (variables) => parentBasedOn(remote(readRemoteArgument(variables))),
};

/** All traces when no rate is given, as in OpenTelemetry. */
function readRatio(variables: Variables): Sampler {
  return variables.read(['OTEL_TRACES_SAMPLER_ARG'], parseRate, RATE_FIX) ?? probabilitySampler(1);
}

/**
 * `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…`, in any order; an address has no comma. What is wrong loses itself
 * and nothing else. It is named and not shown alone: who wrote a secret with a comma wrote a part of it there.
 */
function readRemoteArgument(variables: Variables): RemoteSettings {
  const argument = variables.value('OTEL_TRACES_SAMPLER_ARG');
  const parts = argument?.split(',').map((part, index) => parseRemotePart(part, index)) ?? [];
  const wrong = parts.filter(({ settings }) => settings === undefined).map(({ name }) => name);
  if (wrong.length > 0) {
    const outcome = `is not understood in ${wrong.join(' and ')}, which is left out`;
    variables.warn('OTEL_TRACES_SAMPLER_ARG', argument!, REMOTE_FIX, outcome);
  }
  return Object.assign({}, ...parts.map(({ settings }) => settings)) as RemoteSettings;
}

function parseRemotePart(part: string, index: number): { name: string; settings: RemoteSettings | undefined } {
  const equals = part.indexOf('=');
  const key = part.slice(0, Math.max(equals, 0)).trim();
  if (!Object.hasOwn(REMOTE_KEYS, key)) return { name: `part ${index + 1}`, settings: undefined };
  return { name: key, settings: REMOTE_KEYS[key]!(part.slice(equals + 1).trim()) };
}

const REMOTE_KEYS: { readonly [key: string]: (value: string) => RemoteSettings | undefined } = {
  endpoint: (value) => (isGrpcAddress(value) ? undefined : checkedRemote({ url: value })),
  pollingIntervalMs: (value) => checkedRemote({ pollingIntervalMillis: parseDecimal(value) }),
  initialSamplingRate: (value) => {
    const initialSampler = parseRate(value);
    return initialSampler && { initialSampler };
  },
};

/** The address in the specification's example. */
function isGrpcAddress(value: string): boolean {
  return URL.canParse(value) && new URL(value).port === '14250';
}
