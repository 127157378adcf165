import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';

import type { BatchOptions } from './batch-options.ts';
import { batchOptionNames } from './batch-options.ts';
import { batchReporter } from './batch-reporter.ts';
import type { HttpTransportOptions } from './http-transport.ts';
import { parseHttpUrl } from '../internal/http-request.ts';
import { knownOptions } from '../internal/known-options.ts';
import { httpTransport } from './http-transport.ts';
import type { Reporter } from './recorder.ts';

const defaultUrl = 'http://127.0.0.1:9411/api/v2/spans';
const optionNames = ['url', 'headers', 'timeoutMillis', 'compression', ...batchOptionNames];

/** Where a `zipkinReporter` sends, and how it collects. */
export interface ZipkinReporterOptions
  extends BatchOptions, Pick<HttpTransportOptions, 'headers' | 'timeoutMillis' | 'compression'> {
  /** `http://127.0.0.1:9411/api/v2/spans` unless given; an address without a path gets `/api/v2/spans`. */
  readonly url?: string;
}

/**
 * Sends spans as Zipkin v2 JSON: to Zipkin, Spanwise, and whatever else takes it. OTLP carries more: links, typed
 * values, nanoseconds. Throws a `TypeError` for a wrong option, and for one that it does not know.
 */
export function zipkinReporter(options: ZipkinReporterOptions = {}): Reporter {
  knownOptions('zipkinReporter', options, optionNames, `{ url: '${defaultUrl}' }`);
  const { url, headers, timeoutMillis, compression, ...batch } = options;
  const address = parseHttpUrl('zipkinReporter: url', url ?? defaultUrl, '/api/v2/spans', defaultUrl);
  const transport: HttpTransportOptions = {
    url: address.href,
    ...(headers !== undefined && { headers }),
    ...(timeoutMillis !== undefined && { timeoutMillis }),
    ...(compression && { compression }),
  };
  return batchReporter({
    ...batch,
    encoder: new ZipkinJsonEncoder(),
    transport: httpTransport(transport),
    destination: address.host,
  });
}
