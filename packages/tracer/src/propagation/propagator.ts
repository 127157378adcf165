import type { MutableTraceContext } from '@spanwise/wire/propagation';

/** Baggage items by key. Never changed: a span that sets an item gets a new object. */
export type Baggage = Readonly<Record<string, string>>;

/** What travels: ids and decision as in `MutableTraceContext`, and baggage. */
export interface PropagatedContext extends Readonly<MutableTraceContext> {
  /** All items, own and inherited; `{}` when there are none. */
  readonly baggageItems: Baggage;
  /** What somebody called a trace that is yet to begin, in a context without ids (Jaeger's `jaeger-debug-id`). */
  readonly debugId?: string;
}

/** What extraction fills. */
export interface ExtractionTarget extends MutableTraceContext {
  /** All items that were found; `{}` when there are none. */
  baggageItems: Baggage;
  /** Items that were there and were left out, because of the format's limits or because they could not be read. */
  droppedItems: number;
  /** The root span will carry it as the tag `jaeger-debug-id`. Empty unless a format without ids set it, with `debug`. */
  debugId: string;
}

/**
 * `absent`: the carrier has none of it, or nothing of use; `target` is untouched. `malformed`: it has, but not readable;
 * the same. `found`: `target` is filled.
 */
export type ExtractionResult = 'absent' | 'found' | 'malformed';

/**
 * Writes one header, and with `undefined` takes it away. The carrier is the application's: a plain object, a `Map`, a
 * `Headers`.
 */
export type FieldWriter = (carrier: object, name: string, value: string | undefined) => void;

/**
 * One way to write a context into text headers and to read it back. The tracer walks a carrier once, whatever its kind
 * and the case of its names, and hands each propagator the values of its fields and the headers that begin with its
 * prefix.
 *
 * - Stateless; never throws, whatever the values are.
 * - `extract(…inject(context))` gives the same ids and decision, as far as the format carries them.
 * - `propagator.conformance.ts` is run by every implementation.
 */
export interface Propagator {
  /** For messages. */
  readonly name: string;
  /**
   * Several `trace` propagators stand in for each other: the first that finds a context wins. `baggage` comes on top:
   * that of all is taken together, and of a key that several have the value of the first.
   */
  readonly carries: 'trace' | 'baggage';
  /** Names of the headers that `extract` reads, in lower case. */
  readonly fields: readonly string[];
  /** How names begin that hold one item of the baggage each, in lower case: `uberctx-`. None unless given. */
  readonly prefix?: string;
  /**
   * `values[first + n]` is the value of `fields[n]`, several headers of that name joined by commas. `items` are what
   * follows the prefix and the values, in turn, 180 pairs at most; names are in lower case when they came in HTTP
   * headers. Both lists are used again after the call.
   */
  extract(
    values: readonly (string | undefined)[],
    first: number,
    target: ExtractionTarget,
    items?: readonly string[],
  ): ExtractionResult;
  /** The same for the baggage of a `trace` format that has its own; fills `baggageItems` and nothing else. */
  extractBaggage?(
    values: readonly (string | undefined)[],
    first: number,
    target: ExtractionTarget,
    items?: readonly string[],
  ): ExtractionResult;
  /**
   * Writes what it has, under the names of `fields`, so that headers that are sent on are replaced, and with ids takes away
   * those that say more of a trace than this context does; nothing for a context without ids or without baggage. May give the
   * number of items of the baggage that it could not write.
   */
  inject(context: PropagatedContext, carrier: object, write: FieldWriter): number | void;
  /**
   * The same format for `FORMAT_TEXT_MAP`, where it differs from the one for HTTP headers: any text is allowed there, and
   * names keep their case.
   */
  readonly textMap?: Propagator;
  /** The same format for `FORMAT_BINARY`, where it has one. */
  readonly binary?: BinaryFormat;
}

/** One way to write a context into bytes, and to read it back. Stateless; never throws, whatever the bytes are. */
export interface BinaryFormat {
  /** `absent` when the bytes are another format's. */
  extract(bytes: Uint8Array, target: ExtractionTarget): ExtractionResult;
  /** `undefined` when there is nothing to write. */
  inject(context: PropagatedContext): Uint8Array | undefined;
}

/** Whether a context names a span; one from `b3: 0` alone, or from baggage alone, does not. */
export function hasIds(context: Pick<MutableTraceContext, 'spanId0' | 'spanId1'>): boolean {
  return (context.spanId0 | context.spanId1) !== 0;
}

/** Whether a context names a trace; X-Ray's may do so without a span of it. */
export function hasTraceId({ traceId0, traceId1, traceId2, traceId3 }: Readonly<MutableTraceContext>): boolean {
  return (traceId0 | traceId1 | traceId2 | traceId3) !== 0;
}

/** The format as it is in text maps. */
export function inTextMap(propagator: Propagator): Propagator {
  return propagator.textMap ?? propagator;
}
