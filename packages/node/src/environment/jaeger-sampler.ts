import { constantSampler, probabilitySampler, rateLimitingSampler } from '@spanwise/tracer';
import type { Sampler } from '@spanwise/tracer';

import { accepted } from './accepted.ts';
import { parseAddress } from './address.ts';
import { parseDecimal } from './decimal-number.ts';
import { DURATION_FIX, parseJaegerDuration } from './jaeger-duration.ts';
import { given, parentBasedOn, parseRate, RATE_FIX, remote } from './sampler-factory.ts';
import type { RemoteSettings, SamplerFactory } from './sampler-factory.ts';
import type { Variables } from './variables.ts';
import { readWholeNumber } from './whole-number.ts';

/**
 * The sampler of Jaeger's variables; an address to ask means `remote` when there is no type. Jaeger's clients follow their
 * parents by themselves; so do these.
 *
 * Source: jaeger-client-node 3.19, `ConfigurationEnv`; the README of jaeger-client-go.
 */
export function readJaegerSampler(variables: Variables): SamplerFactory | undefined {
  const endpoint = readEndpoint(variables);
  const type = variables.value('JAEGER_SAMPLER_TYPE') ?? (endpoint === undefined ? undefined : 'remote');
  if (type === undefined) return undefined;
  const known = type.toLowerCase();
  const make = Object.hasOwn(JAEGER_SAMPLERS, known) ? JAEGER_SAMPLERS[known] : undefined;
  if (make !== undefined) return parentBasedOn(make(variables, endpoint));
  variables.warn('JAEGER_SAMPLER_TYPE', type, `write one of ${Object.keys(JAEGER_SAMPLERS).join(', ')}`);
  return undefined;
}

const ENDPOINTS = ['JAEGER_SAMPLING_ENDPOINT', 'JAEGER_SAMPLER_MANAGER_HOST_PORT'];
const ENDPOINT_FIX = 'write an address such as http://127.0.0.1:5778/sampling; …HOST_PORT is without http://';

/** The address, the older pair of host and port in one variable, or the oldest with one for each. */
function readEndpoint(variables: Variables): URL | undefined {
  if (variables.firstSet(ENDPOINTS) === undefined) return readHostAndPort(variables);
  const parse = (value: string, name: string): URL | undefined =>
    parseAddress(name === ENDPOINTS[0] || value.includes('://') ? value : `http://${value}`);
  return variables.read(ENDPOINTS, parse, ENDPOINT_FIX);
}

function readHostAndPort(variables: Variables): URL | undefined {
  const [hosts, ports] = [['JAEGER_SAMPLER_HOST'], ['JAEGER_SAMPLER_PORT']];
  if (variables.firstSet([...hosts, ...ports]) === undefined) return undefined;
  const parse = (value: string): URL | undefined =>
    /[/?#@\s]/.test(value) ? undefined : parseAddress(`http://${value}`);
  const url = variables.read(hosts, parse, 'write a host’s name, without port') ?? new URL('http://127.0.0.1');
  url.port = String(readWholeNumber(variables, ports, 1, 65_535) ?? 5778);
  return url;
}

/** With the parameters that jaeger-client-java takes when none is given. */
const JAEGER_SAMPLERS: {
  readonly [type: string]: (variables: Variables, endpoint: URL | undefined) => SamplerFactory;
} = {
  const: (variables) => {
    const fix = 'write 1 (all) or 0 (none)';
    return given(readParam(variables, parseConst, fix, '1') ?? constantSampler(true));
  },
  probabilistic: (variables) => given(readParam(variables, parseRate, RATE_FIX, '0.001') ?? probabilitySampler(0.001)),
  ratelimiting: (variables) => {
    const fix = 'write a number of traces per second, 0 or more';
    return given(readParam(variables, parseLimit, fix, '100') ?? rateLimitingSampler(100));
  },
  remote: (variables, endpoint) => {
    const initialSampler = readParam(variables, parseRate, RATE_FIX, '0.001');
    return remote({ ...readRemote(variables, endpoint), ...(initialSampler && { initialSampler }) });
  },
};

function readRemote(variables: Variables, endpoint: URL | undefined): RemoteSettings {
  const url = withSamplingPath(endpoint, variables.value('JAEGER_SAMPLER_SAMPLING_PATH'));
  const interval = parseJaegerDuration(1, LONGEST_INTERVAL_MILLIS);
  const pollingIntervalMillis = variables.read(['JAEGER_SAMPLER_REFRESH_INTERVAL'], interval, DURATION_FIX);
  const maxOperations = readWholeNumber(variables, ['JAEGER_SAMPLER_MAX_OPERATIONS'], 0);
  return {
    ...(url !== undefined && { url: url.href }),
    ...(pollingIntervalMillis !== undefined && { pollingIntervalMillis }),
    ...(maxOperations !== undefined && { maxOperations }),
  };
}

/** A day: the sampler takes no longer one. */
const LONGEST_INTERVAL_MILLIS = 86_400_000;

/** An address that has a path keeps it. */
function withSamplingPath(endpoint: URL | undefined, path: string | undefined): URL | undefined {
  if (path === undefined || (endpoint !== undefined && endpoint.pathname !== '/')) return endpoint;
  const url = new URL(endpoint ?? 'http://127.0.0.1:5778');
  url.pathname = path;
  return url;
}

/** @param otherwise what is used in the place of a wrong one */
function readParam(
  variables: Variables,
  parse: (value: string) => Sampler | undefined,
  fix: string,
  otherwise: string,
): Sampler | undefined {
  return variables.read(['JAEGER_SAMPLER_PARAM'], parse, fix, `is not understood and ${otherwise} is used`);
}

function parseConst(value: string): Sampler | undefined {
  const number = parseDecimal(value);
  return number === 1 || number === 0 ? constantSampler(number === 1) : undefined;
}

function parseLimit(value: string): Sampler | undefined {
  return accepted(() => rateLimitingSampler(parseDecimal(value)));
}
