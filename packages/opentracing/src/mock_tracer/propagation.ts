import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '../constants.ts';
import { InvalidCarrierException, SpanContextCorruptedException } from '../exceptions.ts';
import { requireObject, setEntry, setField, textEntries } from './carrier.ts';
import type { MockContextState } from './mock_span.ts';

/** How one format carries a mock context; see `MockTracer.registerPropagator`. */
export interface MockPropagator {
  /**
   * Writes a context into the carrier.
   *
   * @throws InvalidCarrierException when the carrier cannot take one
   */
  inject(context: MockContextState, carrier: unknown): void;
  /**
   * The context in the carrier, or `null` when there is no trace of one.
   *
   * @throws InvalidCarrierException when the carrier is not of the format's kind
   * @throws SpanContextCorruptedException when the context is incomplete or damaged
   */
  extract(carrier: unknown): MockContextState | null;
}

// Keys of opentracing-python's mock tracer.
const traceIdKey = 'ot-tracer-traceid';
const spanIdKey = 'ot-tracer-spanid';
const baggagePrefix = 'ot-baggage-';

const textMap: MockPropagator = {
  inject(context, carrier) {
    injectText(context, requireObject(carrier), String, String);
  },
  extract(carrier) {
    return reading(() => extractText(textEntries(requireObject(carrier)), String));
  },
};

const httpHeaders: MockPropagator = {
  inject(context, carrier) {
    // Names of headers lose their case on the way; better here than by chance.
    injectText(context, requireObject(carrier), (key) => encodeHeader(key.toLowerCase()), encodeHeader);
  },
  extract(carrier) {
    return reading(() => extractText(lowerCaseKeys(textEntries(requireObject(carrier))), decodeHeader));
  },
};

const binary: MockPropagator = {
  inject(context, carrier) {
    const target = requireObject(carrier);
    if (ArrayBuffer.isView(target)) {
      throw new InvalidCarrierException(
        'a binary carrier is an object with a field "buffer", not the bytes themselves',
      );
    }
    setField(target, 'buffer', new TextEncoder().encode(JSON.stringify(context)));
  },
  extract(carrier) {
    const bytes = reading(() => bytesOf(requireObject(carrier)));
    return bytes === undefined || bytes.length === 0 ? null : parseState(bytes);
  },
};

/** The three formats of OpenTracing. */
export const propagators: ReadonlyMap<string, MockPropagator> = /* @__PURE__ */ new Map([
  [FORMAT_TEXT_MAP, textMap],
  [FORMAT_HTTP_HEADERS, httpHeaders],
  [FORMAT_BINARY, binary],
]);

/** Whether an error says that a carrier holds no context, or none that can be read: a faulty propagator is no bad input. */
export function isBadInput(error: unknown): boolean {
  return error instanceof SpanContextCorruptedException || error instanceof InvalidCarrierException;
}

/** A getter of the carrier may throw, or a proxy. */
function reading<R>(read: () => R): R {
  try {
    return read();
  } catch (cause) {
    if (isBadInput(cause)) throw cause;
    throw new InvalidCarrierException('the carrier cannot be read', { cause });
  }
}

type Transcode = (text: string) => string;

function injectText(context: MockContextState, carrier: object, encodeKey: Transcode, encodeValue: Transcode): void {
  setEntry(carrier, traceIdKey, context.traceId);
  setEntry(carrier, spanIdKey, context.spanId);
  for (const [key, value] of Object.entries(context.baggage)) {
    setEntry(carrier, baggagePrefix + encodeKey(key), encodeValue(value));
  }
}

function extractText(entries: Iterable<[string, string]>, decode: Transcode): MockContextState | null {
  let traceId: string | undefined;
  let spanId: string | undefined;
  const baggage: [string, string][] = [];
  for (const [key, value] of entries) {
    if (key === traceIdKey) traceId = value;
    else if (key === spanIdKey) spanId = value;
    else if (key.startsWith(baggagePrefix)) baggage.push([decode(key.slice(baggagePrefix.length)), decode(value)]);
  }
  if (traceId === undefined && spanId === undefined && baggage.length === 0) return null;
  return checkedState(traceId, spanId, Object.fromEntries(baggage));
}

function* lowerCaseKeys(entries: Iterable<[string, string]>): Generator<[string, string]> {
  for (const [key, value] of entries) yield [key.toLowerCase(), value];
}

function encodeHeader(text: string): string {
  // Half of a surrogate pair cannot be encoded.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function decodeHeader(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SpanContextCorruptedException(`baggage is not URL-encoded: ${text}`, { cause });
  }
}

function bytesOf(carrier: object): Uint8Array | undefined {
  const source: unknown = ArrayBuffer.isView(carrier) ? carrier : (carrier as { buffer?: unknown }).buffer;
  if (source === undefined || source === null) return undefined;
  if (source instanceof Uint8Array) return source;
  // Of any realm, as above.
  if (Object.prototype.toString.call(source) === '[object ArrayBuffer]') return new Uint8Array(source as ArrayBuffer);
  if (typeof source === 'object' && 'length' in source) return Uint8Array.from(source as ArrayLike<number>);
  throw new InvalidCarrierException(`the field "buffer" of a binary carrier must hold bytes, was ${typeof source}`);
}

function parseState(bytes: Uint8Array): MockContextState {
  let state: unknown;
  try {
    state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SpanContextCorruptedException('the bytes are not a mock context', { cause });
  }
  const { traceId, spanId, baggage } = (state ?? {}) as Record<string, unknown>;
  return checkedState(traceId, spanId, baggage);
}

function checkedState(traceId: unknown, spanId: unknown, baggage: unknown): MockContextState {
  if (!isHex(traceId, 32))
    throw new SpanContextCorruptedException(`the trace id must be 1 to 32 hex digits, not all 0: ${String(traceId)}`);
  if (!isHex(spanId, 16))
    throw new SpanContextCorruptedException(`the span id must be 1 to 16 hex digits, not all 0: ${String(spanId)}`);
  if (!isStringRecord(baggage)) throw new SpanContextCorruptedException('the baggage must be an object of strings');
  return { traceId, spanId, baggage: Object.freeze({ ...baggage }) };
}

function isHex(id: unknown, maxDigits: number): id is string {
  return typeof id === 'string' && id.length <= maxDigits && /^[0-9a-f]+$/i.test(id) && !/^0+$/.test(id);
}

function isStringRecord(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((entry) => typeof entry === 'string');
}
