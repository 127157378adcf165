import { hasNoParent, same, spanNamed } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/** Aborts what goes on, then lets its answer come too late: the span has ended once, with the reason of the signal. */
function* abort(bench: Bench, controller: AbortController, answer: () => void): Steps {
  yield bench.turn();
  bench.tracer.withActiveSpan('cancel', () => controller.abort(new Error('user left')));
  yield bench.later(answer);
  const spans = bench.tracer.finishedSpans();
  const [fetching, cancelling] = [spanNamed(spans, 'fetch'), spanNamed(spans, 'cancel')];
  same(fetching.tags()['error'], true, 'the error of what was aborted');
  same(fetching.logs().length, 1, 'its logs');
  same(fetching.logs()[0]?.fields['message'], 'user left', 'the reason in its log');
  same(cancelling.tags()['error'], undefined, 'the error of who aborted');
  hasNoParent(fetching);
  hasNoParent(cancelling);
}

/** A promise that is cut off by an `AbortSignal` ends its span once, as failed. Origin: ours. */
export const abortSignal: Scenario = {
  name: 'abort_signal',
  origin: 'javascript',
  *main(bench): Steps {
    const controller = new AbortController();
    const { signal } = controller;
    let answer = (): void => {};
    const fetching = bench.tracer.withActiveSpan(
      'fetch',
      () =>
        new Promise<void>((resolve, reject) => {
          answer = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    fetching.catch(() => {});
    yield* abort(bench, controller, () => answer());
  },
};

/** The same with callbacks: `done` is called by the signal, and again by the answer. Origin: ours. */
export const abortSignalDone: Scenario = {
  name: 'abort_signal: done',
  origin: 'javascript',
  *main(bench): Steps {
    const controller = new AbortController();
    const { signal } = controller;
    const answer = bench.tracer.trace('fetch', (_span, done) => {
      signal.addEventListener('abort', () => done(signal.reason));
      return done;
    });
    yield* abort(bench, controller, answer);
  },
};
