import { CarrierFields } from './carrier-fields.ts';
import { writerFor } from './carrier-writers.ts';
import { clearTarget, emptyTarget } from './extraction-target.ts';
import type { FormatPropagator } from './format-propagator.ts';
import { type FoundBaggage, mergedBaggage } from './merged-baggage.ts';
import type { ExtractionTarget, PropagatedContext, Propagator } from './propagator.ts';

interface Source {
  readonly propagator: Propagator;
  /** Where its fields begin among all fields. */
  readonly first: number;
  /** What is found under its prefix. */
  readonly items: readonly string[];
  /** Its baggage's keys are parts of header names, which come in lower case. */
  readonly losesCase: boolean;
}

const noItems: readonly string[] = Object.freeze([]);

/**
 * All header formats of a tracer as one: reads the carrier once, takes the first trace context found, in the order of the
 * list, and the baggage of all formats together, and writes with every propagator meant for that. Of a key of the baggage
 * that several formats have, the value of the first in the list is taken; a key that one of them had to write in lower case
 * is that of another which is the same but for case, and is spelt as there; where there are several such keys it is left out.
 */
export class CompositePropagator implements FormatPropagator {
  readonly target: ExtractionTarget = emptyTarget();
  readonly malformedCount = 'malformedHeaders';
  malformed = 0;
  readonly #fields: CarrierFields;
  readonly #traces: readonly Source[];
  readonly #baggages: readonly Source[];
  readonly #injecting: readonly Propagator[];
  /** As `writerFor` takes them; a name of 32 characters and more is taken for one of 32 fewer, which costs a look at it. */
  readonly #writtenLengths: number;
  /** A carrier is asked, whose code may extract from another one. */
  #isReading = false;

  /** `keepCase` is about what follows a prefix. */
  constructor(extracting: readonly Propagator[], injecting: readonly Propagator[], keepCase = false) {
    const prefixes = extracting.flatMap(({ prefix }) => prefix ?? []);
    this.#fields = new CarrierFields(
      extracting.flatMap(({ fields }) => fields),
      prefixes,
      keepCase,
    );
    let next = 0;
    const sources = extracting.map((propagator) => {
      const first = next;
      next += propagator.fields.length;
      const { prefix } = propagator;
      const items = prefix === undefined ? noItems : this.#fields.itemsOf(prefix);
      return { propagator, first, items, losesCase: prefix !== undefined && !keepCase };
    });
    this.#traces = sources.filter(({ propagator }) => propagator.carries === 'trace');
    this.#baggages = sources.filter(
      ({ propagator }) => propagator.carries === 'baggage' || propagator.extractBaggage !== undefined,
    );
    this.#injecting = injecting;
    // Who only writes may leave the list out.
    this.#writtenLengths = injecting
      .flatMap(({ fields = [] }: Partial<Propagator>) => fields)
      .reduce((bits, { length }) => bits | (1 << length), 0);
  }

  extract(carrier: object): boolean {
    if (!this.#isReading) return this.#extract(carrier);
    const putBack = this.#fields.setAside();
    try {
      return this.#extract(carrier);
    } finally {
      this.#isReading = true;
      putBack();
    }
  }

  inject(context: PropagatedContext, carrier: object): number {
    const write = writerFor(carrier, this.#writtenLengths);
    let droppedItems = 0;
    for (const propagator of this.#injecting) {
      const dropped = propagator.inject(context, carrier, write);
      // Those of others may give anything.
      if (typeof dropped === 'number') droppedItems += dropped;
    }
    return droppedItems;
  }

  #extract(carrier: object): boolean {
    const isAnyThere = this.#read(carrier);
    this.malformed = 0;
    this.target.droppedItems = 0;
    if (!isAnyThere) return false;
    clearTarget(this.target);
    this.target.droppedItems = this.#fields.droppedItems;
    const traceFound = this.#extractTrace();
    const baggageFound = this.#extractBaggage();
    return traceFound || baggageFound;
  }

  #read(carrier: object): boolean {
    this.#isReading = true;
    try {
      return this.#fields.read(carrier);
    } finally {
      this.#isReading = false;
    }
  }

  #extractTrace(): boolean {
    for (const { propagator, first, items } of this.#traces) {
      const result = propagator.extract(this.#fields.values, first, this.target, items);
      if (result === 'found') return true;
      if (result === 'malformed') this.malformed += 1;
    }
    return false;
  }

  #extractBaggage(): boolean {
    const { target } = this;
    const found: FoundBaggage[] = [];
    for (const { propagator, first, items, losesCase } of this.#baggages) {
      const { values } = this.#fields;
      const result =
        propagator.carries === 'baggage'
          ? propagator.extract(values, first, target, items)
          : propagator.extractBaggage!(values, first, target, items);
      if (result === 'malformed') this.malformed += 1;
      if (result === 'found') found.push({ items: target.baggageItems, losesCase });
    }
    if (found.length > 1) target.baggageItems = mergedBaggage(found);
    return found.length > 0;
  }
}
