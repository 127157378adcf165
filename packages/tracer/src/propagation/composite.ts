import { CarrierFields, writeByPush, writeBySet, writeProperty } from './carrier-fields.ts';
import { clearTarget, emptyTarget } from './extraction-target.ts';
import type { ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';

interface Source {
  readonly propagator: Propagator;
  /** Where its fields begin among all fields. */
  readonly first: number;
}

/** What was in a carrier: nothing, a context (in `target`), or only things that could not be read. */
export type CarrierContent = 'nothing' | 'context' | 'malformed';

/**
 * All header formats of a tracer as one: reads the carrier once, takes the first trace context found and the baggage
 * beside it, and writes with every propagator meant for that.
 */
export class CompositePropagator {
  /** What `extract` found last. Overwritten by the next call. */
  readonly target: ExtractionTarget = emptyTarget();
  /** Headers that were there and could not be read. */
  malformed = 0;
  readonly #fields: CarrierFields;
  readonly #traces: readonly Source[];
  readonly #baggages: readonly Source[];
  readonly #injecting: readonly Propagator[];

  constructor(extracting: readonly Propagator[], injecting: readonly Propagator[]) {
    const names: string[] = [];
    const sources = extracting.map((propagator) => {
      const first = names.length;
      names.push(...propagator.fields);
      return { propagator, first };
    });
    this.#fields = new CarrierFields(names);
    this.#traces = sources.filter(({ propagator }) => propagator.carries === 'trace');
    this.#baggages = sources.filter(({ propagator }) => propagator.carries === 'baggage');
    this.#injecting = injecting;
  }

  extract(carrier: object): CarrierContent {
    if (!this.#fields.read(carrier)) return 'nothing';
    const malformedBefore = this.malformed;
    clearTarget(this.target);
    const traceFound = this.#extractFirst(this.#traces);
    const baggageFound = this.#extractFirst(this.#baggages);
    if (traceFound || baggageFound) return 'context';
    return this.malformed > malformedBefore ? 'malformed' : 'nothing';
  }

  inject(context: PropagatedContext, carrier: object): void {
    const write = writerFor(carrier);
    for (const propagator of this.#injecting) propagator.inject(context, carrier, write);
  }

  #extractFirst(sources: readonly Source[]): boolean {
    for (const { propagator, first } of sources) {
      const result = propagator.extract(this.#fields.values, first, this.target);
      if (result === 'found') return true;
      if (result === 'malformed') this.malformed += 1;
    }
    return false;
  }
}

function writerFor(carrier: object): FieldWriter {
  if (typeof (carrier as { set?: unknown }).set === 'function') return writeBySet;
  return Array.isArray(carrier) ? writeByPush : writeProperty;
}
