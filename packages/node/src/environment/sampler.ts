import {
  constantSampler,
  parentBased,
  probabilitySampler,
  rateLimitingSampler,
  remoteControlledSampler,
} from '@spanwise/tracer';
import type { Logger, RemoteControlledOptions, Sampler } from '@spanwise/tracer';

import type { Variables } from './variables.ts';

/** What a sampler of the environment is made with; nothing polls before it is. */
export type SamplerFactory = (service: { readonly serviceName: string; readonly logger: Logger }) => Sampler;

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
  const make = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (make !== undefined) return make(variables);
  variables.warn('OTEL_TRACES_SAMPLER', name, `write one of ${Object.keys(SAMPLERS).join(', ')}`);
  return undefined;
}

const RATE_FIX = 'write a rate from 0 to 1, such as 0.1; the smallest above 0 is 2^-56';
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

function given(sampler: Sampler): SamplerFactory {
  return () => sampler;
}

function parentBasedOn(factory: SamplerFactory): SamplerFactory {
  return (service) => parentBased(factory(service));
}

type RemoteSettings = Pick<RemoteControlledOptions, 'url' | 'pollingIntervalMillis' | 'initialSampler'>;

function remote(settings: RemoteSettings): SamplerFactory {
  return ({ serviceName, logger }) => remoteControlledSampler({ ...settings, serviceName, logger });
}

/** All traces when no rate is given, as in OpenTelemetry. */
function readRatio(variables: Variables): Sampler {
  return variables.read(['OTEL_TRACES_SAMPLER_ARG'], parseRate, RATE_FIX) ?? probabilitySampler(1);
}

/** What the sampler refuses is wrong here too: only it knows all of its limits. */
function parseRate(value: string): Sampler | undefined {
  return accepted(() => probabilitySampler(Number(value)));
}

function accepted<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function readRemoteArgument(variables: Variables): RemoteSettings {
  return variables.read(['OTEL_TRACES_SAMPLER_ARG'], parseRemote, REMOTE_FIX) ?? {};
}

/** `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…`, in any order; an address has no comma. */
function parseRemote(value: string): RemoteSettings | undefined {
  let settings: RemoteSettings = {};
  for (const part of value.split(',')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    const parsed = Object.hasOwn(REMOTE_KEYS, key) ? REMOTE_KEYS[key]!(part.slice(equals + 1).trim()) : undefined;
    if (parsed === undefined) return undefined;
    settings = { ...settings, ...parsed };
  }
  return settings;
}

const REMOTE_KEYS: { readonly [key: string]: (value: string) => RemoteSettings | undefined } = {
  endpoint: (value) => (isGrpcAddress(value) ? undefined : checked({ url: value })),
  pollingIntervalMs: (value) => (value === '' ? undefined : checked({ pollingIntervalMillis: Number(value) })),
  initialSamplingRate: (value) => {
    const initialSampler = value === '' ? undefined : parseRate(value);
    return initialSampler && { initialSampler };
  },
};

/** The address in the specification's example. */
function isGrpcAddress(value: string): boolean {
  return URL.canParse(value) && new URL(value).port === '14250';
}

/** As for rates: what the sampler takes is right. It is made, and closed before it asks. */
function checked(settings: RemoteSettings): RemoteSettings | undefined {
  return accepted(() => {
    remoteControlledSampler({ ...settings, serviceName: 'checked' }).close();
    return settings;
  });
}

/** Jaeger's clients follow their parents by themselves; so do these. */
function readJaegerSampler(variables: Variables): SamplerFactory | undefined {
  const endpoint = readJaegerEndpoint(variables);
  const type = variables.value('JAEGER_SAMPLER_TYPE') ?? (endpoint === undefined ? undefined : 'remote');
  if (type === undefined) return undefined;
  const make = Object.hasOwn(JAEGER_SAMPLERS, type) ? JAEGER_SAMPLERS[type] : undefined;
  if (make !== undefined) return parentBasedOn(make(variables, endpoint));
  variables.warn('JAEGER_SAMPLER_TYPE', type, `write one of ${Object.keys(JAEGER_SAMPLERS).join(', ')}`);
  return undefined;
}

/** The address, or the older pair of host and port. */
function readJaegerEndpoint(variables: Variables): RemoteSettings | undefined {
  const names = ['JAEGER_SAMPLING_ENDPOINT', 'JAEGER_SAMPLER_MANAGER_HOST_PORT'];
  const fix = 'write an address such as http://127.0.0.1:5778/sampling; …HOST_PORT is without http://';
  const parse = (value: string, name: string): RemoteSettings | undefined =>
    checked({ url: name === names[0] || value.includes('://') ? value : `http://${value}` });
  return variables.read(names, parse, fix);
}

/** With the parameters that jaeger-client-java takes when none is given. */
const JAEGER_SAMPLERS: {
  readonly [type: string]: (variables: Variables, endpoint: RemoteSettings | undefined) => SamplerFactory;
} = {
  const: (variables) => given(readParam(variables, parseConst, 'write 1 (all) or 0 (none)') ?? constantSampler(true)),
  probabilistic: (variables) => given(readParam(variables, parseRate, RATE_FIX) ?? probabilitySampler(0.001)),
  ratelimiting: (variables) => {
    const fix = 'write a number of traces per second, 0 or more';
    return given(readParam(variables, parseLimit, fix) ?? rateLimitingSampler(100));
  },
  remote: (variables, endpoint) => {
    const initialSampler = readParam(variables, parseRate, RATE_FIX);
    return remote({ ...endpoint, ...(initialSampler && { initialSampler }) });
  },
};

function readParam(
  variables: Variables,
  parse: (value: string) => Sampler | undefined,
  fix: string,
): Sampler | undefined {
  return variables.read(['JAEGER_SAMPLER_PARAM'], parse, fix);
}

function parseConst(value: string): Sampler | undefined {
  const number = Number(value);
  return number === 1 || number === 0 ? constantSampler(number === 1) : undefined;
}

function parseLimit(value: string): Sampler | undefined {
  return accepted(() => rateLimitingSampler(Number(value)));
}
