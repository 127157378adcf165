import { validateHeaderName, validateHeaderValue } from 'node:http';

import type { PropagatorLists } from '@spanwise/tracer';

import { readPropagators } from './propagators.ts';
import { readSampler } from './sampler.ts';
import type { SamplerFactory } from './sampler.ts';
import type { Environment, WarningListener } from './variables.ts';
import { Variables } from './variables.ts';

/** What the environment says. What it does not say, or says wrongly, is absent. */
export interface EnvironmentSettings {
  readonly disabled: boolean;
  readonly serviceName?: string;
  /** Tags of the process. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether local roots note what the runtime did in their time. */
  readonly runtimeProbe?: boolean;
  readonly propagators?: PropagatorLists;
  readonly sampler?: SamplerFactory;
  /** `none` records spans for nobody; contexts still travel. */
  readonly exporter: 'otlp' | 'none';
  readonly url?: string;
  readonly protocol?: 'protobuf' | 'json';
  readonly headers?: Readonly<Record<string, string>>;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads the variables of Spanwise, and OpenTelemetry's where Spanwise's own is not set.
 *
 * | setting | variables, the first that is set counts |
 * |---|---|
 * | off | `SPANWISE_DISABLED`, `OTEL_SDK_DISABLED` |
 * | service name | `SPANWISE_SERVICE_NAME`, `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES` |
 * | process tags | `OTEL_RESOURCE_ATTRIBUTES` |
 * | collector | `SPANWISE_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT` |
 * | headers | `SPANWISE_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS` |
 * | body | `SPANWISE_OTLP_PROTOCOL`, `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` |
 * | sampling | `SPANWISE_SAMPLE_RATE`, `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`, `JAEGER_SAMPLER_TYPE` with `JAEGER_SAMPLER_PARAM` and `JAEGER_SAMPLING_ENDPOINT` or `JAEGER_SAMPLER_MANAGER_HOST_PORT` |
 * | event loop, garbage, processor | `SPANWISE_RUNTIME_PROBE` |
 * | headers of contexts | `OTEL_PROPAGATORS` |
 * | exporter | `OTEL_TRACES_EXPORTER`: `otlp` or `none` |
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` gets `/v1/traces` appended.
 *
 * Source: OpenTelemetry specification 1.x, "Environment Variable Specification" and "OTLP Exporter Configuration"; the
 * README of jaeger-client-go for Jaeger's.
 */
export function readEnvironment(environment: Environment, listener: WarningListener): EnvironmentSettings {
  const variables = new Variables(environment, listener);
  const disabled = variables.read(['SPANWISE_DISABLED', 'OTEL_SDK_DISABLED'], parseBoolean, 'write true or false');
  if (disabled === true) return { disabled, exporter: 'none' };
  const tags = variables.read(['OTEL_RESOURCE_ATTRIBUTES'], parsePairs, PAIRS_FIX);
  return withoutAbsent({
    disabled: false,
    serviceName:
      variables.value('SPANWISE_SERVICE_NAME') ?? variables.value('OTEL_SERVICE_NAME') ?? tags?.['service.name'],
    tags: tags === undefined ? undefined : withoutServiceName(tags),
    sampler: readSampler(variables),
    runtimeProbe: variables.read(['SPANWISE_RUNTIME_PROBE'], parseBoolean, 'write true or false'),
    propagators: readPropagators(variables),
    exporter: variables.read(['OTEL_TRACES_EXPORTER'], parseExporter, 'write otlp or none') ?? 'otlp',
    url: variables.read(ENDPOINTS, parseEndpoint, 'write an address such as http://127.0.0.1:4318'),
    protocol: variables.read(PROTOCOLS, parseProtocol, 'write http/protobuf or http/json; gRPC is not spoken here'),
    headers: variables.read(HEADERS, parseHeaders, HEADERS_FIX),
  });
}

const BASE_ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const ENDPOINTS = ['SPANWISE_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', BASE_ENDPOINT];
const PROTOCOLS = ['SPANWISE_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
const HEADERS = ['SPANWISE_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const PAIRS_FIX = 'write pairs such as key=value,other=value, percent-encoded where needed';
const HEADERS_FIX = `${PAIRS_FIX}, with names and values that HTTP allows (no line breaks)`;

function parseBoolean(value: string): boolean | undefined {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : undefined;
}

function parseExporter(value: string): 'otlp' | 'none' | undefined {
  return value === 'otlp' || value === 'none' ? value : undefined;
}

function parseEndpoint(value: string, name: string): string | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (name === BASE_ENDPOINT) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

function parseProtocol(value: string): 'protobuf' | 'json' | undefined {
  if (value === 'http/protobuf' || value === 'protobuf') return 'protobuf';
  return value === 'http/json' || value === 'json' ? 'json' : undefined;
}

/** `a=1,b=%20`: W3C Baggage's form without properties, which both headers and resource attributes have. */
function parsePairs(value: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const part of value.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    if (key === '') return undefined;
    try {
      pairs.push([decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim())]);
    } catch {
      return undefined;
    }
  }
  return Object.fromEntries(pairs);
}

/**
 * A header that Node would not send fails every export; one that is wrong is found here, as the
 * others of the environment are.
 */
function parseHeaders(value: string): Record<string, string> | undefined {
  const headers = parsePairs(value);
  return headers !== undefined && Object.entries(headers).every(canBeSent) ? headers : undefined;
}

function canBeSent([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function withoutServiceName(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== 'service.name'));
}

function withoutAbsent(settings: {
  [Key in keyof EnvironmentSettings]: EnvironmentSettings[Key] | undefined;
}): EnvironmentSettings {
  const present = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Writable<EnvironmentSettings>;
}
