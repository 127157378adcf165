import type { TraceFacet } from '@spanwise/wire/query';

/** Values told of a facet. */
const mostShown = 10;
/** Values counted: a search over many services with many operations each. Beyond them, new ones are only numbered. */
const mostCounted = 20_000;

/** In how many traces each value is. */
export class FacetCounts {
  readonly #counts = new Map<string, number>();
  #uncounted = 0;

  /** The values of one trace, each once. */
  add(values: Iterable<string>): void {
    for (const value of values) {
      const count = this.#counts.get(value);
      if (count === undefined && this.#counts.size >= mostCounted) this.#uncounted++;
      else this.#counts.set(value, (count ?? 0) + 1);
    }
  }

  /** The values in most traces; of equal ones the first by name. */
  top(): Pick<TraceFacet, 'values' | 'distinct'> {
    const values = Array.from(this.#counts, ([value, count]) => ({ value, count }));
    values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return { values: values.slice(0, mostShown), distinct: values.length + this.#uncounted };
  }
}
