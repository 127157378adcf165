import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';

import { invalidOption } from '../internal/invalid-option.ts';
import type { BatchOptions } from './batch-options.ts';
import { batchOptionNames } from './batch-options.ts';
import { batchReporter } from './batch-reporter.ts';
import type { HttpTransportOptions } from './http-transport.ts';
import { parseHttpUrl } from '../internal/http-request.ts';
import { knownOptions } from '../internal/known-options.ts';
import { httpTransport } from './http-transport.ts';
import { readOtlpResponse } from './otlp-response.ts';
import type { Reporter } from './recorder.ts';

const optionNames = ['url', 'protocol', 'headers', 'timeoutMillis', 'compression', ...batchOptionNames];

/** Where an `otlpReporter` sends, in what form, and how it collects. */
export interface OtlpReporterOptions
  extends BatchOptions, Pick<HttpTransportOptions, 'headers' | 'timeoutMillis' | 'compression'> {
  /** `http://127.0.0.1:4318/v1/traces` unless given; an address without a path gets `/v1/traces`. */
  readonly url?: string;
  /** The body's format; `protobuf` unless given. */
  readonly protocol?: 'protobuf' | 'json';
}

/**
 * Sends spans over OTLP/HTTP: to Spanwise, an OpenTelemetry Collector, Jaeger, Tempo and most vendors.
 * Throws a `TypeError` for a wrong option, and for one that it does not know.
 */
export function otlpReporter(options: OtlpReporterOptions = {}): Reporter {
  knownOptions('otlpReporter', options, optionNames, "{ url: 'http://127.0.0.1:4318' }");
  const { url, protocol, headers, timeoutMillis, compression, ...batch } = options;
  const address = parseHttpUrl('otlpReporter: url', url ?? 'http://127.0.0.1:4318', '/v1/traces');
  const transport: HttpTransportOptions = {
    url: address.href,
    acknowledgement: readOtlpResponse,
    ...(headers !== undefined && { headers }),
    ...(timeoutMillis !== undefined && { timeoutMillis }),
    ...(compression && { compression }),
  };
  return batchReporter({
    ...batch,
    encoder: otlpEncoder(protocol ?? 'protobuf'),
    transport: httpTransport(transport),
    destination: address.host,
  });
}

function otlpEncoder(protocol: 'protobuf' | 'json'): OtlpProtobufEncoder | OtlpJsonEncoder {
  if (protocol === 'protobuf') return new OtlpProtobufEncoder();
  if (protocol === 'json') return new OtlpJsonEncoder();
  throw invalidOption('otlpReporter: protocol', protocol, 'must be "protobuf" or "json"');
}
