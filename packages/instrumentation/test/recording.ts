import { MockTracer } from '@spanwise/opentracing/mock';
import type { MockSpan } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

/** A mock tracer with an active span that follows asynchronous calls, and what tests ask of it. */
export class Recording {
  readonly tracer: MockTracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });

  /** The finished spans of a kind (`client`, `server`), or all. */
  finished(kind?: string): MockSpan[] {
    return this.tracer.finishedSpans().filter((span) => kind === undefined || span.tags()['span.kind'] === kind);
  }

  /** Waits until `count` spans of the kind have finished, and gives them. */
  async settled(count: number, kind?: string): Promise<MockSpan[]> {
    await until(
      () => this.finished(kind).length >= count,
      () => `${this.finished(kind).length} of ${count} spans finished`,
    );
    return this.finished(kind);
  }

  /** Waits for the only span of the kind. */
  async only(kind?: string): Promise<MockSpan> {
    const spans = await this.settled(1, kind);
    if (spans.length !== 1) throw new Error(`${spans.length} spans finished, not one`);
    return spans[0]!;
  }
}

/** Lets the event loop turn until `condition` holds. */
export async function until(condition: () => boolean, explain: () => string = () => 'not yet'): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited five seconds in vain: ${explain()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** `error.kind`, `error.code` if any, and `message` of the error logs. */
export function errorsOf(span: MockSpan): { kind: unknown; code?: unknown; message: unknown }[] {
  return span
    .logs()
    .filter(({ fields }) => fields['event'] === 'error')
    .map(({ fields }) => ({
      kind: fields['error.kind'],
      ...('error.code' in fields && { code: fields['error.code'] }),
      message: fields['message'],
    }));
}
