import { isChildOf, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/** What producer and consumer mark, turn by turn, and that each does so in its own span. */
function expectSeparate(bench: Bench): void {
  const names = ['produced 1', 'consumed 1', 'produced 2', 'consumed 2'] as const;
  const [produced1, consumed1, produced2, consumed2, producer, consumer] = bench.finished(
    ...names,
    'producer',
    'consumer',
  );
  for (const span of [produced1, produced2]) isChildOf(span, producer);
  for (const span of [consumed1, consumed2]) isChildOf(span, consumer);
  isChildOf(producer, consumer);
}

/** A generator and its consumer take turns, each in its own span. Origin: ours. */
export const generator: Scenario = {
  name: 'generator',
  origin: 'javascript',
  main(bench) {
    const { tracer } = bench;
    const produce = (): Generator<number> =>
      tracer.withActiveSpan('producer', function* () {
        for (const item of [1, 2]) {
          bench.mark(`produced ${item}`);
          yield item;
        }
      });
    tracer.withActiveSpan('consumer', (span) => {
      for (const item of produce()) {
        bench.expectActive(span, 'in the consumer');
        bench.mark(`consumed ${item}`);
      }
    });
    expectSeparate(bench);
  },
};

/** The same with an asynchronous generator and `for await`, which wait between and within the turns. Origin: ours. */
export const asyncGenerator: Scenario = {
  name: 'async_generator',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const produce = (): AsyncGenerator<number> =>
      tracer.withActiveSpan('producer', async function* () {
        for (const item of [1, 2]) {
          await bench.turn();
          bench.mark(`produced ${item}`);
          yield item;
        }
      });
    yield tracer.withActiveSpan('consumer', async (span) => {
      for await (const item of produce()) {
        bench.expectActive(span, 'in the consumer');
        await bench.turn();
        bench.mark(`consumed ${item}`);
      }
    });
    expectSeparate(bench);
  },
};

/** A consumer that leaves an asynchronous generator early ends its span. Origin: ours. */
export const asyncGeneratorLeft: Scenario = {
  name: 'async_generator: left_early',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const produce = (): AsyncGenerator<number> =>
      tracer.withActiveSpan('producer', async function* () {
        try {
          for (let item = 0; ; item++) {
            await bench.turn();
            yield item;
          }
        } finally {
          bench.mark('cleaned up');
        }
      });
    yield tracer.withActiveSpan('consumer', async () => {
      for await (const item of produce()) if (item === 1) break;
      await bench.turn();
      bench.mark('went on');
    });
    const [cleanedUp, producer, wentOn, consumer] = bench.finished('cleaned up', 'producer', 'went on', 'consumer');
    isChildOf(cleanedUp, producer);
    isChildOf(wentOn, consumer);
    same(producer.tags()['error'], undefined, 'the error of the producer');
  },
};
