import type { PageTracer } from './page-tracer.ts';

/** What the instrumentations of a page share; `init` makes it, and gives it to each. */
export interface PageTracing {
  /** Starts the spans. */
  readonly tracer: PageTracer;
  /** Whether calls of this address get spans. */
  readonly isTraced: (url: URL) => boolean;
  /** Whether requests to this origin may carry headers of the trace. */
  readonly isAllowed: (origin: string) => boolean;
}

/** Takes an instrumentation back. */
export interface Instrumentation {
  /** Puts everything back as it was. Spans that are open finish in their own time. A second call does nothing. */
  uninstall(): void;
}

/** Traces one kind of thing that happens in a page. */
export type PageInstrumentation = (page: PageTracing) => Instrumentation;

/** Origins to which requests of the page may carry headers, and addresses of which no spans are made. */
export interface PageFilters {
  /**
   * Origins beside the page's own whose requests carry the headers of the trace: `https://api.example.com`, or an
   * expression that is tried on the origin alone (so anchor it: `/^https:\/\/[a-z]+\.example\.com$/`). The servers must
   * allow the headers `traceparent`, `tracestate` and `baggage` by CORS, for browsers ask them first. None unless given.
   */
  readonly propagateTo?: readonly (string | RegExp)[] | undefined;
  /** Addresses of which no spans are made: an expression, or how the whole URL begins. None unless given. */
  readonly ignoreUrls?: readonly (string | RegExp)[] | undefined;
}

/**
 * What the page's requests may do.
 *
 * @throws {TypeError} for an entry of `propagateTo` that is no origin.
 */
export function filtersOf({ propagateTo = [], ignoreUrls = [] }: PageFilters): Omit<PageTracing, 'tracer'> {
  const origins = propagateTo.map((entry) => (typeof entry === 'string' ? originOf(entry) : entry));
  return {
    // `search`, as `test` of an expression with the flag "g" remembers where it was.
    isTraced: ({ href }) =>
      href.startsWith('http') &&
      !ignoreUrls.some((entry) => (typeof entry === 'string' ? href.startsWith(entry) : href.search(entry) >= 0)),
    isAllowed: (origin) =>
      origin === location.origin ||
      origins.some((entry) => (typeof entry === 'string' ? entry === origin : origin.search(entry) >= 0)),
  };
}

function originOf(text: string): string {
  try {
    const { origin } = new URL(text);
    if (origin !== 'null') return origin;
  } catch {
    // Told below.
  }
  throw new TypeError(`init: propagateTo: "${text}" is no origin; write it as https://api.example.com`);
}
