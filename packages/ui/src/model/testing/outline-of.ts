import { encodeTraceOutline, decodeTraceOutline, toTraceOutline } from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { outlineModel } from '../outline-model.ts';
import type { DetailsSource } from '../trace-details.ts';
import type { TraceModel } from '../trace-model.ts';

/** A read of a window that has not been answered yet. */
export interface OpenRead {
  readonly startMicros: number;
  readonly endMicros: number;
  readonly signal: AbortSignal;
  answer(spans?: readonly SpanRecord[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Has the spans of a trace, and answers each read when the test says so. */
export class HeldSource implements DetailsSource {
  readonly reads: OpenRead[] = [];
  /** Ends each pause after a failure. */
  readonly pauses: (() => void)[] = [];
  readonly #spans: readonly SpanRecord[];

  constructor(spans: readonly SpanRecord[]) {
    this.#spans = spans;
  }

  read(
    { startMicros, endMicros }: { readonly startMicros: number; readonly endMicros: number },
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]> {
    const inRange = this.#spans.filter((span) => span.startMicros >= startMicros && span.startMicros <= endMicros);
    return new Promise((resolve, reject) => {
      const settled = async (settle: () => void): Promise<void> => {
        settle();
        await turns();
      };
      this.reads.push({
        startMicros,
        endMicros,
        signal,
        answer: (spans = inRange) => settled(() => resolve(spans)),
        fail: (error) => settled(() => reject(error)),
      });
    });
  }

  pause(): Promise<void> {
    return new Promise((resolve) => this.pauses.push(resolve));
  }

  isPassing(error: unknown): boolean {
    return (error as Error).message !== 'gone';
  }

  /** Answers everything that is asked, until nothing is. */
  async answerAll(): Promise<void> {
    for (let at = 0; at < this.reads.length; at++) await this.reads[at]!.answer();
  }
}

/** Lets what was settled have its effect. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** The model of a trace as the page makes it of an outline, with windows of two spans; and where its details come from. */
export function outlineOf(whole: TraceModel): { readonly model: TraceModel; readonly source: HeldSource } {
  const source = new HeldSource(whole.sent);
  const bytes = encodeTraceOutline(toTraceOutline(whole.traceId, whole.sent));
  return { model: outlineModel(decodeTraceOutline(bytes), source, 2), source };
}
