import type { OtlpReporterOptions } from '@spanwise/tracer';

import { ADDRESS_FIX, parseAddress } from './address.ts';
import { warnOfCertificates } from './certificates.ts';
import { parseGrpcEndpoint, warnOfGrpc } from './grpc-fallback.ts';
import { readHeaders } from './headers.ts';
import { JAEGER_ENDPOINTS, readJaegerAddress } from './jaeger-address.ts';
import { readJaegerAuthorization } from './jaeger-authorization.ts';
import type { Variables } from './variables.ts';
import { withoutAbsent } from './without-absent.ts';
import { readTimeout } from './whole-number.ts';

/** How spans are sent over OTLP/HTTP. */
export interface OtlpSettings extends Pick<
  OtlpReporterOptions,
  'url' | 'protocol' | 'headers' | 'compression' | 'timeoutMillis'
> {
  /** The header of that name, for `url` and no other address. */
  readonly authorization?: string;
}

const BASE_ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const ENDPOINTS = ['SPANWISE_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', BASE_ENDPOINT];
const PROTOCOLS = ['SPANWISE_OTLP_PROTOCOL', ...ofTraces('PROTOCOL')];
const TIMEOUTS = [...ofTraces('TIMEOUT'), 'JAEGER_REPORTER_TIMEOUT'];

/**
 * The variables of OTLP, then those of Jaeger. gRPC, and Jaeger's Thrift, are answered with OTLP/HTTP to the same host.
 *
 * Source: OpenTelemetry specification 1.x, "OTLP Exporter Configuration".
 */
export function readOtlp(variables: Variables): OtlpSettings {
  const protocol = variables.read(PROTOCOLS, parseProtocol, 'write http/protobuf or http/json');
  const isJaeger = variables.firstSet(ENDPOINTS) === undefined;
  const url = isJaeger ? readJaegerAddress(variables) : readEndpoint(variables, protocol === 'grpc');
  if (protocol === 'grpc') warnOfGrpc(variables, variables.firstSet(PROTOCOLS)!, url);
  warnOfCertificates(variables);
  const hasJaegerEndpoint = isJaeger && url !== undefined && variables.firstSet(JAEGER_ENDPOINTS) !== undefined;
  return withoutAbsent({
    url: url?.href,
    protocol: protocol === 'grpc' ? 'protobuf' : protocol,
    compression: variables.read(ofTraces('COMPRESSION'), parseCompression, 'write gzip or none'),
    timeoutMillis: readTimeout(variables, TIMEOUTS),
    headers: readHeaders(variables),
    authorization: readJaegerAuthorization(variables, hasJaegerEndpoint),
  });
}

/** The one for traces, then the one for all signals. */
function ofTraces(option: string): string[] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${option}`, `OTEL_EXPORTER_OTLP_${option}`];
}

function parseProtocol(value: string): 'grpc' | 'protobuf' | 'json' | undefined {
  const protocol = value.toLowerCase();
  if (protocol === 'grpc') return protocol;
  if (protocol === 'http/protobuf' || protocol === 'protobuf') return 'protobuf';
  return protocol === 'http/json' || protocol === 'json' ? 'json' : undefined;
}

function parseCompression(value: string): 'gzip' | 'none' | undefined {
  const compression = value.toLowerCase();
  return compression === 'gzip' || compression === 'none' ? compression : undefined;
}

function readEndpoint(variables: Variables, isGrpc: boolean): URL | undefined {
  return variables.read(ENDPOINTS, isGrpc ? parseGrpcEndpoint(variables) : parseEndpoint, ADDRESS_FIX);
}

function parseEndpoint(value: string, name: string): URL | undefined {
  const url = parseAddress(value);
  if (url !== undefined && name === BASE_ENDPOINT) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url;
}
