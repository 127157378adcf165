import { decodeExportResponse } from '@spanwise/wire/otlp/encode';

import type { Acknowledgement } from './http-transport.ts';

const nothingRejected: Acknowledgement = Object.freeze({ rejectedSpans: 0, message: '' });

/**
 * Reads OTLP's `ExportTraceServiceResponse`, protobuf or JSON by its content type. An answer that is none of it
 * rejected nothing: the status said 2xx.
 */
export function readOtlpResponse(body: Uint8Array, contentType: string): Acknowledgement {
  try {
    const format = contentType.startsWith('application/json') ? 'json' : 'protobuf';
    const { rejectedSpans, errorMessage } = decodeExportResponse(body, format);
    return { rejectedSpans, message: errorMessage };
  } catch {
    return nothingRejected;
  }
}
