import {
  formatBinaryContext,
  maxBinaryContextLength,
  normalizeTraceState,
  parseBinaryContext,
} from '@spanwise/wire/propagation';

import { clearTarget, emptyTarget } from './extraction-target.ts';
import type { FormatPropagator } from './format-propagator.ts';
import type { BinaryFormat, ExtractionResult, ExtractionTarget, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds } from './propagator.ts';

/** Our own layout (`formatBinaryContext`): the whole context, baggage included. */
const ownFormat: BinaryFormat = Object.freeze({
  extract(bytes: Uint8Array, target: ExtractionTarget): ExtractionResult {
    const baggage = parseBinaryContext(bytes, target);
    if (baggage === undefined) return 'malformed';
    target.traceState = normalizeTraceState(target.traceState);
    target.baggageItems = Object.freeze(baggage);
    return saysAnything(target) ? 'found' : 'absent';
  },

  inject(context: PropagatedContext): Uint8Array | undefined {
    return saysAnything(context) ? formatBinaryContext(context, context.baggageItems) : undefined;
  },
});

/**
 * OpenTracing's binary format: a context in the field `buffer` of the carrier, as the API's `BinaryCarrier` has it. Apart
 * from the headers because bytes have no names. Reads the formats of the propagators that have one for bytes, in their
 * order, and our own; writes that of the first propagator which has one, and our own when none has.
 */
export class BinaryPropagator implements FormatPropagator {
  readonly target: ExtractionTarget = emptyTarget();
  readonly malformedCount = 'malformedBytes';
  malformed = 0;
  readonly #extracting: readonly BinaryFormat[];
  readonly #injecting: BinaryFormat;

  constructor(extracting: readonly Propagator[] = [], injecting: readonly Propagator[] = []) {
    this.#extracting = [...extracting.flatMap(({ binary }) => binary ?? []), ownFormat];
    this.#injecting = injecting.find(({ binary }) => binary !== undefined)?.binary ?? ownFormat;
  }

  /** Throws a `TypeError` for a carrier that holds no bytes. */
  extract(carrier: object): boolean {
    const bytes = bytesOf(carrier);
    this.malformed = 0;
    this.target.droppedItems = 0;
    if (bytes === undefined) return false;
    clearTarget(this.target);
    for (const format of this.#extracting) {
      const result = format.extract(bytes, this.target);
      if (result === 'absent') continue;
      if (result === 'malformed') this.malformed = 1;
      return result === 'found';
    }
    return false;
  }

  /** Throws a `TypeError` for bytes in place of a carrier: they have no field to fill. */
  inject(context: PropagatedContext, carrier: object): number {
    if (typeof carrier !== 'object' || ArrayBuffer.isView(carrier)) throw new TypeError('not a binary carrier');
    const bytes = this.#injecting.inject(context);
    if (bytes !== undefined) (carrier as { buffer: Uint8Array }).buffer = bytes;
    return 0;
  }
}

/** Ids, a decision or baggage. */
function saysAnything(context: PropagatedContext): boolean {
  return hasIds(context) || context.samplingKnown || Object.keys(context.baggageItems).length > 0;
}

/** Undefined where there is none. */
function bytesOf(carrier: object): Uint8Array | undefined {
  if (typeof carrier !== 'object') throw new TypeError('not a binary carrier');
  const source: unknown = ArrayBuffer.isView(carrier) ? carrier : (carrier as { buffer?: unknown }).buffer;
  if (source === undefined || source === null) return undefined;
  const bytes = copyOf(source);
  return bytes.length === 0 ? undefined : bytes;
}

/**
 * A copy, because the application's may change meanwhile. One byte more than a context may have tells
 * that it is too long.
 */
function copyOf(source: unknown): Uint8Array {
  // Of any realm: Jest and `vm` have classes of their own.
  const isBuffer = Object.prototype.toString.call(source) === '[object ArrayBuffer]';
  const bytes = isBuffer ? new Uint8Array(source as ArrayBuffer) : source;
  if (typeof bytes !== 'object' || bytes === null || !('length' in bytes))
    throw new TypeError('no bytes in the carrier');
  const list = bytes as ArrayLike<number>;
  const length = Math.min(list.length, maxBinaryContextLength + 1);
  return Uint8Array.from({ length }, (_, index) => list[index]!);
}
