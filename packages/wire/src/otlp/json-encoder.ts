import type { SpanEncoder } from '../encoder.ts';
import type { SpanRecord } from '../span-record.ts';

/** Makes bodies for OTLP/HTTP, `ExportTraceServiceRequest`. */
export class OtlpJsonEncoder implements SpanEncoder {
  readonly contentType: string = 'application/json';
  spanCount = 0;
  byteLength = 0;
  add(_span: SpanRecord): void {
    throw new Error('not written yet');
  }
  take(): Uint8Array {
    throw new Error('not written yet');
  }
}
