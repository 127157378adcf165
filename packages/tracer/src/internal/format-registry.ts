import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, UnsupportedFormatException } from '@spanwise/opentracing';

import { BinaryPropagator } from '../propagation/binary.ts';
import { CompositePropagator } from '../propagation/composite.ts';
import type { FormatPropagator } from '../propagation/format-propagator.ts';
import { inTextMap } from '../propagation/propagator.ts';
import type { PropagatorLists } from '../tracer-options.ts';

/** OpenTracing's three formats. */
export const requiredFormats: readonly string[] = [FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, FORMAT_BINARY];

/** The formats that a tracer knows by name, and what writes and reads each. */
export class FormatRegistry {
  // Fields, because a request asks twice and a name that is compared is found sooner than in a map.
  #headers: FormatPropagator | undefined;
  #texts: FormatPropagator | undefined;
  #binary: FormatPropagator | undefined;
  readonly #others: Map<string, FormatPropagator> = new Map();

  /** In place of what was there. A name beyond the three is that of headers. The lists are checked already. */
  register(format: string, { extract, inject }: PropagatorLists): void {
    if (format === FORMAT_BINARY) this.#binary = new BinaryPropagator(extract, inject);
    else if (format === FORMAT_TEXT_MAP)
      this.#texts = new CompositePropagator(extract.map(inTextMap), inject.map(inTextMap), true);
    else if (format === FORMAT_HTTP_HEADERS) this.#headers = new CompositePropagator(extract, inject);
    else this.#others.set(format, new CompositePropagator(extract, inject));
  }

  /** An unknown format is a mistake in the calling code, so it throws. */
  of(format: string): FormatPropagator {
    const found = this.#known(format);
    if (found === undefined) throw new UnsupportedFormatException(format);
    return found;
  }

  #known(format: string): FormatPropagator | undefined {
    if (format === FORMAT_HTTP_HEADERS) return this.#headers;
    if (format === FORMAT_TEXT_MAP) return this.#texts;
    if (format === FORMAT_BINARY) return this.#binary;
    return this.#others.get(format);
  }
}
