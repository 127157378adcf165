import { readUtf8, withStringMethods } from '../internal/platform.ts';
import { isObject, parseJson } from '../internal/json-input.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** The two encodings of OTLP over HTTP. */
export type OtlpFormat = 'protobuf' | 'json';

/**
 * An `ExportTraceServiceResponse` (opentelemetry-proto, collector/trace/v1/trace_service.proto): what the receiver says
 * of a body that it took. A message without rejected spans is a warning.
 */
export interface ExportResponse {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

/** A `google.rpc.Status`: what the receiver says of a body that it refused. */
export interface RpcStatus {
  /** A `google.rpc.Code`. */
  readonly code: number;
  readonly message: string;
  /** Another try is worth it after so many seconds: a `google.rpc.RetryInfo` among the details. Absent: none is. */
  readonly retryAfterSeconds?: number;
}

const retryInfo = 'type.googleapis.com/google.rpc.RetryInfo';
const fullSuccess: ExportResponse = Object.freeze({ rejectedSpans: 0, errorMessage: '' });

/** The answer to a body; `partial_success` is set only when there is something to say. For receivers. */
export function encodeExportResponse({ rejectedSpans, errorMessage }: ExportResponse, format: OtlpFormat): Uint8Array {
  const isFull = rejectedSpans === 0 && errorMessage === '';
  if (format === 'json') {
    return jsonBytes(isFull ? {} : { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } });
  }
  if (isFull) return new Uint8Array(0);
  return nested(0x0a, numberAndText(rejectedSpans, errorMessage));
}

/** The answer to a request that is refused. For receivers. */
export function encodeRpcStatus({ code, message, retryAfterSeconds }: RpcStatus, format: OtlpFormat): Uint8Array {
  if (format === 'protobuf') return numberAndText(code, message, retryAfterSeconds);
  if (retryAfterSeconds === undefined) return jsonBytes({ code, message });
  return jsonBytes({ code, message, details: [{ '@type': retryInfo, retryDelay: `${retryAfterSeconds}s` }] });
}

/**
 * Reads an answer; unknown fields are ignored, fields that are absent or have another type are as if there were nothing
 * to say. For senders.
 *
 * @throws {WireFormatError} when the bytes are no protobuf message or no JSON.
 */
export function decodeExportResponse(bytes: Uint8Array, format: OtlpFormat): ExportResponse {
  if (bytes.length === 0) return fullSuccess;
  return format === 'json' ? readJson(bytes) : readProtobuf(bytes);
}

/** Both messages have a number as field 1 and a text as field 2. */
function numberAndText(number: number, text: string, retryAfterSeconds?: number): Uint8Array {
  const writer = new ProtobufWriter();
  writer.byte(0x08);
  writer.varint64(Math.floor(number / 2 ** 32), number % 2 ** 32);
  writer.byte(0x12);
  writer.string(text);
  if (retryAfterSeconds !== undefined) addRetryInfo(writer, retryAfterSeconds);
  return writer.take();
}

/** A detail is an `Any` of type and value; the value here is a `Duration` in field 1, of seconds in field 1. */
function addRetryInfo(writer: ProtobufWriter, seconds: number): void {
  const duration = new ProtobufWriter();
  duration.byte(0x08);
  duration.varint64(0, seconds);
  const info = nested(0x0a, duration.take());
  const any = new ProtobufWriter();
  any.byte(0x0a);
  any.string(retryInfo);
  any.raw(nested(0x12, info));
  writer.raw(nested(0x1a, any.take()));
}

function nested(tag: number, message: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  writer.byte(tag);
  writer.varint(message.length);
  writer.raw(message);
  return writer.take();
}

function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function readJson(bytes: Uint8Array): ExportResponse {
  const answer = parseJson(bytes, 'an OTLP JSON answer');
  const partial = isObject(answer) ? answer['partialSuccess'] : undefined;
  if (!isObject(partial)) return fullSuccess;
  const { rejectedSpans, errorMessage } = partial;
  const rejected = typeof rejectedSpans === 'string' || typeof rejectedSpans === 'number' ? Number(rejectedSpans) : 0;
  return {
    rejectedSpans: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

function readProtobuf(bytes: Uint8Array): ExportResponse {
  const reader = new ProtobufReader(withStringMethods(bytes));
  let response = fullSuccess;
  while (reader.position < bytes.length) {
    const tag = reader.tag(bytes.length);
    if (tag === 0x0a) response = readPartialSuccess(reader, reader.fieldEnd(bytes.length));
    else reader.skip(tag, bytes.length);
  }
  return response;
}

function readPartialSuccess(reader: ProtobufReader, end: number): ExportResponse {
  let rejectedSpans = 0;
  let errorMessage = '';
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) {
      reader.varint(end);
      rejectedSpans = Math.max(0, reader.high * 2 ** 32 + (reader.low >>> 0));
    } else if (tag === 0x12) {
      const textEnd = reader.fieldEnd(end);
      errorMessage = readUtf8(reader.bytes, reader.position, textEnd);
      reader.position = textEnd;
    } else reader.skip(tag, end);
  }
  return { rejectedSpans, errorMessage };
}
