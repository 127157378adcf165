import type { SpanEncoder } from '../encoder.ts';
import type { SpanRecord } from '../span-record.ts';

export interface ZipkinJsonOptions {
  /** Also send the resource's attributes, as tags of every span. Default false: Zipkin has no place for them. */
  readonly resourceAttributes?: boolean | undefined;
  /** Lower-case span and service names, as Zipkin's own clients do. Default true. */
  readonly lowerCaseNames?: boolean | undefined;
}

/** Makes bodies for Zipkin's `POST /api/v2/spans`, a JSON list. */
export class ZipkinJsonEncoder implements SpanEncoder {
  readonly contentType: string = 'application/json';
  spanCount = 0;
  byteLength = 0;
  constructor(_options: ZipkinJsonOptions = {}) {}
  add(_span: SpanRecord): void {
    throw new Error('not written yet');
  }
  take(): Uint8Array {
    throw new Error('not written yet');
  }
}
