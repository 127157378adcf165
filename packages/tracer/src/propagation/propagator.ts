import type { MutableTraceContext } from '@spanwise/wire/propagation';

/** Baggage items by key. Never changed: a span that sets an item gets a new object. */
export type Baggage = Readonly<Record<string, string>>;

/** What travels: ids and decision as in `MutableTraceContext`, and baggage. */
export interface PropagatedContext extends Readonly<MutableTraceContext> {
  /** All items, own and inherited; `{}` when there are none. */
  readonly baggageItems: Baggage;
}

/** What extraction fills. */
export interface ExtractionTarget extends MutableTraceContext {
  /** All items that were found; `{}` when there are none. */
  baggageItems: Baggage;
}

/**
 * `absent`: the carrier has none of it, `target` is untouched. `malformed`: it has, but not readable; the same.
 * `found`: `target` is filled.
 */
export type ExtractionResult = 'absent' | 'found' | 'malformed';

/** Writes one header. The carrier is the application's: a plain object, a `Map`, a `Headers`. */
export type FieldWriter = (carrier: object, name: string, value: string) => void;

/**
 * One way to write a context into text headers and to read it back. The tracer walks a carrier once, whatever its kind
 * and the case of its names, and hands each propagator the values of its fields.
 *
 * - Stateless; never throws, whatever the values are.
 * - `extract(…inject(context))` gives the same ids and decision, as far as the format carries them.
 * - `propagator.conformance.ts` is run by every implementation.
 */
export interface Propagator {
  /** For messages. */
  readonly name: string;
  /**
   * Several `trace` propagators stand in for each other: the first that finds a context wins. `baggage` comes on top.
   */
  readonly carries: 'trace' | 'baggage';
  /** Names of the headers that `extract` reads, in lower case. */
  readonly fields: readonly string[];
  /** `values[first + n]` is the value of `fields[n]`, several headers of that name joined by commas. */
  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult;
  /** Writes what it has; nothing for a context without ids or without baggage. */
  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void;
}

/** Whether a context names a span; one from `b3: 0` alone, or from baggage alone, does not. */
export function hasIds(context: Pick<MutableTraceContext, 'spanId0' | 'spanId1'>): boolean {
  return (context.spanId0 | context.spanId1) !== 0;
}
