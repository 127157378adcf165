import type { Span } from '../../contract.ts';
import { COMPONENT } from '../../ext/tags.ts';
import { hasNoParent, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';

/** A job that is done in parts; between them its span is active nowhere. */
class Job {
  private readonly bench: Bench;
  private readonly span: Span;

  constructor(bench: Bench, id: number) {
    this.bench = bench;
    this.span = bench.tracer.startSpan(`job ${id}`, { tags: { [COMPONENT]: 'suspend-resume' } });
  }

  doPart(name: string): void {
    const scope = this.bench.manager.activate(this.span, false);
    this.bench.tracer.activeSpan?.log({ event: `part: ${name}` });
    scope.close();
  }

  done(): void {
    this.span.finish();
  }
}

/**
 * Two jobs take turns, and are not nested in each other.
 * Origin: opentracing-java, suspend_resume_propagation. That each log is on its own job is our addition.
 */
export const suspendResumePropagation: Scenario = {
  name: 'suspend_resume_propagation',
  origin: 'opentracing-java',
  main(bench) {
    const [one, two] = [new Job(bench, 1), new Job(bench, 2)];
    one.doPart('some work for 1');
    two.doPart('some work for 2');
    one.doPart('other work for 1');
    two.doPart('other work for 2');
    two.doPart('more work for 2');
    one.doPart('more work for 1');
    one.done();
    two.done();
    for (const span of bench.finished('job 1', 'job 2')) {
      hasNoParent(span);
      const id = span.operationName().slice(-1);
      same(span.logs().filter(({ fields }) => String(fields['event']).endsWith(id)).length, 3, 'its logs');
    }
  },
};
