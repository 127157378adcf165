import { maxNesting } from '../internal/nesting.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { firstLateHighWord } from './protobuf-value-reader.ts';

/** What `scanOtlpProtobuf` counted. */
export interface ScannedSpans {
  /** Spans that `decodeOtlpProtobuf` would keep. */
  readonly spanCount: number;
  /** Spans that it would reject. */
  readonly rejected: number;
}

/**
 * Checks a protobuf body as `decodeOtlpProtobuf` would, and counts its spans, without building any object. For
 * receivers that store the bytes as they are and decode them later.
 *
 * @throws {WireFormatError} exactly when `decodeOtlpProtobuf` does.
 */
export function scanOtlpProtobuf(bytes: Uint8Array): ScannedSpans {
  const scanner = new Scanner(bytes);
  scanner.request();
  return { spanCount: scanner.spanCount, rejected: scanner.rejected };
}

class Scanner extends ProtobufReader {
  spanCount = 0;
  rejected = 0;
  #timesFit = true;

  request(): void {
    const end = this.bytes.length;
    while (this.position < end) {
      const tag = this.tag(end);
      if (tag === 0x0a) this.#resourceSpans(end);
      else this.skip(tag, end);
    }
  }

  #resourceSpans(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x12) this.#scopeSpans(fieldEnd);
      else if (tag === 0x0a) this.#withAttributes(fieldEnd, 0x0a);
      else this.skip(tag, fieldEnd);
    }
  }

  #scopeSpans(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x12) this.#span(fieldEnd);
      else if (tag === 0x0a) this.#withAttributes(fieldEnd, 0x1a);
      else this.skip(tag, fieldEnd);
    }
  }

  #span(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    let hasTraceId = false;
    let hasSpanId = false;
    let parentFits = true;
    this.#timesFit = true;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      switch (tag) {
        case 0x0a:
          hasTraceId = this.#id(fieldEnd, 16);
          break;
        case 0x12:
          hasSpanId = this.#id(fieldEnd, 8);
          break;
        case 0x22: {
          const parentEnd = this.fieldEnd(fieldEnd);
          const size = parentEnd - this.position;
          parentFits = size === 8 || size === 0;
          this.position = parentEnd;
          break;
        }
        case 0x39:
        case 0x41:
          this.#instant(fieldEnd);
          break;
        case 0x4a:
          this.#keyValue(fieldEnd, 1);
          break;
        case 0x5a:
          this.#withAttributes(fieldEnd, 0x1a, true);
          break;
        case 0x6a:
          this.#withAttributes(fieldEnd, 0x22);
          break;
        case 0x7a:
          this.#withAttributes(fieldEnd, 0);
          break;
        default:
          this.skip(tag, fieldEnd);
      }
    }
    if (hasTraceId && hasSpanId && parentFits && this.#timesFit) this.spanCount++;
    else this.rejected++;
  }

  /** Whether the bytes are an id that a span may have. */
  #id(end: number, size: number): boolean {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    this.position = fieldEnd;
    if (fieldEnd - start !== size) return false;
    let seen = 0;
    for (let offset = start; offset < fieldEnd; offset++) seen |= this.bytes[offset]!;
    return seen !== 0;
  }

  #instant(end: number): void {
    const start = this.fixed(8, end);
    if (this.int32At(start + 4) >>> 0 >= firstLateHighWord) this.#timesFit = false;
  }

  /** A message that holds attributes under `attributeTag` and otherwise plain fields; an event's time is checked. */
  #withAttributes(end: number, attributeTag: number, isEvent = false): void {
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === attributeTag) this.#keyValue(fieldEnd, 1);
      else if (tag === 0x09 && isEvent) this.#instant(fieldEnd);
      else this.skip(tag, fieldEnd);
    }
  }

  #keyValue(end: number, depth: number): void {
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x12) this.#anyValue(fieldEnd, depth);
      else this.skip(tag, fieldEnd);
    }
  }

  #anyValue(end: number, depth: number): void {
    if (depth > maxNesting) this.fail('values are nested too deeply');
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x2a || tag === 0x32) this.#listOrMap(fieldEnd, depth, tag === 0x2a);
      else this.skip(tag, fieldEnd);
    }
  }

  #listOrMap(end: number, depth: number, isList: boolean): void {
    const fieldEnd = this.fieldEnd(end);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag !== 0x0a) this.skip(tag, fieldEnd);
      else if (isList) this.#anyValue(fieldEnd, depth + 1);
      else this.#keyValue(fieldEnd, depth + 1);
    }
  }
}
