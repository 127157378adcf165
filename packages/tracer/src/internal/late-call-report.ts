import type { Logger } from '../logger.ts';

const periodMillis = 60_000;
const maxReportsInPeriod = 10;

/** What is said of the span. */
interface ReportedSpan {
  readonly name?: string;
  context(): { toSpanId(): string };
}

/**
 * The debug mode's memory of where spans were finished: a call that comes later is reported with both places, at most
 * ten times a minute. It takes a stack for every span, so there is none unless `debug` is on.
 */
export class LateCallReport {
  readonly #logger: Logger;
  readonly #nowMillis: () => number;
  // Weakly: the report must not keep spans that the application has let go.
  readonly #finishes: WeakMap<object, Error> = new WeakMap();
  #periodStartMillis = Number.NEGATIVE_INFINITY;
  #reports = 0;

  /** `nowMillis` is a monotonic reading. */
  constructor(logger: Logger, nowMillis: () => number) {
    this.#logger = logger;
    this.#nowMillis = nowMillis;
  }

  /** Notes where `span` was finished. */
  finished(span: ReportedSpan): void {
    this.#finishes.set(span, new Error('finished'));
  }

  /** Reports a call on a span that was finished. */
  late(span: ReportedSpan): void {
    if (!this.#mayReport()) return;
    try {
      const name = span.name === undefined ? 'that is not sampled' : JSON.stringify(span.name);
      this.#logger.warn(
        `spanwise: a call on span ${name} (${span.context().toSpanId()}) after it was finished, ` +
          `${placeOf(new Error('called'))}\n  it was finished ${placeOf(this.#finishes.get(span))}`,
      );
    } catch {
      // The logger belongs to the application; tracing never breaks it.
    }
  }

  #mayReport(): boolean {
    const now = this.#nowMillis();
    if (now - this.#periodStartMillis >= periodMillis) {
      this.#periodStartMillis = now;
      this.#reports = 0;
    }
    this.#reports += 1;
    return this.#reports <= maxReportsInPeriod;
  }
}

/** The stack without its first line, which is only ours. */
function placeOf(error: Error | undefined): string {
  const stack = error?.stack;
  return stack === undefined ? 'at a place unknown' : stack.slice(stack.indexOf('\n') + 1).trimStart();
}
