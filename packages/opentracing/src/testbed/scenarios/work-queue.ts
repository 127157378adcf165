import { isChildOf } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/** Jobs of several requests are done in one go by a worker: each runs where it was submitted. Origin: ours. */
export const workQueue: Scenario = {
  name: 'work_queue',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    const jobs: (() => void)[] = [];
    const submit = (job: () => void): void => {
      const enter = manager.snapshot();
      jobs.push(() => enter(job));
    };
    for (const name of ['a', 'b']) tracer.withActiveSpan(name, () => submit(() => bench.mark(`job of ${name}`)));
    yield bench.spawn(() =>
      within(tracer.startActiveSpan('worker'), () => {
        for (const job of jobs) {
          job();
          bench.mark('between jobs');
        }
      }),
    );
    const [a, b, jobOfA, between1, jobOfB, between2, worker] = bench.finished(
      ...(['a', 'b', 'job of a', 'between jobs', 'job of b', 'between jobs', 'worker'] as const),
    );
    isChildOf(jobOfA, a);
    isChildOf(jobOfB, b);
    isChildOf(between1, worker);
    isChildOf(between2, worker);
  },
};
