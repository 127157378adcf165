import { maxItems, withItem } from './baggage-text.ts';
import { setDecision, setIds } from './loose-ids.ts';
import type { MutableTraceContext } from './trace-context.ts';

/*
 * The carrier of opentracing's basictracer for Go and Python: the length of what follows as 4 bytes, big-endian, then a
 * protobuf message (basictracer-go, wire/wire.proto):
 *
 *   message TracerState {
 *     fixed64 trace_id = 1;
 *     fixed64 span_id = 2;
 *     bool sampled = 3;
 *     map<string, string> baggage_items = 4;
 *   }
 */
const lengthBytes = 4;
/** Room for all baggage that the W3C asks to pass on, in any script. */
const maxLength = 32_768;
const idsAndDecision = 9 + 9 + 2;

const traceIdField = 0x09;
const spanIdField = 0x11;
const sampledField = 0x18;
const baggageField = 0x22;
const keyField = 0x0a;
const valueField = 0x12;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lower half of the trace id, the span id, the decision and the baggage as basictracer's bytes. Left out are baggage
 * items beyond the first 180, and each one that would make more than 32,768 bytes. Lone surrogates become U+FFFD. A
 * context that leaves the decision to the receiver says "not sampled": the format has no third word for it.
 */
export function formatTracerState(
  context: Readonly<MutableTraceContext>,
  baggage: Readonly<Record<string, string>>,
): Uint8Array {
  const sampled = (context.flags & 1) === 1;
  // As protobuf 3 has it: what is false is not written.
  const length = lengthBytes + idsAndDecision - (sampled ? 0 : 2);
  const entries = encodedEntries(baggage, length);
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + entry.length, length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - lengthBytes);
  putId(view, 4, traceIdField, context.traceId2, context.traceId3);
  putId(view, 13, spanIdField, context.spanId0, context.spanId1);
  if (sampled) bytes.set([sampledField, 1], 22);
  let at = length;
  for (const entry of entries) {
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

function putId(view: DataView, at: number, field: number, high: number, low: number): void {
  view.setUint8(at, field);
  view.setInt32(at + 1, low, true);
  view.setInt32(at + 5, high, true);
}

/** Each item as a field of the message. */
function encodedEntries(baggage: Readonly<Record<string, string>>, lengthBefore: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let length = lengthBefore;
  for (const key of Object.keys(baggage)) {
    if (entries.length === maxItems) break;
    const texts = [...textField(keyField, key), ...textField(valueField, String(baggage[key]))];
    const entry = Uint8Array.from([baggageField, ...varint(texts.length), ...texts]);
    if (length + entry.length > maxLength) continue;
    entries.push(entry);
    length += entry.length;
  }
  return entries;
}

function textField(field: number, text: string): number[] {
  // Three bytes a character at most, so that nothing huge is spread.
  if (text.length > maxLength) return Array.from({ length: maxLength });
  const bytes = utf8Encoder.encode(text);
  return [field, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

/** Whether the bytes begin as basictracer's do: with a length below 16 MiB. */
export function isTracerState(bytes: Uint8Array): boolean {
  return bytes[0] === 0;
}

/**
 * Reads what {@link formatTracerState} and basictracer for Go and Python write: fills ids and decision of `target`, and
 * gives the baggage, `{}` for none. Of a repeated field or key the last counts, and fields that the message does not
 * define are passed over, as protobuf has it. Bytes behind the length are another message's.
 *
 * Refused, with `undefined` and `target` untouched: a length that points beyond the bytes, a message that is cut or of more
 * than 32,764 bytes or 180 items, a zero id, broken UTF-8.
 */
export function parseTracerState(bytes: Uint8Array, target: MutableTraceContext): Record<string, string> | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > bytes.length - lengthBytes || length > maxLength - lengthBytes) return undefined;
  try {
    const state = readState(new FieldReader(bytes.subarray(lengthBytes, lengthBytes + length)));
    if (!setIds(target, state.trace, state.span)) return undefined;
    setDecision(target, state.sampled);
    return state.baggage;
  } catch {
    // A field that is cut, or broken UTF-8.
    return undefined;
  }
}

interface Fixed64 {
  readonly word0: 0;
  readonly word1: 0;
  readonly word2: number;
  readonly word3: number;
}

const noId: Fixed64 = { word0: 0, word1: 0, word2: 0, word3: 0 };

function readState(fields: FieldReader): {
  trace: Fixed64;
  span: Fixed64;
  sampled: boolean;
  baggage: Record<string, string>;
} {
  const state = { trace: noId, span: noId, sampled: false, baggage: {} };
  let items = 0;
  while (!fields.isAtEnd) {
    const field = fields.varint();
    if (field === traceIdField) state.trace = fields.fixed64();
    else if (field === spanIdField) state.span = fields.fixed64();
    else if (field === sampledField) state.sampled = fields.isNotZero();
    else if (field === baggageField) {
      if (++items > maxItems) throw new RangeError('more items than anybody sends');
      const [key, value] = readEntry(new FieldReader(fields.bytes()));
      withItem(state.baggage, key, value);
    } else fields.pass(field);
  }
  return state;
}

function readEntry(fields: FieldReader): readonly [key: string, value: string] {
  let key = '';
  let value = '';
  while (!fields.isAtEnd) {
    const field = fields.varint();
    if (field === keyField) key = utf8Decoder.decode(fields.bytes());
    else if (field === valueField) value = utf8Decoder.decode(fields.bytes());
    else fields.pass(field);
  }
  return [key, value];
}

/** Reads a protobuf message's fields. Throws where they are cut. */
class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** A tag or a length: of 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#next();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of more than 32 bits');
  }

  /** A bool, which some encoder may have given all ten bytes. */
  isNotZero(): boolean {
    let bits = 0;
    for (let count = 0; count < 10; count++) {
      const byte = this.#next();
      bits |= byte & 127;
      if (byte < 128) return bits !== 0;
    }
    throw new RangeError('a number of more than 64 bits');
  }

  fixed64(): Fixed64 {
    const at = this.#take(8);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8);
    return { word0: 0, word1: 0, word2: view.getInt32(4, true), word3: view.getInt32(0, true) };
  }

  bytes(): Uint8Array {
    const length = this.varint();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Passes over the value of a field with this tag. */
  pass(tag: number): void {
    const wireType = tag & 7;
    if (tag < 8) throw new RangeError('a field without number');
    if (wireType === 0) this.isNotZero();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.bytes();
    else if (wireType === 5) this.#take(4);
    else throw new RangeError('a group, or no type at all');
  }

  #next(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Gives where the next bytes begin, and goes behind them. */
  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new RangeError('a field ends behind the bytes');
    this.#at = at + length;
    return at;
  }
}
