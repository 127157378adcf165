import type { MutableTraceContext } from './trace-context.ts';

/*
 * Layout, numbers big-endian:
 *
 *   offset  bytes
 *   0       1      version, 1
 *   1       16     trace id
 *   17      8      span id
 *   25      1      bit 0 sampled, bit 1 random trace id (both as in W3C's flags), bit 6 debug, bit 7 the receiver decides
 *   26      2      length of the tracestate, which follows (ASCII)
 *   …       1      number of baggage items, each: 2 bytes of length and a key, 2 bytes of length and a value (UTF-8)
 *
 * Version 0 is nobody's here: basictracer's carriers (a length of four bytes) and OpenCensus' begin with that byte.
 */
const version = 1;
const traceStateAt = 26;
const leastLength = 29;
/** Room for all baggage that the W3C asks to pass on, in any script. */
const maxLength = 32_768;
const maxItems = 180;
const maxTraceStateLength = 8192;

const sampledBit = 1;
const randomBit = 2;
const debugBit = 64;
const undecidedBit = 128;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longest carrier that {@link parseBinaryContext} reads, in bytes. */
export const maxBinaryContextLength: number = maxLength;

/**
 * A context and its baggage as bytes, for carriers that are no text. Lone surrogates become U+FFFD. A `tracestate` of more
 * than 8,192 characters, or with others than ASCII, is left out; so is each baggage item beyond the first 180, or that
 * would make more than 32,768 bytes.
 */
export function formatBinaryContext(
  context: Readonly<MutableTraceContext>,
  baggage: Readonly<Record<string, string>>,
): Uint8Array {
  const traceState = asciiOf(context.traceState);
  const { items, length } = encodedItems(baggage, leastLength + traceState.length);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0] = version;
  view.setInt32(1, context.traceId0);
  view.setInt32(5, context.traceId1);
  view.setInt32(9, context.traceId2);
  view.setInt32(13, context.traceId3);
  view.setInt32(17, context.spanId0);
  view.setInt32(21, context.spanId1);
  bytes[25] = decisionOf(context);
  let at = putText(view, traceStateAt, traceState);
  bytes[at] = items.length / 2;
  at += 1;
  for (const text of items) at = putText(view, at, text);
  return bytes;
}

function decisionOf({ flags, samplingKnown, debug }: Readonly<MutableTraceContext>): number {
  const random = flags & randomBit;
  if (debug) return random | sampledBit | debugBit;
  return samplingKnown ? random | (flags & sampledBit) : random | undecidedBit;
}

function asciiOf(traceState: string): Uint8Array {
  const fits = traceState.length <= maxTraceStateLength && /^[\x20-\x7e]*$/.test(traceState);
  return utf8Encoder.encode(fits ? traceState : '');
}

/** Keys and values in turn, and the length of the whole with them. */
function encodedItems(
  baggage: Readonly<Record<string, string>>,
  lengthBefore: number,
): { items: readonly Uint8Array[]; length: number } {
  const items: Uint8Array[] = [];
  let length = lengthBefore;
  for (const key of Object.keys(baggage)) {
    if (items.length === maxItems * 2) break;
    const [name, value] = [utf8Encoder.encode(key), utf8Encoder.encode(String(baggage[key]))];
    const withItem = length + 4 + name.length + value.length;
    if (withItem > maxLength) continue;
    items.push(name, value);
    length = withItem;
  }
  return { items, length };
}

/** Writes length and bytes; gives the offset behind them. */
function putText(view: DataView, at: number, text: Uint8Array): number {
  view.setUint16(at, text.length);
  new Uint8Array(view.buffer).set(text, at + 2);
  return at + 2 + text.length;
}

/**
 * Reads what {@link formatBinaryContext} wrote: fills ids, decision, flags and `traceState` of `target`, and gives the
 * baggage, `{}` for none. Of a repeated key the last counts. Flags that this version does not define are dropped.
 *
 * Refused, with `undefined` and `target` untouched: another version, any length that does not fit exactly, more than 32,768
 * bytes or 180 items, one id that is zero beside one that is not, broken UTF-8, a `tracestate` that is not printable ASCII.
 * Both ids are zero in a context that carries only a decision or baggage. Give the `traceState` to `normalizeTraceState`.
 */
export function parseBinaryContext(bytes: Uint8Array, target: MutableTraceContext): Record<string, string> | undefined {
  if (bytes.length < leastLength || bytes.length > maxLength || bytes[0] !== version) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (hasTraceId(view) !== hasSpanId(view)) return undefined;
  try {
    const texts = new TextReader(view, traceStateAt);
    const traceState = texts.text();
    if (!/^[\x20-\x7e]*$/.test(traceState) || traceState.length > maxTraceStateLength) return undefined;
    const baggage = texts.items();
    if (!texts.isAtEnd) return undefined;
    fill(target, view, traceState);
    return baggage;
  } catch {
    // A length that points beyond the bytes, or broken UTF-8.
    return undefined;
  }
}

function hasTraceId(view: DataView): boolean {
  return (view.getInt32(1) | view.getInt32(5) | view.getInt32(9) | view.getInt32(13)) !== 0;
}

function hasSpanId(view: DataView): boolean {
  return (view.getInt32(17) | view.getInt32(21)) !== 0;
}

function fill(target: MutableTraceContext, view: DataView, traceState: string): void {
  const decision = view.getUint8(25);
  target.traceId0 = view.getInt32(1);
  target.traceId1 = view.getInt32(5);
  target.traceId2 = view.getInt32(9);
  target.traceId3 = view.getInt32(13);
  target.spanId0 = view.getInt32(17);
  target.spanId1 = view.getInt32(21);
  target.debug = (decision & debugBit) !== 0;
  target.samplingKnown = target.debug || (decision & undecidedBit) === 0;
  target.flags = decision & randomBit;
  if (target.debug || (target.samplingKnown && (decision & sampledBit) !== 0)) target.flags |= sampledBit;
  target.traceState = traceState;
}

/** Reads texts with their lengths, one behind the other. Throws at the end of the bytes and at broken UTF-8. */
class TextReader {
  readonly #view: DataView;
  #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  text(): string {
    const length = this.#view.getUint16(this.#at);
    const start = this.#at + 2;
    this.#at = start + length;
    if (this.#at > this.#view.byteLength) throw new RangeError('a text ends behind the bytes');
    return utf8Decoder.decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length));
  }

  items(): Record<string, string> {
    const count = this.#view.getUint8(this.#at);
    this.#at += 1;
    if (count > maxItems) throw new RangeError('more items than anybody sends');
    const items: [string, string][] = [];
    for (let index = 0; index < count; index++) items.push([this.text(), this.text()]);
    // Not assignment: a key may be "__proto__".
    return Object.fromEntries(items);
  }
}
