import type { DecodedSpans } from '../decoded-spans.ts';
import type { AttributeValue, Attributes, SpanRecord } from '../span-record.ts';
import { noAttributes } from '../span-record.ts';
import { mayBeOwnKey, takeOwnAttributes } from './own-attributes.ts';
import { OtlpSpanReader } from './protobuf-span-reader.ts';

/**
 * Reads an OTLP `ExportTraceServiceRequest` in protobuf. An empty body is a request without spans.
 *
 * Unknown fields, and known ones with another wire type, are passed over, as protobuf asks. Of a field that may be there
 * once the last counts. Links whose ids have a wrong length are left out and counted in `droppedLinksCount`. Unknown
 * kinds and status codes become unspecified.
 *
 * @throws {WireFormatError} when the bytes are no such message; exactly when `scanOtlpProtobuf` throws.
 */
export function decodeOtlpProtobuf(bytes: Uint8Array): DecodedSpans {
  const reader = new RecordReader(bytes);
  reader.read();
  return { spans: reader.spans, rejected: reader.rejected, reasons: reader.reasons };
}

class RecordReader extends OtlpSpanReader {
  readonly spans: SpanRecord[] = [];
  #attributes: AttributeValue[] | undefined;
  #hasOwnKeys = false;

  protected override beginSpan(): void {
    this.#attributes = undefined;
    this.#hasOwnKeys = false;
  }

  protected override attribute(end: number): void {
    if (mayBeOwnKey(this.keyValue(end, (this.#attributes ??= []), 1))) this.#hasOwnKeys = true;
  }

  protected override finishAttributes(): Attributes {
    if (this.#attributes === undefined) return noAttributes;
    if (!this.#hasOwnKeys) return this.#attributes;
    const own = takeOwnAttributes(this.#attributes);
    this.own = own;
    return own.attributes;
  }

  protected override span(span: SpanRecord): void {
    this.spans.push(span);
  }
}
