import { isChildOf, same, spanNamed } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/** A span of its own that is waited in for some turns of the event loop. It may fail, once it marked where it is. */
function sibling(bench: Bench, name: string, turns: number, fails = false): PromiseLike<string> {
  function* work(): Steps<string> {
    for (let turn = 0; turn < turns; turn++) yield bench.turn();
    bench.mark(`in ${name}`);
    if (fails) throw new Error(`${name} failed`);
    return name;
  }
  return bench.spawn(() => bench.tracer.withActiveSpan(name, work));
}

/** The parent has ended with the first of them, or with the last: the siblings are what they are in any case. */
function expectSiblings(bench: Bench): void {
  const spans = bench.tracer.finishedSpans();
  for (const name of ['fast', 'slow']) {
    isChildOf(spanNamed(spans, name), spanNamed(spans, 'parent'));
    isChildOf(spanNamed(spans, `in ${name}`), spanNamed(spans, name));
  }
}

/** `Promise.all`: what is started together are siblings, and the parent ends last. Origin: ours. */
export const promiseAll: Scenario = {
  name: 'promise_all',
  origin: 'javascript',
  *main(bench): Steps {
    const work = (): Promise<string[]> => Promise.all([sibling(bench, 'fast', 1), sibling(bench, 'slow', 3)]);
    same(String(yield bench.tracer.withActiveSpan('parent', work)), 'fast,slow', 'the result');
    bench.finished('in fast', 'fast', 'in slow', 'slow', 'parent');
    expectSiblings(bench);
  },
};

/** `Promise.allSettled`: one sibling fails, and only that one is tagged. Origin: ours. */
export const promiseAllSettled: Scenario = {
  name: 'promise_all_settled',
  origin: 'javascript',
  *main(bench): Steps {
    const work = (): Promise<unknown> => {
      const failing = sibling(bench, 'fast', 1, true);
      return Promise.allSettled([expectedToFail(bench, failing), sibling(bench, 'slow', 3)]);
    };
    yield bench.tracer.withActiveSpan('parent', work);
    bench.finished('in fast', 'fast', 'in slow', 'slow', 'parent');
    expectSiblings(bench);
    expectOnlyFailed(bench, 'fast');
  },
};

/** `Promise.race`: the parent ends with the winner; the loser goes on in its own span, and ends it. Origin: ours. */
export const promiseRace: Scenario = {
  name: 'promise_race',
  origin: 'javascript',
  *main(bench): Steps {
    const work = (): Promise<string> => Promise.race([sibling(bench, 'fast', 1), sibling(bench, 'slow', 3)]);
    same(yield bench.tracer.withActiveSpan('parent', work), 'fast', 'the winner');
    bench.finished('in fast', 'fast', 'parent');
    yield bench.idle();
    bench.finished('in fast', 'fast', 'parent', 'in slow', 'slow');
    expectSiblings(bench);
  },
};

/** `Promise.any`: the first one fails and is tagged, the second one wins. Origin: ours. */
export const promiseAny: Scenario = {
  name: 'promise_any',
  origin: 'javascript',
  *main(bench): Steps {
    const work = (): Promise<string> => {
      const failing = expectedToFail(bench, sibling(bench, 'fast', 1, true));
      return Promise.any([failing, sibling(bench, 'slow', 3)]);
    };
    same(yield bench.tracer.withActiveSpan('parent', work), 'slow', 'the winner');
    bench.finished('in fast', 'fast', 'in slow', 'slow', 'parent');
    expectSiblings(bench);
    expectOnlyFailed(bench, 'fast');
  },
};

function expectedToFail<T>(bench: Bench, work: PromiseLike<T>): PromiseLike<T> {
  bench.expectFailure(work);
  return work;
}

function expectOnlyFailed(bench: Bench, name: string): void {
  const failed = bench.tracer.finishedSpans().filter((span) => span.tags()['error'] === true);
  same(failed.map((span) => span.operationName()).join(), name, 'the spans with an error');
}
