import {
  formatBinaryContext,
  maxBinaryContextLength,
  normalizeTraceState,
  parseBinaryContext,
} from '@spanwise/wire/propagation';

import type { CarrierContent } from './composite.ts';
import { emptyTarget } from './extraction-target.ts';
import type { ExtractionTarget, PropagatedContext } from './propagator.ts';
import { hasIds } from './propagator.ts';

/**
 * OpenTracing's binary format: the whole context, baggage included, in the field `buffer` of the carrier, as the API's
 * `BinaryCarrier` has it. Apart from the `Propagator`s because it has no headers: one layout (`formatBinaryContext`),
 * which no option changes.
 */
export class BinaryPropagator {
  /** What `extract` found last. Overwritten by the next call. */
  readonly target: ExtractionTarget = emptyTarget();
  /** Carriers whose bytes could not be read. */
  malformed = 0;

  /** Throws a `TypeError` for a carrier that holds no bytes. */
  extract(carrier: object): CarrierContent {
    const bytes = bytesOf(carrier);
    if (bytes === undefined) return 'nothing';
    const { target } = this;
    const baggage = parseBinaryContext(bytes, target);
    if (baggage === undefined) {
      this.malformed += 1;
      return 'malformed';
    }
    target.traceState = normalizeTraceState(target.traceState);
    target.baggageItems = Object.freeze(baggage);
    return saysAnything(target) ? 'context' : 'nothing';
  }

  /** Throws a `TypeError` for bytes in place of a carrier: they have no field to fill. */
  inject(context: PropagatedContext, carrier: object): void {
    if (typeof carrier !== 'object' || ArrayBuffer.isView(carrier)) throw new TypeError('not a binary carrier');
    if (saysAnything(context))
      (carrier as { buffer: Uint8Array }).buffer = formatBinaryContext(context, context.baggageItems);
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
