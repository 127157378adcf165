import { same } from '../conformance-case.ts';
import type { ScopeManager } from '../contract.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { namesAre } from './assertions.ts';
import { stepsOf, type Work } from './steps.ts';
import type { Tasks } from './tasks.ts';

/** What a scenario works with: a tracer with the manager under test, and the tasks of the kit. */
export class Bench {
  /** Has the manager under test, and nothing else of its own. */
  readonly tracer: MockTracer;
  /** The manager under test. */
  readonly manager: ScopeManager;
  private readonly tasks: Tasks;
  private readonly pending = new Set<PromiseLike<unknown>>();
  private readonly expected = new Set<PromiseLike<unknown>>();
  private readonly errors: unknown[] = [];

  /**
   * @param manager the manager under test, fresh
   * @param tasks how work is started where this manager follows it
   */
  constructor(manager: ScopeManager, tasks: Tasks) {
    this.manager = manager;
    this.tracer = new MockTracer({ scopeManager: manager });
    this.tasks = tasks;
  }

  /** Starts a task, see {@link Tasks.spawn}. {@link Bench.idle} waits for it. */
  spawn<R>(work: Work<R>): PromiseLike<R> {
    return this.track(this.tasks.spawn(() => stepsOf(work)));
  }

  /** Calls `fn` soon, see {@link Tasks.later}. Settles with what it gave or threw. */
  later<R>(fn: () => R): PromiseLike<R> {
    return this.track(
      new Promise((resolve, reject) => {
        this.tasks.later(() => {
          try {
            resolve(fn());
          } catch (error) {
            reject(error);
          }
        });
      }),
    );
  }

  /** One turn of the event loop, in which other tasks run: what the originals sleep for. */
  turn(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Waits until all that was started is over; rejects with the first error of it. */
  async idle(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled(this.pending);
    if (this.errors.length > 0) throw this.errors[0];
  }

  /** The error of `work` is part of the scenario, and not one of it. */
  expectFailure(work: PromiseLike<unknown>): void {
    this.expected.add(work);
  }

  /** Whether nothing runs any more and nothing went wrong. */
  isIdle(): boolean {
    return this.pending.size === 0 && this.errors.length === 0;
  }

  /** The finished spans, which must be these, in the order in which they finished. */
  finished<const N extends readonly string[]>(...names: N): { [I in keyof N]: MockSpan } {
    const spans = this.tracer.finishedSpans();
    namesAre(spans, names);
    return spans as unknown as { [I in keyof N]: MockSpan };
  }

  /**
   * Fails the scenario unless `span` is the active one.
   *
   * @param span what should be active: a span, or `null`
   * @param where completes "the active span …" in the message
   */
  expectActive(span: unknown, where: string): void {
    same(this.tracer.activeSpan, span, `the active span ${where}`);
  }

  /** A span that is a child of whatever is the parent here. */
  mark(name: string): void {
    this.tracer.startSpan(name).finish();
  }

  private track<P extends PromiseLike<unknown>>(promise: P): P {
    this.pending.add(promise);
    promise.then(
      () => this.pending.delete(promise),
      (error: unknown) => {
        this.pending.delete(promise);
        if (!this.expected.has(promise)) this.errors.push(error);
      },
    );
    return promise;
  }
}
