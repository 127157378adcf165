import type { Logger } from '../logger.ts';
import { MinuteLog } from './minute-log.ts';

/** What the debug mode reports is reported so many times a minute. */
export const maxReportsInMinute = 10;

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
  readonly #log: MinuteLog;
  // Weakly: the report must not keep spans that the application has let go.
  readonly #finishes: WeakMap<object, Error> = new WeakMap();

  /** `nowMillis` is a monotonic reading. */
  constructor(logger: Logger, nowMillis: () => number) {
    this.#log = new MinuteLog(logger, nowMillis, maxReportsInMinute);
  }

  /** Notes where `span` was finished. */
  finished(span: ReportedSpan): void {
    this.#finishes.set(span, new Error('finished'));
  }

  /** Reports a call on a span that was finished. */
  late(span: ReportedSpan): void {
    // Here: where the message is made, the stack would begin with calls of ours.
    const call = new Error('called');
    this.#log.warn(() => {
      const name = span.name === undefined ? 'that is not sampled' : JSON.stringify(span.name);
      return (
        `spanwise: a call on span ${name} (${span.context().toSpanId()}) after it was finished, ` +
        `${placeOf(call)}\n  it was finished ${placeOf(this.#finishes.get(span))}`
      );
    });
  }
}

/** The stack without its first line, which is only ours. */
function placeOf(error: Error | undefined): string {
  const stack = error?.stack;
  return stack === undefined ? 'at a place unknown' : stack.slice(stack.indexOf('\n') + 1).trimStart();
}
