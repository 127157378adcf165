import { initGlobalTracer, releaseGlobalTracer } from '@spanwise/opentracing';

import { instrumentDocumentLoad } from './document-load.ts';
import { instrumentFetch } from './fetch.ts';
import { filtersOf } from './page-tracing.ts';
import type { Instrumentation, PageFilters, PageInstrumentation } from './page-tracing.ts';
import { PageTracer } from './page-tracer.ts';
import type { PageTracerOptions, PageTracerStats } from './page-tracer.ts';
import { SpanExporter } from './span-exporter.ts';
import type { ExporterOptions, ExporterStats } from './span-exporter.ts';

/** What `init` may be given. `serviceName` and `url` must be. */
export interface InitOptions extends ExporterOptions, PageFilters, Omit<PageTracerOptions, 'record'> {
  /** Whether the page's load is recorded. `true` unless given. */
  readonly documentLoad?: boolean | undefined;
  /** Whether calls of `fetch` are traced. `true` unless given. */
  readonly fetch?: boolean | undefined;
  /** What else is traced: `instrumentXhr`, `instrumentInteraction`, `instrumentErrors`, or one of your own. */
  readonly instrumentations?: readonly PageInstrumentation[] | undefined;
}

/** The running tracing of this page. */
export interface Spanwise {
  /** The tracer; also the global one (`globalTracer()`). */
  readonly tracer: PageTracer;
  /** Sends what waits; settles when each request has its answer. */
  flush(): Promise<void>;
  /** Counts of spans, and of what became of them. */
  stats(): PageTracerStats & {
    /** Of the spans that finished. */
    readonly reporters: readonly ExporterStats[];
  };
  /** Takes the instrumentations and the global tracer back, and sends what waits. A second call gives the first one's promise. */
  shutdown(): Promise<void>;
}

/** The running one, for all copies of this package. */
const RUNNING = Symbol.for('spanwise.browser.running');
type Holder = { [RUNNING]?: Spanwise | undefined };

/**
 * Starts tracing in this page: makes a tracer, makes it the global one, records the load of the document, traces `fetch`,
 * and sends spans to `url`. Call it early: calls before it are not traced. When tracing runs already, what runs comes
 * back and the options do nothing.
 *
 * @throws {TypeError} for a wrong option; it shows the value and the fix. Nothing throws into the page afterwards.
 */
export function init(options: InitOptions): Spanwise {
  const holder = globalThis as Holder;
  return (holder[RUNNING] ??= start(options, () => {
    holder[RUNNING] = undefined;
  }));
}

function start(options: InitOptions, stopped: () => void): Spanwise {
  const { documentLoad = true, fetch = true, instrumentations = [] } = checked(options);
  const filters = filtersOf(options);
  const exporter = new SpanExporter(options);
  const tracer = new PageTracer({ ...options, record: (json) => exporter.add(json) });
  const page = { tracer, ...filters };
  const chosen = [...(documentLoad ? [instrumentDocumentLoad] : []), ...(fetch ? [instrumentFetch] : [])];
  const installed: Instrumentation[] = [];
  const takeBack = (): Promise<void> => {
    for (const instrumentation of installed) instrumentation.uninstall();
    releaseGlobalTracer(tracer);
    stopped();
    return exporter.close();
  };
  try {
    for (const instrument of [...chosen, ...instrumentations]) installed.push(instrument(page));
  } catch (error) {
    // One of the application's own: all or nothing, for nobody would have a handle.
    void takeBack();
    throw error;
  }
  initGlobalTracer(tracer);
  let closing: Promise<void> | undefined;
  return {
    tracer,
    flush: () => exporter.flush(),
    stats: () => ({ ...tracer.stats(), reporters: [exporter.stats()] }),
    shutdown: () => (closing ??= takeBack()),
  };
}

function checked(options: InitOptions): InitOptions {
  const { serviceName, url, sampleRate = 1 } = options ?? {};
  const wrong = (name: string, value: unknown, fix: string): never => {
    throw new TypeError(`init: ${name} must be ${fix}; it was ${String(value)}`);
  };
  if (!serviceName) wrong('serviceName', serviceName, 'the name of your page, such as "shop-page"');
  if (!url) wrong('url', url, 'where OTLP/HTTP is taken, such as "/v1/traces"');
  if (!(sampleRate >= 0 && sampleRate <= 1)) wrong('sampleRate', sampleRate, 'a number from 0 to 1');
  return options;
}
