import type { SpanContext } from '../../contract.ts';
import { followsFrom } from '../../functions.ts';
import { isChildOf, same, spanNamed } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

interface Load {
  key: string;
  caller: SpanContext | null;
  resolve: (value: string) => void;
}

/** Collects what is loaded in one turn, and answers all of it at once, in a span that follows from all who asked. */
class BatchLoader {
  private readonly bench: Bench;
  private loads: Load[] = [];

  constructor(bench: Bench) {
    this.bench = bench;
  }

  load(key: string): Promise<string> {
    if (this.loads.length === 0) this.bench.manager.runDetached(() => setTimeout(() => this.dispatch(), 0));
    const caller = this.bench.manager.activeContext;
    return new Promise((resolve) => this.loads.push({ key, caller, resolve }));
  }

  private dispatch(): void {
    const loads = this.loads;
    this.loads = [];
    const references = loads.map(({ caller }) => followsFrom(caller));
    this.bench.tracer.withActiveSpan('batch', { references }, () => {
      for (const { key, resolve } of loads) resolve(`value of ${key}`);
    });
  }
}

/** Three requests share one batch, whose span refers to all of them; each goes on in its own span. Origin: ours. */
export const dataloaderFanIn: Scenario = {
  name: 'dataloader_fan_in',
  origin: 'javascript',
  *main(bench): Steps {
    const loader = new BatchLoader(bench);
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      bench.spawn(() =>
        bench.tracer.withActiveSpan(name, function* () {
          same(yield loader.load(name), `value of ${name}`, 'the value');
          bench.mark(`use of ${name}`);
        }),
      );
    }
    yield bench.idle();
    const spans = bench.tracer.finishedSpans();
    const callers = names.map((name) => spanNamed(spans, name).uuid());
    const referenced = spanNamed(spans, 'batch')
      .references()
      .map((reference) => reference.referencedContext().toSpanId());
    same(referenced.join(), callers.join(), 'the spans that the batch refers to');
    for (const name of names) isChildOf(spanNamed(spans, `use of ${name}`), spanNamed(spans, name));
  },
};
